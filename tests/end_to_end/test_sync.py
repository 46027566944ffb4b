"""`sync` archives what the API shows, whatever the API is like."""

import time
import unittest

import harness


class Sync(harness.EndToEnd):
    def sync_and_compare(self, simulator, fields=harness.PUBLIC_FIELDS):
        begun = time.time()
        self.sync()
        return self.check_equals_truth(simulator.truth(), begun, time.time(), fields)

    def test_archive_equals_what_the_api_shows(self):
        simulator = self.simulator("--calls", "10000", "--seed", "11", "--keep-truth")
        self.write_config(simulator)
        calls = self.sync_and_compare(simulator)
        self.assertLessEqual(calls.keys(), simulator.truth().keys(), "calls that never were")
        for call in calls.values():
            self.assertEqual((call["app"], call["sdk_app_id"]), ("v1", harness.APP))
            self.assertEqual(call["revision"], 1)
        self.assertEqual(self.value("SELECT count(*) FROM gaps"), 0)
        self.check_coverage_has_no_holes()
        self.check_intact()

    def test_participants_are_found_as_caller_and_callee(self):
        simulator = self.simulator("--calls", "500")
        self.write_config(simulator)
        calls = self.sync_and_compare(simulator)
        expected = {(key, call["caller"], "caller") for key, call in calls.items()}
        expected |= {(key, callee, "callee")
                     for key, call in calls.items() for callee in call["callees"]}
        found = {(row["call_id"], row["user_id"], row["role"])
                 for row in self.rows("SELECT call_id, user_id, role FROM call_users")}
        self.assertEqual(found, expected)

    def test_second_pass_adds_nothing(self):
        simulator = self.simulator("--calls", "2000")
        self.write_config(simulator)
        self.sync()
        # Of before the first pass; live traffic goes on.
        until = time.time() - 60
        first = self.rows("SELECT * FROM calls WHERE start_ts < ? ORDER BY call_id", until)
        self.sync()
        second = self.rows("SELECT * FROM calls WHERE start_ts < ? ORDER BY call_id", until)
        self.assertEqual(second, first)
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)

    def test_v1_and_v4_of_one_application_are_one_set_of_calls(self):
        simulator = self.simulator("--calls", "3000", "--both")
        self.write_config(simulator, apis=("v1", "v4"))
        self.sync_and_compare(simulator)
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)
        self.assertEqual(self.value("SELECT count(DISTINCT call_id) FROM calls"),
                         self.value("SELECT count(*) FROM calls"))
        self.assertEqual({row["app"] for row in self.rows("SELECT app FROM cursors")},
                         {"v1", "v4"})
        self.assertEqual(self.value("SELECT count(*) FROM calls WHERE room_id_type IS NULL"), 0)
        # Once more, so that each side meets what the other has written.
        self.sync()
        self.assertEqual(self.value("SELECT count(*) FROM call_revisions"), 0)

    def test_v4_alone(self):
        simulator = self.simulator("--calls", "2000", "--v4-share", "1")
        self.write_config(simulator, apis=("v4",))
        fields = [name for name in harness.PUBLIC_FIELDS if name != "total_user_number"]
        self.sync_and_compare(simulator, fields)
        self.assertEqual(self.value("SELECT count(total_user_number) FROM calls"), 0)


