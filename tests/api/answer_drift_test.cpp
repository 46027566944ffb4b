// What the API may do differently from its page. Each row must end as a record, as a rejected
// record, or the answer as an error; none may vanish.
#include "answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <vector>

namespace callarchive {
namespace {

using testing::ElementsAre;

struct Drift {
    const char* name;
    const char* row;                           ///< v1
    std::function<void(CallRecord&)> differs;  ///< from a call that has only its id "c"
};

void PrintTo(const Drift& drift, std::ostream* out) {
    *out << drift.name;
}

const Drift stored[] = {
    {"only_the_id", R"({"callId":"c"})", [](CallRecord&) {}},
    {"id_as_number", R"({"callId":17})", [](CallRecord& c) { c.call_id = "17"; }},
    {"id_with_escapes", R"({"callId":"a\"\\\/\u00e9\ud83d\ude00"})",
     [](CallRecord& c) { c.call_id = "a\"\\/é😀"; }},
    {"id_with_nul", R"({"callId":"a\u0000b"})",
     [](CallRecord& c) { c.call_id = std::string("a\0b", 3); }},
    {"id_with_half_a_pair", R"({"callId":"a\ud83d!"})",
     [](CallRecord& c) { c.call_id = "a\xEF\xBF\xBD!"; }},
    {"id_twice_different", R"({"callId":"b","callId":"c"})",
     [](CallRecord& c) { c.extra = R"({"callId":"b"})"; }},
    {"id_twice_equal", R"({"callId":"c","callId":"c"})", [](CallRecord&) {}},
    {"id_then_null", R"({"callId":"c","callId":null})", [](CallRecord&) {}},
    {"id_then_object", R"({"callId":"c","callId":{}})",
     [](CallRecord& c) { c.extra = R"({"callId":{}})"; }},
    {"id_thrice", R"({"callId":"a","callId":"b","callId":"c"})",
     [](CallRecord& c) { c.extra = R"({"callId":["a","b"]})"; }},
    {"escaped_key", R"({"call\u0049d":"c"})", [](CallRecord&) {}},
    {"all_null",
     R"({"callId":"c","sdkAppId":null,"mediaType":null,"roomId":null,"startCallTs":null,)"
     R"("acceptTs":null,"endTs":null,"caller":null,"totalUserNumber":null,"callType":null,)"
     R"("callResult":null,"callees":null})",
     [](CallRecord&) {}},
    {"room_as_number", R"({"callId":"c","roomId":456})", [](CallRecord& c) { c.room_id = "456"; }},
    {"room_as_huge_number", R"({"callId":"c","roomId":123456789012345678901234567890})",
     [](CallRecord& c) { c.room_id = "123456789012345678901234567890"; }},
    {"room_empty", R"({"callId":"c","roomId":""})", [](CallRecord& c) { c.room_id = ""; }},
    {"caller_as_bool", R"({"callId":"c","caller":true})", [](CallRecord& c) { c.caller = "true"; }},
    {"caller_not_a_number", R"({"callId":"c","caller":NaN})",
     [](CallRecord& c) { c.extra = R"({"caller":"NaN"})"; }},
    {"caller_as_object", R"({"callId":"c","caller":{"b":1,"a":[ 2 , 3 ]}})",
     [](CallRecord& c) { c.extra = R"({"caller":{"a":[2,3],"b":1}})"; }},
    {"media_as_number", R"({"callId":"c","mediaType":1})",
     [](CallRecord& c) { c.media_type = "1"; }},
    {"media_new", R"({"callId":"c","mediaType":"screen"})",
     [](CallRecord& c) { c.media_type = "screen"; }},
    {"type_as_array", R"({"callId":"c","callType":["single"]})",
     [](CallRecord& c) { c.extra = R"({"callType":["single"]})"; }},
    {"result_as_number", R"({"callId":"c","callResult":4})",
     [](CallRecord& c) { c.call_result = "4"; }},
    {"v4_value_in_v1", R"({"callId":"c","callResult":"NormalEnd"})",
     [](CallRecord& c) { c.call_result = "NormalEnd"; }},
    {"start_as_text", R"({"callId":"c","startCallTs":"1688709003"})",
     [](CallRecord& c) { c.start = moment_from_unix(1688709003); }},
    {"start_as_float", R"({"callId":"c","startCallTs":1688709003.0})",
     [](CallRecord& c) { c.start = moment_from_unix(1688709003); }},
    {"start_as_exponent", R"({"callId":"c","startCallTs":1.688709003e9})",
     [](CallRecord& c) { c.start = moment_from_unix(1688709003); }},
    {"start_with_fraction", R"({"callId":"c","startCallTs":1688709003.5})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":1688709003.5})"; }},
    {"start_in_ms", R"({"callId":"c","startCallTs":1688709003000})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":1688709003000})"; }},
    {"start_negative", R"({"callId":"c","startCallTs":-5})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":-5})"; }},
    {"start_beyond_64_bits", R"({"callId":"c","startCallTs":99999999999999999999})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":99999999999999999999})"; }},
    {"start_as_date", R"({"callId":"c","startCallTs":"2023-07-07T05:50:03Z"})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":"2023-07-07T05:50:03Z"})"; }},
    {"start_as_bool", R"({"callId":"c","startCallTs":true})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":true})"; }},
    {"start_as_array", R"({"callId":"c","startCallTs":[1688709003]})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":[1688709003]})"; }},
    {"start_empty_text", R"({"callId":"c","startCallTs":""})",
     [](CallRecord& c) { c.extra = R"({"startCallTs":""})"; }},
    {"accept_zero", R"({"callId":"c","acceptTs":0,"endTs":"0"})", [](CallRecord&) {}},
    {"end_in_1970", R"({"callId":"c","endTs":86400})",
     [](CallRecord& c) { c.extra = R"({"endTs":86400})"; }},
    {"end_not_a_number", R"({"callId":"c","endTs":NaN})",
     [](CallRecord& c) { c.extra = R"({"endTs":"NaN"})"; }},
    {"end_with_leading_zero", R"({"callId":"c","endTs":01})",
     [](CallRecord& c) { c.extra = R"({"endTs":"01"})"; }},
    {"start_twice", R"({"callId":"c","startCallTs":1688709001,"startCallTs":1688709003})",
     [](CallRecord& c) {
         c.start = moment_from_unix(1688709003);
         c.extra = R"({"startCallTs":1688709001})";
     }},
    {"users_as_text", R"({"callId":"c","totalUserNumber":"3"})",
     [](CallRecord& c) { c.total_user_number = 3; }},
    {"users_negative", R"({"callId":"c","totalUserNumber":-3})",
     [](CallRecord& c) { c.extra = R"({"totalUserNumber":-3})"; }},
    {"users_huge", R"({"callId":"c","totalUserNumber":1e300})",
     [](CallRecord& c) { c.extra = R"({"totalUserNumber":1e300})"; }},
    {"callees_empty", R"({"callId":"c","callees":[]})", [](CallRecord& c) { c.callees.emplace(); }},
    {"callees_mixed", R"({"callId":"c","callees":[1,"b",true,{"y":1,"x":2},[3]]})",
     [](CallRecord& c) {
         c.callees = {{"1", "b", "true", R"({"x":2,"y":1})", "[3]"}};
     }},
    {"callees_with_null", R"({"callId":"c","callees":["a",null , {"y":1,"x":2}],"caller":"z"})",
     [](CallRecord& c) {
         c.callees = {{"a", R"({"x":2,"y":1})"}};
         c.caller = "z";
         c.extra = R"({"callees":["a",null,{"x":2,"y":1}]})";
     }},
    {"callees_as_text", R"({"callId":"c","callees":"a,b"})",
     [](CallRecord& c) { c.extra = R"({"callees":"a,b"})"; }},
    {"callees_as_object", R"({"callId":"c","callees":{"0":"a"}})",
     [](CallRecord& c) { c.extra = R"({"callees":{"0":"a"}})"; }},
    {"callees_twice", R"({"callId":"c","callees":["a"],"callees":["b"]})",
     [](CallRecord& c) {
         c.callees = {{"b"}};
         c.extra = R"({"callees":["a"]})";
     }},
    {"callees_twice_some_alike", R"({"callId":"c","callees":["a","b"],"callees":["a"]})",
     [](CallRecord& c) {
         c.callees = {{"a"}};
         c.extra = R"({"callees":["a","b"]})";
     }},
    {"callees_twice_equal", R"({"callId":"c","callees":["a","b"],"callees":["a", "b"]})",
     [](CallRecord& c) {
         c.callees = {{"a", "b"}};
     }},
    {"app_as_text", R"({"callId":"c","sdkAppId":"88888888"})", [](CallRecord&) {}},
    {"app_as_array", R"({"callId":"c","sdkAppId":[88888888]})",
     [](CallRecord& c) { c.extra = R"({"sdkAppId":[88888888]})"; }},
    {"unknown_fields_sorted", R"({"z":1,"callId":"c","a":{"n":null,"m":[true,"\u0000"]}})",
     [](CallRecord& c) { c.extra = R"({"a":{"m":[true,"\u0000"],"n":null},"z":1})"; }},
    {"unknown_empty_containers", R"({"a":{},"b":[],"callId":"c"})",
     [](CallRecord& c) { c.extra = R"({"a":{},"b":[]})"; }},
    {"unknown_twice_equal", R"({"callId":"c","a":[1],"a":[ 1 ],"a":2})",
     [](CallRecord& c) { c.extra = R"({"a":[[1],2]})"; }},
    {"unknown_twice_the_same", R"({"callId":"c","a":{"b":1},"a":{"b":1}})",
     [](CallRecord& c) { c.extra = R"({"a":{"b":1}})"; }},
    {"renamed_to_pascal_case", R"({"callId":"c","Caller":"a","EndTs":1688709003})",
     [](CallRecord& c) { c.extra = R"({"Caller":"a","EndTs":1688709003})"; }},
    {"empty_key", R"({"callId":"c","":1})", [](CallRecord& c) { c.extra = R"({"":1})"; }},
    {"key_with_quote", R"({"callId":"c","a\"b":1})",
     [](CallRecord& c) { c.extra = R"({"a\"b":1})"; }},
    {"bad_escape", R"({"callId":"c","caller":"a\qb"})", [](CallRecord& c) { c.caller = "a\\qb"; }},
    {"invalid_utf8", "{\"callId\":\"c\",\"caller\":\"a\xff\"}",
     [](CallRecord& c) { c.caller = "a\xEF\xBF\xBD"; }},
    {"bare_control", "{\"callId\":\"c\",\"caller\":\"a\tb\"}",
     [](CallRecord& c) { c.caller = "a\tb"; }},
};

