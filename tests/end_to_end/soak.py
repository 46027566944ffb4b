"""Hours of the daemon in compressed time: a poll a second, one fault a minute, a reader beside it.

usage: soak.py SECONDS [--json FILE]

Every second is a poll, and all other times are the default ones by the same measure, so an hour of it is
twelve and a half days of polls every five minutes: of the ledger too, which grows for good, for it
remembers when each stretch was read for the last time. What is measured does not grow: memory after the
first half, open files, the log of the database, the lines told. What is there at the end is what the ledger
claims. FILE is written every minute, so that an interrupted run counts for what it reached.
"""

import json
import os
import pathlib
import random
import statistics
import sys
import time

from place import Place
import harness

RETENTION_SECONDS = 2016
SCHEDULE = ("  poll_interval: 1s\n  overlap: 4s\n  revisit: [12s, 72s, 288s, 864s, 1728s]\n"
            f"  retention: {RETENTION_SECONDS}s\n")
CALLS_PER_SECOND = 5
# Often enough to meet the daemon at rest in every minute: what a poll takes is given back after it.
SAMPLE_SECONDS = 1
FAULT_SECONDS = 12
# It is written back at 11.8 MiB, or as soon as nobody reads who still needs it.
LOG_MIB_MAX = 16
# Not those whose answer is right by the API's word and lacks something: no oracle could tell.
FAULTS = ("refuse", "reset", "truncate", "stall", "stall-inside", "trickle", "endless", "http-500",
          "http-502", "http-503", "http-504", "http-429", "http-403", "http-413", "http-301",
          "http-204", "html", "empty-body", "huge-body", "gzip-bomb", "gzip-damaged", "cut-json",
          "invalid-json", "bom", "two-documents", "deep-nesting", "not-an-object", "wrong-date",
          "slow", "code-throttled", "code-internal", "code-unknown", "code-expired", "data-missing",
          "list-missing", "list-text", "total-wrong", "total-shrinks", "rows-duplicate", "pause")


