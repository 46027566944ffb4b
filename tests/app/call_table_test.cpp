#include "app/commands/call_text.h"
#include "app/text/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace callarchive {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* uuid = "76510a62-2c48-44c0-9657-2358b7ea3e35";

StoredCall call() {
    StoredCall call;
    call.call_id = uuid;
    call.call_result = "normal_end";
    call.call_type = "single";
    call.media_type = "video";
    call.caller = "\xe5\xbc\xa0\xe4\xbc\x9f\xe5\xbc\xa0\xe4\xbc\x9f\xe5\xbc\xa0\xe4\xbc\x9f";
    call.callees = R"(["\u001b[2Jevil","李四李四李四李四李四李四李四"])";
    call.start_ts = 1'795'435'962;
    call.answered = true;
    call.talk_seconds = 126;
    return call;
}

std::size_t columns_of_line(const std::string& line) {
    return columns_of(line.substr(0, line.size() - 1));
}

class CallTableTest : public testing::Test {
  protected:
    void SetUp() override { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(CallTableTest, FitsEveryTerminalThatHoldsAnId) {
    for (std::size_t columns = 36; columns <= 250; ++columns) {
        const CallTable table{columns, false};
        EXPECT_LE(columns_of_line(table.row(call())), columns);
        EXPECT_LE(columns_of_line(table.header()), columns);
        EXPECT_THAT(table.row(call()), HasSubstr(uuid));
    }
}

TEST_F(CallTableTest, UsesTheWholeWidthWhereNamesAreShown) {
    for (const std::size_t columns : {80U, 100U, 120U, 200U}) {
        EXPECT_EQ(columns_of_line(CallTable{columns, false}.row(call())), columns);
    }
}

TEST_F(CallTableTest, LeavesOutWhatMattersLeast) {
    const std::string narrow = CallTable{80, false}.header();
    EXPECT_THAT(narrow, HasSubstr("CALLER"));
    EXPECT_THAT(narrow, HasSubstr("STARTED"));
    EXPECT_THAT(narrow, Not(HasSubstr("MEDIA")));
    EXPECT_THAT((CallTable{140, false}.header()), HasSubstr("MEDIA"));
    EXPECT_THAT((CallTable{0, false}.header()), HasSubstr("MEDIA"));
}

TEST_F(CallTableTest, SendsNoEscapeToTheTerminal) {
    const std::string row = CallTable{0, false}.row(call());
    EXPECT_EQ(row.find('\x1b'), std::string::npos);
    EXPECT_THAT(row, HasSubstr("\\x1b[2Jevil"));
}

TEST_F(CallTableTest, CutsNoNameWhereThereIsNoTerminal) {
    StoredCall odd = call();
    odd.caller = std::string(60, 'n');
    odd.callees = "[\"" + std::string(10'000, 'm') + "\"]";
    const std::string row = CallTable{0, false}.row(odd);
    EXPECT_THAT(row, HasSubstr(*odd.caller));
    EXPECT_THAT(row, HasSubstr(uuid));
    EXPECT_LT(row.size(), 500U);
    EXPECT_THAT((CallTable{120, false}.row(odd)), Not(HasSubstr(*odd.caller)));
}

TEST_F(CallTableTest, NamesFromRightToLeftStayInTheirColumns) {
    StoredCall hebrew = call();
    hebrew.caller = "\xd7\x90\xd7\x91";
    hebrew.callees = "[\"\xd7\x92\"]";
    const std::string mark{left_to_right_mark};
    const std::string row = CallTable{140, false}.row(hebrew);
    EXPECT_LT(row.find("\xd7\x91"), row.find(mark));
    EXPECT_LT(row.find(mark), row.find("\xd7\x92"));
    EXPECT_LT(row.find("\xd7\x92"), row.rfind(mark));
    EXPECT_EQ(columns_of_line(row), 140U);
    // No terminal, nothing that is not in the archive.
    EXPECT_THAT((CallTable{0, false}.row(hebrew)), Not(HasSubstr(mark)));
    EXPECT_THAT((CallTable{140, false}.row(call())), Not(HasSubstr(mark)));
}

TEST_F(CallTableTest, TimesOfTheMachinesZoneSayHowFarItIsOff) {
    const char* before = std::getenv("TZ");
    const std::string zone = before == nullptr ? "" : before;
    ::setenv("TZ", "IST-5:30", 1);
    ::tzset();
    EXPECT_THAT((CallTable{140, true}.row(call())), HasSubstr("2026-11-23 17:42:42+0530  2m 6s"));
    EXPECT_THAT((CallTable{140, false}.row(call())), HasSubstr("2026-11-23 12:12:42  2m 6s"));
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
}

TEST_F(CallTableTest, AnIdOfAnySaneLengthStaysWhole) {
    StoredCall odd = call();
    odd.call_id = std::string(90, 'x');
    EXPECT_THAT((CallTable{80, false}.row(odd)), HasSubstr(odd.call_id));
}

TEST_F(CallTableTest, AnIdOfAMegabyteIsCut) {
    StoredCall odd = call();
    odd.call_id = std::string(1'000'000, 'x');
    odd.caller = "a";
    for (int i = 0; i < 100'000; ++i)
        *odd.caller += "\xcc\x81";  // accents, without a width
    const std::string row = CallTable{80, false}.row(odd);
    EXPECT_LT(row.size(), 1000U);
    EXPECT_THAT(row, HasSubstr("…"));
}

TEST_F(CallTableTest, WhatTheApiDidNotTellIsSeenAsMissing) {
    StoredCall bare;
    bare.call_id = uuid;
    bare.callees = "[]";
    const std::string row = CallTable{0, false}.row(bare);
    EXPECT_EQ(std::count(row.begin(), row.end(), '-') - 4, 6) << row;  // the id itself has four
    bare.answered = true;
    EXPECT_THAT((CallTable{0, false}.row(bare)), HasSubstr("  ?  "));
    EXPECT_THAT((CallTable{140, true}.header()), HasSubstr("STARTED (LOCAL)"));
}

TEST_F(CallTableTest, CalleesThatAreNoListOfNamesAreShownAsTheyAre) {
    StoredCall odd = call();
    for (const auto& [stored, shown] :
         {std::pair{R"(["a",7,null,{"b":1}])", "a, 7, null, {\"b\":1} "},
          {R"({"a":1})", "{\"a\":1} "},
          {"[\"a\"", "[\"a\" "}}) {
        odd.callees = stored;
        EXPECT_THAT((CallTable{0, false}.row(odd)), HasSubstr(shown));
    }
}

TEST_F(CallTableTest, TimesOfNoYearThatPeopleWriteAreNumbers) {
    EXPECT_EQ(time_for_people(253'402'300'799, false), "9999-12-31 23:59:59");
    EXPECT_EQ(time_for_people(253'402'300'800, false), "253402300800");
    EXPECT_EQ(time_for_people(-1'000'000'000'000'000'000, false), "-1000000000000000000");
    // The year does not fit into what a C library holds it in.
    EXPECT_EQ(time_for_people(std::int64_t{1} << 60, true), std::to_string(std::int64_t{1} << 60));
}

}  // namespace
}  // namespace callarchive
