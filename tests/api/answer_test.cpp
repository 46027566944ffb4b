#include "api/answer.h"

#include "answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace callarchive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(answer, reads_the_vendors_sample) {
    const std::string second{v1_record};
    const auto page = read(Dialect::v1, R"({
    "errorCode": 0,
    "errorMessage": "Success",
    "requestId": "8ba14f64a1d92d38705eec775e1f3deb",
    "data": { "totalNum": 3, "page": 2, "callRecordList": [)" +
                                            std::string{v1_record} + ",\n" + second + "]\n}\n}\n");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->request_id, "8ba14f64a1d92d38705eec775e1f3deb");
    EXPECT_EQ(page->total, 3);
    EXPECT_EQ(page->page, 2);
    EXPECT_FALSE(page->no_records);
    ASSERT_EQ(page->records.size(), 2U);
    CallRecord expected;
    expected.call_id = "2ae7d549-c441-4a9b-87c0-61810fe19581";
    expected.media_type = "video";
    expected.call_type = "single";
    expected.call_result = "offline";
    expected.room_id = "456";
    expected.caller = "123";
    expected.callees = {{"111", "123"}};
    expected.start = moment_from_unix(1688709003);
    expected.accept = moment_from_unix(1688709003);
    expected.end = moment_from_unix(1689150030);
    expected.total_user_number = 0;
    EXPECT_EQ(page->records[0], expected);
    EXPECT_TRUE(page->foreign_sdk_app_ids.empty());
}

TEST(answer, reads_v4_in_the_v1_spelling) {
    const auto page = read(Dialect::v4, v4_answer(v4_record));
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->records.size(), 1U);
    const CallRecord& call = page->records[0];
    EXPECT_EQ(call.call_id, "c4");
    EXPECT_EQ(call.media_type, "video");
    EXPECT_EQ(call.call_type, "group");
    EXPECT_EQ(call.call_result, "normal_end");
    EXPECT_EQ(call.caller, "alice");
    EXPECT_EQ(call.room_id, "77");
    EXPECT_EQ(call.room_id_type, 2);
    EXPECT_EQ(call.start, moment_from_unix(1688709003));
    EXPECT_EQ(call.accept, moment_from_unix(1688709010));
    EXPECT_EQ(call.end, moment_from_unix(1688709303));
    EXPECT_EQ(call.total_user_number, std::nullopt);
    EXPECT_EQ(call.extra, "");
    EXPECT_EQ(page->request_id, "r4");
}

TEST(answer, keeps_v4_values_it_does_not_know) {
    const auto page = read(Dialect::v4, v4_answer(R"({"CallId":"c","CallResult":"TimedOut"})"));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->records.at(0).call_result, "TimedOut");
}

TEST(answer, no_records_is_an_empty_page) {
    for (const char* body : {R"({"errorCode":70011,"errorMessage":"none","requestId":"r"})",
                             R"({"errorCode":"70011","requestId":"r","data":null})"}) {
        const auto page = read(Dialect::v1, body);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_TRUE(page->no_records);
        EXPECT_EQ(page->rows(), 0U);
    }
    const auto v4 = read(Dialect::v4, R"({"ActionStatus":"FAIL","ErrorCode":101050})");
    ASSERT_TRUE(v4);
    EXPECT_TRUE(v4->no_records);
    EXPECT_FALSE(read(Dialect::v4, R"({"ErrorCode":70011})"));
    EXPECT_FALSE(read(Dialect::v1, R"({"errorCode":101050})"));
}

TEST(answer, rows_beside_no_records_are_kept) {
    const auto page = read(Dialect::v1, R"({"errorCode":70011,"data":{"callRecordList":[)" +
                                            std::string{v1_record} + "]}}");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->records.size(), 1U);
    EXPECT_FALSE(page->no_records);
}

TEST(answer, an_empty_list_may_be_null_only_with_a_total_of_0) {
    EXPECT_TRUE(read(Dialect::v1, v1_answer("", "0")));
    EXPECT_TRUE(
        read(Dialect::v1, R"({"errorCode":0,"data":{"totalNum":0,"callRecordList":null}})"));
    for (const char* body :
         {R"({"errorCode":0,"data":{"totalNum":3,"callRecordList":null}})",
          R"({"errorCode":0,"data":{"callRecordList":null}})", R"({"errorCode":0,"data":null})",
          R"({"errorCode":0,"data":[]})", R"({"errorCode":0})",
          R"({"errorCode":0,"data":{"totalNum":1,"callRecordList":{}}})"}) {
        const auto page = read(Dialect::v1, body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << body;
    }
}

TEST(answer, tells_a_code_with_words_and_request_id) {
    const auto page =
        read(Dialect::v1, R"({"errorCode":70002,"errorMessage":"bad\nsig","requestId":"abc"})");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::configuration);
    EXPECT_THAT(page.error().message, HasSubstr("70002"));
    EXPECT_THAT(page.error().message, HasSubstr("\"bad\\nsig\""));
    EXPECT_THAT(page.error().message, HasSubstr("abc"));
    EXPECT_THAT(page.error().message, HasSubstr("secret_key_file"));
}

