"""Long commands show a person how far they are, on a terminal and nowhere else."""

import re
import signal
import sqlite3
import unittest

import harness
import terminal

CLEARED = "\r\x1b[K"


class Progress(harness.EndToEnd):
    def begin(self, latency="0ms"):
        simulator = self.simulator("--calls", "3000", "--seed", "8", "--latency", latency)
        self.write_config(simulator)
        return simulator

    def begin_slowly(self):
        """A pass takes longer than the line is left as it is."""
        self.begin("50ms")

    def begin_archived(self, larger=False):
        """`larger`: so that a copy takes several portions; what somebody else added is copied."""
        self.begin()
        self.sync()
        if larger:
            with sqlite3.connect(self.archive) as archive:
                archive.execute("CREATE TABLE notes AS SELECT zeroblob(40000000) AS note")
            archive.close()

    def run_at(self, *words, expected=0, **options):
        session = terminal.run(*words, config=self.config, at=("err",), **options)
        self.assertEqual(session.status, expected, session)
        return session

    def lines_shown(self, seen):
        """What was written over one line, one state after the other."""
        return [line for line in seen.removesuffix("\n").replace("\x1b[K", "").split("\r") if line]

    def test_sync(self):
        self.begin_slowly()
        for columns in (40, 120):
            with self.subTest(columns=columns):
                seen = self.run_at("sync", columns=columns).seen
                *shown, last = self.lines_shown(seen)
                self.assertGreater(len(shown), 1, seen)
                self.assertLess(max(map(len, shown)), columns)
                for line in shown:
                    self.assertRegex(line, r"\d+ %  \d+ windows  \d+ records")
                self.assertEqual("░" in "".join(shown) or "█" in "".join(shown), columns > 100)
                self.assertRegex(last, r"^\d+ records read in .* s: \d+ new")
                self.assertIn(CLEARED + last, seen)
                self.archive.unlink()

    def test_backup_and_verify(self):
        self.begin_archived(larger=True)
        calls = self.value("SELECT count(*) FROM calls")
        backup = self.run_at("backup", self.folder / "copy.db")
        self.assertRegex(backup.seen, r"\d+ %  [\d.]+ MB of [\d.]+ MB")
        self.assertRegex(backup.seen, r"\d+ %  checking the copy")
        self.assertTrue(backup.seen.endswith(CLEARED), backup)
        self.assertIn(f"copy.db: {calls} calls", backup.out)
        verify = self.run_at("verify")
        self.assertRegex(verify.seen, r"[█░]+ +\d+ %  pages and indexes")
        self.assertTrue(verify.seen.endswith(CLEARED), verify)
        self.assertIn(f"The archive is sound: {calls} calls.", verify.out)

    def test_an_interrupted_backup_leaves_nothing(self):
        self.begin_archived()
        def interrupt(process):
            harness.wait_until(lambda: list(self.folder.glob("copy.db*")), 20, "it has begun")
            process.send_signal(signal.SIGINT)
        seen = self.run_at("backup", self.folder / "copy.db", expected=1, held=interrupt).seen
        self.assertIn(CLEARED + "callarchive: ", seen)
        self.assertIn("it was interrupted", seen)
        self.assertEqual(list(self.folder.glob("copy.db*")), [])

    def test_no_color_is_respected(self):
        self.begin_slowly()
        for words in (("sync",), ("backup", self.folder / "copy.db"), ("verify",)):
            with self.subTest(words=words):
                plain = self.run_at(*words, environment={"NO_COLOR": "1"}).seen
                self.assertNotIn("\r", plain)
                self.assertNotIn("\x1b", plain)
        # Empty, it is as good as not set (no-color.org).
        self.assertIn(CLEARED, self.run_at("verify", environment={"NO_COLOR": ""}).seen)

    def test_an_interrupted_pass_keeps_what_it_read(self):
        simulator = self.begin("300ms")
        signals = [signal.SIGHUP, signal.SIGINT]
        def interrupt(seen, _, process):
            # The first one is a terminal that was closed: it ends nothing.
            if signals and re.search(r"[1-9]\d* records", seen):
                process.send_signal(signals.pop(0))
        seen = self.run_at("sync", expected=3, on_text=interrupt).seen
        self.assertEqual(signals, [])
        self.assertIn("callarchive: interrupted; what was read whole is kept\n", seen)
        self.assertNotIn("\x1b", seen[seen.index("records read in"):])
        kept = self.archived().keys()
        self.assertGreater(len(kept), 0)
        self.assertLess(kept, simulator.truth().keys())


class Answers(harness.EndToEnd):
    def test_a_terminal_that_does_not_know_its_size_has_80_columns(self):
        self.write_config(self.simulator("--calls", "300", "--seed", "8"))
        self.sync()
        for words in (("query",), ("stats", "--by", "day")):
            with self.subTest(words=words):
                seen = [terminal.run(*words, config=self.config, at=("out",), columns=columns).seen
                        for columns in (None, 80, 100)]
                self.assertEqual(seen[0], seen[1])
                self.assertNotEqual(seen[0], seen[2])

    def test_the_course_of_calls_is_for_a_terminal_too(self):
        self.write_config(self.simulator("--calls", "300", "--seed", "8"))
        self.sync()
        seen = terminal.run("stats", config=self.config, at=("out",)).seen
        self.assertRegex(seen, r"(?m)^course +[▁-█ ]*█")
        self.assertNotIn("course", harness.run("stats", config=self.config).out)


if __name__ == "__main__":
    unittest.main()
