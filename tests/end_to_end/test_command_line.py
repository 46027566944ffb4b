"""Exit statuses and words that scripts and people rely on."""

import csv
import io
import json
import re
import unittest

import harness

MISTAKES = """\
archive:
  path: {archive}
  cahce: 64MiB
apps:
  - name: one
    sdk_app_id: 0
    api: v3
    endpoint: http://example.com
    secret_key: abc
  - name: two
    sdk_app_id: 1400000001
schedule:
  poll_interval: soon
  revisit: []
requests:
  page_size: many
  rate_limit: 201
  timeout: 3s
log:
  level: loud
"""

# Line and key of each.
TOLD = [(3, "archive.cahce"), (6, "apps[0].sdk_app_id"), (7, "apps[0].api"),
        (8, "apps[0].endpoint"), (10, "apps[1].secret_key_file"), (13, "schedule.poll_interval"),
        (14, "schedule.revisit"), (16, "requests.page_size"), (17, "requests.rate_limit"),
        (18, "requests.timeout"), (20, "log.level")]


class Configuration(harness.EndToEnd):
    def problems(self, text, **options):
        self.config.write_text(text)
        outcome = harness.run("check-config", config=self.config, **options)
        self.assertEqual(outcome.status, 78, outcome)
        self.assertEqual(outcome.out, "")
        return [line for line in outcome.err.splitlines()
                if re.match(re.escape(str(self.config)) + r":\d+:\d+: ", line)]

    def minimal(self, extra=""):
        return (f"archive:\n  path: {self.archive}\n"
                f"apps:\n  - sdk_app_id: {harness.APP}\n    secret_key: {harness.KEY}\n{extra}")

    def test_every_mistake_is_told_at_once(self):
        lines = self.problems(MISTAKES.format(archive=self.archive))
        for number, key in TOLD:
            with self.subTest(key=key):
                pattern = rf"{re.escape(str(self.config))}:{number}:\d+: {re.escape(key)}: .+"
                self.assertEqual(len([line for line in lines if re.fullmatch(pattern, line)]), 1,
                                 lines)
        self.assertEqual(len(lines), len(TOLD), lines)
        self.assertRegex(lines[0], "did you mean .?cache")

    def test_every_command_refuses_an_unusable_configuration(self):
        self.config.write_text(MISTAKES.format(archive=self.archive))
        for words in (("run",), ("sync",), ("status",), ("gaps",), ("query",), ("migrate",),
                      ("usersig",), ("show", "x"), ("stats",), ("export", "--format", "csv"),
                      ("verify",), ("backup", self.folder / "copy.db"),
                      ("forget", "--user", "x", "--yes"), ("healthcheck",)):
            with self.subTest(words=words):
                outcome = harness.run(*words, config=self.config)
                self.assertEqual(outcome.status, 78, outcome)
                self.assertIn(f"the configuration is unusable ({len(TOLD)} problems)", outcome.err)
                self.assertEqual(outcome.out, "")
        self.assertEqual(list(self.folder.iterdir()), [self.config])

    def test_single_mistakes(self):
        for extra, key in (
                ("requests:\n  timeout: 2s\n", "requests.timeout"),
                ("schedule:\n  revisit: [6h, 1h]\n", "schedule.revisit"),
                ("schedule:\n  retention: 1d\n", "schedule.retention"),
                ("schedule:\n  revisit: 1h\n", "schedule.revisit"),
                ("schedule:\n  revisit: [[1h]]\n", "schedule.revisit"),
                ("schedule:\n  poll_interval: 500ms\n", "schedule.poll_interval"),
                ("schedule:\n  poll_interval: [1m]\n", "schedule.poll_interval"),
                ("requests:\n  timeout: 6m\n", "requests.timeout"),
                ("requests:\n  rate_limit: 1,000\n", "requests.rate_limit"),
                ("requests:\n  ca_file: /no/such/file.pem\n", "requests.ca_file"),
                ("http:\n  listen: everywhere\n", "http.listen"),
                ("http: 9177\n", "http"),
                ("requests:\n  rate_limit: 50\n  rate_limit: 60\n", "requests.rate_limit"),
                (f"  - sdk_app_id: {harness.APP}\n    secret_key: x\n", "apps[1]"),
                ("nonsense: 1\n", "nonsense")):
            with self.subTest(key=key):
                lines = self.problems(self.minimal(extra))
                self.assertTrue(any(f" {key}" in line for line in lines), lines)

    def test_mistakes_in_the_list_of_applications(self):
        entry = f"sdk_app_id: {harness.APP}"
        for apps, told in (("[]", "an empty list"), ("none", "apps"), ("{a: b}", "apps"),
                           (f"[{{{entry}}}]", "no credential"),
                           (f"[{{{entry}, secret_key: a, user_sig: b}}]", "secret_key and user_sig"),
                           (f"[{{{entry}, secret_key: a, name: ''}}]", "apps[0].name"),
                           (f"[{{{entry}, secret_key: a, identifier: ''}}]", "apps[0].identifier"),
                           (f"[{{{entry}, secret_key_env: NO_SUCH_VARIABLE}}]",
                            "apps[0].secret_key_env")):
            with self.subTest(apps=apps):
                lines = self.problems(f"archive: {{path: {self.archive}}}\napps: {apps}\n")
                self.assertTrue(any(told in line for line in lines), lines)

    def test_what_is_no_configuration(self):
        for what, told in (("deep", "nested too deeply"), ("large", "larger than 1 MiB"),
                           ("two", "document"), ("key", "must be a text"), ("folder", "directory")):
            with self.subTest(what=what):
                if what == "folder":
                    self.config.unlink()
                    self.config.mkdir()
                else:
                    self.config.write_text({
                        "deep": self.minimal("x: " + "[" * 1000 + "]" * 1000 + "\n"),
                        "large": self.minimal("# " + "x" * (1 << 20) + "\n"),
                        "two": self.minimal("---\na: b\n"),
                        "key": self.minimal("[a, b]: c\n")}[what])
                outcome = harness.run("check-config", config=self.config)
                self.assertEqual(outcome.status, 78, outcome)
                self.assertIn(told, outcome.err)

    def test_key_file_that_others_can_read(self):
        key = self.folder / "key"
        key.write_text(harness.KEY)
        text = self.minimal().replace(f"secret_key: {harness.KEY}", f"secret_key_file: {key}")
        key.chmod(0o600)
        self.config.write_text(text)
        self.assertEqual(harness.run("check-config", config=self.config).status, 0)
        key.chmod(0o644)
        outcome = harness.run("check-config", config=self.config)
        # On a tmpfs, where service managers put secrets, the rights do not matter.
        if outcome.status != 0:
            self.assertEqual(outcome.status, 78, outcome)
            self.assertIn("secret_key_file", outcome.err)

    def test_environment_overrides_the_file(self):
        self.config.write_text(self.minimal())
        outcome = harness.run("check-config", config=self.config,
                              environment={"CALLARCHIVE_SCHEDULE_POLL_INTERVAL": "90s"})
        self.assertEqual(outcome.status, 0, outcome)
        self.assertRegex(outcome.out, r"poll_interval: (90s|1m ?30s)")
        outcome = harness.run("check-config", config=self.config,
                              environment={"CALLARCHIVE_SCHEDULE_POLL_INTERVAL": "never"})
        self.assertEqual(outcome.status, 78, outcome)
        self.assertIn("CALLARCHIVE_SCHEDULE_POLL_INTERVAL", outcome.err)

    def test_what_is_printed_can_be_read_again(self):
        self.config.write_text(self.minimal())
        first = harness.run("check-config", config=self.config)
        self.config.write_text(first.out)
        second = harness.run("check-config", config=self.config)
        self.assertEqual(second.status, 0, second)
        self.assertEqual(second.out, first.out)

    def test_missing_file(self):
        for given in ({"config": self.folder / "none.yaml"},
                      {"environment": {"CALLARCHIVE_CONFIG": str(self.folder / "none.yaml")}}):
            outcome = harness.run("status", **given)
            self.assertEqual(outcome.status, 78, outcome)
            self.assertIn("none.yaml", outcome.err)


