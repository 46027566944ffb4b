"""Questions to a large archive: in process, by the command, and by sqlite3's shell."""

import json
import os
import time

from .process import measure, median

# The same question to callarchive and to the public views.
COMMANDS = {
    "call_by_id": (["show", "{id}"], "SELECT * FROM calls WHERE call_id = '{id}'"),
    "users_month_newest_100": (
        ["query", "--user", "{user}", "--since", "30d", "--limit", "100", "--format", "json"],
        "SELECT c.* FROM call_users AS u JOIN calls AS c USING (sdk_app_id, call_id) WHERE "
        "u.user_id = '{user}' AND u.start_ts >= {month_ago} ORDER BY u.start_ts DESC LIMIT 100"),
    "page_of_50": (["query", "--format", "json"],
                   "SELECT * FROM calls ORDER BY start_ts DESC LIMIT 50"),
    "page_of_50_filter_1_percent": (
        ["query", "--media", "video", "--type", "group", "--result", "reject", "--format", "json"],
        "SELECT * FROM calls WHERE media_type = 'video' AND call_type = 'group' AND "
        "call_result = 'reject' ORDER BY start_ts DESC LIMIT 50"),
    "report_30_days": (
        ["stats", "--since", "30d", "--by", "day"],
        "SELECT date(start_ts, 'unixepoch') AS day, count(*), sum(answered), sum(talk_seconds) "
        "FROM calls WHERE start_ts >= {month_ago} GROUP BY day"),
}


def in_process(programs, database):
    """Microseconds: {question: {"warm": m, "cold": m}}, medians; warm is CPU time."""
    usage = measure([programs / "bench/query_bench", database, "--benchmark_format=json",
                     "--benchmark_min_time=0.2"])
    found = {}
    for row in json.loads(usage.output)["benchmarks"]:
        if row.get("aggregate_name") != "median":
            continue
        kind, _, question = row["run_name"].partition("/")
        time = row["cpu_time"] if kind == "warm" else row["real_time"]
        found.setdefault(question.split("/")[0], {})[kind] = time
    return found


def wall(command, runs, environment=None):
    return median(measure(command, discard=True, environment=environment).wall_seconds
                  for _ in range(runs))


def forget_pages(path):
    """Whoever may, empties the system's cache of this file; nothing is flushed or lost."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)


def by_command(programs, folder, database, runs):
    """Seconds: {question: {"command": s, "command_cold": s, "sqlite3": s}}"""
    config = folder / "questions.yaml"
    config.write_text(f"archive:\n  path: {database}\napps:\n  - sdk_app_id: 1400000000\n"
                      f"    name: production\n    secret_key: {'0' * 64}\n")
    config.chmod(0o600)
    newest, = measure(["sqlite3", database, "SELECT max(call_no) FROM call"]).output.split()
    call_id, user = measure(
        ["sqlite3", "-separator", "\n", database,
         f"SELECT call_id, caller FROM call_row WHERE call_no = {int(newest) // 3}"]
    ).output.splitlines()
    words = {"id": call_id, "user": user, "month_ago": int(time.time()) - 30 * 86_400}
    found = {}
    for question, (command, sql) in COMMANDS.items():
        command = [programs / "src/app/callarchive", "--config", config,
                   *[word.format(**words) for word in command]]
        found[question] = {"command": wall(command, runs),
                           "sqlite3": wall(["sqlite3", database, sql.format(**words)], 3)}
        cold = []
        for _ in range(3):
            forget_pages(database)
            cold.append(wall(command, 1))
        found[question]["command_cold"] = median(cold)
    return found, config


def export(programs, config, calls, runs):
    """Calls a second by CPU and by the clock, and the most memory it took."""
    command = [programs / "src/app/callarchive", "--config", config, "export", "--format", "ndjson"]
    usages = [measure(command, discard=True) for _ in range(runs)]
    return {"per_cpu_second": calls / median(u.cpu_seconds for u in usages),
            "per_second": calls / median(u.wall_seconds for u in usages),
            "resident": max(u.resident_bytes_peak for u in usages)}
