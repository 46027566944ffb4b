"""`verify` reads the whole archive: sound ones are sound, damaged ones are not, and it says why."""

import json
import sqlite3
import unittest

import bit_flips
import harness

# What is damaged, and which check is to say so. By a program that keeps SQLite's own rules, so that
# only what callarchive knows of its archive can tell.
DAMAGES = {
    "UPDATE call SET end_ts = end_ts + 1 WHERE call_no = 1": "calls",
    "UPDATE call SET first_seen_ts = first_seen_ts - 1 WHERE call_no = 2": "calls",
    "UPDATE call SET call_id_low = call_id_low + 1 WHERE call_no = 2": "calls",
    "DELETE FROM call WHERE call_no = 3": "counts",
    "DELETE FROM participant WHERE call_roles / 4 = 4": "participants",
    "UPDATE OR REPLACE participant SET call_roles = call_roles + 3 - 2 * (call_roles % 4) "
    "WHERE call_roles / 4 = 5": "participants",
    "UPDATE participant SET week = week + 1 WHERE call_roles / 4 = 5": "participants",
    "INSERT INTO participant SELECT week, user_no + 999999, second, call_roles FROM participant "
    "WHERE call_roles / 4 = 6 AND call_roles & 1": "participants",
    "UPDATE rollup_hour SET talk_seconds = talk_seconds + 1": "hourly sums",
    "UPDATE rollup_hour SET longest_seconds = longest_seconds + 1": "hourly sums",
    "DELETE FROM rollup_hour WHERE calls = 1": "hourly sums",
    "UPDATE application SET call_count = call_count + 1": "counts",
    "UPDATE call SET caller_no = 99999 WHERE call_no = 7": "references",
    "INSERT INTO call SELECT 1000000, application_no, source_no, version_source_no, bucket + 1, "
    "call_id_high, content_hash, room_id_type, total_user_number, revision, first_seen_ts, changed_ts, "
    "start_ts, accept_ts, end_ts, media_type, call_type, call_result, caller_no, room_id, callees, "
    "extra, seal, call_id_low FROM call WHERE call_no = 8": "one row for each call",
    "INSERT INTO call_revision (call_no, revision, replaced_ts, content_hash) VALUES (9, 2, 0, 0)":
        "revisions",
    "UPDATE coverage_segment SET read_ts = read_ts + 1": "coverage",
    "DELETE FROM coverage_segment WHERE from_ts = (SELECT min(from_ts) FROM coverage_segment)":
        "coverage",
    "UPDATE source SET name = 'another'": "other rows",
    "DROP VIEW gaps": "schema",
    "DROP TABLE participant": "schema",
    "DROP TABLE call": "schema",
    "DROP TABLE user": "schema",
    "DROP TABLE application": "schema",
    "DROP TABLE rollup_hour; CREATE TABLE rollup_hour (calls)": "schema",
    "DROP INDEX call_by_start; CREATE INDEX call_by_start ON call (end_ts)": "schema",
}


class Verify(harness.EndToEnd):
    def verify(self, expected):
        outcome = harness.run("verify", "--json", config=self.config)
        self.assertEqual(outcome.status, expected, outcome)
        result = json.loads(outcome.out)
        self.assertEqual(result["sound"], expected == 0)
        return [check["check"] for check in result["checks"] if not check["sound"]]

    def execute(self, sql):
        with sqlite3.connect(self.archive) as archive:
            archive.executescript(sql)
        archive.close()

    def test_every_kind_of_damage_is_found(self):
        self.write_config(self.simulator("--calls", "300"))
        self.sync()
        self.assertEqual(self.verify(0), [])
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = self.archive.read_bytes()
        for damage, check in DAMAGES.items():
            with self.subTest(damage=damage):
                self.execute(damage)
                self.assertIn(check, self.verify(3))
                self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self.archive.write_bytes(whole)
        self.assertEqual(self.verify(0), [])

    def test_a_call_that_was_damaged_stays_known_as_damaged(self):
        simulator = self.simulator("--calls", "200")
        self.write_config(simulator, schedule="  overlap: 4d\n  revisit: [1h, 1d]\n")
        self.sync()
        self.execute("UPDATE call SET accept_ts = 1")
        simulator.set_faults(rows_changed=1.0)
        self.sync()
        self.assertGreater(self.value("SELECT count(*) FROM call_revisions"), 0)
        self.assertIn("calls", self.verify(3))

    def test_what_somebody_else_added_is_no_damage(self):
        self.write_config(self.simulator("--calls", "50"))
        self.sync()
        self.execute("CREATE INDEX mine ON call (room_id); CREATE TABLE notes (text TEXT)")
        self.assertEqual(self.verify(0), [])

    def test_a_table_that_somebody_changed_is_still_looked_through(self):
        self.write_config(self.simulator("--calls", "50"))
        self.sync()
        self.execute("ALTER TABLE call ADD COLUMN mine TEXT; UPDATE call SET end_ts = end_ts + 1")
        self.assertEqual(self.verify(3), ["schema", "calls", "hourly sums"])

    def test_much_damage_is_counted_and_not_listed(self):
        self.write_config(self.simulator("--calls", "300"))
        self.sync()
        damaged = self.value("SELECT count(*) FROM calls")
        self.execute("UPDATE call SET seal = seal + 1")
        outcome = harness.run("verify", config=self.config)
        self.assertEqual(outcome.status, 3, outcome)
        self.assertRegex(outcome.out, rf"calls +{damaged} wrong")
        listed = outcome.out[:outcome.out.index(" more\n")].split(f"{damaged} wrong")[1]
        more = int(listed.rsplit(" ", 1)[1])
        self.assertEqual(listed.count("\n    ") - 1 + more, damaged)
        self.assertIn("Restore the newest backup", outcome.out)

    def test_a_file_that_cannot_be_read(self):
        self.write_config(self.simulator("--calls", "50"))
        self.assertEqual(harness.run("verify", config=self.config).status, 1)  # there is none
        self.archive.write_bytes(b"certainly no database" * 500)
        outcome = harness.run("verify", config=self.config)
        self.assertEqual(outcome.status, 3, outcome)
        self.assertIn("Restore the newest backup", outcome.out)

    def test_it_goes_on_while_the_daemon_writes(self):
        simulator = self.simulator("--calls", "40000")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 5s\n")
        daemon = self.daemon()
        harness.wait_until(lambda: self.archive.exists() and "coverage" in self.tables(), 20,
                           "the daemon has made the archive")
        sound = 0
        while "final until" not in daemon.log or sound < 3:
            self.verify(0)
            sound += 1
        self.assertEqual(daemon.stop()[0], 0, daemon.log)

    def tables(self):
        return [row["name"] for row in self.rows("SELECT name FROM sqlite_schema")]

    def test_no_flipped_bit_makes_a_difference_unnoticed(self):
        bit_flips.make_archive(self)
        result = bit_flips.flips(self, 150, 1)
        self.assertGreater(result["found"], 0)


if __name__ == "__main__":
    unittest.main()
