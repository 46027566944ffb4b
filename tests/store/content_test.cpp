// What is stored of a call's text and its hash, beside the plainest way to make them: whatever made
// an archive, the next program must find the same.

#include "store/content.h"

#include "store/hash.h"
#include "store/support.h"

#include <fmt/format.h>

#include <bit>
#include <random>
#include <string>
#include <vector>

namespace callarchive {
namespace {

std::string plain_json(const std::vector<std::string>& texts) {
    std::string json = "[";
    for (const std::string& text : texts) {
        json += json.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                json += '\\';
                json += c;
            } else if (c >= 0 && c < 0x20) {
                json += fmt::format("\\u{:04x}", static_cast<int>(c));
            } else {
                json += c;
            }
        }
        json += '"';
    }
    return json + "]";
}

std::string plain_bytes(const std::optional<std::int64_t>& number) {
    if (!number) return "-";
    const auto bytes = std::bit_cast<std::array<char, 8>>(*number);
    return "i" + std::string{bytes.data(), bytes.size()};
}

std::string plain_bytes(const std::optional<std::string>& text) {
    if (!text) return "-";
    return plain_bytes(std::optional{std::ssize(*text)}) + *text;
}

std::string plain_bytes(const std::optional<Moment>& moment) {
    return plain_bytes(moment ? std::optional{unix_seconds(*moment)} : std::nullopt);
}

std::int64_t plain_hash(const CallRecord& record, const std::optional<std::string>& callees) {
    return stable_hash(plain_bytes(record.start) + plain_bytes(record.accept) +
                       plain_bytes(record.end) + plain_bytes(record.media_type) +
                       plain_bytes(record.call_type) + plain_bytes(record.call_result) +
                       plain_bytes(record.room_id) + plain_bytes(record.caller) +
                       plain_bytes(callees) + plain_bytes(std::optional{record.extra}));
}

TEST(ContentTest, callees_are_a_json_array) {
    std::string buffer;
    EXPECT_EQ(json_array_of({}, buffer), "[]");
    EXPECT_EQ(json_array_of({"alice"}, buffer), R"(["alice"])");
    EXPECT_EQ(json_array_of({"alice", "", "b\"\\\n"}, buffer), R"(["alice","","b\"\\\u000a"])");
    EXPECT_EQ(json_array_of({"\"", "alice"}, buffer), R"(["\"","alice"])");
    EXPECT_EQ(json_array_of({""}, buffer), R"([""])") << "what lay in the buffer is no part of it";
}

TEST(ContentTest, any_byte_may_be_in_a_callee) {
    std::string buffer;
    for (int byte = 0; byte < 256; ++byte) {
        for (const char* around : {"", "a", "a longer text that goes on and on"}) {
            const std::string text = around + std::string(1, static_cast<char>(byte)) + around;
            const std::vector<std::string> texts{"bob", text, "carol"};
            EXPECT_EQ(json_array_of(texts, buffer), plain_json(texts)) << byte;
        }
    }
}

TEST(ContentTest, the_hash_is_of_all_that_both_dialects_tell) {
    std::mt19937 random{5};
    const auto draw = [&](unsigned below) { return random() % below; };
    const auto any_text = [&]() -> std::optional<std::string> {
        if (draw(4) == 0) return std::nullopt;
        return std::string(draw(4) == 0 ? draw(500) : draw(20), static_cast<char>(draw(256)));
    };
    const auto any_moment = [&]() -> std::optional<Moment> {
        if (draw(4) == 0) return std::nullopt;
        return moment_from_unix(static_cast<std::int64_t>(draw(2'000'000'000)) - 1'000'000'000);
    };
    std::string buffer;
    for (int i = 0; i < 2'000; ++i) {
        CallRecord record;
        record.start = any_moment();
        record.accept = any_moment();
        record.end = any_moment();
        for (auto* text : {&record.media_type, &record.call_type, &record.call_result,
                           &record.room_id, &record.caller})
            *text = any_text();
        record.extra = any_text().value_or("");
        const std::optional<std::string> callees = any_text();
        const std::int64_t hash = content_hash(record, callees, buffer);
        EXPECT_EQ(hash, plain_hash(record, callees));
        record.room_id_type = 1;
        record.total_user_number = 2;
        EXPECT_EQ(content_hash(record, callees, buffer), hash);
    }
}

}  // namespace
}  // namespace callarchive
