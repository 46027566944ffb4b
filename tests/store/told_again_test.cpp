#include "store/archive.h"
#include "store/support.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace callarchive {
namespace {

const SourceIdentity first_app{.name = "first", .sdk_app_id = 1400000001};
const SourceIdentity second_app{.name = "second", .sdk_app_id = 1400000002};

// Fewer than the archive follows to and fro.
constexpr int changes_max = 6;

/// Runs of calls in the order in which they came, with some that are new, changed or changed back
/// among them, as a service tells them after a restart.
struct ToldAgainTest : ArchiveOfDice, testing::WithParamInterface<std::uint64_t> {
    ToldAgainTest() : ArchiveOfDice(GetParam()) {}

    struct Call {
        std::int64_t version = 0;
        int changes = 0;
    };
    using Calls = std::map<std::pair<SourceNo, std::int64_t>, Call>;
    Calls durable, calls;

    static CallRecord version_of(std::int64_t number, std::int64_t version) {
        CallRecord record =
            call_record("call" + std::to_string(number), noon - Seconds{number * 700});
        *record.end += Seconds{version};
        return record;
    }

    /// What the archive is told next of a call, and what it has to make of that.
    CallRecord told(SourceNo source, std::int64_t number, RecordCounts& expected) {
        const auto [at, is_new] = calls.try_emplace({source, number});
        Call& call = at->second;
        if (is_new) {
            ++expected.added;
        } else if (call.changes < changes_max && upto(19) == 0) {
            call.version = (call.version + 1 + upto(1)) % 3;
            ++call.changes;
            ++expected.revised;
        } else {
            ++expected.unchanged;
        }
        return version_of(number, call.version);
    }

    void tell_a_run(SourceNo source) {
        const std::int64_t from = upto(900), step = upto(9) == 0 ? 3 : 1;
        std::vector<std::int64_t> numbers;
        for (std::int64_t number = from; number < from + 100; number += step)
            numbers.push_back(number);
        // A call that moved from one page to the next comes twice.
        for (std::int64_t i = upto(3); i > 0; --i)
            numbers.push_back(from + upto(99));
        if (upto(1) == 0) std::reverse(numbers.begin(), numbers.end());
        RecordCounts expected;
        std::vector<CallRecord> run;
        run.reserve(numbers.size());
        for (const std::int64_t number : numbers)
            run.push_back(told(source, number, expected));
        const RecordCounts counts = keep(archive, source, run);
        EXPECT_EQ(counts.added, expected.added);
        EXPECT_EQ(counts.unchanged, expected.unchanged);
        EXPECT_EQ(counts.revised, expected.revised);
    }

    void end_of_transaction() {
        switch (upto(3)) {
            case 0:
                archive.roll_back();
                calls = durable;
                break;
            case 1:
                flush(archive);
                durable = calls;
                archive = open_archive(path);
                break;
            default:
                flush(archive);
                durable = calls;
        }
    }
};

TEST_P(ToldAgainTest, is_what_the_archive_has_whatever_was_told_before_it) {
    const SourceNo sources[] = {enroll(archive, first_app), enroll(archive, second_app)};
    for (int i = 0; i < 40; ++i) {
        // Mostly several runs of one application in one transaction.
        for (std::int64_t runs = upto(5); runs >= 0; --runs)
            tell_a_run(sources[upto(9) == 0 ? 1 : 0]);
        end_of_transaction();
    }
    flush(archive);
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM calls"), std::to_string(calls.size()));
    for (const auto& [key, call] : calls) {
        const CallRecord record = version_of(key.second, call.version);
        EXPECT_EQ(value_of(path, "SELECT end_ts FROM calls WHERE call_id = '" + record.call_id +
                                     "' AND app = '" +
                                     (key.first == sources[0] ? "first" : "second") + "'"),
                  std::to_string(unix_seconds(*record.end)));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ToldAgainTest, testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace callarchive
