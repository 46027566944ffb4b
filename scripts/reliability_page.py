"""Makes docs/reliability.md from the sums that scripts/gate keeps.

usage: reliability_page.py docs/reliability.json
"""

import json
import pathlib
import sys

from reliability_bugs import BUGS

NOT_COVERED = [
    "That memory does not grow over more than a month of polls: one soak of 2.4 hours, each hour 12.5 days by the "
    "default times' measure, ended at 10 KiB an hour (64 are allowed); on its way the same figure lay between -55 "
    "and 63. Earlier ones whose hour was 84 days of the ledger, which grows by each stretch that was read for the "
    "last time, measured 94 and 78.",
    "Locks that fail for good from a system call on are tried at every twentieth call, for each takes two "
    "minutes; a network that does, at the first.",
    "Records that leave and records that arrive between two pages in equal number, where the API gives "
    "no total: found when the moment is read again at its next age, not before.",
    "A server's Date in the future that no later answer contradicts, while the local clock is behind "
    "by more than the overlap: nobody can tell which of the two is right.",
    "A local clock that is ahead for days, by a service whose answers carry no Date: there is no other time to "
    "tell what was lost by.",
    "A disk or a kernel that says a sync is done when it is not; errors in memory; root on the "
    "same machine.",
    "An API that leaves a record out of every answer while its totals agree.",
    "An API that says 'no records', or gives the last page's mark, where there is more: found when "
    "the moment is read again at its next age, not before.",
    "An outage longer than the retention: it is told as a gap, and cannot be mended.",
    "A call that lasts longer than the last revisit age.",
    "The simulated disk has no shared memory: the log's index in shared memory, and readers beside "
    "the writer, are tried by the real binary alone.",
    "A call whose start is corrected in the very answers whose Date is weeks or years wrong.",
    "A directory whose sync fails once where everything else works: SQLite ignores it (os_unix.c, "
    "unixSync), and only the next process syncs it again.",
    "Valgrind has looked at the unit tests of api, app, base, engine, sqlite and sys (2026-11-27: nothing but "
    "one comparison that GCC makes ahead of its condition), not at the whole program.",
]


def past_seeds():
    """Those that are mended, and run by every test since."""
    file = pathlib.Path(__file__).resolve().parent.parent / "tests/sim/past_seeds.txt"
    return {int(line) for line in file.read_text().splitlines() if line and not line.startswith("#")}


def number(value):
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


class Sums:
    """`sums("kills", "kills")`: what was added up there, or 0."""

    def __init__(self, file):
        self.all = json.loads(pathlib.Path(file).read_text())

    def __call__(self, part, name, default=0):
        return self.all.get(part, {}).get(name, default)

    def fuzz(self, name):
        return sum(target[name] for target in self.all.get("fuzz", {}).values())

    def soak(self):
        return self.all.get("soak", {}).get("runs", [])


def goals(sums):
    """Goal, reached, the first gate, which is a tenth, and the release gate."""
    mutants = sums.all.get("mutants", [])
    caught = [one for one in mutants if one["caught_by"] not in ("", "does not build")]
    memory = sums.all.get("memory", {})
    sanitizers = sums.all.get("sanitizers", {})
    longest = max((run["hours"] for run in sums.soak()), default=0)
    ready = sums("large-kills", "ready_ms_p99_max", "-")
    return [
        ("years simulated, every promise checked", round(sums("simulation", "years"), 1), 1_000, 10_000),
        ("`kill -9` of the released binary", sums("kills", "kills"), 10_000, 100_000),
        ("... with a million calls; ready again, 99 of 100, in ms", ready, 1_000, 1_000),
        ("power cuts at every operation of the disk, images", sums("power-cuts", "images"),
         100_000, 1_000_000),
        ("failing system calls, once and for good", sums("syscalls", "runs"), "every one", "every one"),
        ("small disk filled and freed", sums("full-disk", "rounds"), 100, 1_000),
        ("failing allocations, once and for good", sum(memory.values()), "every one", "every one"),
        ("bits flipped in archive, log and configuration",
         sums("bit-flips", "flips") + sums("bit-flips", "flips_in_log") +
         sums("bit-flips", "flips_in_config"), 10_000, 100_000),
        ("fuzzing executions", sums.fuzz("executions"), 200_000_000, 2_000_000_000),
        ("fuzzing CPU hours", round(sums.fuzz("cpu_seconds") / 3600, 2), 2.4, 24),
        ("regions of the parser reached by them, %", sums("coverage", "parser_regions", "-"), 95, 95),
        ("lines of the program reached by its tests, %", sums("coverage", "test_lines", "-"), 95, 95),
        ("branches of the program reached by them, %", sums("coverage", "test_branches", "-"), 90, 90),
        ("drifts of the API, each on first, middle and last pages, runs",
         f"{len(sums('drifts', 'drifts', []))} drifts, {number(sums('drifts', 'runs'))}",
         "2 worlds each", "20 worlds each"),
        ("wrong clocks, real binary", sums("clocks", "runs"), 200, 2_000),
        ("runs with a key looked for everywhere", sums("secrets", "runs"), 1_000, 10_000),
        ("planted bugs caught", f"{len(caught)} of {len(mutants)} tried", "all", "all"),
        ("soak, hours in one run (one hour is twelve days of polls)", longest, 2.4, 24),
        ("copies compared row by row", sums("backups", "copies"), 1_000, 10_000),
        ("migrations killed at a system call", sums("migration-kills", "kills"), "every one", "every one"),
        ("backups killed at a system call", sums("backup-kills", "kills"), "every one", "every one"),
        *((f"tests under {name}", f"{one['tests'] - one['failed']} of {one['tests']} pass", "all", "all")
          for name, one in sorted(sanitizers.items())),
    ]


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(number(cell) if isinstance(cell, (int, float)) else str(cell)
                                for cell in row) + " |")


