"""kill -9 at every system call of a migration: the next one finds a file it can bring up to date."""

import contextlib
import re
import sqlite3
import subprocess

import harness
from place import Place

CALLS = ("openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "fcntl", "mmap",
         "rename", "close", "fchmod", "fchown")


def schema_of(path):
    with sqlite3.connect(path) as archive:
        names = archive.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
        version = archive.execute("PRAGMA user_version").fetchone()[0]
    archive.close()
    return version, names


def traced(place, *options):
    trace = place.folder / "trace"
    # Without -f: all of it happens in the first thread.
    done = subprocess.run(["strace", "-qq", "-o", trace, *options, harness.CALLARCHIVE, "--config",
                           place.config, "migrate"], capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL, env=harness.clean_environment())
    return done, trace.read_text()


def migration_kills(step):
    """Of every migration there is: an archive of each schema version, from none at all."""
    counts = {"kills": 0, "whole_before": 0}
    with contextlib.closing(Place()) as place:
        place.config.write_text(f"archive:\n  path: {place.archive}\napps:\n  - sdk_app_id: 1\n"
                                "    secret_key: \"0123456789abcdef\"\n")

        def wipe():
            for suffix in ("", "-wal", "-shm", "-journal"):
                place.archive.with_name(place.archive.name + suffix).unlink(missing_ok=True)

        done, trace = traced(place, "-e", "trace=all")
        assert done.returncode == 0, done.stderr
        wanted = schema_of(place.archive)
        assert wanted[0] > 0 and len(wanted[1]) > 10, wanted
        for name in CALLS:
            for k in range(1, len(re.findall(rf"^{name}\(", trace, re.MULTILINE)) + 1, step):
                wipe()
                traced(place, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={k}")
                counts["kills"] += 1
                if place.archive.exists() and place.archive.stat().st_size > 0:
                    before = schema_of(place.archive)
                    # One transaction: all of it or nothing.
                    assert before == wanted or before == (0, []), (name, k, before)
                    counts["whole_before"] += before == wanted
                again = harness.run("migrate", config=place.config)
                assert again.status == 0, (name, k, again)
                assert schema_of(place.archive) == wanted, (name, k)
                verified = harness.run("verify", config=place.config)
                assert verified.status == 0, (name, k, verified)
    assert counts["whole_before"] < counts["kills"], "no kill came before the end"
    return counts