TEST(answer, never_repeats_an_echoed_user_sig) {
    const std::string echoed = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwn" + std::string(90, 'x');
    for (const std::string& body :
         {R"({"errorCode":70002,"errorMessage":"sig )" + echoed + R"( is bad"})",
          "<html>usersig=" + echoed + "</html>", "usersig=" + echoed}) {
        const auto page = read(Dialect::v1, body);
        ASSERT_FALSE(page);
        EXPECT_THAT(page.error().message, Not(HasSubstr("eJyr")));
    }
    const auto page = read_answer(Dialect::v1, app_id, completion_of("?usersig=" + echoed, 502));
    ASSERT_FALSE(page);
    EXPECT_THAT(page.error().message, Not(HasSubstr("eJyr")));
}

TEST(answer, success_and_fail_at_once_is_no_success) {
    const auto page = read(Dialect::v4, R"({"ActionStatus":"FAIL","ErrorCode":0,"Response":{)"
                                        R"("TotalNum":0,"CallRecordList":[]}})");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::malformed);
}

TEST(answer, each_status_has_its_kind) {
    const std::pair<int, ErrorKind> expectations[] = {
        {204, ErrorKind::malformed}, {301, ErrorKind::temporary}, {302, ErrorKind::temporary},
        {400, ErrorKind::temporary}, {403, ErrorKind::temporary}, {404, ErrorKind::temporary},
        {407, ErrorKind::temporary}, {413, ErrorKind::temporary}, {429, ErrorKind::throttled},
        {500, ErrorKind::temporary}, {502, ErrorKind::temporary}, {503, ErrorKind::temporary}};
    for (const auto& [status, kind] : expectations) {
        // Even a body that reads well does not count then.
        const auto page =
            read_answer(Dialect::v1, app_id, completion_of(v1_answer(v1_record), status));
        ASSERT_FALSE(page) << status;
        EXPECT_EQ(page.error().kind, kind) << status;
        EXPECT_THAT(page.error().message, HasSubstr(std::to_string(status)));
    }
}

TEST(answer, each_network_failure_has_its_kind) {
    const auto kind_of = [](HttpFailureKind failure) {
        const HttpCompletion completion{
            .ticket = 1, .outcome = HttpFailure{failure, "m"}, .sent = {}, .received = {}};
        const auto page = read_answer(Dialect::v1, app_id, completion);
        return page.error().kind;
    };
    EXPECT_EQ(kind_of(HttpFailureKind::name_resolution), ErrorKind::temporary);
    EXPECT_EQ(kind_of(HttpFailureKind::connect), ErrorKind::temporary);
    EXPECT_EQ(kind_of(HttpFailureKind::tls), ErrorKind::temporary);
    EXPECT_EQ(kind_of(HttpFailureKind::timeout), ErrorKind::temporary);
    EXPECT_EQ(kind_of(HttpFailureKind::broken), ErrorKind::temporary);
    EXPECT_EQ(kind_of(HttpFailureKind::too_large), ErrorKind::malformed);
}

