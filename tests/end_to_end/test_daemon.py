"""`run`: killed, paused, reloaded, watched; the archive stays whole."""

import json
import os
import pathlib
import signal
import time
import unittest

import harness


class Daemon(harness.EndToEnd):
    def start(self, *simulator_options, calls="3000", **config):
        simulator = self.simulator("--calls", calls, *simulator_options)
        self.write_config(simulator, **config)
        return simulator

    def filled(self):
        """Whether everything that the API keeps was read once."""
        if not self.archive.exists():
            return False
        try:
            rows = self.rows("SELECT head_ts FROM cursors")
        except Exception:  # the schema is being made
            return False
        return bool(rows) and all(row["head_ts"] > time.time() - 120 for row in rows)

    def test_killed_again_and_again_during_the_first_fill(self):
        simulator = self.start("--latency", "40ms", calls="12000",
                               requests="  concurrency: 2\n  page_size: 50\n")
        begun = time.time()
        kills, counts = 0, []
        for pause in (0.2, 2.6, 0.5, 2.6, 1.0):
            daemon = self.daemon()
            time.sleep(pause)
            daemon.kill()
            kills += not self.filled()
            if self.archive.exists():
                self.check_intact()
                # The first may come before the schema's commit.
                if self.value("SELECT count(*) FROM sqlite_schema WHERE name = 'calls'"):
                    counts.append(self.value("SELECT count(*) FROM calls"))
        self.assertGreaterEqual(kills, 3, "the fill was over before it could be killed")
        self.assertEqual(counts, sorted(counts), "a kill has undone what was archived")
        self.assertGreater(counts[-1], 0, "no kill came after the first commit")
        daemon = self.daemon()
        harness.wait_until(self.filled, 40, "the first fill")
        status, _ = daemon.stop()
        self.assertEqual(status, 0, daemon.log)
        self.check_equals_truth(simulator.truth(), begun, time.time())
        self.check_intact()
        self.check_coverage_has_no_holes()
        self.assertEqual(self.value("SELECT count(*) FROM gaps"), 0)
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)

    @unittest.skipIf("/asan/" in harness.CALLARCHIVE or "/tsan/" in harness.CALLARCHIVE,
                     "a sanitizer keeps what is freed, and as much again")
    def test_memory_of_the_first_fill_is_given_back(self):
        self.start(calls="60000")
        daemon = self.daemon()
        harness.wait_until(self.filled, 60, "the first fill")

        def resident(name):
            status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
            return int(status.split(name + ":")[1].split()[0]) / 1024
        # Programs with a sanitizer, or without optimization, are larger: the difference counts.
        harness.wait_until(lambda: resident("VmRSS") < resident("VmHWM") - 12, 20,
                           "memory was given back")
        self.assertLess(resident("VmHWM"), 64)

    def test_second_writer_is_refused_by_name(self):
        self.start()
        daemon = self.daemon()
        harness.wait_until(self.filled, 20, "the first fill")
        for command in ("run", "sync"):
            outcome = harness.run(command, config=self.config)
            self.assertEqual(outcome.status, 1, outcome)
            self.assertRegex(outcome.err, rf"\b{daemon.process.pid}\b")
        self.assertIsNone(daemon.process.poll())

    def test_others_read_while_it_runs(self):
        self.start("--latency", "20ms")
        daemon = self.daemon()
        harness.wait_until(self.archive.exists, 10, "the archive")
        counts = []
        def read():
            try:
                counts.append(self.value("SELECT count(*) FROM calls"))
            except Exception:
                pass
            return self.filled()
        harness.wait_until(read, 30, "the first fill")
        self.assertEqual(counts, sorted(counts))
        for command in (["status"], ["query"], ["gaps"]):
            outcome = harness.run(*command, config=self.config)
            self.assertEqual(outcome.status, 0, outcome)
        self.assertIsNone(daemon.process.poll())

    def test_sigterm_and_sigint_end_it_cleanly(self):
        # Slow answers, so that a request is under way when the signal comes.
        self.start("--latency", "1s")
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.daemon()
            time.sleep(1)
            begun = time.monotonic()
            daemon.signal(number)
            self.assertEqual(daemon.process.wait(20), 0, daemon.log)
            self.assertLess(time.monotonic() - begun, 10)
        self.check_intact()

    def test_sigterm_while_the_api_says_nothing(self):
        simulator = self.start()
        simulator.set_faults(stall=1)
        daemon = self.daemon()
        time.sleep(1.5)
        status, seconds = daemon.stop()
        self.assertEqual(status, 0, daemon.log)
        self.assertLess(seconds, 10)

    def test_sighup_takes_a_good_configuration_and_refuses_a_bad_one(self):
        self.start()
        daemon = self.daemon()
        harness.wait_until(self.filled, 20, "the first fill")
        good = self.config.read_text()

        self.config.write_text(good.replace("rate_limit: 200", "rate_limit: 100000"))
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("requests.rate_limit")
        daemon.wait_for_log("nothing was changed")
        self.assertIsNone(daemon.process.poll())

        self.config.write_text(good.replace("level: info", "level: debug")
                               .replace("name: v1", "name: renamed"))
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("the configuration was read again")
        harness.wait_until(
            lambda: [row["app"] for row in self.rows("SELECT app FROM cursors")] == ["renamed"],
            10, "the new name in the archive")

        elsewhere = self.folder / "elsewhere.db"
        self.config.write_text(good.replace(str(self.archive), str(elsewhere)))
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("archive.path has changed: that needs a restart")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertFalse(elsewhere.exists())

    def test_goes_on_after_an_outage(self):
        simulator = self.start(schedule="  poll_interval: 1s\n")
        simulator.pause()
        begun = time.time()
        daemon = self.daemon()
        time.sleep(2)
        self.assertIsNone(daemon.process.poll(), daemon.log)
        outcome = harness.run("status", config=self.config)
        self.assertEqual(outcome.status, 3, outcome)
        simulator.resume()
        harness.wait_until(self.filled, 60, "the first fill after the outage")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_equals_truth(simulator.truth(), begun, time.time())
        self.assertEqual(self.value("SELECT count(*) FROM gaps"), 0)


