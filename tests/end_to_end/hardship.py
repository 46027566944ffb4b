"""Hard times for the real binary: kills, failing system calls, a full disk. Each as long as asked.

usage: hardship.py PART COUNT [--json FILE]

kills, large-kills, full-disk, bit-flips, backups, clocks, secrets: so many times; syscalls,
migration-kills, backup-kills: at every COUNT-th system call of its kind.

What must hold after each: the file is sound, nothing that was there is gone, and every call that the
ledger claims to have read is there. CALLARCHIVE_BIN and CALLKIT_SIM_BIN name the programs.
"""

import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import bit_flips
import harness
from killed_commands import backup_kills, migration_kills
from large_archive import large_kills
from leaked_secrets import leaks
from many_backups import backups
from place import SCHEDULE, Place
from wrong_clocks import clocks


def kills(count):
    place = Place()
    simulator = place.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
    place.write_config(simulator, schedule=SCHEDULE)
    dice = random.Random(count)
    done = 0
    for done in range(1, count + 1):
        daemon = harness.Daemon(place.config, place.folder / "daemon.log")
        with daemon:
            # Mostly in the first moments, where migrations, recovery and the first reads are.
            time.sleep(dice.choice([dice.uniform(0.002, 0.05), dice.uniform(0.002, 0.3)])
                       if done % 20 else dice.uniform(0.3, 3))
            daemon.kill()
        place.look(thorough=done % 50 == 0)
        if done % 200 == 0:
            (place.folder / "daemon.log").unlink()
    begun = time.time()
    with harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
        place.wait_for_calls()
        harness.wait_until(lambda: place.value("SELECT max(head_ts) FROM cursors") > begun, 30,
                           "the daemon catches up")
        time.sleep(3)
        assert daemon.stop()[0] == 0, daemon.log
    calls = place.look(thorough=True)
    claimed = place.check_claims(simulator.truth())
    place.doCleanups()
    return {"kills": done, "calls": calls, "claims": claimed}


FAILING = (("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO"),
           ("ftruncate", "EIO"), ("openat", "EMFILE"), ("unlink", "EIO"), ("pread64", "EIO"),
           ("mmap", "ENOMEM"), ("sendto", "ECONNRESET"), ("recvfrom", "ECONNRESET"),
           ("fcntl", "EINTR"))


def syscalls(step):
    """One run of `sync` for every step-th call of each kind, which fails once, or from there on."""
    place = Place()
    simulator = place.simulator("--calls", "300", "--users", "50", "--keep-truth")
    place.write_config(simulator)
    counts = {"runs": 0, "failed_cleanly": 0}

    def sync(*inject):
        trace = place.folder / "trace"
        done = subprocess.run(["strace", "-f", "-qq", "-o", trace, *inject, harness.CALLARCHIVE,
                               "--config", place.config, "sync"], capture_output=True,
                              # A database that stays locked is waited for for two minutes.
                              stdin=subprocess.DEVNULL, timeout=240 * harness.PATIENCE,
                              env=harness.clean_environment())
        return done, trace

    def wipe():
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(f"{place.archive}{suffix}").unlink(missing_ok=True)
        place.known = set()

    for name, error in FAILING:
        wipe()
        done, trace = sync("-e", f"trace={name},prctl")
        assert done.returncode == 0, done.stderr
        before, _, after = trace.read_text().partition("PR_SET_DUMPABLE")
        calls_of = re.compile(rf"\b{name}\(")
        # The loader of glibc 2.36 reads what it could not map, before any of the program is there.
        first = len(calls_of.findall(before)) + 1 if name == "mmap" else 1
        last = len(calls_of.findall(before + after))
        for k in range(first, last + 1, step):
            # Without a network a pass takes a minute until it gives up, wherever that began, and two
            # where the database stays locked.
            rarely = {"sendto": last, "recvfrom": last, "fcntl": 20 * step}.get(name, 1)
            for_good = ("+",) if (k - first) % rarely == 0 else ()
            for sticky in ("", *for_good):
                wipe()
                done, trace = sync("-e", f"trace={name}",
                                   "-e", f"inject={name}:error={error}:when={k}{sticky}")
                counts["runs"] += 1
                what = f"{name} {error} at {k}{sticky}: {done.returncode}\n{done.stderr.decode()}"
                # 127: the loader could not even load the program; 78: its configuration.
                assert done.returncode in (0, 1, 3, 78, 127), what
                counts["failed_cleanly"] += done.returncode != 0
                if not place.archive.exists() or place.archive.stat().st_size == 0:
                    continue
                place.look()
                begun = time.time()
                again = harness.run("sync", config=place.config)
                assert again.status == 0, (what, again)
                place.look(thorough=True)
                place.check_equals_truth(simulator.truth(), begun, time.time())
    place.doCleanups()
    return counts