class StoredDrift : public testing::TestWithParam<Drift> {};

TEST_P(StoredDrift, becomes_a_record_wherever_it_stands) {
    CallRecord expected;
    expected.call_id = "c";
    GetParam().differs(expected);
    for (std::size_t position = 0; position < 3; ++position) {
        std::string rows;
        for (std::size_t i = 0; i < 3; ++i) {
            if (i != 0) rows += ',';
            rows += i == position ? GetParam().row : std::string{v1_record};
        }
        const auto page = read(Dialect::v1, v1_answer(rows, "3"));
        ASSERT_TRUE(page) << page.error().message;
        ASSERT_EQ(page->records.size(), 3U);
        EXPECT_TRUE(page->rejected.empty());
        EXPECT_EQ(page->records[position].extra, expected.extra);
        EXPECT_TRUE(page->records[position] == expected);
    }
}

INSTANTIATE_TEST_SUITE_P(answer, StoredDrift, testing::ValuesIn(stored),
                         [](const auto& instance) { return std::string{instance.param.name}; });

TEST(answer_drift, rows_that_can_be_no_call_are_rejected_whole) {
    for (const std::string row :
         {R"({})", R"({ "caller" : "a" , "x":[1, {}] })", R"({"callId":null})", R"({"callId":""})",
          R"({"callId":{"a":1}})", R"({"callId":["c"]})", R"({"callId":true})", R"({"CallId":"c"})",
          R"("text")", R"(17)", R"(null)", R"(true)", R"([])", R"([{"callId":"c"}, 2])"}) {
        for (const std::string& rows : {row, row + "," + std::string{v1_record},
                                        std::string{v1_record} + " , " + row + " "}) {
            const auto page = read(Dialect::v1, v1_answer(rows, "2"));
            ASSERT_TRUE(page) << rows << page.error().message;
            ASSERT_EQ(page->rejected.size(), 1U) << rows;
            EXPECT_EQ(page->rejected[0].raw, row);
            EXPECT_FALSE(page->rejected[0].reason.empty());
            EXPECT_EQ(page->rows(), rows == row ? 1U : 2U);
        }
    }
}

