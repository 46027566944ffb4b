"""Applications that come and go, a call that changed, an archive of an older version."""

import json
import shutil
import unittest

import harness


class ComeAndGo(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator("--calls", "60", "--seed", "11")

    def status(self, expected):
        text = harness.run("status", config=self.config)
        self.assertEqual(text.status, expected, text)
        sources = json.loads(harness.run("status", "--json", config=self.config).out)
        return text.out, {source["app"]: source for source in sources}

    def test_status_tells_who_never_began_and_who_left(self):
        self.write_config(self.sim, apis=("v1",))
        self.sync()
        text, sources = self.status(0)
        self.assertEqual({app: source["configured"] for app, source in sources.items()},
                         {"v1": True})
        self.assertNotIn("rests", text)

        self.write_config(self.sim, apis=("v1", "v4"))
        text, sources = self.status(3)
        self.assertIn("NEEDS ATTENTION", text[text.index("v4 ("):])
        self.assertEqual(sources["v4"]["healthy"], False)
        self.assertIsNone(sources["v4"]["cursor_ts"])
        self.assertIsNotNone(sources["v1"]["cursor_ts"])

        self.sync()
        self.status(0)
        self.write_config(self.sim, apis=("v4",))
        text, sources = self.status(0)
        self.assertIn("not in the configuration any more", text[text.index("v1 ("):])
        self.assertEqual({app: source["configured"] for app, source in sources.items()},
                         {"v1": False, "v4": True})

    def test_usersig_asks_for_whom(self):
        self.write_config(self.sim, apis=("v1", "v4"))
        nobody = harness.run("usersig", config=self.config)
        self.assertNotEqual(nobody.status, 0)
        self.assertIn("--app: v1, v4", nobody.err)
        self.assertEqual(nobody.out, "")
        self.assertEqual(harness.run("usersig", "--app", "v4", config=self.config).status, 0)
        unknown = harness.run("usersig", "--app", "v5", config=self.config)
        self.assertNotEqual(unknown.status, 0)
        self.assertIn("no application is called 'v5'", unknown.err)


class ACallThatChanged(harness.EndToEnd):
    def test_show_tells_what_it_was(self):
        # So many that some lie in what the second pass reads again: the newest ten minutes.
        sim = self.simulator("--calls", "40000", "--seed", "12")
        self.write_config(sim)
        self.sync()
        sim.set_faults(rows_changed=1.0)
        self.sync()
        changed = self.rows("SELECT * FROM calls WHERE revision = 2 LIMIT 1")[0]
        before = self.rows("SELECT * FROM call_revisions WHERE call_id = ?", changed["call_id"])[0]

        shown = harness.run("show", changed["call_id"], "--json", config=self.config)
        self.assertEqual(shown.status, 0, shown)
        (history,) = json.loads(shown.out)
        self.assertEqual(history["call"]["revision"], 2)
        (earlier,) = history["revisions"]
        self.assertEqual(earlier["revision"], 1)
        self.assertEqual(earlier["replaced_at"], before["replaced_at"])
        self.assertEqual(earlier["room_id"], before["room_id"])

        text = harness.run("show", changed["call_id"], config=self.config).out
        now, then = text.split("\nearlier:\n")
        self.assertNotIn("replaced", now)
        self.assertIn(f"replaced      {before['replaced_at']}", then)


class AnOlderArchive(harness.EndToEnd):
    def test_migrate_says_first_what_it_would_do(self):
        shutil.copyfile(harness.OLDER_ARCHIVE, self.archive)
        self.write_config(self.simulator())
        as_it_was = self.archive.read_bytes()
        tried = harness.run("migrate", "--dry-run", config=self.config)
        self.assertEqual(tried.status, 0, tried)
        would = [line.removeprefix("would apply ") for line in tried.out.splitlines()]
        self.assertTrue(all(line.startswith("would apply ") for line in tried.out.splitlines()), tried)
        self.assertEqual(self.archive.read_bytes(), as_it_was)

        done = harness.run("migrate", config=self.config)
        self.assertEqual(done.out.splitlines(), [f"applied {name}" for name in would])
        for words in (["migrate"], ["migrate", "--dry-run"]):
            self.assertIn("nothing to do", harness.run(*words, config=self.config).out)

    def test_the_daemon_tells_what_it_does(self):
        shutil.copyfile(harness.OLDER_ARCHIVE, self.archive)
        self.write_config(self.simulator("--calls", "10"))
        daemon = self.daemon()
        daemon.wait_for_log("brings the archive from schema version 1 to ", 20)
        daemon.wait_for_log("older versions of callarchive cannot read it", 20)
        daemon.wait_for_log("final until", 20)
        daemon.stop()
        again = self.daemon()
        harness.wait_until(lambda: again.log.count("archives 1 application") == 2, 20,
                           "the second start")
        again.stop()
        # Both lines of the log are the first one's.
        self.assertEqual(again.log.count("schema version"), 2)

    def test_nobody_migrates_beside_the_writer(self):
        self.write_config(self.simulator("--calls", "10"))
        daemon = self.daemon()
        daemon.wait_for_log("final until", 20)
        outcome = harness.run("migrate", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn(f"process {daemon.process.pid}", outcome.err)
        # Looking does no harm.
        self.assertEqual(harness.run("migrate", "--dry-run", config=self.config).status, 0)


if __name__ == "__main__":
    unittest.main()
