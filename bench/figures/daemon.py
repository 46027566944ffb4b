"""The daemon: how soon it asks, how soon it ends, what it costs while nothing happens."""

import pathlib
import signal
import socket
import subprocess
import time

from .process import clean_environment, median, written_bytes_of
from .service import Service

QUIET = "http:\n  listen: \"\"\nlog:\n  level: error\n"


class Daemon:
    """`callarchive run`, ended with SIGTERM."""

    def __init__(self, programs, config):
        self.command = [programs / "src/app/callarchive", "--config", config, "run"]

    def __enter__(self):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, env=clean_environment())
        return self

    def end(self):
        """Seconds from SIGTERM to the end."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - begin

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()

    def cpu_seconds(self):
        # All threads; schedstat counts nanoseconds where stat counts hundredths.
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        return None


def first_request(programs, folder, runs):
    """Seconds from exec to the first byte of a request, against a listener that never answers."""
    folder.mkdir(parents=True)
    seconds = []
    for number in range(runs):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            config = folder / "start.yaml"
            config.write_text(
                f"archive:\n  path: {folder / 'start.db'}\napps:\n  - sdk_app_id: 1400000000\n"
                f"    endpoint: http://127.0.0.1:{port}\n    secret_key: {'0123456789abcdef' * 4}\n"
                + QUIET)
            config.chmod(0o600)
            with Daemon(programs, config) as daemon:
                connection, _ = listener.accept()
                connection.recv(1)
                # The first one makes the archive.
                if number > 0:
                    seconds.append(time.monotonic() - daemon.begun)
                connection.close()
    return median(seconds)


def last_breath(programs, folder, runs):
    """Seconds from SIGTERM to the end of an idle daemon."""
    seconds = []
    with Service(programs, folder, "--calls", 2_000) as service:
        service.warm_up()
        config = service.configuration("end", archive=folder / "end.db", more=QUIET)
        for number in range(runs):
            with Daemon(programs, config) as daemon:
                time.sleep(3 if number == 0 else 1)
                seconds.append(daemon.end())
    return median(seconds)


class Standing:
    """A daemon that stands beside the other measurements for as long as they last."""

    def __init__(self, programs, folder, retention, calls):
        options = ["--calls", calls, "--users", 20_000]
        self.compressed = retention is not None
        if self.compressed:
            options += ["--retention", f"{retention}s"]
        self.retention = retention or 604_800
        self.service = Service(programs, folder, *options)
        self.programs, self.folder = programs, folder

    def __enter__(self):
        self.service.__enter__()
        config = self.service.configuration("standing", archive=self.folder / "standing.db",
                                            more=QUIET)
        self.daemon = Daemon(self.programs, config).__enter__()
        time.sleep(8)  # the first fill
        self.at = time.monotonic()
        self.cpu = self.daemon.cpu_seconds()
        self.written = written_bytes_of(self.daemon.process.pid)
        return self

    def figures(self):
        seconds = time.monotonic() - self.at
        written = written_bytes_of(self.daemon.process.pid)
        return {"seconds": seconds, "days": seconds / (self.retention / 7),
                "core_share": (self.daemon.cpu_seconds() - self.cpu) / seconds,
                "written_per_minute": None if written is None else
                (written - self.written) / seconds * 60,
                "resident": self.daemon.memory("VmRSS"),
                "resident_peak": self.daemon.memory("VmHWM")}

    def __exit__(self, *_):
        self.daemon.__exit__()
        self.service.__exit__()