TEST(answer_drift, a_foreign_application_is_archived_and_told) {
    const auto page = read(
        Dialect::v1,
        v1_answer(R"({"callId":"a","sdkAppId":7},{"callId":"b","sdkAppId":"7"},{"callId":"c"})"));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->records.size(), 3U);
    EXPECT_EQ(page->records[0].extra, R"({"sdkAppId":7})");
    EXPECT_EQ(page->records[1].extra, R"({"sdkAppId":"7"})");
    EXPECT_THAT(page->foreign_sdk_app_ids, ElementsAre(7));
}

TEST(answer_drift, great_sizes_are_read) {
    const std::string id(1'000'000, 'i');
    std::string callees;
    for (int i = 0; i < 10'000; ++i)
        callees += (i == 0 ? "\"u" : ",\"u") + std::to_string(i) + '"';
    const auto page =
        read(Dialect::v1, v1_answer(R"({"callId":")" + id + R"(","callees":[)" + callees + "]}"));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->records.at(0).call_id, id);
    EXPECT_EQ(page->records.at(0).callees->size(), 10'000U);
    EXPECT_EQ(page->records.at(0).callees->back(), "u9999");
}

TEST(answer_drift, depth_is_bounded_and_costs_no_call) {
    const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
    const auto page = read(Dialect::v1, v1_answer(R"({"callId":"c","deep":)" + deep +
                                                  R"(,"caller":"a"},)" + std::string{v1_record}));
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->records.size(), 2U);
    EXPECT_EQ(page->records[0].caller, "a");
    EXPECT_NE(page->records[0].extra.find('"' + std::string(100, '[')), std::string::npos);
}

