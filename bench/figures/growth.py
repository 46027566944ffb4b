"""An archive as it grows by months of calls: what a call costs, and what the cache does."""

import dataclasses
import json

from .process import measure
from .reading import remove


@dataclasses.dataclass
class Step:
    """One million calls, or what was left of one."""
    records: int  # in the archive at its end
    cpu_microseconds: float
    written_per_call: float
    file_per_call: float
    resident_bytes_peak: int


def grow(programs, database, calls, cache_mib):
    remove(database)
    usage = measure([programs / "bench/growth", database, calls, cache_mib])
    steps, before = [], 0
    for line in usage.output.splitlines():
        said = json.loads(line)
        added = said["records"] - before
        before = said["records"]
        steps.append(Step(said["records"], said["cpu_seconds"] / added * 1e6,
                          said["written_bytes"] / added, said["file_bytes"] / said["records"],
                          said["resident_bytes_peak"]))
    # The log is emptied into the file before the file is weighed.
    measure(["sqlite3", database, "PRAGMA wal_checkpoint(TRUNCATE)"])
    steps[-1].file_per_call = database.stat().st_size / calls
    return steps


def caches(programs, folder, calls):
    table = []
    for mib in (4, 24, 64):
        steps = grow(programs, folder / "cache.db", calls, mib)
        remove(folder / "cache.db")
        table.append((mib, steps[-1]))
    return table
