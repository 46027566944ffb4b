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


def flip(content, bit):
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return damaged


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
        for suffix in ("-wal", "-shm"):
            place.archive.with_name(place.archive.name + suffix).unlink(missing_ok=True)
        place.archive.write_bytes(flip(content, bit))
        outcome = harness.run("verify", config=place.config)
        if outcome.status in (1, 3):
            found += 1
            continue
        assert outcome.status == 0, (bit, outcome)
        assert everything_told(place.archive) == told, f"bit {bit} makes a difference unnoticed"
    return {"flips": count, "found": found, "harmless": count - found}


def log_left_behind(place):
    """The bytes of an archive and of its write-ahead log, as kill -9 leaves them."""
    simulator = place.simulator("--calls", "150", "--retention", "12s", "--seed", "8")
    schedule = "  poll_interval: 1s\n  overlap: 1s\n  revisit: [2s, 6s]\n  retention: 12s\n"
    place.write_config(simulator, schedule=schedule)
    log = place.archive.with_name(place.archive.name + "-wal")
    with harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
        harness.wait_until(lambda: place.archive.exists() and place.value(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'calls'"), 20, "the archive")
        harness.wait_until(lambda: place.value("SELECT count(*) FROM calls") > 50, 20, "calls")
        time.sleep(3)
        daemon.kill()
    return place.archive.read_bytes(), log.read_bytes()


def flips_in_log(place, count, seed):
    """What is behind a damaged frame is as if it had never been committed; nothing else happens."""
    content, log = log_left_behind(place)
    log_path = place.archive.with_name(place.archive.name + "-wal")

    def put(log_bytes):
        place.archive.with_name(place.archive.name + "-shm").unlink(missing_ok=True)
        place.archive.write_bytes(content)
        log_path.write_bytes(log_bytes)

    # sqlite.org/fileformat2.html#walformat: a header of 32 bytes, then frames.
    page_bytes = int.from_bytes(log[8:12], "big")
    frames = range(32, len(log) - 24 - page_bytes + 1, 24 + page_bytes)
    states = set()
    for start in (0, *frames):
        # Only a commit makes a new state; its frame says how large the database is then.
        if start and not int.from_bytes(log[start + 4:start + 8], "big"):
            continue
        put(log[:start + 24 + page_bytes] if start else b"")
        try:
            states.add(everything_told(place.archive))
        except sqlite3.OperationalError:
            pass  # before the schema was made
    assert len(states) > 3, "the log has too few commits: this tests nothing"
    dice = random.Random(seed)
    found = 0
    for _ in range(count):
        bit = dice.randrange(len(log) * 8)
        put(flip(log, bit))
        outcome = harness.run("verify", config=place.config)
        if outcome.status in (1, 3):
            found += 1
            continue
        assert outcome.status == 0, (bit, outcome)
        assert everything_told(place.archive) in states, f"bit {bit} of the log makes a new state"
    return {"flips_in_log": count, "log_found": found, "log_harmless": count - found}


def flips_in_config(place, count, seed):
    """A configuration that means something else is shown as such; the rest is refused."""
    place.config.write_text(
        f"archive:\n  path: {place.archive}\napps:\n  - name: production\n    sdk_app_id: 1400000000\n"
        f"    secret_key: \"{harness.KEY}\"\nschedule:\n  poll_interval: 1m\n  overlap: 10m\n"
        "  revisit: [1h, 6h, 1d, 3d, 6d]\n  retention: 7d\nrequests:\n  page_size: 100\n")
    whole = place.config.read_bytes()
    told = harness.run("check-config", config=place.config).out
    dice = random.Random(seed)
    refused = 0
    for _ in range(count):
        bit = dice.randrange(len(whole) * 8)
        place.config.write_bytes(flip(whole, bit))
        outcome = harness.run("check-config", config=place.config)
        assert outcome.status in (0, 78), (bit, outcome)
        assert harness.KEY not in outcome.out + outcome.err, f"bit {bit} shows the key"
        refused += outcome.status == 78
        # The key is masked, and a comment or a blank means nothing.
        key_at = whole.index(harness.KEY.encode())
        in_key = key_at <= bit // 8 < key_at + len(harness.KEY)
        if outcome.status == 0 and outcome.out == told:
            assert in_key or chr(whole[bit // 8]) in " \n\"", f"bit {bit} goes unnoticed"
    return {"flips_in_config": count, "config_refused": refused}
