"""`show` tells one call whole: every version it had, and in plain words what is not known."""

import json
import sqlite3
import unittest

import harness


class Show(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.write_config(self.simulator("--calls", "60", "--seed", "9"))
        self.sync()
        self.call_id = self.value("SELECT call_id FROM calls WHERE answered AND call_id IN "
                                  "(SELECT call_id FROM call WHERE call_no < 50) LIMIT 1")

    def change(self, *statements):
        """As another program, or a service of another kind, might have left it."""
        with sqlite3.connect(self.archive) as archive:
            for statement in statements:
                archive.execute(statement, {"id": self.call_id})
        archive.close()

    def show(self, *options):
        outcome = harness.run("show", self.call_id, *options, config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        return outcome.out

    def told(self, text):
        return {line[:14].strip(): line[14:] for line in text.splitlines() if line}

    def test_what_is_not_known(self):
        for change, name, words in (
                ("media_type = NULL", "what", ", "),
                ("media_type = NULL, call_type = NULL, call_result = NULL", "what", "- -, -"),
                ("caller_no = NULL", "caller", "-"),
                ("room_id = NULL", "room", "-"),
                ("start_ts = NULL", "started", "-"),
                ("start_ts = NULL", "rang for", "unknown"),
                ("end_ts = NULL", "talked for", "unknown"),
                ("end_ts = NULL", "ended", "-"),
                ("accept_ts = NULL", "talked for", "not answered"),
                ("total_user_number = NULL", "participants", None),
                ("room_id_type = NULL", "room id type", None),
                ("extra = NULL", "more fields", None),
                ("total_user_number = 3", "participants", "3"),
                ("room_id_type = 2", "room id type", "2"),
                ("extra = '{\"a\":1}'", "more fields", "{\"a\":1}")):
            with self.subTest(change=change):
                self.change(f"UPDATE call SET {change} WHERE call_id = :id")
                told = self.told(self.show()).get(name)
                self.assertIn(words, told) if words else self.assertIsNone(told)

    def test_local_times_that_are_none_stay_what_they_are(self):
        self.change("UPDATE call SET start_ts = 253402300800, end_ts = NULL WHERE call_id = :id")
        told = self.told(self.show("--local"))
        self.assertEqual(told["ended"], "-")
        self.assertRegex(told["accepted"], r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4}$")
        self.assertEqual(told["started"], self.told(self.show())["started"])

    def test_every_earlier_version(self):
        columns = "content_hash, room_id_type, start_ts, caller_no, callees"
        self.change(*(f"INSERT INTO call_revision (call_no, revision, replaced_ts, room_id, {columns})"
                      f" SELECT call_no, {revision}, {replaced}, 'room {revision}', {columns}"
                      f" FROM call WHERE call_id = :id"
                      for revision, replaced in ((1, 1_800_000_000), (2, 1_800_000_060))),
                    "UPDATE call SET revision = 3, changed_ts = 1800000060 WHERE call_id = :id")
        (history,) = json.loads(self.show("--json"))
        self.assertEqual(history["call"]["revision"], 3)
        self.assertEqual({each["room_id"]: each["replaced_at"] for each in history["revisions"]},
                         {"room 1": "2027-01-15T08:00:00Z", "room 2": "2027-01-15T08:01:00Z"})
        now, *earlier = map(self.told, self.show().split("\nearlier:\n"))
        self.assertNotIn("replaced", now)
        self.assertIn("3, as of 2027-01-15T08:01:00Z", now["revision"])
        self.assertEqual({each["room"]: each["replaced"] for each in earlier},
                         {"room 1": "2027-01-15T08:00:00Z", "room 2": "2027-01-15T08:01:00Z"})

    def test_one_id_in_two_applications(self):
        self.change("INSERT INTO application VALUES (2, 1400000002, 1)",
                    "UPDATE call SET application_no = 2, call_id_high = :id, call_id_low = NULL "
                    "WHERE call_no = (SELECT max(call_no) FROM call WHERE call_id <> :id)")
        histories = json.loads(self.show("--json"))
        self.assertEqual({each["call"]["sdk_app_id"] for each in histories},
                         {harness.APP, 1400000002})
        text = self.show()
        self.assertIn(f"SDKAppID {harness.APP}", text)
        self.assertIn("SDKAppID 1400000002", text)


if __name__ == "__main__":
    unittest.main()
