"""A file system that turns read-only under the daemon, or has no inode left. Needs root, and leaves
no mount behind: all happens in a mount namespace of the test's own."""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import time
import unittest

import harness

SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [5s, 15s, 60s]\n"
            "  retention: 90s\n")
CLONE_NEWNS = 0x00020000


def mount(*arguments):
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise unittest.SkipTest(f"cannot mount here: {done.stderr.strip()}")


def setUpModule():
    if os.geteuid() != 0:
        raise unittest.SkipTest("only root may mount file systems")
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise unittest.SkipTest(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    mount("--make-rprivate", "/")


class FileSystems(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        self.place.mkdir()
        self.archive = self.place / "calls.db"

    def unmount(self):
        subprocess.run(["umount", self.place], check=False, capture_output=True)

    def begin(self):
        self.sim = self.simulator("--retention", "90s", "--calls", "900", "--keep-truth")
        self.write_config(self.sim, schedule=SCHEDULE)
        self.begun = time.time()
        return self.started()

    def started(self):
        daemon = self.daemon()
        self.reads_up_to_now(daemon)
        return daemon

    def reads_up_to_now(self, daemon):
        now = time.time()

        def there():
            self.assertIsNone(daemon.process.poll(), daemon.log)
            try:
                return (self.value("SELECT max(head_ts) FROM cursors") or 0) > now
            except sqlite3.Error:  # the schema is being made
                return False
        harness.wait_until(there, 35, "the daemon reads up to now")

    def known(self):
        return {row["call_id"] for row in self.rows("SELECT call_id FROM calls")}

    def check_whole(self, daemon, known):
        self.reads_up_to_now(daemon)
        now = time.time()
        truth = self.sim.truth()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertFalse(known - self.known(), "calls that were archived")
        self.check_has_what_was_due(truth, self.begun, now - 2, 4, 60)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        self.check_coverage_has_no_holes()
        self.check_intact()

    def test_read_only_after_an_error_of_the_disk(self):
        if not shutil.which("mkfs.ext4", path="/sbin:/usr/sbin"):
            self.skipTest("there is no mkfs.ext4")
        disk = self.folder / "disk"
        with disk.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", disk], check=True)
        mount("-o", "loop", disk, self.place)
        self.addCleanup(self.unmount)
        daemon = self.begin()
        known = self.known()
        # What ext4 does by itself when it finds its own structures damaged (ext4(5), abort).
        mount("-o", "remount,abort", self.place)
        daemon.wait_for_log("check the disk", 20)
        time.sleep(2)
        self.assertIsNone(daemon.process.poll(), daemon.log)
        self.assertEqual(daemon.log.count('"level":"error"'), 1, daemon.log)
        status, seconds = daemon.stop()
        self.assertIn(status, (0, 1), daemon.log)
        self.assertLess(seconds, 10)
        # A start on it fails, and says of what.
        outcome = harness.run("run", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("Read-only file system", outcome.err)
        # The person mends it.
        subprocess.run(["umount", self.place], check=True)
        subprocess.run(["/sbin/e2fsck", "-p", "-f", disk], check=False, capture_output=True)
        mount("-o", "loop", disk, self.place)
        self.check_whole(self.started(), known)

    def test_status_tells_a_full_disk_though_nothing_can_be_written(self):
        mount("-t", "tmpfs", "-o", "size=48m", "tmpfs", self.place)
        self.addCleanup(self.unmount)
        daemon = self.begin()
        outcome = harness.run("status", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        ballast = self.place / "ballast"
        with self.assertRaises(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        outcome = harness.run("status", config=self.config)
        self.assertEqual(outcome.status, 3, outcome)
        self.assertIn("disk has 0.0 MiB left", outcome.out)
        reasons = json.loads(harness.run("status", "--json", config=self.config).out)[0]["reasons"]
        self.assertIn("disk has 0.0 MiB left", " ".join(reasons))
        known = self.known()
        ballast.unlink()
        outcome = harness.run("status", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        self.check_whole(daemon, known)

    def test_no_inode_left(self):
        mount("-t", "tmpfs", "-o", "nr_inodes=30", "tmpfs", self.place)
        self.addCleanup(self.unmount)
        daemon = self.begin()
        fillers = []

        def fill():
            with self.assertRaises(OSError):
                while True:
                    path = self.place / f"filler-{len(fillers)}"
                    path.touch()
                    fillers.append(path)
        # All that it needs it has open.
        fill()
        self.reads_up_to_now(daemon)
        known = self.known()
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        # Nor does a start, for the log stays beside the archive.
        fill()
        self.check_whole(self.started(), known)
        # Where somebody took it away, a start makes it anew.
        for suffix in ("-wal", "-shm"):
            self.archive.with_name(self.archive.name + suffix).unlink(missing_ok=True)
        fill()
        outcome = harness.run("run", config=self.config, timeout=30)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("df -i", outcome.err)
        for path in fillers:
            path.unlink()
        self.check_whole(self.started(), known)


if __name__ == "__main__":
    unittest.main()
