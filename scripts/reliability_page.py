"""Makes docs/reliability.md from the sums that scripts/gate keeps.

usage: reliability_page.py docs/reliability.json
"""

import json
import pathlib
import sys

# What was ever found, by whom, and what shows it again on the version before its remedy.
TRACK_RECORD = [
    ("The archive's time began at a date that a wrong clock at boot had given, years off: a gap of "
     "years, or nothing read for a year", "simulation, seed 1 and 2",
     "tests/mutants/beginning-by-a-wrong-clock.patch"),
    ("With an existing archive and a clock years behind, nothing was ever due, so nothing was asked, "
     "so the right time was never learnt", "simulation, seed 14",
     "tests/mutants/never-asks-the-time-again.patch"),
    ("While the disk was full the API was read again and again every two seconds: each successful "
     "read without anything to commit reset the back-off", "simulation, seed 5", "simulation --first 5"),
    ("Three requests a second for as long as every answer was broken", "simulation, seed 9",
     "simulation --first 9"),
    ("What one sweep had proved was forgotten with the next, and moments between the two were told "
     "as never read", "simulation, seed 2055", "simulation --first 2055"),
    ("With a retention of an hour a window that could not be read was set aside for an hour",
     "reading the code for the simulation", "tests/engine/set_aside_test.cpp"),
    ("A file system layer without shared memory could open an archive once and never again",
     "simulation, seed 3", "every seed with a restart"),
]

NOT_COVERED = [
    "A disk or a kernel that says a sync is done when it is not; errors in memory; root on the "
    "same machine.",
    "An API that leaves a record out of every answer while its totals agree.",
    "An API that says 'no records' where there are some.",
    "An outage longer than the retention: it is told as a gap, and cannot be mended.",
    "A call that lasts longer than the last revisit age.",
    "The simulated disk has no shared memory: the log's index in shared memory, and readers beside "
    "the writer, are tried by the real binary alone.",
    "Failing allocations are not tried one by one; the program ends and is started again.",
    "Wrong clocks are tried in the simulation, not with the real binary.",
]


def number(value):
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def rows(pairs):
    return "\n".join(f"| {name} | {number(value)} |" for name, value in pairs)


def main():
    sums = json.loads(pathlib.Path(sys.argv[1]).read_text())
    simulation = sums.get("simulation", {})
    cuts = sums.get("power-cuts", {})
    fuzz = sums.get("fuzz", {})
    last = sums.get("last", {})
    mutants = sums.get("mutants", [])
    caught = [mutant for mutant in mutants if mutant["caught_by"] not in ("", "does not build")]
    print("# Reliability\n")
    print("Made by `scripts/gate`, which adds to it with every run; the sums are in "
          "`docs/reliability.json`. What the words mean is in `ARCHITECTURE.md`; how the "
          "simulation works is said at the head of each file in `tests/sim`.\n")
    print(f"Last run: {last.get('date', '-')}, commit {last.get('commit', '-')}.\n")
    print("## What was tried\n\n| | in all |\n|---|---:|")
    print(rows([
        ("lives simulated (seeds)", simulation.get("seeds", 0)),
        ("simulated years", round(simulation.get("years", 0), 1)),
        ("polling cycles in them", simulation.get("cycles", 0)),
        ("requests in them", simulation.get("requests", 0)),
        ("calls that were claimed as read and looked for", simulation.get("claims", 0)),
        ("kills in them", simulation.get("kills", 0)),
        ("power cuts in them", simulation.get("power_cuts", 0)),
        ("disk operations that failed", simulation.get("disk_failures", 0)),
        ("exchanges the network spoiled", simulation.get("network_failures", 0)),
        ("seeds that broke a promise, not mended", len(simulation.get("failed", []))),
        ("images after a power cut at every disk operation", cuts.get("images", 0)),
        ("... of these, cut again during recovery", cuts.get("again", 0)),
        ("kill -9 of the released binary", sums.get("kills", {}).get("kills", 0)),
        ("a small disk filled and freed", sums.get("full-disk", {}).get("rounds", 0)),
        ("runs with a failing system call", sums.get("syscalls", {}).get("runs", 0)),
        ("fuzzing executions", sum(t["executions"] for t in fuzz.values())),
        ("fuzzing CPU hours", round(sum(t["cpu_seconds"] for t in fuzz.values()) / 3600, 2)),
        ("single bits flipped in a copy", sums.get("bit-flips", {}).get("flips", 0)),
        ("... found by `verify`", sums.get("bit-flips", {}).get("found", 0)),
        ("... without any difference to an answer", sums.get("bit-flips", {}).get("harmless", 0)),
    ]))
    print("\n## Faults in the simulation, by kind\n\n| | times |\n|---|---:|")
    print(rows(sorted(simulation.get("troubles", {}).items())))
    print("\n## What the API did wrong, by kind\n\n| | answers |\n|---|---:|")
    print(rows(sorted(simulation.get("api_faults", {}).items())))
    print("\n## Planted bugs\n")
    print("`scripts/mutants` plants each bug of `tests/mutants` in a copy of the sources and looks "
          "who notices.\n")
    if mutants:
        print(f"{len(caught)} of {len(mutants)} were caught.\n\n| bug | caught by |\n|---|---|")
        for mutant in mutants:
            print(f"| {mutant['name']} | {mutant['caught_by'] or '**nobody**'} |")
    else:
        print("Not run yet.")
    print("\n## Every bug these tests ever found\n\n| bug | found by | shown again by |\n|---|---|---|")
    for bug, finder, shown in TRACK_RECORD:
        print(f"| {bug} | {finder} | `{shown}` |")
    print("\n`simulation` is `build/dev/tests/sim/callarchive_simulation --seeds 1 --trace`. A seed "
          "means the same only with the commit it was found on.\n")
    print("## What is not covered\n")
    for item in NOT_COVERED:
        print(f"- {item}")


if __name__ == "__main__":
    main()