def full_disk(rounds):
    folder = tempfile.mkdtemp(prefix="callarchive-small-")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=True)
    place = Place(folder)
    slowest = 0.0
    try:
        simulator = place.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
        place.write_config(simulator, schedule=SCHEDULE)
        ballast = pathlib.Path(folder) / "ballast"
        head = "SELECT max(head_ts) FROM cursors"
        with harness.Daemon(place.config, place.folder / "daemon.log") as daemon:
            # A disk that is full before the start is over ends it.
            harness.wait_until(lambda: place.archive.exists() and place.value(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'cursors'") > 0
                and (place.value(head) or 0) > 0, 20, "it reads")
            dice = random.Random(rounds)
            for done in range(1, rounds + 1):
                with ballast.open("wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(bytes(4096))
                    except OSError:
                        pass
                time.sleep(dice.uniform(0.5, 2.5))
                assert daemon.process.poll() is None, daemon.log
                ballast.unlink()
                freed = time.time()
                try:
                    harness.wait_until(lambda: (place.value(head) or 0) > freed, 75,
                                       "the daemon goes on once there is space")
                except harness.Failed:
                    subprocess.run(["ls", "-ls", folder], check=False)
                    print(f"round {done}, {shutil.disk_usage(folder)}", daemon.log[-2000:], flush=True)
                    raise
                slowest = max(slowest, time.time() - freed)
                place.look(thorough=done % 10 == 0)
            assert daemon.stop()[0] == 0, daemon.log
            assert "free space" in daemon.log, "a full disk is told"
        place.look(thorough=True)
        claimed = place.check_claims(simulator.truth())
    finally:
        place.doCleanups()
        subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    return {"rounds": rounds, "claims": claimed, "slowest_seconds": round(slowest, 1)}


def flip_bits(count):
    """Most in the archive, a fifth in the log of one that was killed, some in the configuration."""
    seed = random.SystemRandom().randrange(10**9)
    in_log, in_config = count // 5, count // 20
    counts = {}
    for trial, times in ((bit_flips.flips_in_log, in_log),
                         (bit_flips.flips_in_config, in_config)):
        with contextlib.closing(Place()) as place:
            counts |= trial(place, max(1, times), seed)
    with contextlib.closing(Place()) as place:
        bit_flips.make_archive(place)
        counts |= bit_flips.flips(place, count - in_log - in_config, seed)
    return counts


def main():
    jobs = {"kills": kills, "syscalls": syscalls, "full-disk": full_disk, "bit-flips": flip_bits,
            "backups": backups, "migration-kills": migration_kills, "backup-kills": backup_kills,
            "large-kills": large_kills, "clocks": clocks,
            "secrets": leaks}
    if len(sys.argv) < 3 or sys.argv[1] not in jobs:
        print(__doc__, file=sys.stderr)
        return 2
    result = jobs[sys.argv[1]](int(sys.argv[2]))
    print(f"{sys.argv[1]}: " + ", ".join(f"{name} {value}" for name, value in result.items()))
    if "--json" in sys.argv:
        pathlib.Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
