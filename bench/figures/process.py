"""Runs a program and says what the kernel counted for it."""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import time


class Failed(Exception):
    """A program that was to be measured did not do its work."""


@dataclasses.dataclass
class Usage:
    cpu_seconds: float  # user and system, children it waited for included
    wall_seconds: float
    resident_bytes_peak: int
    written_bytes: int | None  # write_bytes of /proc/PID/io, its own alone; None: not allowed
    output: str

    @property
    def says(self):
        """The JSON object that is the last line of its output."""
        return json.loads(self.output.strip().splitlines()[-1])


def clean_environment(extra=None):
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("CALLARCHIVE_") and not name.lower().endswith("_proxy")}
    environment.update(extra or {})
    return environment


def written_bytes_of(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
            name, _, value = line.partition(": ")
            if name == "write_bytes":
                return int(value)
    except OSError:
        pass
    return None


def measure(command, *, environment=None, folder=None, discard=False):
    """`discard`: what it prints is much, and of no interest."""
    begin = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], cwd=folder,
                             env=clean_environment(environment), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL if discard else subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    output = "" if discard else child.stdout.read()
    told = child.stderr.read()
    # Ended but not yet waited for: only now are its counters final and still there.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - begin
    written = written_bytes_of(child.pid)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    for stream in (child.stdout, child.stderr):
        if stream:
            stream.close()
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} ended with {child.returncode}: {told[-500:]}")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024, written, output)


def median_of(runs, once, key):
    """The run in the middle, by `key`, of as many."""
    return sorted((once(number) for number in range(runs)), key=key)[runs // 2]


def median(values):
    return statistics.median(values)
