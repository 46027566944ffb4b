"""The key and the UserSigs made from it appear nowhere but on the wire."""

import base64
import re
import time
import unittest
import urllib.parse

import harness

# Characters that every encoding would change, so that each form is another text.
KEY = "s3cr+t/k3y=&?%<\"'>#" + "0123456789abcdef" * 3

# zlib's first bytes in base64, with '+', '/' and '=' as they are, replaced as in a UserSig, or
# percent-encoded. The shortest UserSig is far longer.
USER_SIG = re.compile(rb"eJ[A-Za-z0-9*\-_+/=%]{60,}")


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
