#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive::simulator {

enum class Dialect : std::uint8_t { v1, v4 };
enum class Media : std::uint8_t { video, audio };
enum class Kind : std::uint8_t { single, group };
enum class Outcome : std::uint8_t {
    cancel,
    reject,
    not_answer,
    normal_end,
    call_busy,
    interrupt,
    offline,
};

inline constexpr std::uint8_t behind_v1 = 1;
inline constexpr std::uint8_t behind_v4 = 2;

/// One call as the world remembers it. Ids, the room and the callees are drawn again from `key`
/// whenever they are needed, so that a million calls take 40 MB.
struct Call {
    std::int64_t start;    ///< unix seconds
    std::uint64_t key;     ///< everything else about the call is a function of it
    std::uint32_t ring;    ///< seconds from start to accept; meaningless unless answered
    std::uint32_t length;  ///< seconds from start to end
    std::uint32_t caller;  ///< number of the user
    Media media;
    Kind kind;
    Outcome outcome;
    bool answered;
    std::uint8_t callees;   ///< how many besides the caller
    std::uint8_t dialects;  ///< behind_v1 | behind_v4
};

/// What a call looks like at some instant: records may appear early and change later.
struct Version {
    std::int64_t start;
    std::int64_t accept;  ///< 0: never accepted, or not yet
    std::int64_t end;     ///< 0: still going on
    Outcome outcome;
    std::uint32_t total_users;
};

/// One call in full, ready to be written in either dialect. Reused from row to row to keep the
/// strings' memory.
struct Record {
    std::uint64_t key;
    std::string call_id;
    std::int64_t sdk_app_id;
    Media media;
    Kind kind;
    Version version;
    std::string room;
    bool room_is_text;
    /// The vendor leaves `acceptTs` out of some unanswered calls and writes 0 in others.
    bool accept_absent;
    std::string caller;
    std::vector<std::string> callees;  ///< with the caller, as in the vendor's samples
};

/// 36 characters that belong to this key alone.
void append_call_id(std::string& out, std::uint64_t key);

/// The id of user `number`: plain, numeric, mail-like or, now and then, not ASCII.
void append_user_id(std::string& out, std::uint32_t number);

/// Fills `record` with what `call` looks like as `version`; `users` is the size of the population.
void describe(Record& record, const Call& call, const Version& version, std::int64_t sdk_app_id,
              std::uint32_t users);

/// A user's number, drawn so that few talk much and most hardly ever (Zipf's law).
[[nodiscard]] std::uint32_t zipf(std::uint64_t draw, std::uint32_t users);

}  // namespace callarchive::simulator
