#include "app/text/nearest.h"

#include <gtest/gtest.h>

namespace callarchive {
namespace {

const std::vector<std::string> commands{"run", "sync", "status", "gaps", "query", "show"};

TEST(Nearest, FindsOneSlip) {
    for (const char* typed : {"qurey", "quer", "queryy", "qiery", "uqery"}) {
        EXPECT_EQ(nearest(typed, commands), "query") << typed;
    }
    EXPECT_EQ(nearest("stauts", commands), "status");
    EXPECT_EQ(nearest("poll_intervall", {"overlap", "poll_interval"}), "poll_interval");
}

TEST(Nearest, GuessesNothingFarFetched) {
    for (const char* typed : {"", "x", "doctor", "quarterly", "querulous"}) {
        EXPECT_FALSE(nearest(typed, commands)) << typed;
    }
    EXPECT_FALSE(nearest(std::string(100'000, 'q'), commands));
    EXPECT_FALSE(nearest("query", {}));
}

TEST(Nearest, SaysItAsAnEndOfASentence) {
    EXPECT_EQ(did_you_mean("snyc", commands), "; did you mean 'sync'?");
    EXPECT_EQ(did_you_mean("bogus", commands), "");
}

}  // namespace
}  // namespace callarchive
