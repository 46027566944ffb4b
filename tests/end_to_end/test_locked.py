"""Another program keeps the lock on the archive's file."""

import signal
import sqlite3
import time
import unittest

import harness

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")


class Locked(harness.EndToEnd):
    def head(self):
        return self.value("SELECT max(head_ts) FROM cursors") or 0

    def reads_up_to(self, moment, seconds=20):
        def there():
            try:
                return self.head() > moment
            except sqlite3.Error:  # the schema is being made
                return False
        harness.wait_until(there, seconds, "the daemon reads up to now")

    def lock(self):
        other = sqlite3.connect(self.archive, isolation_level=None, timeout=10)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        return other

    def test_locked_by_another_program(self):
        simulator = self.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
        port = harness.free_port()
        self.write_config(simulator, schedule=SCHEDULE, listen=f"127.0.0.1:{port}",
                          requests="  timeout: 4s\n")
        daemon = self.daemon()
        begun = time.time()
        self.reads_up_to(begun)
        other = self.lock()
        before = self.head()
        time.sleep(15)
        self.assertIsNone(daemon.process.poll(), daemon.log)
        self.assertEqual(self.head(), before, "claimed without having it written")
        self.assertEqual(harness.get(f"http://127.0.0.1:{port}/healthz")[0], 200)
        status, text = harness.get(f"http://127.0.0.1:{port}/readyz")
        self.assertEqual(status, 503, text)
        self.assertEqual(daemon.log.count("another program keeps the database locked"), 1,
                         daemon.log)
        released = time.time()
        other.execute("ROLLBACK")
        self.reads_up_to(released, 35)
        daemon.wait_for_log("working again", 20)
        truth = simulator.truth()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_has_what_was_due(truth, begun, released, 4, 60)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        self.check_coverage_has_no_holes()
        self.check_intact()

    def test_a_configuration_is_taken_once_it_is_released(self):
        simulator = self.simulator("--retention", "90s", "--calls", "300", "--both")
        self.write_config(simulator, schedule=SCHEDULE)
        daemon = self.daemon()
        self.reads_up_to(time.time())
        other = self.lock()
        self.write_config(simulator, apis=("v1", "v4"), schedule=SCHEDULE)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("the new configuration was not taken", 20)
        other.execute("ROLLBACK")
        self.assertEqual(self.value("SELECT count(*) FROM cursors"), 1)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("the configuration was read again", 20)
        self.assertEqual(self.value("SELECT count(*) FROM cursors"), 2)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_ends_in_order_while_locked(self):
        simulator = self.simulator("--retention", "90s", "--calls", "300")
        self.write_config(simulator, schedule=SCHEDULE)
        daemon = self.daemon()
        self.reads_up_to(time.time())
        other = self.lock()
        daemon.wait_for_log("another program keeps the database locked", 20)
        status, seconds = daemon.stop()
        self.assertEqual(status, 0, daemon.log)
        self.assertLess(seconds, 10)
        # A start needs the lock, and says who is in the way.
        outcome = harness.run("run", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("another program keeps the database locked", outcome.err)
        other.execute("ROLLBACK")
        self.sync()


if __name__ == "__main__":
    unittest.main()
