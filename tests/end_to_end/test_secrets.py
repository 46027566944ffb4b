"""The key and the UserSigs made from it appear nowhere but on the wire."""

import base64
import http.server
import json
import re
import signal
import subprocess
import threading
import time
import unittest
import urllib.parse

import harness

# Characters that every encoding would change, so that each form is another text.
KEY = "s3cr+t/k3y=&?%<\"'>#" + "0123456789abcdef" * 3

# zlib's first bytes in base64, with '+', '/' and '=' as they are, replaced as in a UserSig, or
# percent-encoded. The shortest UserSig is far longer.
USER_SIG = re.compile(rb"eJ[A-Za-z0-9*\-_+/=%]{60,}")


LEVELS = ("trace", "debug", "info", "warn", "error", "off")


def all_faults():
    shown = subprocess.run([harness.CALLKIT_SIM, "--list-faults"], capture_output=True, text=True,
                           check=True).stdout
    # These two take the whole time-out, and one of them is enough of those.
    return [name for name in re.findall(r"^ +([a-z0-9-]+):", shown, re.MULTILINE)
            if name not in ("stall-inside", "trickle")]


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with all that it was asked, as a proxy's error page or a debugging API might."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        told = f"Cannot POST {self.path} {dict(self.headers)} {body}"
        self.server.asked.append(told)
        number = len(self.server.asked) % 4
        if number == 0:
            answer = json.dumps({"errorCode": 70001, "errorMessage": told, "requestId": told})
        elif number == 1:
            answer = json.dumps({"ActionStatus": "FAIL", "ErrorCode": 4711, "ErrorInfo": told})
        else:
            answer = f"<html>{told}</html>"
        self.send_response((200, 200, 502, 403)[number], told if number == 3 else None)
        if number == 2:
            self.send_header("X-Request", self.path)
        self.send_header("Content-Length", str(len(answer.encode())))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_):
        pass