TEST(answer_drift, broken_json_inside_a_record_is_an_error_not_a_short_page) {
    for (const char* row :
         {R"({"callId":"c",})", R"({"callId":"c" "x":1})", R"({"callId"})",
          R"({"callId":"c","x":[1,,2]})", R"({"callId":"c","x":{1:2}})",
          R"({"callId":"c","x":[1}})", R"({"callId":"c"},)", R"({"a":})",
          // Passed over as a key, it would take what follows with it.
          R"({"callId":"c","x":"a":1})", R"({"callId":"c","x":["a":1]})",
          R"({"callId":"c","roomId":"a":1})", R"({"callId":"c","callees":["a":1]})",
          R"({"callId":"c","x":"a":1,"caller":"u"]})",
          R"({"callId":"c","roomId":"a":1,"caller":"u"]})",
          R"({"callId":"c","callees":["a":1,"b"]]})", R"({"callId":"c","callees":[,"a"]})",
          R"({"callId":"c","callees":["a",{"b":]}]})",
          // No value at all, which takes a bracket with it.
          R"({"callId":"c","x":]})", R"({"callId":"c","caller":]})",
          R"({"callId":"c","x":,"caller":"u"})", R"({"callId":"c","x":[:]})"}) {
        const auto page = read(Dialect::v1, v1_answer(row));
        ASSERT_FALSE(page) << row;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << row;
    }
}