def sizes(process, archive):
    """Resident memory in KiB, open files, the write-ahead log's bytes, and what of the memory is no
    page of a file: where that does not grow, what grows is no leak."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    rss, anonymous = (int(status.split(name)[1].split()[0]) for name in ("VmRSS:", "RssAnon:"))
    fds = len(os.listdir(f"/proc/{process.pid}/fd"))
    wal = pathlib.Path(f"{archive}-wal")
    return rss, fds, wal.stat().st_size if wal.exists() else 0, anonymous


def slope_per_hour(points):
    """Of (seconds, value): the median of the slopes between all pairs that lie at least half of the
    time apart (Theil and Sen), each minute standing for the least that was seen in it. An answer of
    64 MiB that is being read is no trend, nor is which of two minutes one looks at."""
    least = {}
    for at, value in points:
        minute = int(at // 60)
        least[minute] = min(value, least.get(minute, value))
    minutes = sorted(least)
    if len(minutes) < 2:
        return 0.0
    apart = max(1, (minutes[-1] - minutes[0]) // 2)
    return 60 * statistics.median((least[late] - least[early]) / (late - early)
                                  for early in minutes for late in minutes
                                  if late - early >= apart)


class Soak:
    def __init__(self, seconds, json_file):
        self.seconds = seconds
        self.json_file = json_file
        self.place = Place()
        self.simulator = self.place.simulator(
            "--retention", f"{RETENTION_SECONDS}s", "--keep-truth",
            "--calls", str(CALLS_PER_SECOND * RETENTION_SECONDS))
        self.place.write_config(self.simulator, schedule=SCHEDULE)
        # The smallest is full soonest, so that what grows later is a leak.
        text = self.place.config.read_text()
        self.place.config.write_text(text.replace("archive:\n", "archive:\n  cache: 1MiB\n"))
        self.samples = []
        self.faults = {}
        self.dice = random.Random(seconds)

    def result(self, calls=0, claims=0):
        elapsed = self.samples[-1][0] if self.samples else 0
        warm = [sample for sample in self.samples if sample[0] >= elapsed / 2]
        # Idle files differ by the connections that a fault closes: the trend is what counts.
        return {
            "hours": round(elapsed / 3600, 3), "faults": self.faults, "calls": calls,
            "claims": claims, "requests": sum(self.simulator.outcomes().values()),
            "rss_mib_first": round(warm[0][1] / 1024, 2), "rss_mib_last": round(warm[-1][1] / 1024, 2),
            "rss_mib_max": round(max(sample[1] for sample in self.samples) / 1024, 2),
            "rss_slope_kib_per_hour": round(slope_per_hour([(s[0], s[1]) for s in warm]), 1),
            "anonymous_slope_kib_per_hour": round(slope_per_hour([(s[0], s[4]) for s in warm]), 1),
            "fds_max": max(sample[2] for sample in warm),
            "fds_slope_per_hour": round(slope_per_hour([(s[0], s[2]) for s in warm]), 2),
            "wal_mib_max": round(max(sample[3] for sample in self.samples) / 2**20, 2),
            "log_lines": self.place.folder.joinpath("daemon.log").read_bytes().count(b"\n"),
        }

    def keep(self, result):
        if self.json_file:
            fresh = self.json_file.with_suffix(".new")
            fresh.write_text(json.dumps(result) + "\n")
            fresh.rename(self.json_file)

    def minute(self, daemon, begun, end):
        """One fault for a while, then peace; a reader asks in between."""
        name = self.dice.choice(FAULTS)
        self.faults[name] = self.faults.get(name, 0) + 1
        minute_begun = time.monotonic()
        asked = sum(self.simulator.outcomes().values())
        if name == "pause":
            self.simulator.pause()
        else:
            self.simulator.set_faults(**{name: self.dice.choice([0.1, 0.5, 1.0])})
        in_fault = True
        while time.monotonic() - minute_begun < 60 and time.monotonic() < end:
            if in_fault and time.monotonic() - minute_begun >= FAULT_SECONDS:
                self.simulator.resume()
                self.simulator.set_faults()
                in_fault = False
            assert daemon.process.poll() is None, daemon.log[-4000:]
            self.samples.append((time.monotonic() - begun, *sizes(daemon.process, self.place.archive)))
            time.sleep(SAMPLE_SECONDS)
        if in_fault:
            self.simulator.resume()
            self.simulator.set_faults()
        assert sum(self.simulator.outcomes().values()) > asked, f"it stands still after {name}"
        answer = harness.run("stats", "--since", "5m", "--json", config=self.place.config)
        assert answer.status == 0, answer

    def run(self):
        with harness.Daemon(self.place.config, self.place.folder / "daemon.log") as daemon:
            begun = time.monotonic()
            harness.wait_until(lambda: self.place.archive.exists() and self.place.value(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'calls'") > 0, 20, "it begins")
            time.sleep(SAMPLE_SECONDS)
            minutes = 0
            while time.monotonic() - begun < self.seconds:
                self.minute(daemon, begun, begun + self.seconds)
                minutes += 1
                calls = self.place.look() if minutes % 10 == 0 else len(self.place.known)
                self.keep(self.result(calls))
            time.sleep(15)
            status, _ = daemon.stop()
            assert status == 0, daemon.log[-4000:]
        calls = self.place.look(thorough=True)
        result = self.result(calls, self.place.check_claims(self.simulator.truth()))
        verified = harness.run("verify", config=self.place.config)
        assert verified.status == 0, verified
        self.place.doCleanups()
        self.keep(result)
        return result


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    file = pathlib.Path(sys.argv[sys.argv.index("--json") + 1]) if "--json" in sys.argv else None
    seconds = float(sys.argv[1])
    result = Soak(seconds, file).run()
    print(json.dumps(result))
    # A leak of 64 KiB an hour is invisible in a few minutes; short runs only look for the rest.
    assert result["wal_mib_max"] <= LOG_MIB_MAX, "the write-ahead log grew"
    assert result["hours"] < 0.5 or abs(result["rss_slope_kib_per_hour"]) <= 64, "memory grows"
    return 0


if __name__ == "__main__":
    sys.exit(main())
