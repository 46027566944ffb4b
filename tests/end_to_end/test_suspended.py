"""The machine sleeps for longer than the API keeps anything."""

import signal
import time
import unittest

import harness

RETENTION = 12
SLEPT = 18


class Suspended(harness.EndToEnd):
    def test_what_left_meanwhile_is_a_gap_and_no_more(self):
        simulator = self.simulator("--retention", f"{RETENTION}s", "--calls", "4000",
                                   "--long-share", "0.02", "--keep-truth")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 2s\n"
                                              "  revisit: [2s, 4s, 8s]\n"
                                              f"  retention: {RETENTION}s\n")
        daemon = self.daemon()
        # Until the filter is known, what no sweep has read counts as unread.
        daemon.wait_for_log("calls across a window's bounds are returned", 20)
        time.sleep(2)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        slept_from = time.time()
        daemon.signal(signal.SIGSTOP)
        time.sleep(SLEPT)
        woke = time.time()
        daemon.signal(signal.SIGCONT)
        harness.wait_until(lambda: self.value("SELECT head_ts FROM cursors") > woke, 10,
                           "the daemon goes on")
        daemon.wait_for_log("left the API's window", 5)
        gaps = self.rows("SELECT * FROM gaps WHERE reason = 'unread'")
        lost = sum(gap["to_ts"] - gap["from_ts"] for gap in gaps)
        self.assertGreaterEqual(lost, SLEPT - RETENTION - 3, gaps)
        self.assertLessEqual(lost, SLEPT - RETENTION + 6, gaps)
        for gap in self.rows("SELECT * FROM gaps"):
            # What was read too early lies before the sleep, what was never read in it.
            self.assertGreaterEqual(gap["to_ts"], slept_from - RETENTION, gap)
            self.assertLessEqual(gap["to_ts"], woke - RETENTION + 6, gap)
        time.sleep(3)
        done = time.time()
        again = self.rows("SELECT * FROM gaps WHERE reason = 'unread'")
        self.assertEqual(again, gaps, "nothing more is lost after it woke")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        truth = simulator.truth()
        calls = self.check_has_what_was_due(
            {key: call for key, call in truth.items()
             if call["start_ts"] > woke - RETENTION + 6}, done, done, 2, 8)
        self.assertEqual(calls.keys() - truth.keys(), set(), "calls that never were")
        self.check_coverage_has_no_holes()
        self.check_intact()


if __name__ == "__main__":
    unittest.main()
