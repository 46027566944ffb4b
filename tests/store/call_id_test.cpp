// A call id is given back as it was told, whichever way its row holds it.

#include "store/call_id.h"

#include "store/support.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace callarchive {
namespace {

constexpr std::string_view uuid = "2ae7d549-c441-4a9b-87c0-61810fe19581";

TEST(CallIdTest, a_uuid_is_two_numbers) {
    const auto numbers = numbers_of_call_id(uuid);
    ASSERT_TRUE(numbers);
    EXPECT_EQ(numbers->high, 0x2ae7d549c4414a9b);
    EXPECT_EQ(numbers->low, static_cast<std::int64_t>(0x87c061810fe19581U));
    EXPECT_EQ(CallIdText{}.of(*numbers), uuid);
}

TEST(CallIdTest, any_numbers_come_back) {
    std::mt19937_64 random{3};
    CallIdText text;
    for (int i = 0; i < 10'000; ++i) {
        const CallIdNumbers numbers{.high = static_cast<std::int64_t>(random()),
                                    .low = static_cast<std::int64_t>(random())};
        EXPECT_EQ(numbers_of_call_id(text.of(numbers)), numbers);
    }
}

TEST(CallIdTest, what_would_not_come_back_is_no_number) {
    std::vector<std::string> others{"", "a", std::string{uuid} + "0", std::string{uuid.substr(1)}};
    for (const std::string& other : others)
        EXPECT_EQ(numbers_of_call_id(other), std::nullopt) << other;
}

TEST(CallIdTest, at_each_place_every_byte_comes_back_or_is_refused) {
    constexpr std::string_view digits = "0123456789abcdef";
    CallIdText text;
    for (std::size_t place = 0; place < uuid.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string id{uuid};
            id[place] = static_cast<char>(byte);
            const std::string_view allowed = uuid[place] == '-' ? "-" : digits;
            const auto numbers = numbers_of_call_id(id);
            ASSERT_EQ(numbers.has_value(), allowed.find(id[place]) != allowed.npos)
                << place << ' ' << byte;
            if (numbers) {
                EXPECT_EQ(text.of(*numbers), id);
            }
        }
    }
}

TEST(CallIdTest, sql_says_the_same) {
    const TemporaryDirectory directory;
    const std::string path = directory.file();
    Archive archive = open_archive(path);
    const SourceNo source = enroll(archive, {});
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::vector<std::string> ids{std::string{uuid}, "2AE7D549-C441-4A9B-87C0-61810FE19581", "7",
                                 "07", "x"};
    CallIdText text;
    for (const std::int64_t high :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, least, most})
        for (const std::int64_t low :
             {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, least, most})
            ids.emplace_back(text.of({.high = high, .low = low}));
    std::vector<CallRecord> records;
    records.reserve(ids.size());
    for (const std::string& id : ids)
        records.push_back(call_record(id, noon - hour));
    ASSERT_EQ(keep(archive, source, records).added, std::ssize(ids));
    flush(archive);
    for (const std::string& id : ids) {
        EXPECT_EQ(value_of(path, "SELECT call_id FROM calls WHERE call_id = '" + id + "'"), id);
        // Not from the index.
        EXPECT_EQ(
            value_of(path, "SELECT count(*) FROM call NOT INDEXED WHERE +call_id = '" + id + "'"),
            "1");
    }
    EXPECT_EQ(value_of(path, "SELECT count(*) FROM call WHERE typeof(call_id_high) = 'text'"), "4");
    EXPECT_EQ(value_of(path, "PRAGMA integrity_check"), "ok");
    // Told again they are known.
    EXPECT_EQ(keep(archive, source, records).added, 0);
}

}  // namespace
}  // namespace callarchive
