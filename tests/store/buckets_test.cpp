#include "store/buckets.h"

#include "store/open_file.h"
#include "store/support.h"

#include <string>
#include <vector>

namespace callarchive {
namespace {

struct BucketsTest : testing::Test {
    using Numbers = std::vector<std::int64_t>;

    TemporaryDirectory directory;
    std::string path = directory.file();
    sqlite::Database database = opened(path);
    Buckets buckets{database};
    std::int64_t this_week = week_of(unix_seconds(noon));

    static sqlite::Database opened(const std::string& path) {
        static_cast<void>(open_archive(path));
        return open_for_writing({.path = path});
    }

    void insert(std::int64_t bucket, const std::string& call_id) {
        database.execute(
            "INSERT INTO call (application_no, source_no, version_source_no, bucket, "
            "call_id_high, content_hash, first_seen_ts, seal) VALUES (1, 1, 1, " +
            std::to_string(bucket) + ", '" + call_id + "', 0, 0, 0)");
    }
    void filled(std::int64_t bucket, const std::string& call_id, std::int64_t application_no = 1) {
        buckets.filled(application_no, bucket, buckets.hash_of(call_id));
    }
    Numbers candidates(const std::string& call_id, std::int64_t likeliest, Moment now = noon,
                       std::int64_t application_no = 1) {
        return buckets.candidates({.application_no = application_no,
                                   .hash = buckets.hash_of(call_id),
                                   .likeliest = likeliest,
                                   .now = now,
                                   .retention = week});
    }
};

TEST_F(BucketsTest, what_is_filled_is_a_candidate_at_once_and_for_its_application_alone) {
    EXPECT_EQ(candidates("a", this_week), Numbers{});
    filled(this_week - 2, "a");
    EXPECT_EQ(candidates("a", this_week), Numbers{this_week - 2});
    EXPECT_EQ(candidates("b", this_week), Numbers{});
    EXPECT_EQ(candidates("a", this_week, noon, 2), Numbers{});
    filled(this_week + 1, "a");
    filled(bucket_of_odd_starts, "a");
    filled(this_week, "b", 2);
    EXPECT_EQ(candidates("a", this_week - 2),
              (Numbers{this_week - 2, this_week + 1, bucket_of_odd_starts}))
        << "the likeliest first";
    EXPECT_EQ(candidates("a", bucket_of_odd_starts),
              (Numbers{bucket_of_odd_starts, this_week + 1, this_week - 2}));
    EXPECT_EQ(candidates("b", this_week, noon, 2), Numbers{this_week});
    EXPECT_EQ(candidates("b", this_week), Numbers{});
}

TEST_F(BucketsTest, with_the_time_other_weeks_are_looked_in_and_the_likeliest_always) {
    for (std::int64_t bucket = this_week - 10; bucket <= this_week + 10; ++bucket)
        filled(bucket, "a");
    EXPECT_EQ(candidates("a", this_week),
              (Numbers{this_week, this_week + 1, this_week - 1, this_week - 2, this_week - 3}));
    EXPECT_EQ(candidates("a", this_week + 2, noon + 2 * week),
              (Numbers{this_week + 2, this_week + 3, this_week + 1, this_week, this_week - 1}));
    EXPECT_EQ(candidates("a", this_week - 9),
              (Numbers{this_week - 9, this_week + 1, this_week, this_week - 1, this_week - 2,
                       this_week - 3}));
    EXPECT_EQ(candidates("a", this_week - 11),
              (Numbers{this_week + 1, this_week, this_week - 1, this_week - 2, this_week - 3}));
}

TEST_F(BucketsTest, those_of_the_file_are_known_after_many_others_were_asked_for) {
    insert(this_week, "a");
    filled(this_week - 1, "b");
    for (std::int64_t other = 0; other < 21'000; ++other) {
        const Numbers found = candidates("c", 100'000 + other);
        ASSERT_EQ(found, Numbers{this_week}) << other;
    }
    insert(this_week - 1, "b");
    buckets.forget();
    EXPECT_EQ(candidates("c", this_week), (Numbers{this_week, this_week - 1}));
}

TEST_F(BucketsTest, those_of_any_time_are_known_however_many_were_asked_for_before) {
    database.execute("BEGIN");
    for (std::int64_t i = 0; i < 3'500; ++i) {
        insert(this_week + 5 * i, "call" + std::to_string(i));
        const Numbers found = candidates("c", 1'000'000 + i, noon + 5 * i * week);
        ASSERT_EQ(found, Numbers{this_week + 5 * i}) << i;
    }
    database.execute("ROLLBACK");
}

TEST_F(BucketsTest, a_bucket_in_which_many_are_missed_gets_a_filter_of_its_ids) {
    insert(this_week, "a");
    EXPECT_EQ(candidates("c", this_week), Numbers{this_week});
    for (int i = 0; i < 10'000; ++i)
        buckets.missed(1, this_week);
    EXPECT_EQ(candidates("a", this_week), Numbers{this_week});
    EXPECT_EQ(candidates("c", this_week), Numbers{});
    filled(this_week, "c");
    EXPECT_EQ(candidates("c", this_week), Numbers{this_week});
}

}  // namespace
}  // namespace callarchive
