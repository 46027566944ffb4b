"""CPU of reading a week of calls: first fill, and the same again unchanged."""

import dataclasses
import os
import pathlib
import shutil
import sys
import time

from .process import Failed, measure, median
from .service import APP, Service

REQUESTS = "requests:\n  rate_limit: 200\nhttp:\n  listen: \"\"\nlog:\n  level: error\n"


@dataclasses.dataclass
class Reading:
    """Microseconds of CPU for each record."""
    name: str
    records: int
    first: float
    again: float | None
    bytes_per_call: float | None = None
    remark: str = ""


def file_bytes(path):
    return sum(p.stat().st_size for p in (path, pathlib.Path(f"{path}-wal")) if p.exists())


def remove(path):
    for suffix in ("", "-wal", "-shm", ".lock", ".forgotten"):
        pathlib.Path(f"{path}{suffix}").unlink(missing_ok=True)


def once_and_again(command, database, environment=None):
    """Microseconds for each record on no file, and again on the file it made; records; file bytes."""
    remove(database)
    figures = []
    for _ in range(2):
        usage = measure([*command], environment=environment)
        records = usage.says["records"]
        figures.append(usage.cpu_seconds / records * 1e6)
    size = file_bytes(database)
    remove(database)
    return figures[0], figures[1], records, size


def reading_of(name, rounds):
    first, again, records, sizes = zip(*rounds)
    return Reading(name, records[0], median(first), median(again), median(sizes) / records[0])


class Floors:
    """What nobody goes under, round by round beside what is compared with it."""

    def __init__(self, programs, service, folder):
        self.programs, self.folder = programs, folder
        self.url, self.week = service.signed_url(), service.week()
        self.fetched, self.inserted, self.tuned, self.untuned = [], [], [], []

    def round(self):
        usage = measure([self.programs / "bench/bare_fetch", self.url, *self.week])
        self.records = usage.says["records"]
        self.fetched.append(usage.cpu_seconds / self.records * 1e6)
        bare = self.folder / "bare.db"
        remove(bare)
        usage = measure([self.programs / "bench/bare_insert", bare, self.records])
        self.inserted.append(usage.says["cpu_seconds"] / self.records * 1e6)
        self.bare_bytes = file_bytes(bare)
        remove(bare)
        database = self.folder / "minimal.db"
        archiver = [self.programs / "bench/minimal_archiver", self.url, *self.week, database]
        self.tuned.append(once_and_again(archiver, database))
        self.untuned.append(once_and_again([*archiver, "--defaults"], database))

    def figures(self):
        return {"fetch": Reading("bare fetch and parse", self.records, 0, median(self.fetched)),
                "insert": Reading("bare table insert", self.records, median(self.inserted), None,
                                  self.bare_bytes / self.records),
                "minimal": reading_of("minimal tuned archiver", self.tuned),
                "untuned": reading_of("the same, SQLite as it comes", self.untuned)}


def alternatives(bench, service, folder, calls, few):
    """Each once: what they cost differs by more than runs do."""
    url, week = service.signed_url(), service.week()
    scripts = bench / "alternatives"
    shell_week = service.week(few / calls)
    debian_python = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
    node_modules = os.environ.get("NODE_PATH", "")
    candidates = {
        "stdlib": ("Python, standard library",
                   [sys.executable, scripts / "archive_stdlib.py", url, *week]),
        "requests": ("Python, requests and sqlite3",
                     [debian_python, scripts / "archive_requests.py", url, *week]),
        "sqlite_utils": ("Python, requests and sqlite-utils",
                         [debian_python, scripts / "archive_sqlite_utils.py", url, *week]),
        "node": ("Node, better-sqlite3", ["node", scripts / "archive_node.cjs", url, *week]),
        "shell": ("curl, jq, sqlite3", [scripts / "archive.sh", url, *shell_week]),
    }
    found = {}
    for key, (name, command) in candidates.items():
        if not shutil.which(str(command[0])):
            found[key] = Reading(name, 0, 0, None, remark=f"left out: no {command[0]}")
            continue
        try:
            database = folder / f"{key}.db"
            found[key] = reading_of(name, [once_and_again(
                [*command, database], database,
                {"NODE_PATH": node_modules} if node_modules else None)])
        except Failed as failed:
            told = [line for line in str(failed).splitlines() if "Error" in line]
            found[key] = Reading(name, 0, 0, None,
                                 remark=f"left out: {(told or ['it failed'])[-1].strip()[:100]}")
    return found


@dataclasses.dataclass
class Archiving:
    first: Reading  # whole process, first fill
    restart: float  # whole process, µs for each record, all unchanged
    warm: float  # in one process, all unchanged
    written_per_new: float | None
    written_again_per_window: float | None
    resident_first: int
    resident_restart: int


class Callarchive:
    def __init__(self, programs, service, folder):
        self.database = folder / "calls.db"
        self.config = service.configuration("measured", archive=self.database, more=REQUESTS)
        self.sync = [programs / "src/app/callarchive", "--config", self.config, "sync"]
        self.passes = [programs / "bench/passes", self.config]
        self.first, self.restart, self.warm, self.written, self.again = [], [], [], [], []

    def round(self):
        remove(self.database)
        self.filled = measure(self.sync)
        count = measure(["sqlite3", self.database, "SELECT count(*) FROM calls"])
        self.calls = int(count.output)
        self.bytes = file_bytes(self.database)
        self.first.append(self.filled.cpu_seconds / self.calls * 1e6)
        self.written.append(self.filled.written_bytes)
        measure([*self.passes, 0])
        self.repeated = measure(self.sync)
        self.restart.append(self.repeated.cpu_seconds / self.calls * 1e6)
        # The first pass in a process warms what the second one finds.
        said = measure([*self.passes, 2]).says
        self.warm.append(said["cpu_seconds"] / (said["added"] + said["unchanged"]) * 1e6)
        self.again.append(said["written_bytes"] / said["windows"])

    def figures(self):
        written = None if None in self.written else median(self.written) / self.calls
        return Archiving(
            first=Reading("callarchive", self.calls, median(self.first), median(self.warm),
                          self.bytes / self.calls),
            restart=median(self.restart), warm=median(self.warm), written_per_new=written,
            written_again_per_window=median(self.again),
            resident_first=self.filled.resident_bytes_peak,
            resident_restart=self.repeated.resident_bytes_peak)


def at_the_limit(programs, folder, calls, concurrency, more=""):
    """An API of 50 ms and 200 requests a second: how much of it is taken."""
    options = ("--calls", calls, "--users", 200_000, "--latency", "50ms")
    with Service(programs, folder / f"latency{concurrency}", *options) as service:
        service.warm_up()
        time.sleep(1.1)  # until that request counts no more
        database = folder / "latency.db"
        config = service.configuration(
            "latency", archive=database,
            more=REQUESTS.replace("rate_limit: 200",
                                  f"rate_limit: 200\n  concurrency: {concurrency}") + more)
        usage = measure([programs / "src/app/callarchive", "--config", config, "sync"])
        records = int(measure(["sqlite3", database, "SELECT count(*) FROM calls"]).output)
        remove(database)
        app = service.stats()["apps"][str(APP)]
    return {"settings": f"`concurrency: {concurrency}`" + (f", `{more.split()[-2]} {more.split()[-1]}`" if more else ""),
            "records": records, "requests": app["requests"],
            "most_in_a_second": app["peak_requests_per_second"],
            "throttled": app["outcomes"].get("throttled", 0),
            "records_per_second": records / usage.wall_seconds,
            "core_share": usage.cpu_seconds / usage.wall_seconds}
