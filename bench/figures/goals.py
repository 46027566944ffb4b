"""What is to be reached, beside what was."""

import dataclasses

KIB, MIB = 1 << 10, 1 << 20


@dataclasses.dataclass
class Goal:
    what: str
    value: str
    measured: str
    met: bool | None  # None: could not be measured


def at_most(what, limit, value, form="{:.2f}"):
    if value is None:
        return Goal(what, f"at most {limit:g}", "–", None)
    return Goal(what, f"at most {limit:g}", form.format(value), value <= limit)


def at_least(what, limit, value, form="{:.1f}"):
    if value is None:
        return Goal(what, f"at least {limit:g}", "–", None)
    return Goal(what, f"at least {limit:g}", form.format(value), value >= limit)


def times_less(figures, key, again):
    """How many times less CPU callarchive needs than an alternative."""
    other = figures["alternatives"][key]
    if not other.records:
        return None
    archiving = figures["callarchive"]
    return other.again / archiving.warm if again else other.first / archiving.first.first


def filling(figures):
    floors, archiving = figures["floors"], figures["callarchive"]
    first, steps = archiving.first.first, figures["growth"]
    yield at_most("first fill: CPU, times the minimal tuned archiver", 1.2,
                  first / floors["minimal"].first)
    yield at_most("first fill: CPU, times the bare insert", 6, first / floors["insert"].first)
    yield at_least("first fill: CPU, times less than Python's standard library", 2,
                   times_less(figures, "stdlib", False))
    yield at_least("first fill: CPU, times less than sqlite-utils", 3.3,
                   times_less(figures, "sqlite_utils", False))
    yield at_least("first fill: CPU, times less than the shell", 40,
                   times_less(figures, "shell", False))
    late = sorted(s.written_per_call for s in steps[-5:])[len(steps[-5:]) // 2]
    yield at_most("catching up: KiB written a new call", 2.0, late / KIB)
    early = steps[min(2, len(steps) - 1)].written_per_call
    grown = late / early if len(steps) > 3 else None
    yield at_most("the same, times what it is at 3 million calls", 1.15, grown)
    yield at_most("file: bytes a call, everything included", 240, steps[-1].file_per_call,
                  "{:.0f}")
    yield at_most(f"memory, first fill of {figures['calls']:,} calls (store alone): MiB", 96,
                  steps[-1].resident_bytes_peak / MIB, "{:.0f}")
    yield at_most("memory, first fill by `sync`: MiB", 96, archiving.resident_first / MIB, "{:.0f}")


def reading_again(figures):
    minimal, archiving = figures["floors"]["minimal"].again, figures["callarchive"]
    yield at_most("re-read, warm: CPU, times the minimal tuned archiver", 0.4,
                  archiving.warm / minimal)
    yield at_most("re-read just after a restart: CPU, times the same", 1.3,
                  archiving.restart / minimal)
    yield at_least("re-read, warm: CPU, times less than Python's standard library", 8,
                   times_less(figures, "stdlib", True))
    yield at_least("re-read, warm: CPU, times less than sqlite-utils", 20,
                   times_less(figures, "sqlite_utils", True))
    # A commit of the ledger alone dirties a handful of pages.
    yield at_most("re-read: KiB written a window (the ledger's commit, nothing else)", 32,
                  archiving.written_again_per_window / KIB, "{:.1f}")


def asking(figures):
    warm = {question: times["warm"] / 1e3 for question, times in figures["in_process"].items()}
    cold = {question: times["cold"] / 1e3 for question, times in figures["in_process"].items()}
    command = figures["by_command"]["call_by_id"]["command"] * 1e3
    yield at_most("call by id, warm: ms", 0.05, warm["call_by_id"], "{:.3f}")
    yield at_most("call by id, cold: ms", 2, cold["call_by_id"])
    yield at_most("call by id, whole command: ms", 10, command, "{:.1f}")
    yield at_most("a user's month, newest 100, warm: ms", 1, warm["users_month_newest_100"])
    yield at_most("page of 50 by time, warm: ms", 0.2, warm["page_of_50"])
    yield at_most("page of 50, filter that matches 1 %, warm: ms", 5,
                  warm["page_of_50_filter_1_percent"])
    yield at_most("30-day daily report, warm: ms", 10, warm["report_30_days"])
    yield at_least("export to NDJSON: calls a second", 500_000, figures["export"]["per_second"],
                   "{:,.0f}")


def standing(figures):
    best = max(figures["limit"], key=lambda f: f["records_per_second"])
    yield at_least("records/s from an API of 50 ms and 200 requests/s", 19_000,
                   best["records_per_second"], "{:,.0f}")
    yield at_most("the same: share of a core, %", 50, best["core_share"] * 100, "{:.0f}")
    yield at_most("start to first request: ms", 50, figures["start"] * 1e3, "{:.0f}")
    yield at_most("SIGTERM to exit, idle: ms", 200, figures["end"] * 1e3, "{:.0f}")
    yield at_most("idle: share of a core, %", 0.05, figures["idle"]["core_share"] * 100, "{:.4f}")
    yield at_most("memory, daemon after days of polling: MiB", 24,
                  figures["days"]["resident"] / MIB, "{:.0f}")


def goals(figures):
    return [*filling(figures), *reading_again(figures), *asking(figures), *standing(figures)]
