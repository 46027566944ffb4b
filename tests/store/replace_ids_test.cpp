#include "store/replace_ids.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

/// What becomes of JSON when `id` is replaced by P.
std::string json(const std::string& text, const std::string& id = "alice") {
    return replaced_in_json(text,
                            [&](std::string_view found) {
                                return found == id ? std::optional<std::string>{"P"} : std::nullopt;
                            })
        .value_or("unchanged");
}

std::string text(const std::string& given, const std::string& id = "alice") {
    return replaced_id(given,
                       [&](std::string_view found) {
                           return found == id ? std::optional<std::string>{"P"} : std::nullopt;
                       })
        .value_or("unchanged");
}

TEST(ReplaceIds, replaces_whole_texts_and_keys) {
    EXPECT_EQ(json(R"(["alice","alice2","malice",["alice"]])"), R"(["P","alice2","malice",["P"]])");
    EXPECT_EQ(json(R"({"alice":{"x":"alice"}, "y" : "al\u0069ce"})"),
              R"({"P":{"x":"P"}, "y" : "P"})");
    EXPECT_EQ(json(R"("alice")"), R"("P")");
    EXPECT_EQ(json(R"(["Alice"," alice",""])"), "unchanged");
    EXPECT_EQ(json(""), "unchanged");
}

TEST(ReplaceIds, understands_escapes) {
    EXPECT_EQ(json(R"(["a\"b\\c\n\u00e9","a"])", "a\"b\\c\n\u00e9"), R"(["P","a"])");
    EXPECT_EQ(json(R"(["\ud83d\ude00", "😀"])", "😀"), R"(["P", "P"])");
    EXPECT_EQ(json(R"(["\"alice\"","a,\"alice\",b"])"), "unchanged");
    EXPECT_EQ(json(R"(["\\","alice"])"), R"(["\\","P"])");
}

TEST(ReplaceIds, replaces_numbers_and_odd_tokens_that_read_the_same) {
    EXPECT_EQ(json(R"({"inviter":10015,"n":[100150,10015]})", "10015"),
              R"({"inviter":"P","n":[100150,"P"]})");
    EXPECT_EQ(json("007", "007"), R"("P")");
    EXPECT_EQ(json(R"([true,null,"true"])", "true"), R"([true,null,"P"])");
    EXPECT_EQ(json(R"([null])", "null"), "unchanged");
}

TEST(ReplaceIds, leaves_fields_that_are_known_to_be_no_user) {
    EXPECT_EQ(json(R"({"acceptTs":7,"caller":7,"roomId":[7,{"x":7}],"callees":[7],"z":7})", "7"),
              R"({"acceptTs":7,"caller":"P","roomId":[7,{"x":7}],"callees":["P"],"z":"P"})");
    EXPECT_EQ(json(R"({"RoomId":"7","Caller_Account":"7"})", "7"),
              R"({"RoomId":"7","Caller_Account":"P"})");
    EXPECT_EQ(json(R"({"callId":"callees","x":"callees"})", "callees"),
              R"({"callId":"callees","x":"P"})");
}

TEST(ReplaceIds, looks_into_json_within_texts) {
    EXPECT_EQ(text("alice"), "P");
    EXPECT_EQ(text(R"({"id":"alice"})"), R"({"id":"P"})");
    EXPECT_EQ(text("{alice is no JSON"), R"({"P" is no JSON)");
    EXPECT_EQ(text("say alice"), "unchanged");
    EXPECT_EQ(json(R"({"data":"{\"by\":\"alice\",\"n\":1}"})"),
              R"({"data":"{\"by\":\"P\",\"n\":1}"})");
}

TEST(ReplaceIds, survives_what_is_no_json) {
    for (const char* broken : {"\"", "\"alice", "[\"\\", "}}}]]", "{\"a\":", "\\\"alice", "[[[["}) {
        EXPECT_EQ(json(broken, "x"), "unchanged") << broken;
        EXPECT_TRUE(texts_of_json_array(broken).size() <= 1) << broken;
    }
    std::string deep = "\"alice\"";
    for (int i = 0; i < 14; ++i) {
        std::string inside;
        for (const char c : deep) {
            if (c == '"' || c == '\\') inside += '\\';
            inside += c;
        }
        deep = "\"[" + inside + "]\"";
    }
    EXPECT_EQ(json(deep), "unchanged") << "deeper than anybody nests";
}

TEST(ReplaceIds, reads_callees) {
    EXPECT_EQ(texts_of_json_array(R"(["a\"b","\u00e9\n",""])"),
              (std::vector<std::string>{"a\"b", "é\n", ""}));
    EXPECT_TRUE(texts_of_json_array("[]").empty());
}

}  // namespace
}  // namespace callarchive