class Usage(harness.EndToEnd):
    def test_wrong_usage_is_2_and_goes_to_standard_error(self):
        for words in ((), ("nonsense",), ("query", "--limit", "x"), ("query", "--format", "xml"),
                      ("query", "--no-such-option"), ("show",), ("query", "--since", "yesterdayish"),
                      ("help", "nonsense")):
            with self.subTest(words=words):
                outcome = harness.run(*words, config=self.config)
                self.assertEqual(outcome.status, 2, outcome)
                self.assertEqual(outcome.out, "")
                self.assertTrue(outcome.err)

    def test_what_is_no_command(self):
        self.assertIn("there is no command 'bogus'", harness.run("bogus").err)
        for words in ((), ("--bogus",), ("--config", self.config)):
            self.assertIn("a command is missing", harness.run(*words).err)
        self.assertIn("CALL_ID is required", harness.run("show").err)
        for limit in ("x", "-1", "1.5", "9223372036854775807", "99999999999999999999"):
            self.assertIn("write 50, or 0 for all", harness.run("query", "--limit", limit).err)

    def test_did_you_mean(self):
        for words, meant in ((["stauts"], "status"), (["qurey"], "query"), (["synk"], "sync"),
                             (["query", "--limt", "3"], "--limit"),
                             (["help", "check-confg"], "check-config")):
            with self.subTest(words=words):
                outcome = harness.run(*words)
                self.assertEqual(outcome.status, 2, outcome)
                self.assertIn(f"did you mean '{meant}'?", outcome.err)
        # A command's word is a value, which may be like an option by chance.
        self.assertNotIn("did you mean", harness.run("show", "a", "confi").err)

    def test_help_and_version_need_nothing(self):
        for words in (["help"], ["--help"], ["help", "sync"], ["version"], ["--version"]):
            with self.subTest(words=words):
                outcome = harness.run(*words)
                self.assertEqual(outcome.status, 0, outcome)
                self.assertTrue(outcome.out)


