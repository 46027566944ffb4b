"""kill -9 at every system call of a migration, and of a backup: what is there afterwards is what was
there before, or all that the command makes."""

import contextlib
import pathlib
import re
import shutil
import sqlite3
import subprocess

import harness
from place import Place

CALLS = ("openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "fcntl", "mmap",
         "rename", "renameat2", "link", "close", "fchmod", "fchown")
# One of every earlier schema, each made by the program of its day.
ARCHIVES = sorted(pathlib.Path(__file__).resolve().parent.parent.glob("store/archives/schema_*.db"))


def schema_of(path):
    with sqlite3.connect(path) as archive:
        names = archive.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
        version = archive.execute("PRAGMA user_version").fetchone()[0]
    archive.close()
    return version, names


def calls_in(path):
    with harness.opened(path) as archive:
        if not archive.execute("SELECT 1 FROM sqlite_schema WHERE name = 'calls'").fetchone():
            return []
        return [tuple(row) for row in archive.execute("SELECT * FROM calls ORDER BY call_id")]


def traced(place, command, *options):
    trace = place.folder / "trace"
    # Without -f: all of it happens in the first thread.
    strace = ["strace", "-qq", "-o", trace, *options]
    done = subprocess.run([*strace, harness.CALLARCHIVE, "--config", place.config, *command],
                          capture_output=True, timeout=60 * harness.PATIENCE,
                          stdin=subprocess.DEVNULL, env=harness.clean_environment(under=strace))
    return done, trace.read_text()


def each_kill(place, command, step, prepare):
    """Yields after each kill, with what it was; `prepare` sets the stage for the next."""
    prepare()
    done, trace = traced(place, command, "-e", "trace=all")
    assert done.returncode == 0, done.stderr
    yield None
    for name in CALLS:
        # From the last one on: what comes after the commit is there for any step.
        for k in range(len(re.findall(rf"^{name}\(", trace, re.MULTILINE)), 0, -step):
            prepare()
            traced(place, command, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={k}")
            yield f"{' '.join(map(str, command))}, killed at {name} {k}"


def wipe(path):
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def write_config(place):
    place.config.write_text(f"archive:\n  path: {place.archive}\napps:\n  - sdk_app_id: 1400000000\n"
                            "    secret_key: \"0123456789abcdef\"\n")


def migration_kills(step):
    """From an archive of each earlier schema, and from none at all."""
    counts = {"kills": 0, "whole_before": 0, "schemas": len(ARCHIVES)}
    with contextlib.closing(Place()) as place:
        write_config(place)
        for origin in (None, *ARCHIVES):
            def prepare():
                wipe(place.archive)
                if origin:
                    shutil.copyfile(origin, place.archive)

            wanted, calls, versions = None, None, set()
            for what in each_kill(place, ["migrate"], step, prepare):
                if what is None:
                    wanted, calls = schema_of(place.archive), calls_in(place.archive)
                    continue
                counts["kills"] += 1
                if place.archive.exists() and place.archive.stat().st_size > 0:
                    # Each migration is one transaction: all of it or nothing.
                    before = schema_of(place.archive)
                    versions.add(before[0])
                    counts["whole_before"] += before == wanted
                again = harness.run("migrate", config=place.config)
                assert again.status == 0, (what, again)
                assert schema_of(place.archive) == wanted, what
                assert calls_in(place.archive) == calls, what
                verified = harness.run("verify", config=place.config)
                assert verified.status == 0, (what, verified)
            assert len(versions) > 1, f"no kill came before the end: {versions}"
    return counts


def backup_kills(step):
    """The copy is not there, or is whole, or what a copy under way left is told apart from one."""
    counts = {"kills": 0, "copies": 0}
    with contextlib.closing(Place()) as place:
        write_config(place)
        shutil.copyfile(ARCHIVES[-1], place.archive)
        assert harness.run("migrate", config=place.config).status == 0
        calls = calls_in(place.archive)
        copy = place.folder / "copies" / "copy.db"

        def prepare():
            shutil.rmtree(copy.parent, ignore_errors=True)
            copy.parent.mkdir()

        for what in each_kill(place, ["backup", copy], step, prepare):
            if what is None:
                continue
            counts["kills"] += 1
            if copy.exists():
                counts["copies"] += 1
                assert calls_in(copy) == calls, what
            again = harness.run("backup", copy, "--force", config=place.config)
            assert again.status == 0 and calls_in(copy) == calls, (what, again)
            assert [path.name for path in copy.parent.iterdir()] == [copy.name], what
            assert calls_in(place.archive) == calls, what
    return counts
