"""`healthcheck` asks where the daemon listens, and says what it heard."""

import http.server
import socket
import threading
import unittest

import harness


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Healthz:
    """A daemon's /healthz on one address of this machine."""

    def __init__(self, address):
        healthz = self
        self.status = 200

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(healthz.status if self.path == "/healthz" else 404)
                self.end_headers()
                self.wfile.write(b"as it stands\n")

            def log_message(self, *_):
                pass

        class Server(http.server.HTTPServer):
            address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

        self.server = Server((address, 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Healthcheck(harness.EndToEnd):
    def check(self, listen):
        self.config.write_text(f"archive:\n  path: {self.archive}\napps:\n"
                               f"  - sdk_app_id: {harness.APP}\n    secret_key: x\n"
                               f"http:\n  listen: \"{listen}\"\n")
        return harness.run("healthcheck", config=self.config)

    def test_a_listener_on_all_addresses_is_asked_on_this_machine_s_own(self):
        for listen, address in (("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"),
                                ("[::]", "::1"), ("[::1]", "::1")):
            if ":" in address and not has_ipv6():
                continue
            with self.subTest(listen=listen):
                daemon = Healthz(address)
                self.addCleanup(daemon.close)
                where = f"{listen}:{daemon.server.server_port}"
                outcome = self.check(where)
                self.assertEqual((outcome.status, outcome.err), (0, "as it stands\n"), outcome)
                daemon.status = 503
                outcome = self.check(where)
                self.assertEqual((outcome.status, outcome.err), (1, "as it stands\n"), outcome)

    def test_nobody_answers(self):
        where = f"127.0.0.1:{harness.free_port()}"
        outcome = self.check(where)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn(f"nothing answers on {where} (http.listen)", outcome.err)
        outcome = self.check("")
        self.assertEqual(outcome.status, 0, outcome)
        self.assertIn("nobody can be asked", outcome.err)


if __name__ == "__main__":
    unittest.main()