class Failures(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator("--calls", "300")

    def test_wrong_key_names_the_setting(self):
        self.write_config(self.sim, key="f" * 64)
        outcome = self.sync(expected=3)
        self.assertRegex(outcome.err, r"secret_key|user_sig|UserSig")
        self.assertRegex(outcome.err, r"secret_key")
        self.assertNotIn("f" * 64, outcome.err)

    def test_unreadable_windows_are_3_and_the_rest_is_archived(self):
        self.write_config(self.sim)
        self.sim.set_faults(invalid_json={"probability": 1, "page": "first", "from": "0s"})
        outcome = self.sync(expected=3)
        self.assertIn("not every window could be read", outcome.err)
        self.sim.set_faults()
        self.sync()

    def test_sync_archive_in_a_folder_that_is_missing(self):
        self.archive = self.folder / "missing" / "calls.db"
        self.write_config(self.sim)
        outcome = self.sync(expected=1)
        self.assertIn(str(self.folder / "missing"), outcome.err)

    def test_no_archive_and_newer_archive_and_other_file(self):
        self.write_config(self.sim)
        for command in ("status", "query", "gaps"):
            self.assertEqual(harness.run(command, config=self.config).status, 1)
        self.assertFalse(self.archive.exists(), "looking has made an archive")
        self.sync()
        import sqlite3
        with sqlite3.connect(self.archive) as archive:
            archive.execute("PRAGMA user_version = 9999")
        archive.close()
        before = self.archive.read_bytes()
        for command in ("status", "query", "sync", "migrate"):
            outcome = harness.run(command, config=self.config)
            self.assertEqual(outcome.status, 1, outcome)
            self.assertIn("newer", outcome.err)
        self.assertEqual(self.archive.read_bytes(), before)
        self.archive.write_text("this is no database, but a text that is long enough\n" * 100)
        outcome = harness.run("status", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)


class Query(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        simulator = self.simulator("--calls", "300", "--seed", "3")
        self.write_config(simulator)
        self.sync()

    def query(self, *words):
        outcome = harness.run("query", *words, config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        return outcome.out

    def columns(self):
        return [row["name"] for row in self.rows("SELECT name FROM pragma_table_info('calls')")]

    def expected(self):
        rows = self.rows("SELECT * FROM calls ORDER BY start_ts DESC")
        for row in rows:
            row["callees"] = json.loads(row["callees"])
            row["extra"] = json.loads(row["extra"]) if row["extra"] else None
        return {row["call_id"]: row for row in rows}

    def test_json_and_ndjson_equal_the_view(self):
        listed = json.loads(self.query("--format", "json", "--limit", "0"))
        lines = [json.loads(line)
                 for line in self.query("--format", "ndjson", "--limit", "0").splitlines()]
        self.assertEqual(listed, lines)
        self.assertEqual(list(listed[0]), self.columns())
        expected = self.expected()
        self.assertEqual(len(listed), len(expected))
        starts = [call["start_ts"] for call in listed]
        self.assertEqual(starts, sorted(starts, reverse=True))
        for call in listed:
            stored = dict(expected[call["call_id"]])
            stored["answered"], call["answered"] = bool(stored["answered"]), bool(call["answered"])
            self.assertEqual(call, stored)

    def test_csv_is_rfc_4180(self):
        text = self.query("--format", "csv", "--limit", "0")
        self.assertTrue(text.endswith("\r\n"))
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual(list(rows[0]), self.columns())
        expected = self.expected()
        self.assertEqual({row["call_id"] for row in rows}, expected.keys())
        for row in rows:
            stored = expected[row["call_id"]]
            self.assertEqual(json.loads(row["callees"]), stored["callees"])
            self.assertEqual(row["start_ts"], str(stored["start_ts"]))
            self.assertEqual(row["accept_ts"],
                             "" if stored["accept_ts"] is None else str(stored["accept_ts"]))
            self.assertEqual(row["caller"], stored["caller"])

    def test_table_and_limit(self):
        self.assertEqual(len(self.query().splitlines()), 51)
        self.assertEqual(len(self.query("--limit", "7").splitlines()), 8)
        self.assertNotIn("\x1b", self.query())

    def test_filters(self):
        expected = self.expected().values()
        caller = next(iter(expected))["caller"]
        for words, wanted in (
                (("--caller", caller), lambda c: c["caller"] == caller),
                (("--callee", caller), lambda c: caller in c["callees"]),
                (("--user", caller), lambda c: caller in c["callees"] or caller == c["caller"]),
                (("--result", "reject"), lambda c: c["call_result"] == "reject"),
                (("--type", "group"), lambda c: c["call_type"] == "group"),
                (("--media", "audio"), lambda c: c["media_type"] == "audio"),
                (("--min-talk", "1m"), lambda c: (c["talk_seconds"] or 0) >= 60)):
            with self.subTest(words=words):
                found = json.loads(self.query("--format", "json", "--limit", "0", *words))
                self.assertEqual({call["call_id"] for call in found},
                                 {call["call_id"] for call in expected if wanted(call)})

    def test_since_is_inclusive_and_until_exclusive(self):
        moments = sorted(call["started_at"] for call in self.expected().values())
        since, until = moments[50], moments[100]
        found = json.loads(self.query("--format", "json", "--limit", "0", "--since", since,
                                      "--until", until))
        self.assertEqual({call["call_id"] for call in found},
                         {call["call_id"] for call in self.expected().values()
                          if since <= call["started_at"] < until})

    def test_nothing_found(self):
        self.assertEqual(json.loads(self.query("--format", "json", "--user", "nobody at all")), [])
        self.assertEqual(self.query("--format", "ndjson", "--user", "nobody at all"), "")

    def test_show(self):
        call_id = next(iter(self.expected()))
        outcome = harness.run("show", call_id, "--json", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        self.assertIn(call_id, json.dumps(json.loads(outcome.out)))
        self.assertIn(call_id, harness.run("show", call_id, config=self.config).out)
        outcome = harness.run("show", "no-such-call", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("no-such-call", outcome.err)

    def test_status_json(self):
        outcome = harness.run("status", "--json", config=self.config)
        self.assertEqual(outcome.status, 0, outcome)
        self.assertIn("v1", json.dumps(json.loads(outcome.out)))


if __name__ == "__main__":
    unittest.main()
