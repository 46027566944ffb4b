"""`doctor`: what is well, what is not, and what to do about each."""

import os
import shutil
import sqlite3
import subprocess
import unittest

import harness


class Doctor(harness.EndToEnd):
    def doctor(self, expected, **options):
        outcome = harness.run("doctor", config=self.config, **options)
        self.assertEqual(outcome.status, expected, outcome)
        return outcome.out

    def started(self, *options, **config):
        self.sim = self.simulator("--calls", "3000", *options)
        self.write_config(self.sim, **config)
        return self.sim

    def remedy_of(self, text, subject):
        lines = text.splitlines()
        at = next((i for i, line in enumerate(lines)
                   if line.split()[:1] in (["FAILED"], ["advice"]) and f" {subject} " in line), None)
        self.assertIsNotNone(at, text)
        self.assertIn("what to do: ", lines[at + 1], text)
        return lines[at] + lines[at + 1]

    def test_all_is_well_before_and_after_the_first_run(self):
        self.started()
        text = self.doctor(0)
        for subject in ("configuration", "archive folder", "disk space", "disk speed", "database",
                        "name", "connection", "TLS", "clock", "request", "filter"):
            self.assertIn(f" {subject} ", text)
        self.assertNotIn("what to do", text)
        self.assertFalse(self.archive.exists(), "it has made an archive")
        self.sync()
        self.assertIn("of 1 application", self.doctor(0))
        self.assertNotIn(harness.KEY, text)

    def test_works_beside_the_daemon(self):
        self.started()
        daemon = self.daemon()
        daemon.wait_for_log("final until", 20)
        self.doctor(0)
        self.assertIsNone(daemon.process.poll())

    def test_the_filter_s_reading(self):
        for reading, words in (("start", "when its start does"), ("end", "when its end does"),
                               ("start-and-end", "only with its start and its end")):
            with self.subTest(reading=reading):
                simulator = harness.Simulator(self.folder, "--calls", "3000", "--personality",
                                              f"filter={reading}")
                with simulator:
                    self.write_config(simulator)
                    self.assertIn(words, self.doctor(0))

    def test_each_failure_has_its_remedy(self):
        simulator = self.started()
        good = self.config.read_text()
        def text_with(old, new, expected=3):
            self.assertIn(old, good)
            self.config.write_text(good.replace(old, new))
            return self.doctor(expected)

        self.assertIn("getent", self.remedy_of(
            text_with(simulator.url, "https://no-such-host.invalid"), "name"))
        self.assertIn("firewall", self.remedy_of(
            text_with(simulator.url, f"https://127.0.0.1:{harness.free_port()}"), "connection"))
        self.assertIn("ca-certificates", self.remedy_of(
            text_with(f"  ca_file: {simulator.ca_file}\n", ""), "TLS"))
        self.assertIn("secret_key", self.remedy_of(text_with(harness.KEY, "0" * 64), "request"))
        self.assertIn("install -d", self.remedy_of(
            text_with(str(self.archive), str(self.folder / "nowhere" / "calls.db")),
            "archive folder"))
        stranger = self.folder / "stranger.db"
        stranger.write_text("no database, and long enough to be looked at. " * 40)
        self.assertIn("not", self.remedy_of(text_with(str(self.archive), str(stranger)),
                                            "database"))
        if os.path.isdir("/dev/shm"):
            path = f"/dev/shm/callarchive-doctor-{os.getpid()}.db"
            self.assertIn("memory", self.remedy_of(text_with(str(self.archive), path),
                                                   "disk space"))

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to be another user than the folder's")
    def test_another_user_s_folder_is_told_with_the_command_that_mends_it(self):
        self.started()
        folder = self.folder / "archive"
        folder.mkdir(mode=0o755)
        self.config.write_text(self.config.read_text().replace(
            str(self.archive), str(folder / "calls.db")))
        for path in (self.folder, self.config, self.sim.ca_file):
            path.chmod(0o755)
        stranger = {"under": ("setpriv", "--reuid=65532", "--regid=65533", "--clear-groups")}
        command = f"chown -R 65532:65533 {folder}"
        daemon = self.daemon(**stranger)
        self.assertEqual(daemon.process.wait(20), 1, daemon.log)
        self.assertIn(f"{folder} belongs to user 0 and group 0 and has mode 0755", daemon.log)
        self.assertIn(command, daemon.log)
        doctor = harness.Daemon(self.config, self.folder / "doctor.log", command="doctor",
                                **stranger)
        with doctor:
            self.assertEqual(doctor.process.wait(30), 3, doctor.log)
        self.assertIn(command, self.remedy_of(doctor.log, "archive folder"))
        self.assertNotIn("restore a backup", doctor.log)
        os.chown(folder, 65532, 65533)
        again = self.daemon(**stranger)
        again.wait_for_log("final until", 20)

    def test_an_archive_that_everybody_can_read(self):
        self.started()
        self.sync()
        self.folder.chmod(0o755)
        self.archive.chmod(0o644)
        self.assertIn(f"chmod o= {self.archive}", self.remedy_of(self.doctor(3), "file rights"))
        # Where others cannot enter, the file's own mode is of no use to them.
        self.folder.chmod(0o750)
        self.assertNotIn("what to do", self.doctor(0))

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to give a file away")
    def test_an_archive_of_another_user(self):
        self.started()
        self.sync()
        os.chown(self.archive, 65532, 65533)
        self.assertIn("as the service's user", self.remedy_of(self.doctor(3), "file rights"))

    def test_an_older_archive(self):
        self.started()
        shutil.copyfile(harness.OLDER_ARCHIVE, self.archive)
        self.archive.chmod(0o640)
        self.assertIn("will be brought to schema version", self.doctor(0))

    def test_archives_that_cannot_be_used(self):
        self.started()
        self.sync()
        whole = self.archive.read_bytes()
        for sql, told, remedy in (
                ("PRAGMA user_version = 9999", "newer callarchive", "give archive.path another"),
                ("DROP TABLE coverage_segment", "coverage_segment", "callarchive verify tells")):
            with self.subTest(sql=sql):
                with sqlite3.connect(self.archive) as archive:
                    archive.execute(sql)
                archive.close()
                found = self.remedy_of(self.doctor(3), "database")
                self.assertIn(told, found)
                self.assertIn(remedy, found)
                for suffix in ("-wal", "-shm"):
                    (self.folder / f"calls.db{suffix}").unlink(missing_ok=True)
                self.archive.write_bytes(whole)
        self.archive.unlink()
        self.archive.mkdir()
        self.assertIn("directory", self.doctor(3))

    def test_a_name_that_no_file_can_have(self):
        self.started()
        self.config.write_text(self.config.read_text().replace(
            str(self.archive), str(self.folder / ("x" * 300))))
        self.assertIn("File name too long", self.doctor(3))

    def test_a_disk_that_takes_nothing(self):
        self.started()
        # A limit acts as a full disk does.
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 0; trap "" XFSZ; "$@" | cat', "bash", harness.CALLARCHIVE,
             "--config", self.config, "doctor"],
            capture_output=True, text=True, env=harness.clean_environment(), timeout=60)
        self.assertIn("File too large", self.remedy_of(done.stdout, "archive folder"))
        self.assertNotIn("disk speed", done.stdout)
        self.assertFalse(self.archive.exists())

    def test_a_clock_that_is_off(self):
        self.started("--clock-skew", "5m")
        self.assertIn("timedatectl", self.remedy_of(self.doctor(3), "clock"))

    def test_an_unusable_configuration_and_a_key_that_comes_with_the_service(self):
        self.started()
        good = self.config.read_text()
        self.config.write_text(good.replace("rate_limit: 200", "rate_limit: 0"))
        self.assertIn("requests.rate_limit", self.doctor(78))
        self.config.write_text(good.replace(
            f'secret_key: "{harness.KEY}"',
            "secret_key_file: /run/credentials/no-such-unit.service/secret_key"))
        self.assertIn("CALLARCHIVE_APPS_0_SECRET_KEY_FILE", self.doctor(78))
        key = self.folder / "secret_key"
        key.write_text(harness.KEY)
        key.chmod(0o600)
        self.doctor(0, environment={"CALLARCHIVE_APPS_0_SECRET_KEY_FILE": str(key)})


if __name__ == "__main__":
    unittest.main()
