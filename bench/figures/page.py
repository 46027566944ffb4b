"""The page: docs/performance.md, made of nothing but what was measured."""

import os
import pathlib
import platform
import subprocess
import time

from .goals import goals

KIB, MIB = 1 << 10, 1 << 20

HEAD = """# Performance

Made by `bench/run {mode} --page docs/performance.md`; do not edit. Everything is measured in one run on one machine, so that ratios hold where
microseconds do not. CPU is user and system time of the measured process alone, as the kernel counts it; the simulator that it reads from runs beside it and
is not counted. Each figure is the median of {runs} runs where a run is short. Nothing here is a test: no build fails for being slow.

| | |
|---|---|
| machine | {machine} |
| system | {system} |
| libraries | {libraries} |
| date | {date} |
| commit | {commit} |
| took | {minutes:.0f} minutes, at a load of {load:.1f} at its end |
"""

HOW = """
## How it is measured

- **A week of calls** comes from `callkit-sim --calls {week} --users 200000 --rate-limit 0` over loopback, 100 records a page, for all. callarchive is `callarchive sync` with
  `rate_limit: 200` and defaults otherwise: it also asks twice for what borders on two windows, and checks totals. The others read windows of two hours.
- **Re-read**: `bench/passes` takes back the archive's claim to have read anything. Then `sync` again is a restart (a new process, all unchanged); a second pass of the
  engine in one process is warm, as in the daemon's revisits.
- **Floors**: `bench/floors/`, one source file each. **What one would write instead**: `bench/alternatives/`, Debian's `python3-requests`, `sqlite-utils`, `jq`, `curl`, `sqlite3`, and
  better-sqlite3 from npm where `NODE_PATH` names it.
- **Bytes written** are `write_bytes` of `/proc/PID/io`: pages handed to the disk for it, log and file, not what the disk makes of them.
- **The large archive** is made by `bench/growth` past the network: 140,000 calls a day, 200,000 users, 1.6 callees a call, in transactions of 100,000 rows.
- **Questions in process**: `bench/query_bench` (Google Benchmark; median of repetitions). Cold: a new connection each time, after `posix_fadvise(DONTNEED)` on the file; the disk's or
  the host's own cache cannot be emptied. Whole commands include starting the program.
- **The standing daemons** run beside all of this for as long as it lasts.
"""


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def text_of(command, folder=None):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores, {model}, {memory:.0f} GiB"


def libraries():
    packages = ["g++", "libsqlite3-0", "libsimdjson14", "libcurl4", "python3-requests",
                "sqlite-utils", "jq"]
    rows = text_of(["dpkg-query", "-W", "-f=${Package} ${Version}\\n", *packages]).splitlines()
    return ", ".join(rows) or "unknown"


def system():
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    return f"{release}, Linux {platform.release()}"


def commit(source):
    name = text_of(["git", "rev-parse", "--short=12", "HEAD"], source)
    changed = text_of(["git", "status", "--porcelain", "--untracked-files=no"], source)
    return name + (" and changes on it" if changed else "")


def goals_table(figures):
    rows = []
    for goal in goals(figures):
        verdict = {True: "met", False: "**not met**", None: "not measured"}[goal.met]
        rows.append((goal.what, goal.value, goal.measured, verdict))
    return "\n## Goals\n\n" + table(("goal", "value", "measured", ""), rows)


def reading_table(figures):
    minimal = figures["floors"]["minimal"]
    archiving = figures["callarchive"]
    rows = []

    def row(r):
        if not r.records:
            rows.append((r.name, r.remark, "", "", "", ""))
            return
        first = f"{r.first:.1f}" if r.first else "–"
        again = "–" if r.again is None else f"{r.again:.2f}"
        times_first = f"{r.first / minimal.first:.2f}" if r.first else "–"
        times_again = "–" if r.again is None else f"{r.again / minimal.again:.2f}"
        size = "–" if r.bytes_per_call is None else f"{r.bytes_per_call:.0f}"
        rows.append((r.name, first, again, times_first, times_again, size))

    row(figures["floors"]["insert"])
    row(figures["floors"]["fetch"])
    row(minimal)
    row(figures["floors"]["untuned"])
    row(archiving.first)
    rows.append(("callarchive just after a restart", "–", f"{archiving.restart:.2f}", "–",
                 f"{archiving.restart / minimal.again:.2f}", "–"))
    for alternative in figures["alternatives"].values():
        row(alternative)
    few = figures["alternatives"]["shell"].records
    return (f"\n## Reading a week of {figures['week']:,} calls\n\nCPU in µs for each record; the shell "
            f"reads {few:,} of them.\n\n" +
            table(("who", "first fill", "the same again", "first: times the minimal archiver",
                   "again: times", "file, bytes a call"), rows))