def tell_soak(sums):
    print("\n## Hours of the daemon\n")
    if not sums.soak():
        return print("Not run yet.")
    return print_soak(sums)


def print_soak(sums):
    print("A poll a second, a fault each minute, a reader beside it. Memory's trend is that of the "
          "second half.\n")
    table(("hours", "requests", "faults", "memory, MiB", "a hour, KiB", "open files", "log, MiB"),
          [(run["hours"], run["requests"], sum(run["faults"].values()), run["rss_mib_last"],
            run["rss_slope_kib_per_hour"], run["fds_max"], run["wal_mib_max"])
           for run in sums.soak()])


def tell_mutants(sums):
    print("\n## Planted bugs\n\n`scripts/mutants` plants each bug of `tests/mutants` in a copy of the "
          "sources and looks who notices.\n")
    print("| bug | caught by |\n|---|---|")
    for mutant in sums.all.get("mutants", []):
        print(f"| {mutant['name']} | {mutant['caught_by'] or '**nobody**'} |")


def main():
    sums = Sums(sys.argv[1])
    last = sums.all.get("last", {})
    simulation = sums.all.get("simulation", {})
    print("# Reliability\n")
    print("Made by `scripts/gate`, which adds to it with every run; the sums are in "
          "`docs/reliability.json`. How a trial works is said at the head of its file in "
          "`tests/sim`, `tests/end_to_end` or `tests/fuzz`.\n")
    print(f"Last run: {last.get('date', '-')}, commit {last.get('commit', '-')}; figures are of all "
          f"runs, at {len(sums.all.get('commits', []))} commits.\n")
    print("## What was tried\n")
    print("The first gate is a tenth of the release gate. Where less is reached, the gate has not run "
          "for long enough yet; the sums go on from run to run.\n")
    table(("", "reached", "first gate", "release gate"), goals(sums))
    print("\n## In the simulation\n")
    table(("", "in all"), [
        ("lives (seeds)", simulation.get("seeds", 0)),
        ("polling cycles", simulation.get("cycles", 0)),
        ("requests", simulation.get("requests", 0)),
        ("calls claimed as read, looked for", simulation.get("claims", 0)),
        ("kills", simulation.get("kills", 0)), ("power cuts", simulation.get("power_cuts", 0)),
        ("disk operations that failed", simulation.get("disk_failures", 0)),
        ("exchanges the network spoiled", simulation.get("network_failures", 0)),
        ("lives that asked too much for their end to be waited for", simulation.get("cut_short", 0)),
        ("seeds that broke a promise and are not mended",
         len(set(simulation.get("failed", [])) - past_seeds())),
    ])
    print("\n### Troubles, by kind\n")
    table(("", "times"), sorted(simulation.get("troubles", {}).items()))
    print("\n### What the API did wrong, by kind\n")
    table(("", "answers"), sorted(simulation.get("api_faults", {}).items()))
    print("\n## Elsewhere\n")
    table(("", "in all"), [
        ("power cuts during recovery from another", sums("power-cuts", "again")),
        ("flipped bits found by `verify`", sums("bit-flips", "found") + sums("bit-flips", "log_found")),
        ("flipped bits that change no answer, or undo the last commits",
         sums("bit-flips", "harmless") + sums("bit-flips", "log_harmless")),
        ("flipped bits of the configuration refused", sums("bit-flips", "config_refused")),
        ("answers spoiled in the drifts", sums("drifts", "answers_spoiled")),
        ("clocks wrong or jumping", sums("clocks", "wrong_or_jumping")),
        ("failing system calls after which the command said so and ended",
         sums("syscalls", "failed_cleanly")),
    ])
    print("\n### Fuzzing\n")
    table(("target", "executions", "CPU hours"),
          [(name, target["executions"], round(target["cpu_seconds"] / 3600, 2))
           for name, target in sorted(sums.all.get("fuzz", {}).items())])
    tell_soak(sums)
    tell_mutants(sums)
    print("\n## Every bug these trials ever found\n\n| bug | found by | shown again by |\n|---|---|---|")
    for bug, finder, shown in BUGS:
        print(f"| {bug} | {finder} | `{shown}` |")
    print("\nPrograms are in `build/release/tests/sim`. A command shows the bug on the version before "
          "its remedy, or plants it. A seed means the same only with the commit it was found on.\n")
    print("## What is not covered\n")
    for item in NOT_COVERED:
        print(f"- {item}")


if __name__ == "__main__":
    main()
