"""The real program while chosen system calls give an error, or take long. Needs strace."""

import signal
import sqlite3
import time
import unittest

import harness
import tracing

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")


@tracing.NEEDS_STRACE
class FailingDisk(harness.EndToEnd):
    def begin(self):
        self.sim = self.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
        self.write_config(self.sim, schedule=SCHEDULE)
        self.begun = time.time()
        # An archive that is there already, so that a start takes few calls.
        daemon = self.daemon()
        self.reads_up_to(self.begun, 20)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def failing(self, call, error, when):
        """A daemon whose calls of that name fail; `when` is strace's: FIRST..LAST or FIRST+."""
        # -D: the daemon is our child, and strace its own.
        return self.daemon(under=["strace", "-D", "-f", "-qq", "-o", self.folder / "trace",
                                  "-e", f"trace={call}",
                                  "-e", f"inject={call}:error={error}:when={when}"])

    def injected(self):
        return (self.folder / "trace").read_text().count("(INJECTED)")

    def reads_up_to(self, moment, seconds):
        def there():
            try:
                return (self.value("SELECT max(head_ts) FROM cursors") or 0) > moment
            except sqlite3.Error:  # the schema is being made
                return False
        harness.wait_until(there, seconds, "the daemon reads up to now")

    def known(self):
        return {row["call_id"] for row in self.rows("SELECT call_id FROM calls")}

    def check_whole(self, daemon):
        """Goes on with a disk that works, ends in order, and nothing is missing."""
        now = time.time()
        self.reads_up_to(now, 35)
        truth = self.sim.truth()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_has_what_was_due(truth, self.begun, now, 4, 60)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        self.check_coverage_has_no_holes()
        self.check_intact()

    def check_goes_on_by_itself(self, call):
        # Late enough for the first claims.
        first = {"fdatasync": 6, "pwrite64": 70}[call]
        daemon = self.failing(call, "EIO", f"{first}..{first + 1}")
        daemon.wait_for_log("check the disk", 20)
        self.check_whole(daemon)
        self.assertEqual(self.injected(), 2)
        # Told at once, and then not again within the minute.
        self.assertEqual(daemon.log.count("check the disk"), 1, daemon.log)

    @tracing.LOOKS_INTO_IT
    def test_sighup_before_it_listens_is_no_end(self):
        self.write_config(self.simulator("--calls", "300"))
        trace = self.folder / "trace"
        # Its configuration takes a second to open, in which the signal comes.
        daemon = self.daemon(under=["strace", "-D", "-f", "-qq", "-o", trace, "-P", self.config, "-e",
                                    "inject=openat:delay_enter=1000000"])
        harness.wait_until(lambda: trace.exists() and "openat" in trace.read_text(), 10, "it opens")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("the configuration was read again")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_goes_on_after_syncs_that_failed(self):
        self.begin()
        self.check_goes_on_by_itself("fdatasync")

    def test_goes_on_after_writes_that_failed(self):
        self.begin()
        self.check_goes_on_by_itself("pwrite64")

    def test_killed_after_a_failed_sync(self):
        self.begin()
        daemon = self.failing("fdatasync", "EIO", "9+")
        daemon.wait_for_log("check the disk", 20)
        known = self.known()
        daemon.kill()
        daemon = self.daemon()
        self.check_whole(daemon)
        self.assertFalse(known - self.known(), "calls that were archived")

    def test_ends_on_a_disk_that_fails_for_good(self):
        self.begin()
        daemon = self.failing("fdatasync", "EIO", "9+")
        daemon.wait_for_log("check the disk", 20)
        known = self.known()
        status, seconds = daemon.stop()
        self.assertIn(status, (0, 1), daemon.log)
        self.assertLess(seconds, 10)
        daemon = self.daemon()
        self.check_whole(daemon)
        self.assertFalse(known - self.known(), "calls that were archived")

    @tracing.LOOKS_INTO_IT
    def test_the_log_is_written_again_before_anything_is_added(self):
        self.begin()
        daemon = self.daemon()
        self.reads_up_to(time.time(), 20)
        daemon.kill()
        log = f"{self.archive}-wal"
        trace = self.folder / "calls"
        with open(log, "rb") as left:
            bytes_left = len(left.read())
        self.assertGreater(bytes_left, 0)
        daemon = self.daemon(under=["strace", "-D", "-f", "-qq", "-y", "-o", trace,
                                    "-e", "trace=pwrite64,fdatasync"])
        self.check_whole(daemon)
        written = 0
        for line in trace.read_text().splitlines():
            if "fdatasync" in line and "calls.db-wal" in line:
                break
            if "pwrite64" in line and "calls.db-wal" in line:
                written += int(line.rsplit("=", 1)[1])
        self.assertEqual(written, bytes_left, "all of it, and then a sync")


if __name__ == "__main__":
    unittest.main()
