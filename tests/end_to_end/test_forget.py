"""`forget` replaces a person's id for good, whatever is read or restored later."""

import json
import shutil
import sqlite3
import time
import unittest

import harness
import terminal

OVERLAP_SECONDS = 5
SCHEDULE = f"  poll_interval: 1s\n  overlap: {OVERLAP_SECONDS}s\n"


class Forget(harness.EndToEnd):
    def forget(self, *options, expected=0):
        outcome = harness.run("forget", *options, config=self.config)
        self.assertEqual(outcome.status, expected, outcome)
        return outcome

    def bytes_of_archive(self):
        return b"".join(path.read_bytes() for path in
                        (self.archive, self.folder / "calls.db-wal",
                         self.folder / "calls.db.forgotten") if path.exists())

    def busiest(self):
        """An id that is no part of another, so that its bytes tell of it alone."""
        users = [row["user_id"] for row in self.rows(
            "SELECT user_id FROM call_users GROUP BY 1 ORDER BY count(*) DESC")]
        return next(user for user in users
                    if len(user) > 4 and not any(user in other for other in users if other != user))

    def archived_without(self, user):
        def without(value):
            return "?" if value == user or str(value).startswith("forgotten-") else value
        calls = self.rows("SELECT call_id, start_ts, end_ts, caller, callees, revision, talk_seconds "
                          "FROM calls ORDER BY 1")
        for call in calls:
            call["caller"] = without(call["caller"])
            call["callees"] = [without(callee) for callee in json.loads(call["callees"])]
        return calls

    def begin(self, *options):
        simulator = self.simulator("--calls", "3000", "--seed", "31", *options)
        self.write_config(simulator, schedule=SCHEDULE)
        self.sync()
        return simulator, self.busiest()

    def test_the_id_is_gone_and_does_not_come_back(self):
        first_read = time.time()
        simulator, user = self.begin()
        old = self.folder / "old.db"
        self.assertEqual(harness.run("backup", old, config=self.config).status, 0)
        self.assertIn(user.encode(), self.bytes_of_archive())
        until = time.time() - 60
        before = self.archived_without(user)
        took_part = self.value("SELECT count(*) FROM call_users WHERE user_id = ?", user)

        outcome = self.forget("--user", user, "--yes")
        pseudonym = outcome.out.split(":")[0]
        self.assertRegex(pseudonym, "^forgotten-[0-9a-f]{16}$")
        self.assertNotIn(user.encode(), self.bytes_of_archive())
        self.assertEqual(self.archived_without(user), before)
        self.assertEqual(
            self.value("SELECT count(*) FROM call_users WHERE user_id = ?", pseudonym), took_part)
        beside = self.folder / "calls.db.forgotten"
        self.assertEqual(beside.stat().st_mode & 0o777, 0o600)
        self.check_intact()

        # The same calls are read again, and new ones of the same person.
        self.sync()
        daemon = self.daemon()
        daemon.wait_for_log("final until", 30)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertNotIn(user.encode(), self.bytes_of_archive())
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)
        self.assertEqual([call for call in self.archived_without(user)
                          if call["start_ts"] < until],
                         [call for call in before if call["start_ts"] < until])

        # An older backup takes the archive's place.
        shutil.copyfile(old, self.archive)
        for suffix in ("-wal", "-shm"):
            (self.folder / ("calls.db" + suffix)).unlink(missing_ok=True)
        self.assertIn(user.encode(), self.bytes_of_archive())
        begun = time.time()
        self.sync()
        self.assertEqual(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)
        # A call that was under way when the backup was made is owed at its next revisit only.
        truth = {key: call for key, call in simulator.truth().items()
                 if call["visible_from"] <= first_read
                 or call["visible_from"] - call["start_ts"] <= OVERLAP_SECONDS}
        for call in truth.values():
            call["caller"] = pseudonym if call["caller"] == user else call["caller"]
            call["callees"] = [pseudonym if callee == user else callee
                               for callee in call["callees"]]
        self.check_equals_truth(truth, begun, time.time())
        self.assertIn("forgotten already", self.forget("--user", user, "--yes").out)
        self.assertNotIn(user.encode(), self.bytes_of_archive())

    def test_a_list_that_was_lost_is_written_again(self):
        _, user = self.begin()
        self.forget("--user", user, "--yes")
        beside = self.folder / "calls.db.forgotten"
        text = beside.read_bytes()
        beside.unlink()
        self.sync()
        self.assertEqual(beside.read_bytes(), text)

    def test_odd_records_too(self):
        simulator = self.simulator("--calls", "3000", "--seed", "32")
        self.write_config(simulator, schedule=SCHEDULE)
        rare = {"probability": 0.05, "sticky": True}
        simulator.set_faults(callid_missing=rare, field_unknown=rare, callees_text=rare,
                             duplicate_key=rare, field_object=rare, field_array=rare)
        self.sync()
        user = self.busiest()
        self.assertGreater(self.value("SELECT count(*) FROM rejected_records WHERE "
                                      "instr(raw, ?)", user), 0)
        rejected = self.value("SELECT sum(times) FROM rejected_records")
        self.forget("--user", user, "--yes")
        self.assertNotIn(user.encode(), self.bytes_of_archive())
        self.assertEqual(self.value("SELECT sum(times) FROM rejected_records"), rejected)
        until = time.time() - 60
        count = self.value("SELECT count(*) FROM call_revisions")
        self.sync()
        self.assertNotIn(user.encode(), self.bytes_of_archive())
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions r JOIN calls c USING "
                                    "(call_id) WHERE c.start_ts < ?", until), count)

    def test_refusals(self):
        _, user = self.begin()
        self.assertIn("--yes", self.forget("--user", user, expected=2).err)
        self.forget("--yes", expected=2)
        self.forget("--user", "", "--yes", expected=2)
        self.assertIn("nobody is called", self.forget("--user", "no such", "--yes",
                                                      expected=1).err)
        self.forget("--user", user[:-1], "--yes", expected=1)
        self.assertIn("no application", self.forget("--user", user, "--app", "x", "--yes",
                                                    expected=2).err)
        self.assertEqual(self.value("SELECT count(*) FROM forgotten"), 0)
        daemon = self.daemon()
        daemon.wait_for_log("final until", 30)
        outcome = self.forget("--user", user, "--yes", expected=1)
        self.assertIn(f"process {daemon.process.pid}", outcome.err)
        self.assertIn("stop", outcome.err)
        self.assertEqual(daemon.stop()[0], 0)
        self.forget("--user", user, "--app", "v1", "--yes")
        self.assertEqual(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)

    def test_a_reader_that_keeps_the_log_is_told_of(self):
        _, user = self.begin()
        reader = sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True)
        try:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM calls").fetchone()
            outcome = self.forget("--user", user, "--yes", expected=1)
            self.assertIn("-wal may still hold", outcome.err)
        finally:
            reader.close()
        self.forget("--user", user, "--yes")
        self.assertNotIn(user.encode(), self.bytes_of_archive())

    def test_a_list_that_cannot_be_read_stops_it_and_archiving(self):
        _, user = self.begin()
        (self.folder / "calls.db.forgotten").mkdir()
        for outcome in (self.forget("--user", user, "--yes", expected=1), self.sync(expected=1)):
            self.assertIn("calls.db.forgotten", outcome.err)
        self.assertGreater(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)

    def test_a_list_that_cannot_be_written_is_told_and_the_id_is_gone(self):
        _, user = self.begin()
        in_the_way = self.folder / "calls.db.forgotten.partial"
        (in_the_way / "x").mkdir(parents=True)
        outcome = self.forget("--user", user, "--yes", expected=1)
        self.assertIn("the list beside the archive could not be written", outcome.err)
        self.assertRegex(outcome.out, "^forgotten-[0-9a-f]{16}: ")
        self.assertNotIn(user.encode(), self.bytes_of_archive())
        # Archiving goes on, and says so too.
        self.assertIn(str(in_the_way), self.sync().err)
        shutil.rmtree(in_the_way)
        self.sync()
        self.assertTrue((self.folder / "calls.db.forgotten").exists())

    def test_without_space_to_write_the_file_anew_it_is_told_what_is_left(self):
        _, user = self.begin()
        self.make_archive_larger_than_what_is_free()
        outcome = self.forget("--user", user, "--yes", expected=1)
        self.assertIn("there is no space to write the file anew", outcome.err)
        self.assertRegex(outcome.out, "^forgotten-[0-9a-f]{16}: ")
        self.assertEqual(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)

    def test_a_call_or_a_room_of_the_same_name_is_told(self):
        _, user = self.begin()
        for number, told in ((1, "1 call has"), (2, "2 calls have")):
            with sqlite3.connect(self.archive) as archive:
                archive.execute("UPDATE call SET room_id = ? WHERE call_no <= ?", (user, number))
            archive.close()
            outcome = self.forget("--user", user, "--yes")
            self.assertIn(f"{told} the same as call id or room id", outcome.err)

    def on_terminal(self, *options, answer):
        """What the command says on a terminal where a person types the answer."""
        answers = [answer]
        def type_answer(text, write, _):
            if answers and "Type yes" in text:
                write(answers.pop())
        session = terminal.run("forget", *options, config=self.config, at=("in", "out", "err"),
                               on_text=type_answer)
        return session.status, session.seen

    def test_asks_on_a_terminal(self):
        _, user = self.begin()
        calls = self.value("SELECT count(DISTINCT call_id) FROM call_users WHERE user_id = ?", user)
        status, said = self.on_terminal("--user", user, answer=b"no\n")
        self.assertEqual(status, 1, said)
        self.assertIn(f"in {calls} call", said)
        self.assertIn("nothing was changed", said)
        self.assertGreater(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)
        self.assertFalse((self.folder / "calls.db.forgotten").exists())
        status, said = self.on_terminal("--user", user, answer=b"yes\n")
        self.assertEqual(status, 0, said)
        self.assertEqual(self.value("SELECT count(*) FROM user WHERE user_id = ?", user), 0)


if __name__ == "__main__":
    unittest.main()
