#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace callarchive {

struct AskedAnswer {
    int status = 0;
    std::string body;
};

/// One GET over plain HTTP/1.1 of somebody near: no proxy, no redirect, no chunks. `at_most` holds
/// for every step. An answer may be 64 KiB.
[[nodiscard]] Result<AskedAnswer> ask(const std::string& host, int port, std::string_view path,
                                      Milliseconds at_most);

/// What came back, taken apart; fails where it is no HTTP/1.x.
[[nodiscard]] Result<AskedAnswer> read_answer(std::string_view bytes);

}  // namespace callarchive
