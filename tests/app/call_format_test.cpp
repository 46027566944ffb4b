#include "app/commands/call_format.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace callarchive {
namespace {

/// What a service might let through: quotes, controls, other scripts, bytes that are no UTF-8.
std::string random_text(std::mt19937& random) {
    static const char* const pieces[] = {
        "a",    "user_1", "\"",           "\\", "\n",    "\r\n", ",", "\x1b",
        "\x7f", "\xff",   "\xe5\xbc\xa0", "[",  "\",\"", "]",    " ", "\xf0\x9f\x98\x80"};
    std::string text;
    for (int i = std::uniform_int_distribution{0, 4}(random); i > 0; --i)
        text +=
            pieces[std::uniform_int_distribution<std::size_t>{0, std::size(pieces) - 1}(random)];
    return text;
}

StoredCall random_call(std::mt19937& random) {
    StoredCall call;
    call.app = random_text(random);
    call.sdk_app_id = 1400000000;
    call.call_id = random_text(random);
    call.caller = random_text(random);
    call.room_id = random_text(random);
    call.start_ts = -5;
    call.callees = nlohmann::json{random_text(random), "b"}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (random() % 4 == 0) call.callees = random_text(random);
    return call;
}

TEST(CallFormatTest, json_is_read_back_as_it_was) {
    std::mt19937 random{3};
    for (int i = 0; i < 3000; ++i) {
        const StoredCall call = random_call(random);
        const std::string text = call_as_json(call);
        ASSERT_EQ(text.find('\n'), std::string::npos) << text;
        const auto read = nlohmann::json::parse(text, nullptr, false);
        ASSERT_FALSE(read.is_discarded()) << text;
        const auto same = [&](const char* name, const std::string& value) {
            ASSERT_EQ(read[name], nlohmann::json::parse(json_quoted(value))) << text;
        };
        same("app", call.app);
        same("call_id", call.call_id);
        same("caller", *call.caller);
        same("room_id", *call.room_id);
        if (nlohmann::json::accept(call.callees)) {
            ASSERT_EQ(read["callees"], nlohmann::json::parse(call.callees));
        } else {
            same("callees", call.callees);
        }
        ASSERT_EQ(read["start_ts"], -5);
        ASSERT_EQ(read["end_ts"], nullptr);
        ASSERT_EQ(read["extra"], nullptr);
    }
}

/// The fields of one record, as RFC 4180 says them.
std::vector<std::string> fields_of(std::string_view record) {
    std::vector<std::string> fields{""};
    bool quoted = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const char c = record[i];
        if (quoted && c == '"' && record.substr(i, 2) == "\"\"") {
            fields.back() += record[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

TEST(CallFormatTest, every_byte_is_noticed_at_every_place_of_every_length) {
    StoredCall call;
    for (std::size_t length = 1; length <= 35; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            // Each byte once, at each place each border of what is special.
            for (unsigned byte = 0; byte < 256; ++byte) {
                if (length != 20 && byte % 0x20 != 0 && byte % 0x20 != 0x1F &&
                    std::string_view{"\"\\,\r\n"}.find(static_cast<char>(byte)) ==
                        std::string_view::npos)
                    continue;
                call.call_id = std::string{"user_1 ~!#[]{}zAZ09()*+-./:;<=>?@^`"}.substr(0, length);
                call.call_id[at] = static_cast<char>(byte);
                const std::string text = call_as_json(call);
                ASSERT_NE(text.find("\"call_id\":" + json_quoted(call.call_id) + ","),
                          std::string::npos)
                    << text;
                ASSERT_EQ(fields_of(call_as_csv(call))[2], call.call_id) << byte;
            }
        }
    }
}

TEST(CallFormatTest, texts_of_any_length_are_whole_and_in_their_place) {
    StoredCall call;
    for (std::size_t length = 1700; length < 2100; ++length) {
        call.call_id = std::string(length, 'a');
        call.room_id = std::string(4500 - length, 'b');
        const auto object = nlohmann::json::parse(call_as_json(call));
        ASSERT_EQ(object["call_id"], call.call_id);
        ASSERT_EQ(object["room_id"], *call.room_id);
        ASSERT_EQ(object["changed_at"], "");
        const auto fields = fields_of(call_as_csv(call));
        ASSERT_EQ(fields[2], call.call_id);
        ASSERT_EQ(fields[6], *call.room_id);
    }
}

TEST(CallFormatTest, csv_is_read_back_as_it_was) {
    std::mt19937 random{4};
    const auto names = fields_of(csv_header());
    ASSERT_EQ(names.size(), 24U);
    EXPECT_EQ(names[0], "app");
    for (int i = 0; i < 3000; ++i) {
        const StoredCall call = random_call(random);
        const auto fields = fields_of(call_as_csv(call));
        ASSERT_EQ(fields.size(), names.size()) << call_as_csv(call);
        ASSERT_EQ(fields[0], call.app);
        ASSERT_EQ(fields[2], call.call_id);
        ASSERT_EQ(fields[7], *call.caller);
        ASSERT_EQ(fields[8], call.callees);
        ASSERT_EQ(fields[10], "");
        ASSERT_EQ(fields[23], "\r\n");
    }
}

TEST(CallFormatTest, a_list_of_any_spelling_is_a_list_and_anything_else_a_text) {
    StoredCall call;
    for (const auto& [stored, shown] : {std::pair{R"(["a","b"])", R"(["a","b"])"},
                                        {R"(["a" , "b"])", R"(["a" , "b"])"},
                                        {"[\"a\",\n\"b\"]", R"(["a","b"])"},
                                        {R"(["a"b"c"])", R"("[\"a\"b\"c\"]")"},
                                        {R"(["a";"b"])", R"("[\"a\";\"b\"]")"}}) {
        call.callees = stored;
        EXPECT_NE(call_as_json(call).find("\"callees\":" + std::string{shown} + ","),
                  std::string::npos)
            << call_as_json(call);
    }
}

TEST(CallFormatTest, only_an_earlier_version_says_when_it_was_replaced) {
    StoredCall call;
    EXPECT_FALSE(nlohmann::json::parse(call_as_json(call)).contains("replaced_at"));
    call.replaced_at = "2026-11-23T10:15:00Z";
    EXPECT_EQ(nlohmann::json::parse(call_as_json(call))["replaced_at"], "2026-11-23T10:15:00Z");
}

}  // namespace
}  // namespace callarchive
