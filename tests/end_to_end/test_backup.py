"""`backup` copies the archive while the daemon writes it, and a copy can take its place."""

import os
import shutil
import subprocess
import threading
import time
import unittest

import harness
import terminal

SCHEDULE = "  poll_interval: 1s\n  overlap: 5s\n"


def iso8601(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Backup(harness.EndToEnd):
    def backup(self, destination, *options, expected=0):
        outcome = harness.run("backup", destination, *options, config=self.config)
        self.assertEqual(outcome.status, expected, outcome)
        return outcome

    def calls_of(self, path):
        """By number, which is the order in which the calls were archived."""
        with harness.opened(path) as archive:
            return {row["call_no"]: dict(row)
                    for row in archive.execute("SELECT * FROM call_row ORDER BY call_no")}

    def left_over(self):
        return sorted(path.name for path in self.folder.iterdir() if ".partial" in path.name)

    def check_is_whole(self, path):
        with harness.opened(path) as copy:
            self.assertEqual(copy.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            self.assertEqual(copy.execute("PRAGMA foreign_key_check").fetchall(), [])
            self.assertEqual(copy.execute("PRAGMA journal_mode").fetchone()[0], "delete")
            self.assertEqual(
                # A copy of the moment before the first application is enrolled has none to add up.
                copy.execute("SELECT coalesce(sum(call_count), 0) FROM application").fetchone()[0],
                copy.execute("SELECT count(*) FROM calls").fetchone()[0])
            participants = copy.execute("SELECT count(*) FROM call_users").fetchone()[0]
        for suffix in ("-wal", "-shm", "-journal"):
            self.assertFalse((path.parent / (path.name + suffix)).exists())
        return participants

    def test_backups_of_an_archive_that_is_being_written(self):
        simulator = self.simulator("--calls", "60000", "--seed", "21")
        self.write_config(simulator, schedule=SCHEDULE)
        daemon = self.daemon()
        harness.wait_until(lambda: self.archive.exists() and self.archive.stat().st_size > 0, 20,
                           "the daemon has made the archive")
        backups = []
        def read_all():
            return "final until" in daemon.log
        while not read_all() or len(backups) < 3:
            path = self.folder / f"backup-{len(backups)}.db"
            outcome = harness.run("backup", path, config=self.config)
            if outcome.status == 1 and not backups:
                continue  # the daemon has not made its tables yet
            self.assertEqual(outcome.status, 0, outcome)
            backups.append(path)
            self.assertLess(len(backups), 500)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertEqual(self.left_over(), [])

        archived = self.calls_of(self.archive)
        sizes = []
        for path in backups:
            self.check_is_whole(path)
            copied = self.calls_of(path)
            sizes.append(len(copied))
            last = max(copied, default=0)
            self.assertEqual({number: call["call_id"] for number, call in copied.items()},
                             {number: call["call_id"] for number, call in archived.items()
                              if number <= last})
            for number, call in copied.items():
                if archived[number]["revision"] == call["revision"]:
                    self.assertEqual(call, archived[number])
        self.assertEqual(sizes, sorted(sizes))
        self.assertGreater(len(set(sizes)), 1, "no backup was made while the daemon wrote")

    def test_an_old_backup_takes_the_place_of_the_archive(self):
        simulator = self.simulator("--calls", "3000", "--seed", "22")
        self.write_config(simulator, schedule=SCHEDULE)
        simulator.set_faults(http_500=0.5)
        # Half of the windows fail, so that the backup is of half an archive.
        harness.run("sync", config=self.config, timeout=300)
        old = self.folder / "old.db"
        self.backup(old)
        simulator.set_faults()
        self.sync()
        for suffix in ("", "-wal", "-shm"):
            (self.folder / ("calls.db" + suffix)).unlink(missing_ok=True)
        shutil.copyfile(old, self.archive)
        begun = time.time()
        self.sync()
        self.check_equals_truth(simulator.truth(), begun, time.time())
        self.check_coverage_has_no_holes()
        self.check_intact()
        self.assertEqual(self.value("PRAGMA journal_mode"), "wal")

    def test_what_a_restored_backup_lacks_and_nobody_has_any_more_is_a_gap(self):
        retention = 40
        simulator = self.simulator("--retention", f"{retention}s", "--calls", "1500")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 2s\n"
                                              "  revisit: [5s, 12s]\n  retention: 40s\n")
        # What is lost at the edge meanwhile is lost with any archive.
        harness.run("sync", config=self.config)
        old = self.folder / "old.db"
        self.backup(old)
        backed_up = time.time()
        time.sleep(retention + 6)
        harness.run("sync", config=self.config)
        for suffix in ("", "-wal", "-shm"):
            (self.folder / ("calls.db" + suffix)).unlink(missing_ok=True)
        shutil.copyfile(old, self.archive)

        begun = time.time()
        self.sync(expected=3)  # for there is a gap
        done = time.time()
        unread = self.rows("SELECT * FROM gaps WHERE reason = 'unread'")
        self.assertTrue(unread)
        # From the backup to what the API still had, and not further.
        self.assertLessEqual(min(row["from_ts"] for row in unread), backed_up + 1)
        self.assertGreaterEqual(max(row["to_ts"] for row in unread), begun - retention - 3)
        self.assertLessEqual(max(row["to_ts"] for row in unread), done - retention + 3)
        self.check_coverage_has_no_holes()
        self.check_equals_truth(simulator.truth(), begun, done)
        self.check_intact()
        self.assertEqual(harness.run("verify", config=self.config).status, 0)
        self.assertEqual(harness.run("gaps", config=self.config).status, 3)
        self.assertEqual(harness.run("status", config=self.config).status, 3)
        period = ["--since", iso8601(backed_up - 5), "--until", iso8601(backed_up + 5)]
        for words in (["query"], ["stats"], ["export", "--format", "csv"]):
            self.assertIn("MISSING", harness.run(*words, *period, config=self.config).err)

    def test_what_may_be_overwritten(self):
        simulator = self.simulator("--calls", "300")
        self.write_config(simulator)
        self.sync()
        copy = self.folder / "copy.db"
        self.assertRegex(self.backup(copy).out, r"copy\.db: [0-9]+ calls, ")
        first = copy.read_bytes()
        self.assertIn("--force", self.backup(copy, expected=1).err)
        self.assertEqual(copy.read_bytes(), first)
        self.backup(copy, "--force")
        self.assertEqual(copy.stat().st_mode & 0o777, self.archive.stat().st_mode & 0o666)

        before = self.archive.read_bytes()
        (self.folder / "link.db").symlink_to(self.archive)
        os.link(self.archive, self.folder / "hard.db")
        for name in ("calls.db", "calls.db-wal", "calls.db-shm", "calls.db.lock", "link.db",
                     "hard.db", "../" + self.folder.name + "/calls.db"):
            outcome = self.backup(self.folder / name, "--force", expected=1)
            self.assertIn("belongs to the archive itself", outcome.err)
        self.assertEqual(self.archive.read_bytes(), before)
        self.assertIn("no regular file", self.backup(self.folder, expected=1).err)
        (self.folder / "new.db-wal").write_bytes(b"")
        self.assertIn("another database", self.backup(self.folder / "new.db", expected=1).err)
        (self.folder / "copy.db-journal").write_bytes(b"")
        self.assertIn("copy.db is in use", self.backup(copy, "--force", expected=1).err)
        self.assertIn("nowhere", self.backup(self.folder / "nowhere" / "x.db", expected=1).err)
        self.assertEqual(harness.run("backup", config=self.config).status, 2)
        self.assertEqual(self.left_over(), [])

    def test_nothing_is_made_of_no_archive(self):
        self.write_config(self.simulator("--calls", "10"))
        self.assertIn("there is no", self.backup(self.folder / "copy.db", expected=1).err)
        self.assertEqual(list(self.folder.glob("*.db*")), [])

    def test_what_has_no_room_is_not_begun(self):
        self.write_config(self.simulator("--calls", "10"))
        self.sync()
        self.make_archive_larger_than_what_is_free()
        outcome = self.backup(self.folder / "copy.db", expected=1)
        self.assertRegex(outcome.err, r"no space for the backup: it takes [\d.]+ MB, and [\d.]+ MB")
        self.assertEqual(list(self.folder.glob("copy.db*")), [])

    def test_what_appears_meanwhile_is_not_replaced(self):
        self.write_config(self.simulator("--calls", "300"))
        self.sync()
        copy = self.folder / "copy.db"
        def appear(_):
            harness.wait_until(lambda: self.left_over(), 20, "the backup has begun")
            copy.write_bytes(b"of somebody else")
        session = terminal.run("backup", copy, config=self.config, held=appear)
        self.assertEqual(session.status, 1, session)
        self.assertIn("File exists", session.seen)
        self.assertEqual(copy.read_bytes(), b"of somebody else")
        self.assertEqual(self.left_over(), [])

    def test_without_space_nothing_is_left(self):
        simulator = self.simulator("--calls", "3000")
        self.write_config(simulator)
        self.sync()
        copy = self.folder / "copy.db"
        limit = self.archive.stat().st_size // 2 // 1024  # KiB: a limit acts as a full disk does
        outcome = subprocess.run(
            ["bash", "-c", 'ulimit -f "$1"; trap "" XFSZ; exec "${@:2}"', "bash", str(limit),
             harness.CALLARCHIVE, "--config", str(self.config), "backup", str(copy)],
            capture_output=True, env=harness.clean_environment(), timeout=60)
        self.assertEqual(outcome.returncode, 1, outcome)
        self.assertIn(b"copying", outcome.stderr)
        self.assertFalse(copy.exists())
        self.assertEqual(self.left_over(), [])

    def test_what_a_killed_backup_left_is_used_anew(self):
        simulator = self.simulator("--calls", "300")
        self.write_config(simulator)
        self.sync()
        copy = self.folder / "copy.db"
        (self.folder / "copy.db.partial").write_bytes(b"half of it")
        self.backup(copy)
        self.check_is_whole(copy)
        self.assertEqual(self.left_over(), [])

    def test_two_backups_to_one_name(self):
        simulator = self.simulator("--calls", "3000")
        self.write_config(simulator)
        self.sync()
        copy = self.folder / "copy.db"
        statuses = []
        def one():
            statuses.append(harness.run("backup", copy, config=self.config).status)
        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(statuses), [0, 1, 1, 1])
        self.check_is_whole(copy)
        self.assertEqual(self.left_over(), [])


if __name__ == "__main__":
    unittest.main()
