"""`run` under a service manager: what it says to $NOTIFY_SOCKET, and when."""

import os
import signal
import socket
import time
import unittest

import harness


class Manager:
    """The manager's end of the line, at a path or an abstract name."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.socket.setblocking(False)
        self.messages = []

    def read(self):
        while True:
            try:
                text = self.socket.recv(65536).decode()
            except BlockingIOError:
                return self.messages
            self.messages.append(dict(line.split("=", 1) for line in text.split("\n")))

    def wait_for(self, condition, seconds, what):
        return harness.wait_until(
            lambda: next((m for m in self.read() if condition(m)), None), seconds, what)

    def count(self, name):
        return sum(name in message for message in self.read())


class Service(harness.EndToEnd):
    def manager(self, name):
        manager = Manager(name)
        self.addCleanup(manager.socket.close)
        return manager

    def started(self, name, environment=None, calls="1000", **config):
        self.sim = self.simulator("--calls", calls)
        self.write_config(self.sim, **config)
        manager = self.manager(name)
        daemon = self.daemon(environment={"NOTIFY_SOCKET": name, **(environment or {})})
        return manager, daemon

    def test_ready_when_all_is_up_then_status_then_stopping(self):
        port = harness.free_port()
        manager, daemon = self.started(str(self.folder / "notify"), listen=f"127.0.0.1:{port}")
        manager.wait_for(lambda m: m.get("READY") == "1", 15, "READY=1")
        # Now, and not soon: the listener is up and the archive can be asked.
        self.assertEqual(harness.get(f"http://127.0.0.1:{port}/healthz")[0], 200)
        self.assertEqual(self.value("SELECT count(*) FROM cursors"), 1)
        # A new archive gets its schema first.
        self.assertIn("EXTEND_TIMEOUT_USEC", manager.messages[0])
        status = manager.wait_for(lambda m: "margin 6d 23h" in m.get("STATUS", ""), 20,
                                  "a status with the margin")["STATUS"]
        self.assertIn("v1: final until 2", status)
        self.assertIn("gap", status)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertEqual(manager.read()[-1]["STOPPING"], "1")
        self.assertEqual(manager.count("READY"), 1)
        self.assertEqual(manager.count("WATCHDOG"), 0, "nobody asked for signs of life")

    def test_never_ready_with_a_bad_configuration_or_archive(self):
        manager, daemon = self.started("@callarchive-" + self.folder.name)
        manager.wait_for(lambda m: "READY" in m, 15, "READY=1")
        daemon.stop()
        manager.read()
        manager.messages.clear()
        good = self.config.read_text()
        environment = {"NOTIFY_SOCKET": "@callarchive-" + self.folder.name}
        self.config.write_text(good.replace("rate_limit: 200", "rate_limit: 0"))
        outcome = harness.run("run", config=self.config, environment=environment)
        self.assertEqual(outcome.status, 78, outcome)
        self.config.write_text(good)
        self.archive.write_text("this is no database, but long enough to be looked at" * 40)
        outcome = harness.run("run", config=self.config, environment=environment)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertEqual(manager.count("READY"), 0, manager.messages)

    def test_an_address_that_is_taken_is_tried_again_and_no_configuration_error(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = f"127.0.0.1:{other.getsockname()[1]}"
            self.write_config(self.simulator("--calls", "10"), listen=address)
            outcome = harness.run("run", config=self.config)
        # 78 would keep the service manager from trying again.
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn(f"cannot listen on {address}", outcome.err)

    def test_reload_begins_and_ends_in_the_protocol(self):
        manager, daemon = self.started("@callarchive-" + self.folder.name)
        manager.wait_for(lambda m: "READY" in m, 15, "READY=1")
        good = self.config.read_text()
        for number, (text, remark) in enumerate(
                [(good.replace("level: info", "level: debug"), ""),
                 (good.replace("level: info", "level: loud"), "reload was refused"),
                 (good, "")], start=2):
            manager.read()
            manager.messages.clear()
            self.config.write_text(text)
            asked = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            daemon.signal(signal.SIGHUP)
            ready = manager.wait_for(lambda m: "READY" in m, 10, f"READY=1 number {number}")
            reloading = next(m for m in manager.messages if "RELOADING" in m)
            self.assertLess(manager.messages.index(reloading), manager.messages.index(ready))
            self.assertGreaterEqual(int(reloading["MONOTONIC_USEC"]), asked)
            self.assertIn(remark, ready["STATUS"])
            self.assertEqual("refused" in ready["STATUS"], bool(remark))
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_signs_of_life_while_it_turns_and_none_while_it_does_not(self):
        manager, daemon = self.started("@callarchive-" + self.folder.name,
                                       {"WATCHDOG_USEC": "400000"})
        harness.wait_until(lambda: manager.count("WATCHDOG") >= 3, 15, "signs of life")
        daemon.signal(signal.SIGSTOP)
        time.sleep(0.3)
        before = manager.count("WATCHDOG")
        time.sleep(1)
        self.assertEqual(manager.count("WATCHDOG"), before)
        daemon.signal(signal.SIGCONT)
        harness.wait_until(lambda: manager.count("WATCHDOG") > before, 10, "a sign after that")
        # Trouble at the vendor is no reason to be restarted.
        self.sim.pause()
        time.sleep(1)
        before = manager.count("WATCHDOG")
        harness.wait_until(lambda: manager.count("WATCHDOG") > before + 2, 10,
                           "signs during an outage")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_another_process_s_watchdog_is_not_ours(self):
        manager, daemon = self.started("@callarchive-" + self.folder.name,
                                       {"WATCHDOG_USEC": "100000", "WATCHDOG_PID": str(os.getpid())})
        manager.wait_for(lambda m: "margin" in m.get("STATUS", ""), 20, "a status")
        self.assertEqual(manager.count("WATCHDOG"), 0)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def test_a_manager_that_does_not_listen_is_told_of_once(self):
        self.write_config(self.simulator("--calls", "100"))
        nobody = self.folder / "nobody"
        daemon = self.daemon(environment={"NOTIFY_SOCKET": str(nobody),
                                          "WATCHDOG_USEC": "1000000"})
        daemon.wait_for_log("final until", 20)
        time.sleep(1)  # signs of life go on
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertEqual(daemon.log.count("No such file"), 1, daemon.log)

    def test_an_address_that_is_none_is_told_and_stops_nothing(self):
        simulator = self.simulator("--calls", "100")
        self.write_config(simulator)
        daemon = self.daemon(environment={"NOTIFY_SOCKET": "nonsense"})
        daemon.wait_for_log("NOTIFY_SOCKET")
        daemon.wait_for_log("final until", 20)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)


if __name__ == "__main__":
    unittest.main()
