"""Copies made while the daemon writes: each is a state the archive was in, whole."""

import contextlib
import time

import harness
from place import SCHEDULE, Place

CLAIMS_EVERY = 10
# However fast copies are made, something is written between them.
NEW_CALLS_EVERY = 4


def calls_of(path):
    """By number, which is the order in which the calls were archived."""
    with harness.opened(path) as archive:
        archive.execute("BEGIN")
        for check in ("integrity_check", "foreign_key_check"):
            assert [tuple(row) for row in archive.execute(f"PRAGMA {check}")] in ([], [("ok",)])
        told = archive.execute("SELECT coalesce(sum(call_count), 0) FROM application").fetchone()[0]
        rows = {row["call_no"]: tuple(row) for row in archive.execute("SELECT * FROM call_row")}
        assert told == len(rows), f"the copy tells of {told} calls and has {len(rows)}"
        return rows


def check_is_prefix(copied, archived):
    last = max(copied, default=0)
    assert copied.keys() == {number for number in archived if number <= last}, "no prefix"
    different = [number for number, row in copied.items() if archived[number] != row]
    assert not different, f"calls {different[:5]} differ, and none ever changed"


def backups(count):
    place = Place()
    simulator = place.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
    place.write_config(simulator, schedule=SCHEDULE)
    copy = place.folder / "copy.db"
    sizes = set()
    with contextlib.closing(place), harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
        place.wait_for_calls()
        for done in range(1, count + 1):
            outcome = harness.run("backup", copy, "--force", config=place.config)
            assert outcome.status == 0, outcome
            copied = calls_of(copy)
            # Read after the copy was made: whatever is in the copy must be in here.
            check_is_prefix(copied, calls_of(place.archive))
            sizes.add(len(copied))
            if done % NEW_CALLS_EVERY == 0:
                harness.wait_until(lambda: len(calls_of(place.archive)) > len(copied), 30, "new calls")
            if done % CLAIMS_EVERY == 0:
                # The copy's own ledger claims no call that the copy lacks.
                place.check_claims(simulator.truth(), path=copy)
        assert daemon.stop()[0] == 0, daemon.log
    assert len(sizes) > min(count, 10) / 4, "nothing was written meanwhile: this tests nothing"
    return {"copies": count, "different_states": len(sizes), "calls_last": max(sizes)}