class Secrets(harness.EndToEnd):
    def forms(self, key):
        raw = key.encode()
        yield raw
        yield base64.b64encode(raw).rstrip(b"=")
        yield base64.urlsafe_b64encode(raw).rstrip(b"=")
        yield raw.hex().encode()
        yield urllib.parse.quote(key, safe="").encode()
        yield urllib.parse.quote_plus(key).encode()

    def check(self, what, data, key):
        for form in self.forms(key):
            self.assertNotIn(form, data, f"the key is in {what}")
        found = USER_SIG.search(data)
        self.assertIsNone(found, f"{what} holds what looks like a UserSig: {found}")
        self.assertNotIn(b"usersig=eJ", data, what)

    def check_files(self, key, skip):
        checked = []
        for path in sorted(self.folder.iterdir()):
            if path.name not in skip:
                self.check(path.name, path.read_bytes(), key)
                checked.append(path.name)
        return checked

    def test_nowhere_under_faults(self):
        simulator = self.simulator("--calls", "1000", "--app", f"{harness.APP}:{harness.KEY}")
        port = harness.free_port()
        self.write_config(simulator, level="trace", listen=f"127.0.0.1:{port}",
                          schedule="  poll_interval: 1s\n", requests="  timeout: 4s\n")
        simulator.set_faults(refuse=0.05, reset=0.05, truncate=0.05, html=0.1, http_403=0.02,
                             http_500=0.1, http_301=0.05, invalid_json=0.1, code_unknown=0.05,
                             code_expired=0.05, code_bad_parameters=0.02, trailing_garbage=0.05)
        daemon = self.daemon()
        until = time.monotonic() + 8
        while time.monotonic() < until:
            time.sleep(0.5)
            for path in ("/metrics", "/healthz", "/readyz"):
                try:
                    text = harness.get(f"http://127.0.0.1:{port}{path}")[1]
                except OSError:
                    continue
                self.check(path, text.encode(), harness.KEY)
        # While it runs, for the -wal file.
        checked = self.check_files(harness.KEY, ("callarchive.yaml", "example.yaml", "ca.pem"))
        self.assertIn("calls.db-wal", checked)
        self.assertIn("daemon.log", checked)
        self.assertGreater(len(daemon.log), 1000, "nothing was logged: this tests nothing")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.check_files(harness.KEY, ("callarchive.yaml", "example.yaml", "ca.pem"))
        for command in (["status"], ["status", "--json"], ["gaps"], ["check-config"], ["query"]):
            outcome = harness.run(*command, config=self.config)
            self.check(str(command), (outcome.out + outcome.err).encode(), harness.KEY)

    def test_nowhere_under_each_fault_at_the_most_talkative_level(self):
        simulator = self.simulator("--calls", "2000")
        self.write_config(simulator, level="trace", schedule="  poll_interval: 1s\n",
                          requests="  timeout: 4s\n")
        faults = all_faults()
        self.assertGreater(len(faults), 80)
        unchecked = ("callarchive.yaml", "example.yaml", "ca.pem")
        log = self.folder / "daemon.log"
        log.touch()
        for name in faults:
            # A new archive for each, with a week to read: a fault in a record needs records.
            for file in self.folder.glob("calls.db*"):
                file.unlink()
            before = log.stat().st_size
            simulator.set_faults(**{name: 1})
            daemon = self.daemon()

            def handled():
                """Met, and either told or followed by the next request."""
                met = simulator.outcomes().get(f"fault:{name}", 0)
                lines = log.read_bytes()[before:].count(b"\n")
                return met > 1 or met == 1 and lines > 1

            harness.wait_until(handled, 20, f"{name} is met and handled")
            # While it runs, for the -wal file.
            self.check_files(harness.KEY, unchecked + (log.name,))
            self.assertEqual(daemon.stop()[0], 0, daemon.log)
        told = len(re.findall('"level":"(?:warning|error)"', daemon.log))
        self.assertGreater(told, 20)
        self.check_files(harness.KEY, unchecked)

    def test_nowhere_at_any_level_and_with_a_usersig_that_was_given(self):
        simulator = self.simulator("--calls", "500")
        self.write_config(simulator, schedule="  poll_interval: 1s\n", apis=("v1", "v4"))
        given = harness.run("usersig", "--app", "v1", config=self.config).out.strip()
        text = self.config.read_text().replace(f'secret_key: "{harness.KEY}"',
                                               f'user_sig: "{given}"', 1)
        mixed = dict.fromkeys(all_faults(), 0.01)
        simulator.set_faults(**{**mixed, "stall": 0, "slow": 0, "http_403": 0.2})
        self.config.write_text(text)
        daemon = self.daemon()
        daemon.wait_for_log("archives 2 applications", 20)
        for level in LEVELS:
            self.config.write_text(text.replace("level: info", f"level: {level}"))
            daemon.signal(signal.SIGHUP)
            time.sleep(2.5)
        for level in LEVELS:
            self.config.write_text(text.replace("level: info", f"level: {level}"))
            for command in ("doctor", "check-config", "status"):
                outcome = harness.run(command, config=self.config)
                self.check(f"{command} at {level}", (outcome.out + outcome.err).encode(),
                           harness.KEY)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertGreater(len(daemon.log), 1000)
        self.check_files(harness.KEY, ("callarchive.yaml", "example.yaml", "ca.pem"))

    def test_an_answer_that_repeats_the_request_is_not_repeated(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.write_config(self.simulator("--calls", "10"), apis=("v1", "v4"), level="trace",
                          schedule="  poll_interval: 1s\n")
        self.config.write_text(re.sub(r"endpoint: .*",
                                      f"endpoint: http://127.0.0.1:{server.server_port}",
                                      self.config.read_text()))
        daemon = self.daemon()
        harness.wait_until(lambda: len(server.asked) >= 12, 60, "some requests")
        outcome = harness.run("doctor", config=self.config)
        self.check("doctor", (outcome.out + outcome.err).encode(), harness.KEY)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertIsNotNone(USER_SIG.search("".join(server.asked).encode()), "nothing was echoed")
        self.assertIn("Cannot POST", daemon.log)
        self.check_files(harness.KEY, ("callarchive.yaml", "example.yaml", "ca.pem"))
        outcome = harness.run("status", config=self.config)
        self.check("status", (outcome.out + outcome.err).encode(), harness.KEY)

    def test_a_wrong_key_is_not_told_either(self):
        simulator = self.simulator("--calls", "100")
        self.write_config(simulator, key=KEY.replace('"', '\\"'), level="trace")
        outcome = harness.run("sync", config=self.config)
        self.assertEqual(outcome.status, 3, outcome)
        self.check("sync's output", (outcome.out + outcome.err).encode(), KEY)
        self.check_files(KEY, ("callarchive.yaml", "example.yaml", "ca.pem"))

    def test_unusable_configurations_do_not_show_the_key(self):
        simulator = self.simulator("--calls", "100")
        self.write_config(simulator)
        good = self.config.read_text()
        for bad in (good.replace("secret_key", "secret_kye"),
                    good.replace("secret_key:", "user_sig:"),
                    good.replace("secret_key:", "secret_key: x\n    secret_key:"),
                    good.replace("secret_key: ", "secret_key: [") ,
                    good.replace("secret_key: ", "secret_key_env: "),
                    good.replace(f'"{harness.KEY}"', f'["{harness.KEY}"]')):
            self.config.write_text(bad)
            outcome = harness.run("check-config", config=self.config)
            self.assertEqual(outcome.status, 78, outcome)
            self.check(bad, (outcome.out + outcome.err).encode(), harness.KEY)

    def test_usersig_is_the_one_place(self):
        simulator = self.simulator("--calls", "100")
        self.write_config(simulator)
        outcome = harness.run("usersig", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        self.assertIsNotNone(USER_SIG.search(outcome.out.encode()),
                             "the pattern of these tests finds no real UserSig")
        self.assertNotIn(harness.KEY, outcome.out + outcome.err)
        self.assertNotIn("eJ", outcome.err)


if __name__ == "__main__":
    unittest.main()
