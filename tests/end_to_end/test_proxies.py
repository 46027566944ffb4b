"""What a proxy is told, and what the API behind it, by the program as it is."""

import contextlib
import http.server
import selectors
import socket
import threading
import time
import unittest
import urllib.request

import harness


class Handler(http.server.BaseHTTPRequestHandler):
    """Notes what it is asked for, and hands it on: to the simulator, or through a tunnel."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self.path.removeprefix(self.server.endpoint)
        request = urllib.request.Request(self.server.simulator.url + path, data=body, method="POST")
        with urllib.request.urlopen(request, context=self.server.simulator.tls) as answer:
            told = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

    def do_CONNECT(self):
        self.server.asked.append(self.path)
        host, port = self.path.split(":")
        self.close_connection = True
        with socket.create_connection((host, int(port))) as other:
            self.send_response(200)
            self.end_headers()
            with selectors.DefaultSelector() as ends, contextlib.suppress(OSError):
                ends.register(self.connection, selectors.EVENT_READ, other)
                ends.register(other, selectors.EVENT_READ, self.connection)
                while True:
                    for key, _ in ends.select():
                        data = key.fileobj.recv(65536)
                        if not data:
                            return
                        key.data.sendall(data)

    def log_message(self, *_):
        pass


class Proxies(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.api = self.simulator("--calls", "500", "--keep-truth")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.simulator, self.server.asked, self.server.endpoint = self.api, [], ""
        threading.Thread(target=self.server.serve_forever).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def write_config_with(self, endpoint, requests=""):
        self.write_config(self.api, requests=requests)
        self.config.write_text(self.config.read_text().replace(
            f"endpoint: {self.api.url}", f"endpoint: {endpoint}"))

    def sync_and_compare(self, **environment):
        begun = time.time()
        self.sync(environment=environment)
        self.check_equals_truth(self.api.truth(), begun, time.time())
        self.assertTrue(self.server.asked)

    def check_asked_for(self, address):
        for asked in self.server.asked:
            self.assertTrue(asked.startswith(f"{address}?sdkappid={harness.APP}&"), asked)
            self.assertIn("&usersig=eJ", asked)
            self.assertTrue(asked.endswith("&contenttype=json"), asked)

    def test_without_one_the_api_is_told_path_and_query(self):
        self.write_config_with(self.url)
        self.sync_and_compare()
        self.check_asked_for("/v1/records/get_records_by_filter")

    def test_a_proxy_is_told_the_whole_address(self):
        # Nobody is there: what comes, comes from the proxy.
        self.server.endpoint = f"http://127.0.0.1:{harness.free_port()}"
        self.write_config_with(self.server.endpoint)
        for variable in ("http_proxy", "all_proxy", "ALL_PROXY"):
            with self.subTest(variable):
                self.server.asked.clear()
                self.sync_and_compare(**{variable: self.url})
                self.check_asked_for(self.server.endpoint + "/v1/records/get_records_by_filter")
        self.write_config_with(self.server.endpoint, requests=f"  proxy: {self.url}\n")
        self.server.asked.clear()
        self.sync_and_compare()
        self.check_asked_for(self.server.endpoint + "/v1/records/get_records_by_filter")

    def test_a_tunnel_is_told_the_host_alone(self):
        self.write_config_with(self.api.url)
        self.sync_and_compare(https_proxy=self.url)
        host = self.api.url.removeprefix("https://")
        self.assertEqual(set(self.server.asked), {host})


if __name__ == "__main__":
    unittest.main()
