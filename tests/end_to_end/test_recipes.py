"""Every recipe of docs/recipes.md runs, and none reads the whole archive without saying so."""

import pathlib
import re
import subprocess
import sys
import unittest

import harness

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "recipes.md"
READS_ALL = "-- reads every call"
# The names that the views give to tables which grow with the archive: call, participant, user.
LARGE = {"c", "p", "u", "n", "call", "participant", "user"}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def statements(block):
    block = block.replace("$__from", "1000 * unixepoch('now', '-1 day')")
    block = block.replace("$__to", "1000 * unixepoch('now')")
    return [part.strip() for part in block.split(";") if part.strip()]


def whole_scans(steps, sql):
    """Steps that read all of a large table. The newest few along an index are not all of it."""
    scans = []
    is_sorted = any("TEMP B-TREE" in step for step in steps)
    for step in steps:
        found = re.match(r"SCAN (\w+)(.*)", step)
        if not found or found[1] not in LARGE:
            continue
        if "USING INDEX" in found[2] and "LIMIT" in sql and not is_sorted:
            continue
        scans.append(step)
    return scans


class Recipes(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        simulator = self.simulator("--calls", "500", "--seed", "8")
        self.write_config(simulator)
        self.sync()

    def test_sql(self):
        found = blocks("sql")
        self.assertGreater(len(found), 10)
        with harness.opened(self.archive) as archive:
            for block in found:
                for sql in statements(block):
                    with self.subTest(sql=sql):
                        archive.execute(sql).fetchall()
                        steps = [row["detail"] for row in
                                 archive.execute("EXPLAIN QUERY PLAN " + sql)]
                        if READS_ALL in block:
                            self.assertTrue(whole_scans(steps, sql), "it need not be marked")
                        else:
                            self.assertEqual(whole_scans(steps, sql), [], steps)

    def test_what_datasette_asks_for_a_link(self):
        """Its table page (datasette 0.64, views/table.py): columns by name, filters, one row more
        than the page has."""
        view, arguments = re.search(r"`/calls/(\w+)\?([^`]+)`", PAGE.read_text()).groups()
        filters = dict(part.split("=") for part in arguments.split("&"))
        order = filters.pop("_sort_desc")
        with harness.opened(self.archive) as archive:
            columns = ", ".join(row["name"] for row in archive.execute(
                "SELECT name FROM pragma_table_info(?)", (view,)))
            where = " and ".join(f'"{name}" = :p{i}' for i, name in enumerate(filters))
            sql = f"select {columns} from {view} where {where} order by {order} desc limit 101"
            values = {f"p{i}": value for i, value in enumerate(filters.values())}
            archive.execute(sql, values).fetchall()
            steps = [row["detail"] for row in archive.execute("EXPLAIN QUERY PLAN " + sql, values)]
        self.assertEqual(whole_scans(steps, sql), [], steps)

    def test_only_public_views_are_used(self):
        views = {"calls", "call_users", "call_revisions", "coverage", "gaps", "cursors",
                 "rejected_records"}
        for block in blocks("sql"):
            for sql in statements(block):
                own = set(re.findall(r"(\w+) AS \(", sql)) | {"json_each"}
                used = set(re.findall(r"(?:FROM|JOIN) (\w+)", sql))
                self.assertLessEqual(used, views | own, sql)

    def test_python(self):
        found = blocks("python")
        self.assertEqual(len(found), 2)
        for code in found:
            with self.subTest(code=code):
                code = code.replace("/var/lib/callarchive/calls.db", str(self.archive))
                code = code.replace('["callarchive",', f"[{harness.CALLARCHIVE!r},")
                done = subprocess.run([sys.executable, "-c", code], capture_output=True,
                                      env=harness.clean_environment(
                                          {"CALLARCHIVE_CONFIG": str(self.config)}))
                self.assertEqual(done.returncode, 0, done)
                self.assertEqual(len(done.stdout.splitlines()) in (10, 20), True, done)


if __name__ == "__main__":
    unittest.main()