// What is too deep to be read, or is in a place that nobody reads, is passed over by its brackets;
// they may be those of what follows.
TEST(answer_drift, broken_json_that_nobody_reads_is_an_error_too) {
    const std::string deep(40, '[');
    const std::string deep_end(40, ']');
    std::vector<std::string> bodies;
    for (const std::string broken :
         {R"("a":{"b":1})", R"({"a":"a":{"b":1}})", R"({"a":[1})", R"({"a":1]]})", R"([1 2])",
          R"([1,])", R"([,1])", R"([1,,2])", R"({"a"})", R"({"a":1,})", R"({1:2})", R"({"a":})",
          R"({,"a":1})", R"([1:2])", R"({"a":1 "b":2})", R"([:])", R"(["a" "b"])"}) {
        bodies.push_back(v1_answer(R"({"callId":"c","x":)" + deep + broken + deep_end + "}"));
        bodies.push_back(v1_answer("[" + broken + "]," + std::string{v1_record}));
        for (const std::string& passed_over : {"[" + broken + "]", R"({"x":)" + broken + "}"}) {
            bodies.push_back(R"({"errorCode":70011,"x":)" + passed_over + "}");
            bodies.push_back(R"({"errorCode":70011,"errorMessage":)" + passed_over + "}");
            bodies.push_back(R"({"errorCode":70011,"data":{"x":)" + passed_over + "}}");
            bodies.push_back(R"({"errorCode":70011,"data":{"totalNum":)" + passed_over + "}}");
            bodies.push_back(R"({"errorCode":70011,"data":[)" + passed_over + "]}");
        }
    }
    for (const std::string& body : bodies) {
        const auto page = read(Dialect::v1, body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << body;
    }
}

// A bracket that is missing in what nobody reads would take the list of records with it.
TEST(answer_drift, a_list_behind_broken_json_is_not_taken_for_none) {
    for (const std::string& body :
         {R"({"errorCode":70011,"data":{"x":{"y":[1},"callRecordList":[)" + std::string{v1_record} +
              "]}}}",
          R"({"errorCode":0,"data":{"totalNum":0,"x":{"y":[1},"callRecordList":[)" +
              std::string{v1_record} + "]}}}"}) {
        const auto page = read(Dialect::v1, body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << body;
    }
}

TEST(answer_drift, what_nobody_reads_may_be_anything_that_is_json) {
    const std::string anything =
        R"({"a\"]":[1,-2.5e3,true,null,"],[",[],{},[ ] , { }],"":{"b":{"c":[[{}]]}}})";
    for (const std::string& body :
         {R"({"errorCode":70011,"x":)" + anything + "}",
          R"({"errorCode":70011,"data":{"x":)" + anything + R"(,"y":[)" + anything + "]}}",
          R"({"errorCode":70011,"data":[)" + anything + "," + anything + "]}"}) {
        const auto page = read(Dialect::v1, body);
        ASSERT_TRUE(page) << body << page.error().message;
        EXPECT_TRUE(page->no_records) << body;
    }
    const std::string deep(40, '[');
    const std::string deep_end(40, ']');
    const auto page =
        read(Dialect::v1, v1_answer(R"({"callId":"c","x":)" + deep + anything + deep_end +
                                    R"(,"caller":"a"},[)" + anything + "]"));
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->records.at(0).caller, "a");
    EXPECT_EQ(page->rejected.at(0).raw, "[" + anything + "]");
}

}  // namespace
}  // namespace callarchive