def limit_table(figures):
    rows = [(f["settings"], f"{f['records_per_second']:,.0f}",
             f"{f['records_per_second'] / 200:.0f} %", f"{f['core_share'] * 100:.0f} %",
             f"{f['records'] / f['requests']:.1f}", f"{f['most_in_a_second']}", f"{f['throttled']}")
            for f in figures["limit"]]
    return ("\n## An API of 50 ms, 200 requests a second, 100 records a page\n\n"
            "Four requests in flight are 80 a second where each takes 50 ms, so 8,000 records; 200 a second need "
            "ten, and a few more for what comes late. Small windows end with pages that are not full.\n\n" +
            table(("settings", "records/s", "of 20,000", "of a core", "records a request",
                   "requests in any second, at most", "refused as too many"), rows))


def growth_table(figures):
    steps = figures["growth"]
    wanted = {0, 2, 9, 19, len(steps) - 1}
    rows = [(f"{s.records:,}", f"{s.cpu_microseconds:.1f}", f"{s.written_per_call / KIB:.2f}",
             f"{s.file_per_call:.0f}", f"{s.resident_bytes_peak / MIB:.0f}")
            for i, s in enumerate(steps) if i in wanted]
    return ("\n## As the archive grows\n\nThe last million of so many calls; `archive.cache: 24MiB`. The store "
            "alone, without network and parsing.\n\n" +
            table(("calls", "CPU, µs a call", "written, KiB a call", "file, bytes a call",
                   "memory, MiB"), rows))


def cache_table(figures):
    rows = [(f"{mib} MiB", f"{s.cpu_microseconds:.1f}", f"{s.written_per_call / KIB:.2f}",
             f"{s.resident_bytes_peak / MIB:.0f}") for mib, s in figures["caches"]]
    return ("\n## `archive.cache`\n\nWhile catching up; a daemon that keeps pace needs none of it.\n\n" +
            table(("cache", "CPU, µs a call", "written, KiB a call", "memory, MiB"), rows))


def parts_table(figures):
    rows = [(name.replace("_", " "), f"{nanoseconds / 1e3:.2f} µs")
            for name, nanoseconds in figures["parts"].items()]
    return "\n## Small parts\n\n" + table(("CPU", ""), rows)


def questions_table(figures):
    rows = []
    for question, process in figures["in_process"].items():
        command = figures["by_command"][question]
        rows.append((question.replace("_", " "), f"{process['warm'] / 1e3:.3f}",
                     f"{process['cold'] / 1e3:.2f}", f"{command['command'] * 1e3:.1f}",
                     f"{command['command_cold'] * 1e3:.1f}", f"{command['sqlite3'] * 1e3:.1f}"))
    exported = figures["export"]
    return (f"\n## Questions to {figures['asked']:,} calls\n\nMilliseconds; warm in process is CPU time, the rest by the clock. "
            "`sqlite3` is its shell on the public views.\n\n" +
            table(("question", "in process, warm", "cold", "whole command", "cold", "`sqlite3`"), rows) +
            f"\n`export --format ndjson`: {exported['per_second']:,.0f} calls/s "
            f"({exported['per_cpu_second']:,.0f} a second of CPU), "
            f"{exported['resident'] / MIB:.0f} MiB at most.\n")


def daemon_table(figures):
    idle, days = figures["idle"], figures["days"]
    rows = [
        ("start to first request", f"{figures['start'] * 1e3:.0f} ms"),
        ("SIGTERM to exit, idle", f"{figures['end'] * 1e3:.0f} ms"),
        (f"idle for {idle['seconds'] / 60:.0f} minutes: CPU", f"{idle['core_share'] * 100:.4f} % of a core"),
        ("idle: written", f"{idle['written_per_minute'] / KIB:.0f} KiB a minute"),
        ("idle: memory now / at most",
         f"{idle['resident'] / MIB:.0f} / {idle['resident_peak'] / MIB:.0f} MiB"),
        (f"after {days['days']:.1f} days in fast motion (a week in seven minutes, 20,000 calls a week): memory "
         "now / at most", f"{days['resident'] / MIB:.0f} / {days['resident_peak'] / MIB:.0f} MiB"),
    ]
    return "\n## The daemon\n\n" + table(("", ""), rows)


def page(figures, mode, source):
    head = HEAD.format(mode=mode, runs=figures["runs"], machine=machine(), system=system(),
                       libraries=libraries(), date=time.strftime("%Y-%m-%d"),
                       commit=commit(source), minutes=figures["minutes"], load=os.getloadavg()[1])
    parts = [head, goals_table(figures), reading_table(figures), limit_table(figures),
             growth_table(figures), cache_table(figures), questions_table(figures),
             daemon_table(figures), parts_table(figures), HOW.format(week=figures["week"])]
    return "".join(parts)
