"""`notify.ping_url`: a dead-man's switch that hears of good and of failed cycles."""

import http.server
import threading
import time
import unittest

import harness


class Switch:
    """Notes which paths were asked for; may be slow, or answer badly."""

    def __init__(self):
        switch = self
        self.paths = []
        self.status = 200
        self.delay = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                switch.paths.append(self.path)
                time.sleep(switch.delay)
                self.send_response(switch.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Ping(harness.EndToEnd):
    token = "s3cret-t0ken"

    def setUp(self):
        super().setUp()
        self.switch = Switch()
        self.addCleanup(self.switch.close)
        self.sim = self.simulator("--calls", "500")
        self.write_config(self.sim, schedule="  poll_interval: 1s\n", requests="  timeout: 4s\n")
        with self.config.open("a") as config:
            config.write(f"notify:\n  ping_url: http://127.0.0.1:{self.switch.server.server_port}"
                         f"/{self.token}?who=x\n")
        self.good, self.failed = f"/{self.token}?who=x", f"/{self.token}/fail?who=x"

    def count(self, path):
        return self.switch.paths.count(path)

    def test_good_cycles_and_failed_ones(self):
        daemon = self.daemon()
        harness.wait_until(lambda: self.count(self.good) >= 3, 20, "pings of good cycles")
        self.assertEqual(self.count(self.failed), 0)
        self.sim.pause()
        harness.wait_until(lambda: self.count(self.failed) >= 1, 30, "a ping of a failed cycle")
        good = self.count(self.good)
        self.sim.resume()
        harness.wait_until(lambda: self.count(self.good) > good, 30, "a good cycle after it")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertNotIn(self.token, daemon.log)
        shown = harness.run("check-config", config=self.config)
        self.assertNotIn(self.token, shown.out + shown.err)

    def test_a_switch_in_trouble_delays_nothing_and_is_told_once(self):
        self.switch.delay, self.switch.status = 3, 500
        daemon = self.daemon()
        daemon.wait_for_log("ping_url failed", 20)
        before = self.value("SELECT head_ts FROM cursors")
        harness.wait_until(lambda: self.value("SELECT head_ts FROM cursors") >= before + 4, 12,
                           "polls go on meanwhile")
        status, seconds = daemon.stop()
        self.assertEqual(status, 0, daemon.log)
        self.assertLess(seconds, 5)
        self.assertEqual(daemon.log.count("ping_url failed"), 1, daemon.log)
        self.assertNotIn(self.token, daemon.log)

    def test_an_address_that_is_none_is_not_shown(self):
        text = self.config.read_text()
        self.config.write_text(text.replace("http://127", "httq://127"))
        outcome = harness.run("check-config", config=self.config)
        self.assertEqual(outcome.status, 78, outcome)
        self.assertIn("notify.ping_url", outcome.err)
        self.assertNotIn(self.token, outcome.err)


if __name__ == "__main__":
    unittest.main()