class Http(harness.EndToEnd):
    metrics = ("callarchive_build_info", "callarchive_records_new_total",
               "callarchive_records_unchanged_total", "callarchive_records_revised_total",
               "callarchive_records_rejected_total", "callarchive_requests_total",
               "callarchive_request_duration_seconds_bucket", "callarchive_windows_total",
               "callarchive_cursor_timestamp_seconds", "callarchive_head_timestamp_seconds",
               "callarchive_margin_seconds", "callarchive_gap_seconds_total",
               "callarchive_last_success_timestamp_seconds", "callarchive_archive_records",
               "callarchive_archive_bytes")

    def samples(self, text):
        values = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values

    def test_metrics_health_and_readiness(self):
        simulator = self.simulator("--calls", "1000")
        url = f"http://127.0.0.1:{harness.free_port()}"
        self.write_config(simulator, listen=url.removeprefix("http://"),
                          schedule="  poll_interval: 1s\n", requests="  timeout: 4s\n")
        simulator.pause()
        daemon = self.daemon()
        def answers(path, status):
            try:
                got = harness.get(url + path)
            except OSError:
                return None
            return got if got[0] == status else None

        harness.wait_until(lambda: answers("/healthz", 200), 10, "/healthz")
        _, text = harness.wait_until(lambda: answers("/readyz", 503), 5, "/readyz is not ready")
        self.assertTrue(json.loads(text)["reasons"])
        simulator.resume()
        _, text = harness.wait_until(lambda: answers("/readyz", 200), 30, "/readyz is ready")
        self.assertEqual(json.loads(text)["reasons"], [])

        harness.wait_until(
            lambda: self.samples(harness.get(url + "/metrics")[1]).get(
                'callarchive_archive_records{app="v1"}', 0) >= 900, 20, "the calls are counted")
        status, text = harness.get(url + "/metrics")
        self.assertEqual(status, 200)
        values = self.samples(text)
        for name in self.metrics:
            found = [sample for sample in values if sample.split("{")[0] == name]
            self.assertTrue(found, f"{name} is missing")
            if name not in ("callarchive_build_info", "callarchive_archive_bytes"):
                self.assertTrue(all('app="v1"' in sample for sample in found), found)
        # Calls go on coming in, and the archive is counted once in a while: equal in the end.
        def counted():
            now = self.samples(harness.get(url + "/metrics")[1])
            return (now['callarchive_records_new_total{app="v1"}']
                    == now['callarchive_archive_records{app="v1"}'])
        harness.wait_until(counted, 30, "the two counts of calls agree")
        self.assertGreater(values['callarchive_margin_seconds{app="v1"}'], 6.9 * 86_400)
        self.assertGreater(values["callarchive_archive_bytes"], 0)
        self.assertEqual(harness.get(url + "/nowhere")[0], 404)

        simulator.pause()
        _, text = harness.wait_until(lambda: answers("/readyz", 503), 20, "/readyz notices")
        self.assertIn("newest successful poll", text)
        self.assertEqual(harness.get(url + "/healthz")[0], 200)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_healthcheck_asks_the_daemon(self):
        simulator = self.simulator("--calls", "100")
        port = harness.free_port()
        self.write_config(simulator, listen=f"0.0.0.0:{port}")
        # A proxy of the environment has nothing to do with it.
        check = lambda: harness.run("healthcheck", config=self.config,
                                    environment={"http_proxy": "http://127.0.0.1:9"})
        self.assertEqual(check().status, 1)
        daemon = self.daemon()
        harness.wait_until(lambda: check().status == 0, 10, "a healthy daemon")
        daemon.signal(signal.SIGSTOP)
        self.assertEqual(check().status, 1)
        daemon.signal(signal.SIGCONT)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.write_config(simulator, listen="")
        self.assertEqual(check().status, 0)

    @unittest.skipUnless(harness.may_look_into_protected(),
                         "without CAP_SYS_PTRACE the daemon is protected from being looked at")
    def test_any_free_port(self):
        simulator = self.simulator("--calls", "100")
        self.write_config(simulator, listen="127.0.0.1:0")
        daemon = self.daemon()
        def port():
            inodes = set()
            for name in pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir():
                try:
                    inodes.add(os.readlink(name))
                except OSError:
                    pass
            for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                    return int(fields[1].split(":")[1], 16)
            return None
        found = harness.wait_until(port, 10, "a listening socket")
        self.assertEqual(harness.get(f"http://127.0.0.1:{found}/healthz")[0], 200)

    def test_port_in_use_is_told(self):
        simulator = self.simulator("--calls", "100")
        taken = simulator.url.removeprefix("https://")
        self.write_config(simulator, listen=taken)
        outcome = harness.run("run", config=self.config, timeout=20)
        # Another program may give it up: the service manager tries again.
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("http.listen", outcome.err)


if __name__ == "__main__":
    unittest.main()
