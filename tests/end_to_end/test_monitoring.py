"""What alerts and dashboard ask for is what the program serves, and every alert is told of."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = (ROOT / "config" / "alerts.yaml").read_text()
DASHBOARD = (ROOT / "config" / "grafana-dashboard.json").read_text()


def names_in(text):
    # A template's own words are no metrics: the job's name stands in quotes, and a uid too.
    return set(re.findall(r"callarchive_[a-z_]+", text))


class Monitoring(harness.EndToEnd):
    def served(self):
        simulator = self.simulator("--calls", "200")
        port = harness.free_port()
        self.write_config(simulator, listen=f"127.0.0.1:{port}")
        daemon = self.daemon()
        daemon.wait_for_log("final until", 20)
        url = f"http://127.0.0.1:{port}/metrics"
        return harness.wait_until(
            lambda: (text := harness.get(url)[1]) and "last_success_timestamp_seconds{" in text
            and text, 10, "all metrics")

    def test_alerts_and_dashboard_ask_for_what_is_served(self):
        served = self.served()
        samples = {re.split(r"[{ ]", line)[0] for line in served.splitlines() if line}
        for text in (ALERTS, DASHBOARD):
            asked = names_in(text)
            self.assertGreater(len(asked), 5)
            self.assertEqual(asked - samples, set())
        for outcome in re.findall(r'outcome=~?"([a-z_|]+)"', ALERTS + DASHBOARD):
            for one in outcome.split("|"):
                self.assertIn(f'outcome="{one}"', served)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=served, text=True,
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_every_alert_has_its_section_and_its_test(self):
        operations = (ROOT / "docs" / "operations.md").read_text()
        headings = re.findall(r"^#+ (Callarchive\w+)$", operations, re.MULTILINE)
        alerts = re.findall(r"- alert: (\w+)", ALERTS)
        self.assertEqual(sorted(headings), sorted(alerts))
        tests = (ROOT / "config" / "alerts_test.yaml").read_text()
        for alert in alerts:
            self.assertIn(alert, tests)
            self.assertIn(f"runbook: docs/operations.md#{alert.lower()}\n", ALERTS)

    def test_the_dashboard_is_json_and_its_panels_do_not_overlap(self):
        dashboard = json.loads(DASHBOARD)
        cells = set()
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertNotIn((x, y), cells, panel["title"])
                    cells.add((x, y))
            self.assertLessEqual(place["x"] + place["w"], 24)
        self.assertEqual(len({panel["id"] for panel in dashboard["panels"]}),
                         len(dashboard["panels"]))

    def test_every_panel_s_expression_can_be_read(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        rules = "groups:\n- name: panels\n  rules:\n"
        for panel in json.loads(DASHBOARD)["panels"]:
            for number, target in enumerate(panel["targets"]):
                text = target["expr"].replace("$__rate_interval", "5m")
                rules += f"  - record: panel_{panel['id']}_{number}\n    expr: {json.dumps(text)}\n"
        path = self.folder / "panels.yaml"
        path.write_text(rules)
        done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
