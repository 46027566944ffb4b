"""CPU of reading a week of calls: first fill, and the same again unchanged."""

import dataclasses
import os
import pathlib
import shutil
import sys

from .process import Failed, measure, median
from .service import Service

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


def twice(name, command, database, runs, environment=None, more=()):
    """The program of somebody else: on no file, and again on the file it made."""
    first, again = [], []
    for _ in range(runs):
        remove(database)
        for figures in (first, again):
            usage = measure([*command, database, *more], environment=environment)
            records = usage.says["records"]
            figures.append(usage.cpu_seconds / records * 1e6)
        size = file_bytes(database) / records
    remove(database)
    return Reading(name, records, median(first), median(again), size)


def floors(programs, service, folder, runs):
    url, week = service.signed_url(), service.week()
    fetched = [measure([programs / "bench/bare_fetch", url, *week]) for _ in range(runs)]
    records = fetched[0].says["records"]
    fetch = Reading("bare fetch and parse", records, 0,
                    median(u.cpu_seconds for u in fetched) / records * 1e6)
    inserted = []
    for _ in range(runs):
        remove(folder / "bare.db")
        usage = measure([programs / "bench/bare_insert", folder / "bare.db", records])
        inserted.append(usage.says["cpu_seconds"] / records * 1e6)
    insert = Reading("bare table insert", records, median(inserted), None,
                     file_bytes(folder / "bare.db") / records)
    remove(folder / "bare.db")
    archiver = [programs / "bench/minimal_archiver", url, *week]
    tuned = twice("minimal tuned archiver", archiver, folder / "minimal.db", runs)
    untuned = twice("the same, SQLite as it comes", archiver, folder / "untuned.db", runs,
                    more=["--defaults"])
    return {"fetch": fetch, "insert": insert, "minimal": tuned, "untuned": untuned}


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
            found[key] = twice(name, command, folder / f"{key}.db", 1,
                               {"NODE_PATH": node_modules} if node_modules else None)
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
    written_again: int | None
    resident_first: int
    resident_restart: int


def callarchive(programs, service, folder, runs):
    database = folder / "calls.db"
    config = service.configuration("measured", archive=database, more=REQUESTS)
    sync = [programs / "src/app/callarchive", "--config", config, "sync"]
    passes = programs / "bench/passes"
    first, restart, warm, written, again = [], [], [], [], []
    for _ in range(runs):
        remove(database)
        filled = measure(sync)
        count = measure(["sqlite3", database, "SELECT count(*) FROM calls"])
        calls = int(count.output)
        size = file_bytes(database) / calls
        first.append(filled.cpu_seconds / calls * 1e6)
        written.append(filled.written_bytes)
        measure([passes, config, 0])
        repeated = measure(sync)
        restart.append(repeated.cpu_seconds / calls * 1e6)
        # The first pass in a process warms what the second one finds.
        said = measure([passes, config, 2]).says
        seen = said["added"] + said["unchanged"]
        warm.append(said["cpu_seconds"] / seen * 1e6)
        again.append((said["written_bytes"], said["written_bytes"] / said["windows"]))
    return Archiving(
        first=Reading("callarchive", calls, median(first), median(warm), size),
        restart=median(restart), warm=median(warm),
        written_per_new=None if None in written else median(written) / calls,
        written_again_per_window=median(w for _, w in again),
        written_again=median(b for b, _ in again),
        resident_first=filled.resident_bytes_peak,
        resident_restart=repeated.resident_bytes_peak)


def at_the_limit(programs, folder, calls, concurrency, more):
    """An API of 50 ms and 200 requests a second: how much of it is taken."""
    options = ("--calls", calls, "--users", 200_000, "--latency", "50ms")
    with Service(programs, folder / f"latency{concurrency}", *options) as service:
        service.warm_up()
        database = folder / "latency.db"
        config = service.configuration(
            "latency", archive=database,
            more=REQUESTS.replace("rate_limit: 200",
                                  f"rate_limit: 200\n  concurrency: {concurrency}") + more)
        usage = measure([programs / "src/app/callarchive", "--config", config, "sync"])
        records = int(measure(["sqlite3", database, "SELECT count(*) FROM calls"]).output)
        remove(database)
    return {"concurrency": concurrency, "records": records,
            "records_per_second": records / usage.wall_seconds,
            "core_share": usage.cpu_seconds / usage.wall_seconds}
