"""Another program reads the archive for a long time, and what it reads may not change."""

import pathlib
import time
import unittest

import harness

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")


class LongReader(harness.EndToEnd):
    def test_the_log_waits_for_it_and_shrinks_after_it(self):
        simulator = self.simulator("--retention", "90s", "--calls", "70000", "--keep-truth",
                                   "--rate-limit", "0")
        self.write_config(simulator, schedule=SCHEDULE, requests="  concurrency: 8\n")
        # An archive with nothing in it yet, and somebody who goes on looking at that.
        simulator.pause()
        daemon = self.daemon()
        harness.wait_until(lambda: "next try" in daemon.log, 20, "the daemon is up")
        with harness.opened(self.archive) as reader:
            reader.isolation_level = None
            reader.execute("BEGIN")
            self.assertEqual(reader.execute("SELECT count(*) FROM calls").fetchone()[0], 0)
            simulator.resume()
            begun = time.time()
            harness.wait_until(lambda: (self.value("SELECT max(head_ts) FROM cursors") or 0) > begun,
                               30, "all is read while somebody else reads too")
            self.assertEqual(reader.execute("SELECT count(*) FROM calls").fetchone()[0], 0)
            log = pathlib.Path(f"{self.archive}-wal")
            longest = log.stat().st_size
            self.assertGreater(longest, 20 << 20, "the log was never in anybody's way")
        harness.wait_until(lambda: log.stat().st_size <= 16 << 20, 20, "the log is short again")
        done = time.time()
        truth = simulator.truth()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_has_what_was_due(truth, done, done, 4, 60)
        self.check_intact()


if __name__ == "__main__":
    unittest.main()