TEST(answer, what_is_no_document_is_malformed) {
    const std::string whole = v1_answer(v1_record);
    const std::string bodies[] = {"",
                                  " \n",
                                  "\xEF\xBB\xBF",
                                  "<html><body>Sign in</body></html>",
                                  "null",
                                  "[]",
                                  "\"text\"",
                                  "17",
                                  "{",
                                  "{}",
                                  whole + whole,
                                  whole + "x",
                                  whole + "]",
                                  whole + " {}",
                                  "Bad Gateway",
                                  R"({"errorCode":[],"data":{}})",
                                  R"({"errorCode":null})",
                                  R"({"errorCode":"E1"})",
                                  R"({"ErrorCode":0})",
                                  R"({"errorCode":})",
                                  R"({"errorCode":0,"x":]})",
                                  R"({"errorCode":0,"data":})",
                                  R"({"errorCode":0,"data":{1:2}})",
                                  R"({"errorCode":0,"data":{"totalNum":}})",
                                  R"({"errorCode":0,"data":{"totalNum":0 "page":1}})",
                                  R"({"errorCode":0,"data":{"totalNum":0,"callRecordList":[[})"};
    for (const std::string& body : bodies) {
        const auto page = read(Dialect::v1, body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << body;
    }
}

TEST(answer, cut_off_anywhere_it_is_never_a_page) {
    const std::string whole =
        v1_answer(std::string{v1_record} + R"(,{"callId":"b","x":{"y":[1,{"z":2}]}})", "2");
    ASSERT_TRUE(read(Dialect::v1, whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto page = read(Dialect::v1, whole.substr(0, length));
        ASSERT_FALSE(page) << length;
        EXPECT_EQ(page.error().kind, ErrorKind::malformed) << length;
    }
}

TEST(answer, cut_off_in_the_depth_it_is_never_a_page) {
    for (const std::string open : {"[", "{\"a\":"}) {
        std::string deep;
        for (int depth = 0; depth < 100; ++depth) {
            deep += open;
            const auto page =
                read(Dialect::v1,
                     R"({"errorCode":0,"data":{"callRecordList":[{"callId":"c","x":)" + deep);
            ASSERT_FALSE(page) << depth;
            EXPECT_EQ(page.error().kind, ErrorKind::malformed) << depth;
        }
    }
}

TEST(answer, of_two_error_codes_the_one_that_is_no_success_counts) {
    for (const char* codes :
         {R"("errorCode":0,"errorCode":70002)", R"("errorCode":70002,"errorCode":0)",
          R"("errorCode":70002,"errorCode":70011)"}) {
        const auto page = read(Dialect::v1, "{" + std::string{codes} +
                                                R"(,"data":{"totalNum":0,"callRecordList":[]}})");
        ASSERT_FALSE(page) << codes;
        EXPECT_EQ(page.error().kind, ErrorKind::configuration) << codes;
        EXPECT_THAT(page.error().message, HasSubstr("70002"));
    }
}

TEST(answer, a_byte_order_mark_is_skipped) {
    const auto page = read(Dialect::v1, "\xEF\xBB\xBF" + v1_answer(v1_record) + "\r\n");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->records.size(), 1U);
}

TEST(answer, members_may_come_in_any_order) {
    const auto page =
        read(Dialect::v1, R"({"data":{"callRecordList":[)" + std::string{v1_record} +
                              R"(],"page":"1","totalNum":"1"},"x":[{}],)" + R"("errorCode":"0"})");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->records.size(), 1U);
    EXPECT_EQ(page->total, 1);
    EXPECT_EQ(page->page, 1);
}

TEST(answer, totals_that_are_no_count_are_empty) {
    for (const char* total : {"null", "-1", "\"many\"", "[]", "1.5", "{}"}) {
        const auto page = read(Dialect::v1, v1_answer(v1_record, total));
        ASSERT_TRUE(page) << total;
        EXPECT_EQ(page->total, std::nullopt) << total;
    }
}

TEST(answer, one_reader_reads_each_answer_as_a_new_one_would) {
    const std::string great = v1_answer(R"({"callId":")" + std::string(1'000'000, 'i') + R"("})");
    AnswerReader reader;
    for (const std::string& body : {v1_answer(v1_record), std::string{"{"}, great, std::string{},
                                    v1_answer("{\"callId\":\"\xff\"}"), v1_answer(v1_record),
                                    std::string{"\xEF\xBB\xBF {}"}, v1_answer("7")}) {
        HttpCompletion completion = completion_of(body);
        const auto page = reader.read(Dialect::v1, app_id, completion);
        const auto fresh = read(Dialect::v1, body);
        ASSERT_EQ(page.ok(), fresh.ok()) << body;
        if (!page.ok()) {
            EXPECT_EQ(page.error().message, fresh.error().message);
            continue;
        }
        EXPECT_EQ(page->records, fresh->records);
        EXPECT_EQ(page->rejected, fresh->rejected);
        EXPECT_LE(reader.bytes(), 1U << 19U);
    }
}

TEST(answer, what_is_read_in_the_memory_of_other_records_has_nothing_of_them) {
    const std::string bare = R"({"callId":"b"})";
    const std::string longer =
        R"({"callId":"an id that is longer than what a string holds itself",)"
        R"("callees":["a name that is longer too, by far","b","c"]})";
    const std::string no_callees = R"({"callId":"n","callees":[]})";
    const std::string odd = R"({"callees":["x"],"caller":"y"})";
    const KnownRecords known;
    AnswerReader reader;
    std::mt19937 random{3};
    for (int times = 0; times < 300; ++times) {
        std::string rows;
        for (std::size_t left = random() % 6; left > 0; --left) {
            const std::string* const choice[] = {&bare, &longer, &no_callees, &odd};
            if (!rows.empty()) rows += ',';
            rows += random() % 5 == 0 ? std::string{v1_record} : *choice[random() % 4];
        }
        const std::string body = v1_answer(rows);
        const KnownRecords* const asked = random() % 3 == 0 ? nullptr : &known;
        HttpCompletion completion = completion_of(body);
        auto page = reader.read(Dialect::v1, app_id, completion, asked);
        auto fresh = read_answer(Dialect::v1, app_id, completion_of(body), asked);
        ASSERT_TRUE(page && fresh) << body;
        EXPECT_EQ(page->records, fresh->records) << body;
        EXPECT_EQ(page->rejected, fresh->rejected) << body;
        if (random() % 4 != 0) reader.take_back(std::move(page->records));
    }
}

}  // namespace
}  // namespace callarchive
