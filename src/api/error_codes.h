#pragma once

#include "api/dialect.h"
#include "base/result.h"

#include <cstdint>
#include <string_view>

namespace callarchive {

/// What an error code of the API means to a client.
struct CodeMeaning {
    ErrorKind kind;
    std::string_view meaning;  ///< what it says, in our words
    std::string_view remedy;   ///< what to do, naming the setting; empty where waiting is all
};

/// Whether the code says that there is no record, which is an empty page and no failure.
[[nodiscard]] bool says_no_records(Dialect dialect, std::int64_t code);

/// The meaning of a code other than 0 and "no records". The dialect decides: 70001, 70003 and 70009
/// mean different things in each. A code that the vendor does not document is temporary.
[[nodiscard]] CodeMeaning meaning_of(Dialect dialect, std::int64_t code);

}  // namespace callarchive
