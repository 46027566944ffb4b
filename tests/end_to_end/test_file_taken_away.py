"""The archive's file is deleted, moved or replaced under the running program."""

import os
import pathlib
import shutil
import sqlite3
import time
import unittest

import harness

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")


class FileTakenAway(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        self.place.mkdir()
        self.archive = self.place / "calls.db"

    def begin(self):
        self.sim = self.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
        self.write_config(self.sim, schedule=SCHEDULE)
        return self.start_daemon()

    def start_daemon(self):
        begun = time.time()
        daemon = self.daemon()

        def caught_up():
            if daemon.process.poll() is not None:
                raise harness.Failed(f"the daemon ended:\n{daemon.log}")
            try:
                return (self.value("SELECT max(head_ts) FROM cursors") or 0) > begun
            except sqlite3.Error:  # the schema is being made
                return False
        harness.wait_until(caught_up, 20, "the daemon reads up to now")
        return daemon

    def check_ends(self, daemon, *words):
        """It notices by itself, claims nothing more, says what happened, and fails."""
        try:
            status = daemon.process.wait(10)
        except Exception:
            raise harness.Failed(f"the daemon goes on:\n{daemon.log}") from None
        self.assertEqual(status, 1, daemon.log)
        for text in ("nothing more is claimed", *words):
            self.assertIn(text, daemon.log)

    def check_goes_on(self):
        """A new start archives all that the API has."""
        begun = time.time()
        daemon = self.start_daemon()
        truth = self.sim.truth()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_has_what_was_due(truth, begun, begun, 4, 60)
        self.check_intact()
        self.check_coverage_has_no_holes()

    def known(self, path):
        with harness.opened(path) as archive:
            return ({row[0] for row in archive.execute("SELECT call_id FROM calls")},
                    archive.execute("SELECT max(head_ts) FROM cursors").fetchone()[0])

    def check_holds(self, path, before):
        calls, head = self.known(path)
        self.assertFalse(before[0] - calls, "calls that were archived")
        self.assertGreaterEqual(head, before[1])

    def test_deleted(self):
        daemon = self.begin()
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(f"{self.archive}{suffix}").unlink()
        self.check_ends(daemon, "calls.db was deleted or moved")
        self.check_goes_on()

    def test_moved_alone_it_holds_all_that_was_claimed(self):
        daemon = self.begin()
        before = self.known(self.archive)
        moved = self.folder / "moved.db"
        self.archive.rename(moved)
        self.check_ends(daemon, "calls.db was deleted or moved")
        self.check_holds(moved, before)
        moved.rename(self.archive)
        self.check_goes_on()
        self.check_holds(self.archive, before)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])

    def test_replaced_by_a_backup(self):
        daemon = self.begin()
        backup = self.folder / "backup.db"
        self.assertEqual(harness.run("backup", backup, config=self.config).status, 0)
        before = self.known(backup)
        time.sleep(2)
        os.replace(backup, self.archive)
        self.check_ends(daemon, "calls.db was replaced")
        # The log of the old file is no part of this one.
        self.check_intact()
        self.check_holds(self.archive, before)
        self.check_goes_on()

    def test_its_directory_is_gone_and_comes_back(self):
        daemon = self.begin()
        before = self.known(self.archive)
        away = self.folder / "away"
        self.place.rename(away)
        self.check_ends(daemon, "calls.db was deleted or moved")
        self.check_holds(away / "calls.db", before)
        outcome = harness.run("run", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn(f"the folder {self.place} is not there", outcome.err)
        away.rename(self.place)
        self.check_goes_on()
        self.check_holds(self.archive, before)

    def test_a_symbolic_link_that_leads_elsewhere(self):
        real = self.folder / "disk-one"
        real.mkdir()
        (real / "calls.db").touch()
        self.archive.symlink_to(real / "calls.db")
        daemon = self.begin()
        before = self.known(self.archive)
        other = self.folder / "disk-two"
        other.mkdir()
        link = self.place / "link"
        (other / "calls.db").touch()
        link.symlink_to(other / "calls.db")
        os.replace(link, self.archive)
        self.check_ends(daemon, "calls.db was replaced")
        self.check_holds(real / "calls.db", before)
        self.check_goes_on()

    def test_only_its_log_is_deleted(self):
        daemon = self.begin()
        before = self.known(self.archive)
        pathlib.Path(f"{self.archive}-wal").unlink()
        self.check_ends(daemon, "calls.db-wal was deleted or moved")
        self.check_holds(self.archive, before)
        self.check_goes_on()

    def test_a_pass_ends_too(self):
        simulator = self.simulator("--calls", "3000", "--latency", "300ms")
        self.write_config(simulator)
        daemon = harness.Daemon(self.config, self.folder / "sync.log", command="sync")
        with daemon:
            def some_calls():
                try:
                    return self.value("SELECT count(*) FROM calls")
                except sqlite3.Error:
                    return 0
            harness.wait_until(some_calls, 20, "the first calls")
            shutil.rmtree(self.place)
            self.check_ends(daemon, "calls.db was deleted or moved")


if __name__ == "__main__":
    unittest.main()
