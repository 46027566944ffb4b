"""Runs callarchive against callkit-sim as a user would: two processes, HTTPS, files and signals."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

CALLARCHIVE = os.environ.get("CALLARCHIVE_BIN", "callarchive")
CALLKIT_SIM = os.environ.get("CALLKIT_SIM_BIN", "callkit-sim")

APP = 1400000000
KEY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

# A call this close to either end of its time in the API may go or come while it is asked for.
EDGE_SECONDS = 5

PUBLIC_FIELDS = ("call_id", "start_ts", "accept_ts", "end_ts", "media_type", "call_type",
                 "call_result", "room_id", "caller", "callees", "total_user_number")

OLDER_ARCHIVE = pathlib.Path(__file__).resolve().parent.parent / "store/archives/schema_1.db"
# Trials on a machine that has much else to do say so here: everything may take so many times longer.
PATIENCE = float(os.environ.get("CALLARCHIVE_TEST_PATIENCE", "1"))


class Failed(AssertionError):
    """What the test needs did not happen in time."""


def wait_until(condition, seconds, what):
    """Gives back the condition's first true value."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def may_look_into_protected():
    """Whether another process that is not dumpable may be looked at, its open files and its memory
    (CAP_SYS_PTRACE, number 19; capabilities(7)). Root of a container may not."""
    status = pathlib.Path("/proc/self/status").read_text()
    effective = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return int(effective.split()[1], 16) >> 19 & 1 == 1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(extra=None, under=()):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("CALLARCHIVE_", "WATCHDOG_"))
                   and name != "NOTIFY_SOCKET" and not name.lower().endswith("_proxy")}
    environment.update(extra or {})
    if under:
        # A sanitizer looks for leaks as strace does, by tracing; only one can.
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
    return environment


def get(url, context=None, timeout=10):
    """Status and text, whatever the status."""
    try:
        with urllib.request.urlopen(url, context=context, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Simulator:
    """callkit-sim over HTTPS on a port of its own choice."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.options = options
        self.ca_file = self.folder / "ca.pem"
        self.example_config = self.folder / "example.yaml"
        self.process = None
        self.url = None

    def __enter__(self):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [CALLKIT_SIM, "--listen", "", "--tls-listen", "127.0.0.1:0",
             "--ca-file", self.ca_file, "--ready-file", ready,
             "--config-file", self.example_config, *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=clean_environment())
        try:
            wait_until(lambda: ready.exists() or self.process.poll() is not None, 20,
                       "the simulator is ready")
            if self.process.poll() is not None:
                raise Failed(f"the simulator ended with {self.process.returncode}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.url = ready.read_text().strip()
        self.tls = ssl.create_default_context(cafile=str(self.ca_file))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _post(self, path, body=b""):
        request = urllib.request.Request(self.url + path, data=body, method="POST")
        with urllib.request.urlopen(request, context=self.tls, timeout=20) as answer:
            return answer.read()

    def truth(self, dialect=None):
        """What the API knows of now, by call id, spelled as the view `calls` does."""
        query = f"/_sim/truth?app={APP}" + (f"&dialect={dialect}" if dialect else "")
        with urllib.request.urlopen(self.url + query, context=self.tls, timeout=60) as answer:
            calls = map(json.loads, answer.read().decode().splitlines())
        return {call["call_id"]: {
            **call,
            "start_ts": call["start"],
            "accept_ts": call["accept"] or None,
            "end_ts": call["end"] or None,
        } for call in calls}

    def stats(self):
        return json.loads(get(self.url + "/_sim/stats", self.tls)[1])

    def outcomes(self):
        return self.stats()["apps"][str(APP)]["outcomes"]

    def set_faults(self, **faults):
        """`http_500=0.1`: underscores stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in faults.items()}
        self._post("/_sim/faults", json.dumps({"clear": True, **named}).encode())

    def pause(self):
        self._post("/_sim/pause")

    def resume(self):
        self._post("/_sim/resume")


class Outcome:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f"exit status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(*arguments, config=None, environment=None, timeout=120, cwd=None, under=()):
    """One callarchive command to its end. `under` is a program with arguments that runs it."""
    given = ["--config", str(config)] if config else []
    done = subprocess.run([*under, CALLARCHIVE, *given, *map(str, arguments)], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=timeout * PATIENCE, cwd=cwd,
                          env=clean_environment(environment, under))
    # Decoded here, since subprocess would make "\r\n" of CSV a "\n".
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))


