"""Answers where something is odd: what a terminal gets to see, and files that are no archive."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import unittest

import harness
import terminal

NASTY = "\x1b[2J\x1b]0;owned\x07\u009b31m\u202e\r\n,\"=1+1"
WIDE = "张伟\U0001f600e\u0301אב"
HUGE = "x" * 1_000_000
READING = (("query",), ("show", "x"), ("stats",), ("export", "--format", "csv"), ("status",))

# C0 but the line end, DEL, C1, bidirectional controls.
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class OnATerminal(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        simulator = self.simulator("--calls", "40", "--seed", "7")
        self.write_config(simulator)
        self.sync()
        # As a service might have told it.
        with sqlite3.connect(self.archive) as archive:
            archive.execute("UPDATE user SET user_id = ? WHERE user_no = 1", (NASTY,))
            archive.execute("UPDATE user SET user_id = ? WHERE user_no = 2", (WIDE,))
            archive.execute("UPDATE call SET room_id = ?, callees = ?, caller_no = 1, extra = ?",
                            (NASTY, json.dumps([NASTY, WIDE], ensure_ascii=False),
                             json.dumps({NASTY: NASTY}, ensure_ascii=False)))
            archive.execute("UPDATE call SET caller_no = 2 WHERE call_no % 2 = 0")
            for number, call_id in ((1, HUGE), (2, NASTY)):
                archive.execute("UPDATE call SET call_id_high = ?, call_id_low = NULL "
                                "WHERE call_no = ?", (call_id, number))
        archive.close()

    def on_terminal(self, *words, columns=100):
        session = terminal.run(*words, config=self.config, at=("out",), columns=columns)
        self.assertEqual(session.status, 0, session)
        return session.seen

    def test_nothing_moves_the_cursor(self):
        for words in (["query"], ["query", "--limit", "0", "--format", "json"],
                      ["query", "--format", "ndjson"], ["query", "--format", "csv"],
                      ["show", NASTY], ["show", NASTY, "--json"], ["stats", "--by", "user"],
                      ["stats", "--by", "user", "--json"], ["export", "--format", "csv"],
                      ["export", "--format", "ndjson"]):
            with self.subTest(words=words):
                text = self.on_terminal(*words)
                self.assertIn("\\x1b[2J" if "json" not in " ".join(words) else "\\u001b[2J", text)
                # Of its own the table has a mark behind each name from right to left.
                self.assertEqual(CONTROLS.findall(text.replace("\u200e", "")), [])

    def test_json_of_odd_texts_is_what_is_stored(self):
        listed = json.loads(harness.run("query", "--format", "json", config=self.config).out)
        self.assertEqual({call["room_id"] for call in listed}, {NASTY})
        self.assertEqual(listed[0]["callees"], [NASTY, WIDE])
        self.assertEqual(listed[0]["extra"], {NASTY: NASTY})

    def test_csv_for_programs_is_raw(self):
        text = harness.run("query", "--format", "csv", "--limit", "1", config=self.config).out
        self.assertIn('"' + NASTY.replace('"', '""') + '"', text)

    def test_lines_fit_and_huge_ids_are_cut(self):
        for columns in (40, 80, 120):
            lines = self.on_terminal("query", columns=columns).splitlines()
            self.assertEqual(len(lines), 1 + min(50, self.value("SELECT count(*) FROM calls")))
            self.assertLess(max(len(line) for line in lines), 300)
        self.assertTrue(any("…" in line for line in lines))


class AtTheEnd(harness.EndToEnd):
    """What standard error says after an answer, or does not."""

    def setUp(self):
        super().setUp()
        self.write_config(self.simulator("--calls", "3000", "--seed", "7"))
        self.sync()

    def test_nothing_when_nobody_reads_on(self):
        for words in (["query", "--limit", "0"], ["query", "--limit", "0", "--format", "json"],
                      ["query", "--limit", "0", "--format", "ndjson"],
                      ["query", "--limit", "0", "--format", "csv"],
                      ["stats", "--by", "user", "--json"], ["export", "--format", "csv"]):
            with self.subTest(words=words):
                process = subprocess.Popen([harness.CALLARCHIVE, "--config", self.config, *words],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=harness.clean_environment())
                process.stdout.read(1)
                process.stdout.close()
                told = process.stderr.read()
                process.stderr.close()
                self.assertEqual(process.wait(30), 0)
                self.assertEqual(told, b"")

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_an_answer_that_did_not_arrive_is_a_failure(self):
        call = self.rows("SELECT call_id, caller FROM calls LIMIT 1")[0]
        for words in (["query"], ["query", "--limit", "0", "--format", "json"],
                      ["query", "--format", "ndjson"], ["query", "--format", "csv"],
                      ["show", call["call_id"]], ["show", call["call_id"], "--json"], ["stats"],
                      ["export", "--format", "csv"], ["status"], ["gaps"], ["verify"],
                      ["backup", self.folder / "copy.db"], ["migrate"], ["check-config"],
                      ["usersig"], ["doctor"], ["version"], ["completion", "bash"],
                      ["completion", "zsh"], ["completion", "fish"], ["manual"], ["help"],
                      ["forget", "--user", call["caller"], "--yes"]):
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = subprocess.run([harness.CALLARCHIVE, "--config", self.config, *words],
                                      stdin=subprocess.DEVNULL, stdout=full,
                                      stderr=subprocess.PIPE, env=harness.clean_environment())
                self.assertEqual(done.returncode, 1, done)
                self.assertIn(b"cannot write the answer: No space left", done.stderr)
                # Of what nobody got there is nothing more to say.
                self.assertNotIn(b"calls may still be added", done.stderr)
        # What was to be done is done all the same.
        self.assertTrue((self.folder / "copy.db").exists())
        self.assertEqual(self.value("SELECT count(*) FROM user WHERE user_id = ?",
                                    call["caller"]), 0)
        self.config.write_text("apps: []\n")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([harness.CALLARCHIVE, "--config", self.config, "doctor"],
                                  stdout=full, stderr=subprocess.PIPE,
                                  env=harness.clean_environment())
        self.assertEqual(done.returncode, 1, done)

    def test_whether_there_are_more(self):
        calls = self.value("SELECT count(*) FROM calls")
        for form in ("table", "json", "ndjson", "csv"):
            for limit, more in ((1, True), (calls - 1, True), (calls, False), (calls + 1, False),
                                (0, False)):
                with self.subTest(form=form, limit=limit):
                    outcome = harness.run("query", "--format", form, "--limit", limit,
                                          config=self.config)
                    self.assertEqual(outcome.status, 0, outcome)
                    self.assertEqual("there are more (--limit 0 for all)" in outcome.err, more)

    def test_names_that_no_call_has(self):
        for command in (("query",), ("stats",), ("export", "--format", "ndjson")):
            for words, told in ((("--result", "normalend"), "did you mean 'normal_end'?"),
                                (("--media", "fax"), "known are audio, video"),
                                (("--user", "no\x1b[2Jbody"), "has no 'no\\x1b[2Jbody'")):
                with self.subTest(command=command, words=words):
                    outcome = harness.run(*command, *words, config=self.config)
                    self.assertEqual(outcome.status, 0, outcome)
                    self.assertIn(told, outcome.err)
            # What is known and matches nothing is an answer.
            outcome = harness.run(*command, "--min-talk", "1000d", "--result", "reject",
                                  config=self.config)
            self.assertNotIn("the archive has no", outcome.err)

    def test_show_in_the_zone_of_the_machine(self):
        call = self.rows("SELECT call_id, strftime('%Y-%m-%d %H:%M:%S+0530', start_ts + 19800, "
                         "'unixepoch') AS started FROM calls")[0]
        outcome = harness.run("show", call["call_id"], "--local", config=self.config,
                              environment={"TZ": "IST-5:30"})
        self.assertIn(call["started"], outcome.out)


class NoArchive(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator("--calls", "3000")
        self.write_config(self.sim)

    def expect_refusal(self, *told):
        for words in READING:
            with self.subTest(words=words):
                outcome = harness.run(*words, config=self.config)
                self.assertEqual(outcome.status, 1, outcome)
                for text in (str(self.archive), *told):
                    self.assertIn(text, outcome.err)

    def expect_nothing_to_verify(self):
        """Nothing of an archive is damaged where there is none."""
        outcome = harness.run("verify", config=self.config)
        self.assertEqual(outcome.status, 1, outcome)
        self.assertEqual(outcome.out, "")

    def test_missing(self):
        self.expect_refusal("there is no", "archive.path")
        self.assertFalse(self.archive.exists())
        self.expect_nothing_to_verify()

    def test_empty(self):
        self.archive.touch()
        self.expect_refusal("is empty")
        self.expect_nothing_to_verify()

    def test_a_text(self):
        self.archive.write_text("neither a database nor empty\n" * 1000)
        self.expect_refusal("no callarchive database")

    def test_of_another_program(self):
        with sqlite3.connect(self.archive) as other:
            other.execute("CREATE TABLE call (call_id)")
        other.close()
        self.expect_refusal("is not a callarchive database", "archive.path")
        self.expect_nothing_to_verify()

    def test_a_directory(self):
        self.archive.mkdir()
        self.expect_refusal("is a directory")

    def test_locked(self):
        self.sync()
        holder = sqlite3.connect(self.archive, isolation_level=None)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        outcome = harness.run("query", config=self.config)
        holder.close()
        self.assertEqual(outcome.status, 1, outcome)
        self.assertIn("locked", outcome.err)

    def test_damaged(self):
        self.sync()
        with self.archive.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            for page in range(8, size // 4096):
                file.seek(page * 4096)
                file.write(b"\xff" * 4096)
        target = self.folder / "calls.csv"
        for words in (("query",), ("export", "--format", "csv", "--output", target), ("stats", "--by", "user")):
            outcome = harness.run(*words, config=self.config)
            self.assertEqual(outcome.status, 1, outcome)
            self.assertIn("damaged", outcome.err)
        self.assertEqual([path.name for path in self.folder.glob("calls.csv*")], [])

    def test_a_part_of_it_is_missing(self):
        self.sync()
        whole = self.folder / "whole.db"
        self.assertEqual(harness.run("backup", whole, config=self.config).status, 0)
        call_id = self.value("SELECT call_id FROM calls LIMIT 1")
        target = self.folder / "calls.csv"
        for table, commands in (
                ("coverage_segment", (["status"], ["gaps"], ["query"], ["stats"],
                                      ["export", "--format", "csv"], ["sync"])),
                ("call", (["query"], ["query", "--format", "json"], ["show", call_id],
                          ["stats", "--by", "user"],
                          ["export", "--format", "csv", "--output", target], ["verify"])),
                ("rollup_hour", (["stats"], ["stats", "--by", "user"], ["stats", "--by", "day"])),
                ("source", (["gaps", "--acknowledge"], ["sync"],
                            ["forget", "--user", "somebody", "--yes"]))):
            for words in commands:
                with self.subTest(table=table, words=words):
                    for suffix in ("-wal", "-shm"):
                        (self.folder / f"calls.db{suffix}").unlink(missing_ok=True)
                    shutil.copyfile(whole, self.archive)
                    with sqlite3.connect(self.archive) as archive:
                        archive.execute(f"DROP TABLE {table}")
                    archive.close()
                    outcome = harness.run(*words, config=self.config)
                    self.assertEqual(outcome.status, 3 if words == ["verify"] else 1, outcome)
                    self.assertIn(table, outcome.out + outcome.err)
        self.assertFalse(target.exists())


class Readers(harness.EndToEnd):
    """Whoever is in the archive's group may read it, and nobody else."""

    def ask(self, command, group):
        return subprocess.run(
            ["setpriv", "--reuid=65532", f"--regid={group}", "--clear-groups",
             harness.CALLARCHIVE, "--config", str(self.config), command],
            capture_output=True, text=True, env=harness.clean_environment(), timeout=60)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to be somebody else")
    def test_a_member_of_the_group_can_ask_between_two_passes(self):
        self.write_config(self.simulator("--calls", "300"))
        self.archive = self.folder / "archive" / "calls.db"
        self.archive.parent.mkdir()
        self.config.write_text(self.config.read_text().replace(
            str(self.folder / "calls.db"), str(self.archive)))
        for _ in range(2):
            self.sync()
            for path in (self.archive.parent, *self.archive.parent.iterdir()):
                os.chown(path, 0, 65533)
                path.chmod(0o750 if path.is_dir() else 0o640)
            self.folder.chmod(0o755)
            self.config.chmod(0o644)
            # Nobody has the file open now.
            for command in ("status", "query", "stats", "gaps", "verify"):
                done = self.ask(command, 65533)
                self.assertEqual(done.returncode, 0, f"{command}: {done}")
        stranger = self.ask("status", 65534)
        self.assertEqual(stranger.returncode, 1, stranger)
        self.assertIn("join the group", stranger.stderr)


if __name__ == "__main__":
    unittest.main()
