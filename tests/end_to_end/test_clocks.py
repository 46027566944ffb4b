"""The machine's clock is wrong, or jumps; the service's is right. Needs libfaketime."""

import calendar
import os
import pathlib
import sqlite3
import time
import unittest

import harness

HOUR, DAY = 3600, 86_400


def library():
    """The variant for programs with threads, where Debian's package puts it. Nothing may be loaded
    before a sanitizer."""
    if "/asan/" in harness.CALLARCHIVE or "/tsan/" in harness.CALLARCHIVE:
        return None
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return found[0] if found else None


def since(year):
    """How far the clock is off that believes it is that year."""
    return round(time.mktime((year, 3, 1, 12, 0, 0, 0, 0, 0)) - time.time())


class Machine(harness.EndToEnd):
    """A daemon with a folder and a clock of its own; no test itself."""

    def boot(self, test, name, error):
        self.name = name
        self.folder = test.folder / name
        self.folder.mkdir()
        self.archive = self.folder / "calls.db"
        self.config = self.folder / "callarchive.yaml"
        self.config.write_text(test.config.read_text().replace(str(test.archive),
                                                               str(self.archive)))
        self.clock = self.folder / "clock"
        self.set_clock(error)
        self.process = self.daemon({
            "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            # Read anew each time; and the clocks that never step are right on every machine.
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
        test.addCleanup(self.doCleanups)
        return self

    def set_clock(self, error):
        self.error = error
        new = self.clock.with_suffix(".new")
        new.write_text(f"{error:+d}\n")
        os.replace(new, self.clock)

    def check_believes_it(self):
        """By the last line of its log: else this would test nothing."""
        line = self.process.log.rstrip().splitlines()[-1]
        text = line.split('"time":"')[1].split('"')[0]
        believed = calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
        self.assertAlmostEqual(believed - self.process.log_path.stat().st_mtime, self.error,
                               delta=60)

    def has_read_up_to(self, moment):
        self.assertIsNone(self.process.process.poll(), self.process.log)
        try:
            return (self.value("SELECT max(head_ts) FROM cursors") or 0) >= moment
        except sqlite3.Error:  # the schema is being made
            return False


@unittest.skipUnless(library(), "libfaketime is not installed (Debian: apt install libfaketime)")
class Clocks(harness.EndToEnd):
    # How exact the beginning of the archive's time is, in seconds.
    beginning_within = 3 * 60
    catch_up_seconds = 25

    def check_all(self, machines, simulator, begun, changes=()):
        """All machines at once, since each needs the same few seconds. Every change is a list of
        clock errors, one for each machine."""
        for errors in changes:
            time.sleep(4)
            for machine, error in zip(machines, errors):
                machine.check_believes_it()
                machine.set_clock(error)
        time.sleep(3)
        now = time.time()
        for machine in machines:
            harness.wait_until(lambda: machine.has_read_up_to(now - 2), self.catch_up_seconds,
                               f"{machine.name} reads up to now")
        for machine in machines:
            with self.subTest(machine.name):
                machine.check_believes_it()
                self.assertEqual(machine.process.stop()[0], 0, machine.process.log)
        truth = simulator.truth()
        for machine in machines:
            with self.subTest(machine.name):
                calls = machine.check_equals_truth(truth, begun, now)
                self.assertEqual(calls.keys() - truth.keys(), set(), "calls that never were")
                self.assertEqual(machine.rows("SELECT * FROM gaps"), [])
                machine.check_coverage_has_no_holes()
                machine.check_intact()
                (source,) = machine.rows("SELECT * FROM cursors")
                self.assertLessEqual(source["head_ts"], time.time() + 3)
                first = machine.value("SELECT min(from_ts) FROM coverage")
                self.assertAlmostEqual(first, begun - 7 * DAY, delta=self.beginning_within)

    def begin(self):
        simulator = self.simulator("--calls", "1500", "--keep-truth", "--rate-limit", "0")
        self.write_config(simulator, schedule="  poll_interval: 1s\n")
        return simulator

    def test_wrong_and_stays_wrong(self):
        simulator = self.begin()
        begun = time.time()
        machines = [Machine().boot(self, name, error) for name, error in (
            ("ahead", 2 * DAY), ("behind", -2 * DAY), ("hour-ahead", HOUR), ("hour-behind", -HOUR))]
        self.check_all(machines, simulator, begun)
        for machine in machines:
            self.assertIn("clock is", machine.process.log)

    def test_jumps_while_it_runs(self):
        simulator = self.begin()
        begun = time.time()
        jumps = (HOUR, -HOUR, 3 * DAY, -3 * DAY)
        machines = [Machine().boot(self, f"jumps-{jump}", 0) for jump in jumps]
        self.check_all(machines, simulator, begun, [jumps, [0] * 4])

    def test_wrong_at_boot_then_corrected(self):
        simulator = self.begin()
        begun = time.time()
        years = (1970, 2001, 2035)
        machines = [Machine().boot(self, f"boots-{year}", since(year)) for year in years]
        self.check_all(machines, simulator, begun, [[0] * 3])


if __name__ == "__main__":
    unittest.main()
