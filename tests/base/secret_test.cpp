#include "base/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

namespace callarchive {
namespace {

TEST(Secret, PrintsAsStars) {
    std::ostringstream out;
    out << Secret{"the key"};
    EXPECT_EQ(out.str(), "***");
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
    // Long enough not to live inside the string object itself.
    Secret from{std::string(100, 'k')};
    const Secret to = std::move(from);
    EXPECT_EQ(to.reveal(), std::string(100, 'k'));
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(Secret, SurvivesAssignmentToItself) {
    Secret secret{"abc"};
    Secret& same = secret;
    secret = same;
    EXPECT_EQ(secret.reveal(), "abc");
    secret = std::move(same);
    EXPECT_EQ(secret.reveal(), "abc");
}

TEST(Secret, TakesTheTextOfAnother) {
    const Secret longer{std::string(100, 'k')};
    Secret secret{"abc"};
    secret = longer;
    EXPECT_EQ(secret.reveal(), longer.reveal());
    EXPECT_EQ(longer.reveal(), std::string(100, 'k'));
    Secret shorter{"xyz"};
    secret = std::move(shorter);
    EXPECT_EQ(secret.reveal(), "xyz");
    EXPECT_TRUE(shorter.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

}  // namespace
}  // namespace callarchive