class Daemon:
    """`callarchive run`, or another command that takes its time, its log in a file. `under` is a
    program with arguments that runs it."""

    def __init__(self, config, log_path, environment=None, command="run", under=()):
        self.config = config
        self.command = command
        self.under = under
        self.environment = environment
        self.log_path = pathlib.Path(log_path)
        self.process = None

    def __enter__(self):
        environment = clean_environment(self.environment, self.under)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen([*self.under, CALLARCHIVE, "--config",
                                             str(self.config), self.command],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_for_log(self, text, seconds=10):
        def seen():
            if self.process.poll() is not None and text not in self.log:
                raise Failed(f"the daemon ended with {self.process.returncode}:\n{self.log}")
            return text in self.log
        wait_until(seen, seconds, f"{text!r} in the log")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=15):
        """Exit status and seconds taken after SIGTERM."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout * PATIENCE), time.monotonic() - begun


@contextlib.contextmanager
def opened(path):
    """The archive as a stranger reads it."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


class EndToEnd(unittest.TestCase):
    """A folder of its own for each test, with helpers that speak of it."""

    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="callarchive-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.archive = self.folder / "calls.db"
        self.config = self.folder / "callarchive.yaml"

    def simulator(self, *options):
        simulator = Simulator(self.folder, *options)
        simulator.__enter__()
        self.addCleanup(simulator.__exit__)
        return simulator

    def daemon(self, environment=None, **options):
        daemon = Daemon(self.config, self.folder / "daemon.log", environment, **options)
        daemon.__enter__()
        self.addCleanup(daemon.__exit__)
        return daemon

    def write_config(self, simulator, apis=("v1",), key=KEY, schedule="", requests="", listen="",
                     level="info"):
        apps = "".join(f"  - name: {api}\n    sdk_app_id: {APP}\n    api: {api}\n"
                       f"    endpoint: {simulator.url}\n    secret_key: \"{key}\"\n"
                       for api in apis)
        text = (f"archive:\n  path: {self.archive}\napps:\n{apps}"
                f"requests:\n  ca_file: {simulator.ca_file}\n  rate_limit: 200\n{requests}"
                f"http:\n  listen: \"{listen}\"\n"
                f"log:\n  level: {level}\n  format: json\n")
        if schedule:
            text += f"schedule:\n{schedule}"
        self.config.write_text(text)

    def sync(self, expected=0, **options):
        outcome = run("sync", config=self.config, **options)
        self.assertEqual(outcome.status, expected, outcome)
        return outcome

    def rows(self, sql, *values):
        with opened(self.archive) as archive:
            return [dict(row) for row in archive.execute(sql, values)]

    def value(self, sql, *values):
        with opened(self.archive) as archive:
            return archive.execute(sql, values).fetchone()[0]

    def archived(self):
        calls = self.rows("SELECT * FROM calls")
        for call in calls:
            call["callees"] = json.loads(call["callees"])
        return {call["call_id"]: call for call in calls}

    def check_equals_truth(self, truth, begun, done, fields=PUBLIC_FIELDS):
        """Every call that was surely readable between the two moments, and no call besides."""
        calls = self.archived()
        sure = {key: call for key, call in truth.items()
                if call["visible_from"] <= begun - EDGE_SECONDS
                and call["visible_until"] >= done + EDGE_SECONDS}
        self.assertGreater(len(sure), 0, "the simulator has no calls: this tests nothing")
        missing = sorted(sure[key]["start_ts"] for key in sure.keys() - calls.keys())
        self.assertFalse(missing, f"{len(missing)} of {len(sure)} calls are missing; their starts, "
                                  f"in seconds before the reading began: "
                                  f"{[round(begun - start) for start in missing][:10]}")
        for key in sure.keys() & calls.keys():
            self.assertEqual({name: calls[key][name] for name in fields},
                             {name: sure[key][name] for name in fields})
        return calls

    def check_has_what_was_due(self, truth, begun, done, overlap, last_revisit):
        """As check_equals_truth(), for a short retention: a call that appears long after it began
        is owed at the next revisit only, and not at all where it appears after the last one."""
        def due(call):
            lateness = call["visible_from"] - call["start_ts"]
            return lateness <= overlap or (lateness < last_revisit
                                           and done - call["start_ts"] > last_revisit + 10)
        return self.check_equals_truth({key: call for key, call in truth.items() if due(call)},
                                       begun, done)

    def make_archive_larger_than_what_is_free(self):
        """As far as its length tells: nothing is written."""
        try:
            os.truncate(self.archive, shutil.disk_usage(self.folder).free + 2**30)
        except OSError as error:
            self.skipTest(f"no file can be as long here: {error}")

    def check_intact(self):
        with sqlite3.connect(self.archive) as archive:
            self.assertEqual(archive.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(archive.execute("PRAGMA foreign_key_check").fetchall(), [])
        archive.close()

    def check_coverage_has_no_holes(self):
        rows = self.rows("SELECT * FROM coverage ORDER BY app, from_ts")
        self.assertTrue(rows)
        for before, after in zip(rows, rows[1:]):
            if before["app"] == after["app"]:
                self.assertEqual(before["to_ts"], after["from_ts"])
