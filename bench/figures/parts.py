"""The small parts, by Google Benchmark."""

import json

from .process import measure


def parts(programs):
    """Nanoseconds of CPU: a record of an answer, a plan."""
    usage = measure([programs / "bench/callarchive_bench", "--benchmark_format=json",
                     "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"])
    found = {}
    for row in json.loads(usage.output)["benchmarks"]:
        if row.get("aggregate_name") != "median":
            continue
        per_second = row.get("items_per_second")
        found[row["run_name"].split("/")[0]] = 1e9 / per_second if per_second else row["cpu_time"]
    return found
