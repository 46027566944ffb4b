"""Statistics against the same counted in SQL."""

import json
import unittest

import harness

SUMS = ("count(*) AS calls, coalesce(sum(answered), 0) AS answered, "
        "coalesce(sum(talk_seconds), 0) AS talk_seconds, "
        "coalesce(max(talk_seconds), 0) AS longest_seconds")


class Stats(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        simulator = self.simulator("--calls", "3000", "--seed", "6")
        self.write_config(simulator)
        self.sync()

    def stats(self, *words, environment=None):
        outcome = harness.run("stats", *words, "--json", config=self.config,
                              environment=environment)
        self.assertEqual(outcome.status, 0, outcome)
        return json.loads(outcome.out)

    def check(self, answer, expected):
        self.assertEqual({name: answer[name] for name in expected}, expected)

    def test_totals(self):
        since = self.value("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(start_ts) + 100000, "
                           "'unixepoch') FROM calls")
        caller = self.value("SELECT caller FROM calls LIMIT 1")
        for words, where in (((), "1"), (("--result", "reject"), "call_result = 'reject'"),
                             (("--since", since), f"started_at >= '{since}'"),
                             (("--until", since, "--media", "audio"),
                              f"started_at < '{since}' AND media_type = 'audio'"),
                             (("--caller", caller), f"caller = '{caller}'"),
                             (("--min-talk", "5m"), "talk_seconds >= 300"),
                             (("--user", "nobody"), "0")):
            with self.subTest(words=words):
                self.check(self.stats(*words), self.rows(f"SELECT {SUMS} FROM calls WHERE {where}")[0])

    def test_groups(self):
        for by, group in (("day", "date(start_ts, 'unixepoch')"),
                          ("hour", "strftime('%Y-%m-%d %H:00', start_ts, 'unixepoch')"),
                          ("result", "call_result"), ("type", "call_type"),
                          ("media", "media_type")):
            with self.subTest(by=by):
                expected = {row.pop("name"): row for row in
                            self.rows(f"SELECT {group} AS name, {SUMS} FROM calls GROUP BY 1")}
                groups = {one[by]: one for one in self.stats("--by", by)["groups"] if one["calls"]}
                self.assertEqual(groups.keys(), expected.keys())
                for name, sums in expected.items():
                    self.check(groups[name], sums)

    def test_by_user(self):
        answer = self.stats("--by", "user")
        expected = {row.pop("user_id"): row for row in self.rows(
            f"SELECT user_id, {SUMS} FROM (SELECT DISTINCT user_id, call_id FROM call_users) "
            "JOIN calls USING (call_id) GROUP BY 1")}
        self.assertEqual({one["user"] for one in answer["groups"]}, expected.keys())
        for one in answer["groups"]:
            self.check(one, expected[one["user"]])
        self.assertEqual(answer["calls"], self.value("SELECT count(*) FROM calls"))

    def test_days_of_a_zone_that_is_half_an_hour_off(self):
        answer = self.stats("--by", "day", "--local", environment={"TZ": "IST-5:30"})
        expected = {row["day"]: row["calls"] for row in self.rows(
            "SELECT date(start_ts + 19800, 'unixepoch') AS day, count(*) AS calls FROM calls "
            "GROUP BY 1")}
        self.assertEqual({one["day"]: one["calls"] for one in answer["groups"]}, expected)

    def test_for_people(self):
        outcome = harness.run("stats", "--by", "result", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        self.assertRegex(outcome.out, r"calls +\d+\nanswered +\d+ \(\d+\.\d %\)")
        self.assertIn("normal_end", outcome.out)
        self.assertNotIn("█", outcome.out)

    def test_every_answer_ends_with_what_is_known_of_its_period(self):
        for command in (("stats",), ("query",), ("export", "--format", "csv")):
            for words, told in (((), "calls may still be added from"),
                                (("--since", "2001-01-01"), "the archive begins at"),
                                (("--since", "2999-01-01"), "lies in the future"),
                                (("--app", "nobody"), "no application of the archive is named")):
                with self.subTest(command=command, words=words):
                    outcome = harness.run(*command, *words, config=self.config)
                    self.assertEqual(outcome.status, 0, outcome)
                    self.assertIn(told, outcome.err)
                    self.assertNotIn(told, outcome.out)

    def test_unknown_groups(self):
        self.assertEqual(harness.run("stats", "--by", "week", config=self.config).status, 2)


if __name__ == "__main__":
    unittest.main()
