"""Commands of which a system call fails: what they say, and that nothing is lost or left behind."""

import os
import sqlite3
import threading
import time
import unittest

import harness
import tracing

NO_SPACE = "No space left on device"


@tracing.NEEDS_STRACE
@tracing.LOOKS_INTO_IT
class FailingCalls(tracing.Failing):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator("--calls", "300")
        self.write_config(self.sim)
        self.sync()
        self.lock = self.folder / "calls.db.lock"
        self.list = self.folder / "calls.db.forgotten"

    def users(self):
        return [row["user_id"] for row in self.rows(
            "SELECT DISTINCT user_id FROM call_users WHERE user_id NOT LIKE 'forgotten-%'")]

    def use_key_file(self):
        key = self.folder / "secret_key"
        key.write_text(harness.KEY)
        key.chmod(0o600)
        self.config.write_text(self.config.read_text().replace(
            f'secret_key: "{harness.KEY}"', f"secret_key_file: {key}"))
        return key

    def test_a_backup_that_fails_says_why_and_leaves_nothing(self):
        copy = self.folder / "copy.db"
        partial = f"{copy}.partial"
        for faults, *words in (
                ("openat:error=ENOSPC", "copy.db.partial cannot be made: " + NO_SPACE,
                 "free space on that file system"),
                ("openat:error=EDQUOT", "cannot be made: Disk quota exceeded", "free space"),
                ("openat:error=EMFILE", "cannot be made: Too many open files"),
                ("ftruncate:error=EIO", "copy.db.partial cannot be made: Input/output error"),
                ("fchmod:error=EPERM", "cannot be made: Operation not permitted"),
                ("pwrite64:error=ENOSPC", "copying to", "copy.db.partial"),
                ("pwrite64:error=EDQUOT", "copying to", "copy.db.partial"),
                ("fdatasync:error=EIO", "copying ", "copy.db.partial", "Input/output error"),
                ("fdatasync:error=EDQUOT", "copying ", "Disk quota exceeded", "raise the quota"),
                ("fchmod:error=EPERM:when=2", "made durable: Operation not permitted"),
                ("fsync:error=EIO", "copy.db.partial cannot be made durable: Input/output error"),
                ("renameat2:error=EIO", f"cannot be renamed to {copy}: Input/output error"),
                (["renameat2:error=EINVAL", "?link,linkat:error=EMLINK"],
                 "renamed to", "Too many links")):
            with self.subTest(faults=faults):
                outcome = self.failing(faults, "backup", copy, of=partial)
                self.check_fails(outcome, 1, *words)
                self.assertEqual(list(self.folder.glob("copy.db*")), [])

    def test_a_file_in_the_making_may_be_another_s(self):
        copy = self.folder / "copy.db"
        partial = f"{copy}.partial"
        # It is locked; or whoever had it has just given it its name, or removed it.
        for fault in ("flock:error=EAGAIN", "newfstatat:error=EIO",
                      "newfstatat:error=ENOENT:when=2"):
            with self.subTest(fault=fault):
                self.check_fails(self.failing(fault, "backup", copy, of=partial), 1,
                                 f"another process is writing {copy} (as {partial})")
                self.assertFalse(copy.exists())

    def test_a_file_in_the_making_may_be_replaced_before_it_is_locked(self):
        copy, partial, trace = (self.folder / name for name in
                                ("copy.db", "copy.db.partial", "trace"))
        outcomes = []
        backup = threading.Thread(target=lambda: outcomes.append(harness.run(
            "backup", copy, config=self.config,
            under=["strace", "-f", "-qq", "-o", trace, "-P", partial,
                   "-e", "inject=flock:delay_enter=1000000"])))
        backup.start()
        harness.wait_until(lambda: trace.exists() and "flock" in trace.read_text(), 10, "it locks")
        other = self.folder / "other"
        other.write_text("of another")
        other.rename(partial)
        backup.join()
        self.check_fails(outcomes[0], 1, f"another process is writing {copy} (as {partial})")
        self.assertEqual(partial.read_text(), "of another")
        self.assertFalse(copy.exists())

    def test_a_file_system_that_can_only_replace_takes_a_backup(self):
        copy = self.folder / "copy.db"
        outcome = self.failing("renameat2:error=EINVAL", "backup", copy, of=f"{copy}.partial")
        self.assertEqual(outcome.status, 0, outcome)
        self.assertEqual([path.name for path in self.folder.glob("copy.db*")], ["copy.db"])
        with harness.opened(copy) as archive:
            self.assertEqual(archive.execute("SELECT count(*) FROM calls").fetchone()[0],
                             self.value("SELECT count(*) FROM calls"))

    def test_a_backup_that_may_be_gone_after_a_power_cut_is_no_success(self):
        copy = self.folder / "copy.db"
        self.check_fails(self.failing("fsync:error=EIO", "backup", copy, of=self.folder), 1,
                         f"{self.folder} cannot be made durable: Input/output error")
        self.assertEqual([path.name for path in self.folder.glob("copy.db*")], ["copy.db"])

    def test_a_list_that_cannot_be_written_is_told_and_written_by_the_next_sync(self):
        user, other, *_ = self.users()
        partial = f"{self.list}.partial"
        for fault, *words in (
                ("write:error=ENOSPC", "forgotten.partial cannot be written: " + NO_SPACE),
                ("write:error=EDQUOT", "cannot be written: Disk quota exceeded"),
                ("fsync:error=EIO", "cannot be made durable: Input/output error"),
                ("?rename,renameat:error=EIO", f"cannot be renamed to {self.list}")):
            with self.subTest(fault=fault):
                self.list.unlink(missing_ok=True)
                outcome = self.failing(fault, "forget", "--user", user, "--yes", of=partial)
                self.check_fails(outcome, 1, "the list beside the archive", *words)
                self.assertNotIn(user, self.users())
                self.assertEqual(list(self.folder.glob("calls.db.forgotten*")), [])
                self.sync()
                self.assertTrue(self.list.read_text())
        before = self.list.read_text()
        outcome = self.failing("write:error=EINTR", "forget", "--user", other, "--yes", of=partial)
        self.assertEqual(outcome.status, 0, outcome)
        after = self.list.read_text()
        self.assertEqual(len(after.splitlines()), len(before.splitlines()) + 1)
        self.assertLess(set(before.splitlines()), set(after.splitlines()))

    def test_a_list_that_cannot_be_read_stops_what_would_bring_ids_back(self):
        user = self.users()[0]
        self.assertEqual(harness.run("forget", "--user", user, "--yes",
                                     config=self.config).status, 0)
        for fault, why in (("openat:error=EACCES", "Permission denied"),
                           ("newfstatat:error=EIO", "Input/output error"),
                           ("read:error=EIO", "Input/output error")):
            for command in (["sync"], ["forget", "--user", user, "--yes"]):
                with self.subTest(fault=fault, command=command):
                    self.check_fails(self.failing(fault, *command, of=self.list), 1,
                                     f"{self.list} cannot be read: {why}")

    def test_a_lock_that_cannot_be_had(self):
        for fault, why in (("openat:error=ENOSPC", "cannot be opened: " + NO_SPACE),
                           ("openat:error=EDQUOT", "cannot be opened: Disk quota exceeded"),
                           ("openat:error=EIO", "cannot be opened: Input/output error"),
                           ("flock:error=ENOLCK", "cannot be locked: No locks available")):
            with self.subTest(fault=fault):
                self.check_fails(self.failing(fault, "sync", of=self.lock), 1,
                                 f"the lock file {self.lock} {why}")
        # Who holds it is for people; it is held without.
        for fault in ("ftruncate:error=ENOSPC", "pwrite64:error=ENOSPC"):
            outcome = self.failing(fault, "sync", of=self.lock)
            self.assertEqual(outcome.status, 0, outcome)

    def test_why_the_archive_cannot_be_written_and_what_to_do(self):
        folder, archive, log = self.folder, self.archive, f"{self.archive}-wal"
        for path, error, found, remedy in (
                (folder, "ENOENT", f"the folder {folder} is not there", "install -d -m 0750"),
                (folder, "ENOTDIR", f"the folder {folder} is not there", "install -d -m 0750"),
                (folder, "EROFS", f"{folder} lies on a file system that is mounted read-only",
                 "mount it for writing"),
                (folder, "EACCES", f"{folder} belongs to user", f"chmod u+rwx {folder}"),
                (archive, "EROFS", f"{folder} lies on a file system that is mounted read-only",
                 "mount it for writing"),
                (archive, "EACCES", f"{archive} belongs to user", f"chmod u+rw {archive}"),
                (log, "EPERM", f"{log} belongs to user", f"chmod u+rw {log}")):
            with self.subTest(path=path, error=error):
                fault = f"faccessat2:error={error}"
                self.check_fails(self.failing(fault, "sync", of=path), 1,
                                 f"the archive {archive} cannot be written: {found}", remedy)
                self.check_fails(self.failing(fault, "doctor", of=path), 3, found, remedy)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to give a file away")
    def test_what_belongs_to_another_user_is_to_be_given_to_this_one(self):
        os.chown(self.archive, 65532, 65533)
        self.check_fails(self.failing("faccessat2:error=EACCES", "sync", of=self.archive), 1,
                         f"{self.archive} belongs to user 65532 and group 65533",
                         f"chown -R 0:0 {self.folder}")

    def test_a_key_file_that_cannot_be_read(self):
        key = self.use_key_file()
        for fault, why in (("openat:error=EIO", "Input/output error"),
                           ("openat:error=EACCES", f"; where the file is meant for this process: "
                                                   f"chown {os.geteuid()} {key}"),
                           ("newfstatat:error=EIO", "Input/output error"),
                           ("read:error=EIO", "Input/output error")):
            for command in ("check-config", "usersig", "sync"):
                with self.subTest(fault=fault, command=command):
                    outcome = self.failing(fault, command, of=key)
                    self.check_fails(outcome, 78, f"the secret file {key} cannot be used: ", why)
                    self.assertNotIn(harness.KEY, outcome.out + outcome.err)

    def test_where_a_key_lies_is_unknown_its_mode_counts(self):
        key = self.use_key_file()
        key.chmod(0o644)
        self.check_fails(self.failing("fstatfs:error=EIO", "check-config", of=key), 78,
                         f"others can read it (mode 0644); try: chmod 600 {key}")

    def test_a_full_disk_is_named_and_the_next_sync_has_all(self):
        log = f"{self.archive}-wal"
        for path, fault in ((log, "fdatasync:error=ENOSPC"), (log, "fdatasync:error=EDQUOT"),
                            (log, "pwrite64:error=ENOSPC"), (log, "openat:error=ENOSPC"),
                            (f"{self.archive}-shm", "openat:error=EDQUOT")):
            with self.subTest(path=path, fault=fault):
                for old in self.folder.glob("calls.db*"):
                    old.unlink()
                outcome = self.failing(fault + ":when=1+", "sync", of=path)
                self.check_fails(outcome, 1, str(self.archive), "free space or inodes")
                begun = time.time()
                self.sync()
                self.check_equals_truth(self.sim.truth(), begun, time.time())
                self.check_intact()

    def test_a_log_left_behind_that_cannot_be_written_again_stops_it(self):
        before = self.archived()
        names = ("calls.db", "calls.db-wal")
        with harness.opened(self.archive), sqlite3.connect(self.archive) as archive:
            archive.executescript("CREATE TABLE passing (x); DROP TABLE passing")
            left = {name: (self.folder / name).read_bytes() for name in names}
        archive.close()
        self.assertTrue(left["calls.db-wal"])
        for fault, words in (("pwrite64:error=EIO", "check the disk"),
                             ("fdatasync:error=EIO", "check the disk"),
                             ("fdatasync:error=EDQUOT", "raise the quota")):
            with self.subTest(fault=fault):
                for name in names:
                    (self.folder / name).write_bytes(left[name])
                self.check_fails(self.failing(fault, "sync", of=f"{self.archive}-wal"), 1,
                                 "writing the write-ahead log again", words)
        self.sync()
        self.assertFalse(before.keys() - self.archived().keys(), "calls that were archived")
        self.check_intact()

    def test_doctor_s_trial_of_the_disk(self):
        for fault, of, why, remedy in (
                ("pwrite64:error=ENOSPC", None, "cannot be written to: " + NO_SPACE, "make room"),
                ("pwrite64:error=EIO", None, "cannot be written to: Input/output", "journalctl -k"),
                ("fdatasync:error=EDQUOT", None, "cannot be written to: Disk quota", "the quota"),
                ("statfs:error=EIO", self.folder, "cannot be looked at: Input/output",
                 "install -d"),
                ("statfs:error=EIO:when=2", self.folder, "cannot be looked at: Input/output",
                 "install -d")):
            with self.subTest(fault=fault):
                self.check_fails(self.failing(fault, "doctor", of=of), 3,
                                 f"archive folder   {self.folder} {why}", remedy)
                self.assertEqual(list(self.folder.glob(".callarchive-doctor*")), [])

    def test_what_a_signal_interrupts_is_done_again(self):
        key = self.use_key_file()
        users = self.users()
        harness.run("forget", "--user", users[0], "--yes", config=self.config)
        for call, path, *command in (("read", key, "check-config"), ("flock", self.lock, "sync"),
                                     ("read", self.list, "sync"),
                                     ("read", "anon_inode:[signalfd]",
                                      "backup", self.folder / "copy.db")):
            with self.subTest(path=path):
                outcome = self.failing(f"{call}:error=EINTR", *command, of=path)
                self.assertEqual(outcome.status, 0, outcome)
        # The libraries ask too, and without waiting (GRND_NONBLOCK).
        when = self.place_of("getrandom", ", 0)", "forget", "--user", users[1], "--yes")
        outcome = self.failing(f"getrandom:error=EINTR:when={when}",
                               "forget", "--user", users[2], "--yes")
        self.assertEqual(outcome.status, 0, outcome)
        self.assertRegex(outcome.out, "^forgotten-[0-9a-f]{16}: ")


if __name__ == "__main__":
    unittest.main()
