#include "app/commands/call_text.h"
#include "app/text/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

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

}  // namespace
}  // namespace callarchive
