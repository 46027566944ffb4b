#include "engine/outbox.h"

#include "store/support.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace callarchive {
namespace {

/// Stands still, but for the time that the disk takes: a millisecond for ten rows that are
/// prepared, and one for ten that are committed.
class DiskClock final : public Clock {
  public:
    explicit DiskClock(const Archive& archive) : archive_(archive) {}

    [[nodiscard]] Instant wall() const override { return Instant{noon}; }
    [[nodiscard]] Monotonic monotonic() const override {
        const std::int64_t unflushed = archive_.unflushed_rows();
        const std::int64_t unprepared = archive_.unprepared_rows();
        if (unprepared < unprepared_) now_ += Milliseconds{unprepared_ / 10};
        if (unflushed < unflushed_) now_ += Milliseconds{unflushed_ / 10};
        unflushed_ = unflushed;
        unprepared_ = unprepared;
        return now_;
    }

  private:
    const Archive& archive_;
    mutable Monotonic now_{Seconds{1'000}};
    mutable std::int64_t unflushed_ = 0;
    mutable std::int64_t unprepared_ = 0;
};

/// What is read of a backlog, after commits have grown to 20,000 rows.
struct OutboxTest : ::testing::Test {
    OutboxTest() {
        for (int commit = 0; commit < 4; ++commit) {
            read(2'500);
            if (!outbox.flush().ok()) throw std::runtime_error("no commit");
        }
    }

    void read(int rows) {
        std::vector<CallRecord> records;
        records.reserve(static_cast<std::size_t>(rows));
        for (int i = 0; i < rows; ++i)
            records.push_back(call_record("call" + std::to_string(calls++), noon - hour));
        keep(archive, source, records);
        // The last commit's time counts for nothing that follows.
        static_cast<void>(clock.monotonic());
    }
    [[nodiscard]] Result<Done> settle(Milliseconds calm) {
        return outbox.settle(clock.monotonic() + calm, false);
    }

    TemporaryDirectory directory;
    Archive archive = open_archive(directory.file());
    SourceNo source = enroll(archive, {.name = "a", .sdk_app_id = 1});
    DiskClock clock{archive};
    Outbox outbox{archive, clock};
    int calls = 0;
};

TEST_F(OutboxTest, commits_in_passing_where_so_many_rows_have_the_time) {
    read(10'000);
    // The last commit, of 2,500, took half a second.
    ASSERT_TRUE(settle(Milliseconds{2'000}).ok());
    EXPECT_EQ(archive.unflushed_rows(), 10'000);
    EXPECT_EQ(archive.unprepared_rows(), 0) << "there was time for that";
    ASSERT_TRUE(settle(Milliseconds{1'000}).ok());
    EXPECT_EQ(archive.unflushed_rows(), 10'000);
    ASSERT_TRUE(settle(Milliseconds{1'001}).ok());
    EXPECT_EQ(archive.unflushed_rows(), 0);
}

TEST_F(OutboxTest, prepares_what_is_worth_it_where_there_is_time) {
    read(4'999);
    ASSERT_TRUE(settle(Seconds{10}).ok());
    EXPECT_EQ(archive.unprepared_rows(), 4'999);
    read(1);
    ASSERT_TRUE(settle(Milliseconds{500}).ok());
    EXPECT_EQ(archive.unprepared_rows(), 5'000);
    ASSERT_TRUE(settle(Milliseconds{501}).ok());
    EXPECT_EQ(archive.unprepared_rows(), 0);
    EXPECT_EQ(archive.unflushed_rows(), 5'000);
}

TEST_F(OutboxTest, a_large_transaction_waits_for_no_calm) {
    read(20'000);
    ASSERT_TRUE(settle(Milliseconds{0}).ok());
    EXPECT_EQ(archive.unflushed_rows(), 0);
}

TEST_F(OutboxTest, few_rows_say_nothing_of_what_many_take) {
    read(10);
    ASSERT_TRUE(outbox.flush().ok());
    // Half a commit by now.
    read(20'000);
    ASSERT_TRUE(settle(Milliseconds{100}).ok());
    EXPECT_EQ(archive.unflushed_rows(), 0);
}

}  // namespace
}  // namespace callarchive
