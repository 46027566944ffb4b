"""kill -9 of a daemon with a million calls: how soon the next one is ready."""

import contextlib
import random
import sqlite3
import time
import urllib.error

import harness
from place import Place

CALLS = 1_000_000


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def is_ready(port):
    try:
        return harness.get(f"http://127.0.0.1:{port}/readyz", timeout=2)[0] == 200
    except (OSError, urllib.error.URLError):
        return False


def large_kills(count):
    dice = random.Random(count)
    waits = []
    with contextlib.closing(Place()) as place:
        simulator = place.simulator("--calls", str(CALLS), "--users", "50000", "--rate-limit", "0")
        port = harness.free_port()
        place.write_config(simulator, listen=f"127.0.0.1:{port}")
        filled = harness.run("sync", config=place.config, timeout=3600)
        assert filled.status == 0, filled
        calls = place.value("SELECT sum(call_count) FROM application")
        assert calls > CALLS * 0.9, calls
        for _ in range(count):
            begun = time.monotonic()
            with harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
                harness.wait_until(lambda: is_ready(port), 60, "it is ready")
                waits.append(1000 * (time.monotonic() - begun))
                time.sleep(dice.uniform(0, 0.5))
                daemon.kill()
        with sqlite3.connect(place.archive) as archive:
            assert archive.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            assert archive.execute("SELECT count(*) FROM call").fetchone()[0] >= calls
        archive.close()
    return {"kills": count, "calls_min": calls, "ready_ms_p50_max": round(percentile(waits, 0.5)),
            "ready_ms_p99_max": round(percentile(waits, 0.99)), "ready_ms_max": round(max(waits))}
