#include "api/json_tokens.h"

#include "api/json_canonical.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace callarchive {
namespace {

std::vector<std::string> tokens_of(JsonTokens& tokens, const std::string& text) {
    std::vector<std::string> found;
    if (tokens.find_in(text) != simdjson::SUCCESS) return {"error"};
    for (JsonWalk walk = tokens.walk(); !walk.at_end(); walk.pass())
        found.emplace_back(walk.token());
    return found;
}

TEST(json_tokens, are_found_without_the_whitespace_around_them) {
    using Expected = std::vector<std::string>;
    JsonTokens tokens;
    EXPECT_EQ(tokens_of(tokens, R"({"a":[1,true]})"),
              (Expected{"{", "\"a\"", ":", "[", "1", ",", "true", "]", "}"}));
    EXPECT_EQ(tokens_of(tokens, " {\r\n\t\"a, \\\"]\" : -1.5e3\t,\"b\":nul }\n"),
              (Expected{"{", R"("a, \"]")", ":", "-1.5e3", ",", "\"b\"", ":", "nul", "}"}));
    EXPECT_EQ(tokens_of(tokens, "7"), Expected{"7"});
    EXPECT_EQ(tokens_of(tokens, "\"a\"b"), (Expected{"\"a\"", "b"}));
    EXPECT_EQ(tokens_of(tokens, R"({"a":)"), (Expected{"{", "\"a\"", ":"}));
    for (const char* text : {"", " ", "\"a", "\"\xff\"", "\"\n\""})
        EXPECT_EQ(tokens_of(tokens, text), Expected{"error"}) << text;
}

TEST(json_tokens, the_end_is_no_token_that_anybody_looks_for) {
    JsonTokens tokens;
    ASSERT_EQ(tokens.find_in("[1"), simdjson::SUCCESS);
    JsonWalk walk = tokens.walk();
    EXPECT_FALSE(JsonWalk{walk}.pass_brackets());
    EXPECT_EQ(for_each_element(walk,
                               [&] {
                                   walk.pass();
                                   return simdjson::SUCCESS;
                               }),
              simdjson::TAPE_ERROR);
    EXPECT_TRUE(walk.at_end());
    std::string_view token;
    EXPECT_EQ(token_of(walk, token), simdjson::TAPE_ERROR);
}

TEST(json_tokens, brackets_are_gone_past_to_the_one_that_closes_them) {
    JsonTokens tokens;
    ASSERT_EQ(tokens.find_in(R"([{"a":[{},"]"],"b":{ } } ,7])"), simdjson::SUCCESS);
    JsonWalk walk = tokens.walk();
    ASSERT_TRUE(walk.take('['));
    const char* const begin = walk.here();
    EXPECT_TRUE(walk.pass_brackets());
    EXPECT_EQ(std::string(begin, walk.behind_bracket()), R"({"a":[{},"]"],"b":{ } })");
    EXPECT_TRUE(walk.take(','));
    EXPECT_FALSE(walk.take(']'));
    EXPECT_EQ(walk.token(), "7");
    EXPECT_EQ(walk.last(), ']');
}

TEST(json_tokens, memory_is_kept_for_ordinary_answers_only) {
    JsonTokens tokens;
    const std::string page = "[\"" + std::string(45'000, 'x') + "\"]";
    const std::string great = "[\"" + std::string(5'000'000, 'x') + "\"]";
    EXPECT_EQ(tokens_of(tokens, page).size(), 3U);
    tokens.release();
    const std::size_t kept = tokens.bytes();
    EXPECT_GE(kept, page.size() * 4);
    EXPECT_LE(kept, JsonTokens::bytes_kept_max * 4);
    EXPECT_EQ(tokens_of(tokens, great).size(), 3U);
    EXPECT_GE(tokens.bytes(), great.size());
    tokens.release();
    EXPECT_LE(tokens.bytes(), 1'000U);
    // And they are found as before.
    EXPECT_EQ(tokens_of(tokens, page).size(), 3U);
    EXPECT_EQ(tokens.text(), page);
}

}  // namespace
}  // namespace callarchive
