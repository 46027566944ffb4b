"""Manual pages and completions say what the programs' own parsers say."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]


def help_of(*command):
    return subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout


def page(name):
    return (ROOT / "docs" / "man" / name).read_text().replace("\\-", "-")


class Completion(unittest.TestCase):
    def completion(self, shell):
        outcome = harness.run("completion", shell)
        self.assertEqual(outcome.status, 0, outcome)
        return outcome.out

    def completed(self, *words):
        script = (f"{self.completion('bash')}\n"
                  f"COMP_WORDS=({' '.join(repr(word) for word in words)})\n"
                  f"COMP_CWORD={len(words) - 1}\n"
                  "_callarchive 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        return done.stdout.split()

    def test_bash_completes_commands_options_and_values(self):
        self.assertEqual(self.completed("callarchive", "qu"), ["query"])
        self.assertEqual(self.completed("callarchive", "query", "--form"), ["--format"])
        self.assertEqual(self.completed("callarchive", "query", "--format", ""),
                         ["table", "json", "ndjson", "csv"])
        self.assertEqual(self.completed("callarchive", "--config", "x", "query", "--lim"),
                         ["--limit"])
        self.assertEqual(self.completed("callarchive", "help", "check"), ["check-config"])
        self.assertIn("--config", self.completed("callarchive", "run", "--"))
        # Where a command is expected options are in the way; where nothing is, they help.
        self.assertNotIn("--config", self.completed("callarchive", ""))
        self.assertIn("--config", self.completed("callarchive", "--"))
        self.assertIn("--config", self.completed("callarchive", "sync", ""))
        self.assertEqual(self.completed("callarchive", "query", "--result", "no"),
                         ["normal_end", "not_answer"])

    def test_bash_completes_values_after_an_equals_sign(self):
        self.assertEqual(self.completed("callarchive", "query", "--format", "=", "n"), ["ndjson"])
        self.assertEqual(self.completed("callarchive", "query", "--media", "="),
                         ["audio", "video"])

    def test_bash_completes_files_with_blanks_in_their_names(self):
        with tempfile.TemporaryDirectory() as folder:
            name = pathlib.Path(folder) / "a b.yaml"
            name.touch()
            self.assertEqual(self.completed("callarchive", "--config", f"{folder}/a"),
                             str(name).split())

    def test_shells_that_complete_as_if_somebody_typed(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        def asked(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"source; complete -C '{line}'"],
                                  input=self.completion("fish"), capture_output=True, text=True,
                                  check=True)
            return [each.split("\t")[0] for each in done.stdout.splitlines()]
        self.assertEqual(asked("callarchive qu"), ["query"])
        self.assertEqual(asked("callarchive query --format nd"), ["ndjson"])
        self.assertEqual(asked("callarchive query --format=nd"), ["--format=ndjson"])
        self.assertEqual(sorted(asked("callarchive stats --type ")), ["group", "single"])
        self.assertEqual(asked("callarchive help check"), ["check-config"])

    def test_the_hidden_commands_are_hidden(self):
        self.assertNotIn("completion", help_of(harness.CALLARCHIVE))
        self.assertNotIn("manual", self.completed("callarchive", ""))

    def test_the_other_shells_can_read_theirs(self):
        for shell in ("bash", "zsh", "fish"):
            if shutil.which(shell):
                with self.subTest(shell=shell):
                    done = subprocess.run([shell, "-n"], input=self.completion(shell), text=True,
                                          capture_output=True)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_is_of_its_own_shell_and_knows_every_command(self):
        for shell, begins in (("bash", "# bash"), ("zsh", "#compdef callarchive"),
                              ("fish", "# fish")):
            text = self.completion(shell)
            self.assertTrue(text.startswith(begins), text[:80])
            for command in ("query", "check-config", "forget"):
                self.assertIn(command, text)

    def test_an_unknown_shell_is_wrong_usage(self):
        self.assertEqual(harness.run("completion", "tcsh").status, 2)


class Manual(unittest.TestCase):
    def test_every_command_and_option_is_in_the_generated_part(self):
        manual = harness.run("manual").out.replace("\\-", "-")
        shown = re.findall(r"^  ([a-z][a-z-]+) ", help_of(harness.CALLARCHIVE), re.MULTILINE)
        self.assertIn("query", shown)
        for command in shown:
            self.assertIn(f".SS \\fB{command}\\fR", manual)
            for option in re.findall(r"--[a-z-]+", help_of(harness.CALLARCHIVE, command)):
                self.assertIn(f"\\fB{option}\\fR", manual, command)

    def test_every_option_of_the_simulator_is_in_its_page(self):
        options = re.findall(r"^\s+(?:-\w,)?(--[a-z0-9-]+)", help_of(harness.CALLKIT_SIM),
                             re.MULTILINE)
        self.assertGreater(len(options), 20)
        text = page("callkit-sim.1.in")
        for option in options:
            self.assertIn(f"\\fB{option}\\fR", text)

    def test_every_key_is_in_the_configuration_s_page(self):
        text = page("callarchive.yaml.5.in")
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "callarchive.yaml"
            config.write_text("zzz: 1\napps:\n- zzz: 1\n" + "".join(
                f"{section}:\n  zzz: 1\n"
                for section in ("archive", "schedule", "requests", "http", "notify", "log")))
            outcome = harness.run("check-config", config=config)
        # The program's own list of what is allowed.
        known = re.findall(r"([\w.\[\]]*)\.zzz: unknown key; allowed: ([\w, ]+)", outcome.err)
        self.assertEqual(len(known), 7, outcome)
        for section, keys in known:
            for key in keys.split(", "):
                name = f"{re.sub('[0-9]+', '', section)}.{key}"
                self.assertRegex(text, rf"(?m)^\.BR? (.* )?{re.escape(name)}( |$)")

    def test_groff_has_nothing_to_say(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        for name in ("callarchive.1.in", "callkit-sim.1.in", "callarchive.yaml.5.in"):
            text = (ROOT / "docs" / "man" / name).read_text()
            text = text.replace("@COMMANDS@", harness.run("manual").out.strip())
            done = subprocess.run(["groff", "-man", "-Tutf8", "-wall", "-z"], input=text,
                                  text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)


if __name__ == "__main__":
    unittest.main()
