"""The simulator, and what asks it."""

import json
import pathlib
import subprocess
import time
import urllib.request

from .process import Failed, clean_environment, measure

RETENTION = 604_800
APP = 1_400_000_000


class Service:
    """callkit-sim on a loopback port of its own, with a configuration for callarchive."""

    def __init__(self, programs, folder, *options):
        self.programs = programs
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.options = options

    def __enter__(self):
        ready = self.folder / "ready"
        self.process = subprocess.Popen(
            [self.programs / "src/simulator/callkit-sim", "--listen", "127.0.0.1:0",
             "--ready-file", ready, "--config-file", self.folder / "example.yaml",
             *map(str, self.options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=clean_environment())
        end = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise Failed("the simulator did not start")
            time.sleep(0.02)
        self.url = ready.read_text().strip()
        self.begun = int(time.time())
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)

    def configuration(self, name, *, archive, more=""):
        """Writes a configuration for this service; `more` is YAML that is added to the example."""
        path = self.folder / f"{name}.yaml"
        example = (self.folder / "example.yaml").read_text()
        path.write_text(example.replace("./calls.db", str(archive)) + "\n" + more)
        path.chmod(0o600)
        return path

    def signed_url(self):
        config = self.configuration("sign", archive=self.folder / "none.db")
        sig = measure([self.programs / "src/app/callarchive", "--config", config, "usersig"])
        return (f"{self.url}/v1/records/get_records_by_filter?sdkappid={APP}"
                f"&identifier=administrator&usersig={sig.output.strip()}&random=1&contenttype=json")

    def warm_up(self):
        """Lets it make its calls, so that the first to ask does not wait for that."""
        body = (f'{{"startTimestamp":{self.begun - RETENTION},"endTimestamp":{self.begun},'
                '"numberPerPage":1,"page":1}').encode()
        request = urllib.request.Request(self.signed_url(), body,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()

    def stats(self):
        with urllib.request.urlopen(f"{self.url}/_sim/stats", timeout=20) as answer:
            return json.load(answer)

    def week(self, share=1.0):
        """From, to and the length of windows for those who read by windows of a fixed length.
        `share` of the newest: for those who are too slow for the whole."""
        to = self.begun
        return int(to - (RETENTION - 300) * share), to, 7_200
