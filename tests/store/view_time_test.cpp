#include "store/view_time.h"

#include "store/support.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace callarchive {
namespace {

TEST(ViewTimeTest, is_what_sqlite_says) {
    sqlite::Database database{":memory:", {.access = sqlite::Access::read_write_create}};
    sqlite::Statement ask{database, "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch')"};
    ViewTime time;
    const auto check = [&](std::int64_t seconds) {
        sqlite::Rows rows = ask.query(seconds);
        ASSERT_TRUE(rows.next());
        time.set(seconds);
        const auto text = time.text();
        ASSERT_EQ(text ? std::optional{std::string{*text}} : std::nullopt, rows.optional_text(0))
            << seconds;
    };
    std::mt19937_64 random{5};
    for (int i = 0; i < 100'000; ++i) {
        check(
            std::uniform_int_distribution<std::int64_t>{-212'000'000'000, 255'000'000'000}(random));
        check(std::uniform_int_distribution<std::int64_t>{1'700'000'000, 1'700'500'000}(random));
    }
    for (const std::int64_t edge : {-210'866'760'000, -62'167'219'200, 0L, 253'402'300'800}) {
        for (std::int64_t seconds = edge - 2; seconds <= edge + 2; ++seconds)
            check(seconds);
    }
    check(std::numeric_limits<std::int64_t>::max());
    check(std::numeric_limits<std::int64_t>::min());
    time.set(std::nullopt);
    EXPECT_EQ(time.text(), std::nullopt);
}

}  // namespace
}  // namespace callarchive