class Personalities(harness.EndToEnd):
    """What the documentation leaves open must not matter."""

    def complete(self, personality):
        simulator = self.simulator("--calls", "2000", "--personality", personality)
        self.write_config(simulator)
        begun = time.time()
        self.sync()
        self.check_equals_truth(simulator.truth(), begun, time.time())

    def test_filter_on_the_end(self):
        self.complete("filter=end")

    def test_filter_on_start_and_end(self):
        self.complete("filter=start-and-end")

    def test_page_echoed_empty_end_and_no_total(self):
        self.complete("page-field=echo,end=empty,total=missing")

    def test_page_is_the_next_one(self):
        self.complete("page-field=next,end=code")

    def test_smaller_pages_than_asked_for(self):
        self.complete("page-size-max=30")

    def test_newest_first(self):
        self.complete("order=desc")

    def test_shuffled(self):
        self.complete("order=shuffled")

    def test_total_counts_a_page(self):
        self.complete("total=page")

    def test_total_is_wrong(self):
        self.complete("total=wrong")

    def test_bounds_exclude_their_seconds(self):
        self.complete("from=exclusive,to=exclusive")

    def test_revised_calls_keep_their_history(self):
        simulator = self.simulator("--calls", "1000", "--both", "--retention", "60s",
                                   "--personality", "revised=1,revision-delay=6s")
        self.write_config(simulator, schedule="  poll_interval: 1s\n  overlap: 2s\n"
                                              "  revisit: [4s, 12s, 40s]\n  retention: 60s\n")
        daemon = self.daemon()
        def revised():
            try:
                return self.value("SELECT count(*) FROM call_revisions") >= 5
            except Exception:
                return False
        harness.wait_until(revised, 30, "five revisions")
        self.assertEqual(daemon.stop()[0], 0, daemon.log)
        for row in self.rows("SELECT call_id, revision FROM calls WHERE revision > 1"):
            earlier = self.rows("SELECT revision FROM call_revisions WHERE call_id = ? "
                                "ORDER BY revision", row["call_id"])
            self.assertEqual([one["revision"] for one in earlier],
                             list(range(1, row["revision"])))


class Faults(harness.EndToEnd):
    def test_complete_in_the_end_after_many_faults(self):
        simulator = self.simulator("--calls", "3000", "--seed", "5")
        self.write_config(simulator, requests="  timeout: 4s\n  page_size: 50\n")
        rare = 0.03
        simulator.set_faults(
            refuse=rare, reset=rare, truncate=rare, http_500=rare, http_502=rare, http_503=rare,
            http_504=rare, html=rare, empty_body=rare, cut_json=rare, invalid_json=rare,
            http_204=rare, trailing_garbage=rare, not_an_object=rare, code_internal=rare,
            code_throttled=rare, data_missing=rare, data_null=rare, list_null=rare,
            total_text=rare, page_text=rare, code_text=rare, envelope_unknown=rare,
            gzip_damaged=rare, deep_nesting=rare)
        begun = time.time()
        for _ in range(6):
            outcome = harness.run("sync", config=self.config)
            self.assertIn(outcome.status, (0, 3), outcome)
            if outcome.status == 0:
                break
        struck = {name for name in simulator.outcomes() if name.startswith("fault:")}
        self.assertGreaterEqual(len(struck), 12, struck)
        simulator.set_faults()
        self.sync()
        self.check_equals_truth(simulator.truth(), begun, time.time())
        self.assertEqual(self.value("SELECT count(*) FROM gaps"), 0)
        self.check_intact()

    def test_odd_records_are_kept_or_told_and_never_stop_the_rest(self):
        simulator = self.simulator("--calls", "2000", "--seed", "6")
        self.write_config(simulator)
        rare = {"probability": 0.01, "sticky": True}
        simulator.set_faults(
            field_missing=rare, field_null=rare, field_array=rare, number_text=rare,
            number_float=rare, field_unknown=rare, value_unknown=rare, callees_text=rare,
            text_controls=rare, duplicate_key=rare, field_object=rare, app_other=rare,
            number_negative=rare)
        begun = time.time()
        self.sync()
        calls = self.archived()
        done = time.time()
        sure = {key for key, call in simulator.truth().items()
                if call["visible_from"] <= begun - harness.EDGE_SECONDS
                and call["visible_until"] >= done + harness.EDGE_SECONDS}
        # These faults leave the call id alone.
        self.assertEqual(sure - calls.keys(), set())
        self.assertGreater(self.value("SELECT count(*) FROM calls WHERE extra IS NOT NULL"), 0)
        self.check_intact()

    def test_records_without_call_id_are_set_apart_and_come_back_whole(self):
        simulator = self.simulator("--calls", "1000", "--seed", "7")
        self.write_config(simulator)
        simulator.set_faults(callid_missing=0.05, callid_null=0.05, callid_empty=0.05,
                             record_not_object=0.05, record_empty=0.05)
        begun = time.time()
        self.sync()
        self.assertGreater(self.value("SELECT count(*) FROM rejected_records"), 0)
        self.assertEqual(self.value("SELECT count(*) FROM calls WHERE coalesce(call_id, '') = ''"),
                         0)
        simulator.set_faults()
        self.archive.unlink()
        begun = time.time()
        self.sync()
        self.check_equals_truth(simulator.truth(), begun, time.time())


if __name__ == "__main__":
    unittest.main()
