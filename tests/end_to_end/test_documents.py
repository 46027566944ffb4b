"""What the documents say of keys, commands and metrics is what the program says."""

import pathlib
import re
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECTIONS = ("archive", "schedule", "requests", "http", "notify", "log")
SMALLEST = f"apps:\n  - sdk_app_id: {harness.APP}\n    secret_key: {harness.KEY}\n"


def document(name):
    return (ROOT / "docs" / name).read_text()


def rows_of(text, first):
    """The cells of each line of the table whose head begins with the word."""
    table = re.search(rf"^\| {first} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", text, re.MULTILINE)[1]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in table.splitlines()]


class Configuration(harness.EndToEnd):
    def rows(self):
        for keys, default, allowed, _ in rows_of(document("configuration.md"), "key"):
            prefix = ""
            for key in re.findall(r"`([^`]+)`", keys):
                # In a list of keys the first names the section.
                prefix = key.rpartition(".")[0] if "." in key else prefix
                yield f"{prefix}.{key.rpartition('.')[2]}", default.strip("`"), allowed

    def check(self, text):
        self.config.write_text(text)
        return harness.run("check-config", config=self.config)

    def test_every_key_is_in_the_reference_and_no_other(self):
        outcome = self.check("apps:\n- zzz: 1\n" + "".join(f"{section}:\n  zzz: 1\n"
                                                           for section in SECTIONS))
        known = {f"{re.sub('[0-9]+', '', section)}.{key}"
                 for section, keys in re.findall(
                     r"([\w.\[\]]*)\.zzz: unknown key; allowed: ([\w, ]+)", outcome.err)
                 for key in keys.split(", ")}
        self.assertGreater(len(known), 25, outcome)
        self.assertEqual({key for key, _, _ in self.rows()}, known)

    def test_the_defaults_are_the_program_s(self):
        effective = self.check(SMALLEST).out
        told = 0
        for key, default, _ in self.rows():
            name = key.rpartition(".")[2]
            shown = re.search(rf"^[ -]+{name}: (.*)$", effective, re.MULTILINE)
            if not re.fullmatch(r"[\w./:\[\], ]+", default) or " " in default and "[" not in default:
                continue
            self.assertIsNotNone(shown, key)
            self.assertEqual(shown[1].strip('"'), default, key)
            told += 1
        self.assertGreater(told, 13)

    def test_the_ranges_are_the_program_s(self):
        told = 0
        for key, _, allowed in self.rows():
            bounds = re.fullmatch(r"([\d,]+)( \w+)? to ([\d,]+)( \w+)?", allowed)
            if not bounds:
                continue
            section, name = key.split(".")
            low, high = (int(bounds[i].replace(",", "")) for i in (1, 3))
            for value, unit, status in ((low, bounds[2], 0), (low - 1, bounds[2], 78),
                                        (high, bounds[4], 0), (high + 1, bounds[4], 78)):
                written = f"{value}{(unit or '').strip()}"
                outcome = self.check(f"{SMALLEST}{section}:\n  {name}: {written}\n")
                self.assertEqual(outcome.status, status, f"{key}: {written}\n{outcome}")
            told += 1
        self.assertGreaterEqual(told, 5)


class Commands(unittest.TestCase):
    def help_of(self, *command):
        return harness.run("help", *command).out

    def test_every_command_and_every_option_is_told(self):
        text = document("commands.md")
        sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
        told = {name: section for section in sections
                for name in section.splitlines()[0].split(", ")}
        shown = re.findall(r"^  ([a-z][a-z-]+) ", self.help_of(), re.MULTILINE)
        self.assertEqual(sorted(told), sorted(shown))
        for command in shown:
            for option in re.findall(r"^ +(--[a-z-]+)", self.help_of(command), re.MULTILINE):
                # The filters are told once, of query.
                self.assertTrue(option in told[command] or option in told["query"],
                                f"{command} {option}")

    def test_no_option_is_told_that_there_is_not(self):
        everything = "".join(self.help_of(*name.split()) for name in
                             ["", *re.findall(r"^  ([a-z][a-z-]+) ", self.help_of(),
                                              re.MULTILINE)])
        for name in ("commands.md", "operations.md"):
            for option in re.findall(r"callarchive [a-z-]+[^`\n]* (--[a-z-]+)", document(name)):
                self.assertIn(option, everything, name)


class Image(unittest.TestCase):
    def test_its_label_is_the_program_s_version(self):
        told = re.search(r"^ARG VERSION=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        self.assertIn(told[1], harness.run("version").out.split())


class Metrics(harness.EndToEnd):
    def test_the_table_is_what_is_served(self):
        simulator = self.simulator("--calls", "200")
        port = harness.free_port()
        self.write_config(simulator, listen=f"127.0.0.1:{port}")
        daemon = self.daemon()
        daemon.wait_for_log("final until", 20)
        served = harness.wait_until(
            lambda: (text := harness.get(f"http://127.0.0.1:{port}/metrics")[1])
            and "last_success_timestamp_seconds{" in text and text, 10, "all metrics")
        types = dict(re.findall(r"^# TYPE (\S+) (\w+)$", served, re.MULTILINE))
        table = rows_of(document("operations.md"), "metric")
        self.assertEqual({name.strip("`"): kind for name, kind, _, _ in table}, types)
        for name, _, labels, means in table:
            name = name.strip("`")
            samples = re.findall(rf"^{name}(?:_count)?(?:{{(.*)}})? \S+$", served, re.MULTILINE)
            self.assertTrue(samples, name)
            for sample in samples:
                self.assertEqual(set(re.findall(r"(\w+)=", sample)),
                                 set(re.findall(r"`(\w+)`", labels)), name)
            # An outcome and a reason have few values, and all are there from the start.
            for label in ("outcome", "reason"):
                if f"`{label}`" in labels:
                    self.assertEqual(set(re.findall(rf'{label}="(\w+)"', "".join(samples))),
                                     set(re.findall(r"`(\w+)`", means)), name)


if __name__ == "__main__":
    unittest.main()
