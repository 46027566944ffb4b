"""One bit of an archive flipped: `verify` finds it, or nobody can see a difference."""

import hashlib
import random
import shutil
import sqlite3
import time

import harness

VIEWS = ("calls", "call_users", "call_revisions", "coverage", "gaps", "rejected_records",
         # margin_seconds follows the clock.
         "(SELECT app, sdk_app_id, cursor_ts, head_ts, last_success_at, last_error, last_error_at "
         "FROM cursors)")


def everything_told(path):
    """What the views say, as a hash; raises where SQLite cannot read it."""
    digest = hashlib.sha256()
    with harness.opened(path) as archive:
        for view in VIEWS:
            rows = sorted(tuple(map(repr, row)) for row in archive.execute(f"SELECT * FROM {view}"))
            digest.update(repr(rows).encode())
    return digest.hexdigest()


def make_archive(place):
    """A small archive with something in every table; its file is closed and whole."""
    simulator = place.simulator("--calls", "150", "--retention", "12s", "--seed", "7")
    schedule = "  poll_interval: 1s\n  overlap: 1s\n  revisit: [2s, 6s]\n  retention: 12s\n"
    place.write_config(simulator, schedule=schedule)

    def there_are(table):
        harness.wait_until(lambda: place.value(f"SELECT count(*) FROM {table}") > 0, 30, table)

    with harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
        harness.wait_until(lambda: place.archive.exists() and place.value(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'calls'"), 20, "the archive")
        there_are("calls")
        simulator.set_faults(rows_changed=0.3, callid_missing=0.3)
        there_are("call_revisions")
        there_are("rejected_records")
        simulator.set_faults()
        simulator.pause()
        time.sleep(14)
        simulator.resume()
        there_are("gaps")
        assert daemon.stop()[0] == 0, daemon.log
    user = place.value("SELECT caller FROM calls WHERE caller IS NOT NULL")
    outcome = harness.run("forget", "--user", user, "--yes", config=place.config)
    assert outcome.status == 0, outcome


def flips(place, count, seed):
    """Gives back how many were found, and how many made no difference."""
    whole = place.folder / "whole.db"
    with sqlite3.connect(place.archive) as archive:
        archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    archive.close()
    shutil.copy(place.archive, whole)
    told = everything_told(whole)
    content = whole.read_bytes()
    outcome = harness.run("verify", config=place.config)
    assert outcome.status == 0, outcome
    dice = random.Random(seed)
    found = 0
    for _ in range(count):
        bit = dice.randrange(len(content) * 8)
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        for suffix in ("-wal", "-shm"):
            place.archive.with_name(place.archive.name + suffix).unlink(missing_ok=True)
        place.archive.write_bytes(damaged)
        outcome = harness.run("verify", config=place.config)
        if outcome.status in (1, 3):
            found += 1
            continue
        assert outcome.status == 0, (bit, outcome)
        assert everything_told(place.archive) == told, f"bit {bit} makes a difference unnoticed"
    return {"flips": count, "found": found, "harmless": count - found}
