#pragma once

#include "api/dialect.h"
#include "api/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// The numbers of one version of a call, as its row holds them: texts of small sets and users are
/// numbers too.
struct ContentNumbers {
    std::optional<std::int64_t> room_id_type, total_user_number;
    std::optional<std::int64_t> start_ts, accept_ts, end_ts;
    std::optional<std::int64_t> media_type, call_type, call_result, caller_no;

    friend bool operator==(const ContentNumbers&, const ContentNumbers&) = default;
};

/// And its texts.
struct Content : ContentNumbers {
    std::optional<std::string> room_id, callees, extra;

    friend bool operator==(const Content&, const Content&) = default;
};

/// As column `callees` holds it: a JSON array of strings. It lies in the buffer.
[[nodiscard]] std::string_view json_array_of(const std::vector<std::string>& texts,
                                             std::string& buffer);

/// Hash of what both dialects tell of a call; room_id_type and total_user_number, which only one
/// of them has, are left out. `callees` is the column's text, and lies in another buffer. Buffers
/// are reused between calls.
[[nodiscard]] std::int64_t content_hash(const CallRecord& record,
                                        const std::optional<std::string_view>& callees,
                                        std::string& buffer);

/// How a version that was told differs from the one that is stored.
enum class Difference {
    none,
    filled,  ///< only says what the dialect of the stored version has no field for
    changed,
};

struct Merged {
    Content content;  ///< to be stored, unless nothing differs
    Difference difference = Difference::none;
};

struct Dialects {
    Dialect stored;  ///< which told the version that is stored
    Dialect told;
};

/// Puts a told version over the stored one. A field that the telling dialect does not have keeps
/// its value and is no change; neither are unknown fields (`extra`) that only the other dialect
/// tells.
[[nodiscard]] Merged merge(const Content& stored, const Content& told, Dialects dialects);

/// As the view `calls` says it: accepted, and no result that denies it.
[[nodiscard]] bool answered(const ContentNumbers& content);

/// The talk of an answered call whose end is known, else 0; never longer either way than
/// talk_seconds_max, for one odd time must not make the sums of its hour overflow.
constexpr std::int64_t talk_seconds_max = std::int64_t{1} << 40;
[[nodiscard]] std::int64_t talk_seconds(const ContentNumbers& content);

}  // namespace callarchive
