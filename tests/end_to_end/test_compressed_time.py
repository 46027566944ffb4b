"""A week in a minute: the whole life of a moment, from its first read until it leaves the API."""

import datetime
import json
import time
import unittest

import harness


def seen(call):
    return datetime.datetime.fromisoformat(call["first_seen_at"].replace("Z", "+00:00")).timestamp()


class Minute(harness.EndToEnd):
    overlap = 3
    last_revisit = 40

    def test_live_traffic_is_archived_without_gap(self):
        # 60 s of retention: every call's life from its start to its expiry several times over.
        simulator = self.simulator("--retention", "60s", "--calls", "600", "--keep-truth",
                                   "--both", "--latency", "5ms")
        self.write_config(
            simulator, apis=("v1", "v4"),
            schedule="  poll_interval: 1s\n  overlap: 3s\n  revisit: [5s, 15s, 40s]\n"
                     "  retention: 60s\n")
        begun = time.time()
        daemon = self.daemon()
        time.sleep(68)
        self.assertIsNone(daemon.process.poll(), daemon.log)
        done = time.time()
        status, _ = daemon.stop()
        self.assertEqual(status, 0, daemon.log)

        calls = self.archived()
        truth = simulator.truth()
        # Readable before its moment reached the last revisit age, and early enough to be read yet.
        owed = {key: call for key, call in truth.items()
                if call["visible_from"] - call["start_ts"] < self.last_revisit
                and call["visible_until"] >= begun + harness.EDGE_SECONDS
                and call["visible_from"] <= done - self.overlap - 2}
        lasting = [call for call in owed.values() if call["visible_until"] < done]
        self.assertGreater(len(lasting), 300, "too few calls came and went")
        # What appears after the newest poll is read at the next revisit.
        missing = {key for key in owed.keys() - calls.keys()
                   if owed[key]["visible_from"] - owed[key]["start_ts"] <= self.overlap
                   or done - owed[key]["start_ts"] > self.last_revisit + 10}
        self.assertEqual([(round(done - owed[key]["start_ts"], 1),
                           round(owed[key]["visible_from"] - owed[key]["start_ts"], 1))
                          for key in missing], [], "(age, lateness) of missing calls")
        for key in calls.keys() & truth.keys():
            fields = set(harness.PUBLIC_FIELDS)
            # Only version 1 tells the number; the daemon may have been stopped before it was asked.
            if calls[key]["total_user_number"] is None and seen(calls[key]) > done - 5:
                fields.remove("total_user_number")
            self.assertEqual({name: calls[key][name] for name in fields},
                             {name: truth[key][name] for name in fields})
        self.assertEqual(calls.keys() - truth.keys(), set(), "calls that never were")
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)
        self.check_coverage_has_no_holes()
        self.check_intact()
        # Moments become final in their time, and the cursor follows.
        for row in self.rows("SELECT cursor_ts, head_ts FROM cursors"):
            self.assertGreater(row["cursor_ts"], done - 60)
            self.assertGreater(row["head_ts"], done - 5)


class Outage(harness.EndToEnd):
    def test_outage_longer_than_the_retention_is_told_until_acknowledged(self):
        simulator = self.simulator("--retention", "20s", "--calls", "4000")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 4s\n"
                                              "  revisit: [2s, 5s, 12s]\n  retention: 20s\n")
        daemon = self.daemon()
        # Until the filter is known, what no sweep has read counts as unread.
        daemon.wait_for_log("calls across a window's bounds are returned", 40)
        time.sleep(3)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])
        outage_begun = time.time()
        simulator.pause()
        time.sleep(27)
        self.assertIsNone(daemon.process.poll(), daemon.log)
        simulator.resume()
        outage_ended = time.time()

        def unread():
            return self.rows("SELECT * FROM gaps WHERE reason = 'unread'")
        # The gap grows while the outage lasts; it is whole once the daemon reads again.
        harness.wait_until(lambda: self.value("SELECT head_ts FROM cursors") > outage_ended, 20,
                           "the daemon has caught up")
        gaps = unread()
        self.assertTrue(gaps, self.rows("SELECT * FROM coverage"))
        # What expired while nobody could read it, and no more: about seven seconds.
        lost = sum(gap["to_ts"] - gap["from_ts"] for gap in gaps)
        self.assertGreaterEqual(lost, outage_ended - outage_begun - 20 - 3)
        self.assertLessEqual(lost, outage_ended - outage_begun - 20 + 6)
        for gap in gaps:
            self.assertGreaterEqual(gap["from_ts"], outage_begun - 3)
            self.assertEqual((gap["read_at"], gap["last_read_age"]), (None, None))
        self.check_coverage_has_no_holes()

        def command(*words):
            return harness.run(*words, config=self.config)
        told = command("gaps", "--json")
        self.assertEqual(told.status, 3, told)
        self.assertIn("unread", {gap["reason"] for gap in json.loads(told.out)})
        self.assertEqual(command("gaps").status, 3)
        self.assertEqual(command("status").status, 3)
        self.assertEqual(command("status", "--json").status, 3)
        acknowledged = command("gaps", "--acknowledge")
        self.assertEqual(acknowledged.status, 0, acknowledged)
        self.assertEqual(command("gaps").status, 0)
        time.sleep(3)
        status = command("status")
        self.assertEqual(status.status, 0, (status, self.rows("SELECT * FROM coverage"),
                                            self.rows("SELECT * FROM gaps")))
        still = [gap for gap in json.loads(command("gaps", "--json").out)
                 if gap["reason"] == "unread"]
        self.assertTrue(still, "an acknowledged gap stays known")
        self.assertTrue(all(gap["acknowledged"] for gap in still))
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertIn("left the API's window", daemon.log)

    def test_a_first_start_loses_nothing(self):
        # What left the API before anybody could have read it is not the archive's time.
        simulator = self.simulator("--retention", "20s", "--calls", "400")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 1s\n"
                                              "  revisit: [2s, 5s, 12s]\n  retention: 20s\n")
        daemon = self.daemon()
        time.sleep(5)
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        self.assertEqual(self.rows("SELECT * FROM gaps"), [])

    def test_sync_after_too_long_a_rest_reports_what_was_lost(self):
        simulator = self.simulator("--retention", "12s", "--calls", "300")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 2s\n"
                                              "  revisit: [2s, 4s, 8s]\n  retention: 12s\n")
        self.sync()
        time.sleep(15)
        outcome = self.sync(expected=3)
        self.assertIn("callarchive gaps", outcome.err)
        self.assertEqual(harness.run("gaps", "--acknowledge", config=self.config).status, 0)
        self.sync()


if __name__ == "__main__":
    unittest.main()
