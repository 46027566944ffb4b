#pragma once

#include "base/result.h"
#include "base/time.h"
#include "store/reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

class CommandSyntax;

/// The filters that query, stats and export share, as they were typed.
struct FilterOptions {
    std::optional<std::string> app, since, until, user, caller, callee, result, type, media, room;
    std::optional<std::string> min_talk, max_talk;
    bool local = false;

    void add_to(CommandSyntax& command);
    /// What they mean; the error names the option and gives an example.
    [[nodiscard]] Result<CallFilter> resolve(Moment now) const;
};

/// A point in time as people write it: ISO 8601, `YYYY-MM-DD` (a day's first second), or relative
/// to now (`24h`, `7d`). What names no zone is UTC, or the machine's own where `local`.
[[nodiscard]] std::optional<Moment> parse_when(std::string_view text, Moment now, bool local);

/// The same for the value of an option; the error names it and gives examples.
[[nodiscard]] Result<Moment> when_option(std::string_view option, std::string_view text, Moment now,
                                         bool local);

}  // namespace callarchive
