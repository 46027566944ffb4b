"""Export as scripts use it: whole, in order, into files and pipes."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import time
import unittest

import harness


class Export(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator("--calls", "3000", "--seed", "5")
        self.write_config(self.sim)
        self.sync()

    def export(self, *words, expected=0):
        outcome = harness.run("export", *words, config=self.config)
        self.assertEqual(outcome.status, expected, outcome)
        return outcome

    def ndjson(self, *words):
        return [json.loads(line)
                for line in self.export("--format", "ndjson", *words).out.splitlines()]

    def test_ndjson_and_csv_equal_the_view_in_order_of_start(self):
        expected = self.rows("SELECT * FROM calls")
        for row in expected:
            row["callees"] = json.loads(row["callees"])
            row["extra"] = json.loads(row["extra"]) if row["extra"] else None
        calls = self.ndjson()
        self.assertEqual([call["start_ts"] for call in calls],
                         sorted(call["start_ts"] for call in calls))
        by_id = {call["call_id"]: call for call in calls}
        self.assertEqual(by_id, {row["call_id"]: row for row in expected})
        text = self.export("--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual([row["call_id"] for row in rows], [call["call_id"] for call in calls])
        self.assertEqual(list(rows[0]), list(calls[0]))

    def test_into_a_file(self):
        target = self.folder / "calls.ndjson"
        outcome = self.export("--format", "ndjson", "--output", target)
        self.assertEqual(outcome.out, "")
        self.assertEqual(len(target.read_text().splitlines()),
                         self.value("SELECT count(*) FROM calls"))
        self.assertEqual(list(self.folder.glob("*.part")), [])

    def test_never_over_the_archive(self):
        before = self.value("SELECT count(*) FROM calls")
        for name in (self.archive, f"{self.archive}-wal", self.folder):
            outcome = self.export("--format", "csv", "--output", name, expected=2)
            self.assertIn("--output", outcome.err)
        self.assertEqual(self.value("SELECT count(*) FROM calls"), before)

    def test_a_file_that_cannot_be_made(self):
        outcome = self.export("--format", "csv", "--output", self.folder / "no" / "x", expected=1)
        self.assertIn("No such file", outcome.err)
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([harness.CALLARCHIVE, "--config", self.config, "export",
                                       "--format", "csv"], stdout=full, stderr=subprocess.PIPE,
                                      env=harness.clean_environment())
            self.assertEqual(done.returncode, 1, done)
            self.assertIn(b"No space left", done.stderr)

    def test_a_disk_that_is_full(self):
        target = self.folder / "calls.csv"
        # A limit acts as a full disk does.
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 64; trap "" XFSZ; exec "$@"', "bash", harness.CALLARCHIVE,
             "--config", self.config, "export", "--format", "csv", "--output", target],
            capture_output=True, env=harness.clean_environment(), timeout=60)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(b"cannot write", done.stderr)
        self.assertNotIn(b"written", done.stderr)
        self.assertEqual(list(self.folder.glob("calls.csv*")), [])

    def test_says_how_many_calls_went_into_the_file(self):
        target = self.folder / "calls.ndjson"
        for words, told in (((), f"{self.value('SELECT count(*) FROM calls')} calls written\n"),
                            (("--user", "nobody at all"), "0 calls written\n")):
            outcome = self.export("--format", "ndjson", "--output", target, *words)
            self.assertIn(told, outcome.err)
        one = self.value("SELECT call_id FROM calls LIMIT 1")
        with sqlite3.connect(self.archive) as archive:
            archive.execute("UPDATE call SET room_id = 'of one call' WHERE call_id = ?", (one,))
        archive.close()
        outcome = self.export("--format", "ndjson", "--output", target, "--room", "of one call")
        self.assertIn("1 call written\n", outcome.err)
        self.assertEqual(json.loads(target.read_text())["call_id"], one)

    def test_ends_quietly_when_nobody_reads_on(self):
        process = subprocess.Popen([harness.CALLARCHIVE, "--config", self.config, "export",
                                    "--format", "ndjson"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=harness.clean_environment())
        self.assertTrue(process.stdout.readline())
        process.stdout.close()
        self.assertNotIn(b"callarchive:", process.stderr.read())
        process.stderr.close()
        self.assertEqual(process.wait(30), 0)

    def test_since_seen_gives_the_new_and_the_changed(self):
        self.assertEqual(len(self.ndjson("--since-seen", "1h")), len(self.ndjson()))
        time.sleep(2)
        begun = self.value("SELECT strftime('%Y-%m-%dT%H:%M:%SZ')")
        self.assertEqual(self.ndjson("--since-seen", begun), [])
        self.sim.set_faults(rows_changed=1.0)
        self.sync()
        seen = self.ndjson("--since-seen", begun)
        self.assertEqual({call["call_id"] for call in seen},
                         {row["call_id"] for row in self.rows(
                             "SELECT call_id FROM calls WHERE changed_at >= ?", begun)})

    def test_wrong_usage(self):
        self.assertIn("--format", self.export(expected=2).err)
        for option in ("--since", "--until", "--min-talk", "--max-talk"):
            for command in (("export", "--format", "csv"), ("query",), ("stats",)):
                outcome = harness.run(*command, option, "lately", config=self.config)
                self.assertEqual(outcome.status, 2, outcome)
                self.assertIn(f"{option} 'lately' is no ", outcome.err)
        self.assertIn("2026-03-01",
                      self.export("--format", "csv", "--since-seen", "lately", expected=2).err)


if __name__ == "__main__":
    unittest.main()
