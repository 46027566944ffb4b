#include "base/shared_library.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace callarchive {
namespace {

TEST(shared_library, gives_a_function_of_a_library) {
    const SharedLibrary library{"libz.so.1"};
    const char* (*version)() = nullptr;
    library.find(version, "zlibVersion");
    EXPECT_TRUE(std::string{version()}.starts_with("1."));
}

TEST(shared_library, says_what_is_missing) {
    const auto words = [](auto&& act) {
        try {
            act();
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    EXPECT_TRUE(words([] {
                    SharedLibrary{"libnowhere.so.1"};
                }).starts_with("libnowhere.so.1 cannot be loaded: "));
    EXPECT_TRUE(words([] {
                    void (*function)() = nullptr;
                    SharedLibrary{"libz.so.1"}.find(function, "no_such_function");
                }).starts_with("libz.so.1 has no no_such_function: "));
}

struct Table {
    int (*function)(int);
};

TEST(sealed, is_a_copy_that_cannot_be_written) {
    const Table& table = sealed(Table{[](int i) { return i + 1; }});
    EXPECT_EQ(table.function(1), 2);
    EXPECT_DEATH(const_cast<Table&>(table).function = nullptr, "");
}

}  // namespace
}  // namespace callarchive
