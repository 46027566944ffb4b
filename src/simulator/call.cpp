#include "simulator/call.h"

#include "simulator/random.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace callarchive::simulator {
namespace {

enum Purpose : std::uint64_t { id_high = 1, id_low, room_draw, callee_draw, accept_draw };

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    static_cast<void>(error);
    out.append(digits.data(), end);
}

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    for (unsigned i = digits; i-- > 0;)
        out += alphabet[(value >> (4U * i)) & 15U];
}

void describe_room(Record& record, std::uint64_t draw) {
    record.room.clear();
    record.room_is_text = draw % 4 == 0;
    if (record.room_is_text) {
        record.room += "room-";
        append_hex(record.room, draw >> 8U, 8);
    } else {
        append_number(record.room, 1 + (draw >> 8U) % 4'294'967'294ULL);
    }
}

void describe_callees(Record& record, const Call& call, std::uint32_t users) {
    std::array<std::uint32_t, 16> chosen{};
    std::size_t count = 0;
    chosen[count++] = call.caller;
    for (std::uint64_t attempt = 0; count <= call.callees && attempt < 64; ++attempt) {
        const std::uint32_t user = zipf(mix(call.key, callee_draw, attempt), users);
        const auto end = chosen.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::find(chosen.begin(), end, user) == end) chosen[count++] = user;
    }
    record.callees.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        // The caller comes last, as in the vendor's samples.
        std::string& callee = record.callees[i];
        callee.clear();
        append_user_id(callee, chosen[(i + 1) % count]);
    }
}

}  // namespace

void append_call_id(std::string& out, std::uint64_t key) {
    const std::uint64_t high = mix(key, id_high);
    const std::uint64_t low = mix(key, id_low);
    append_hex(out, high >> 32U, 8);
    out += '-';
    append_hex(out, high >> 16U, 4);
    out += "-4";  // version 4, variant 1: a random UUID
    append_hex(out, high, 3);
    out += '-';
    append_hex(out, 8U | (low >> 62U), 1);
    append_hex(out, low >> 48U, 3);
    out += '-';
    append_hex(out, low, 12);
}

void append_user_id(std::string& out, std::uint32_t number) {
    constexpr std::array<std::string_view, 6> foreign{"用户",     "ユーザー", "пользователь",
                                                      "usuário-", "사용자",   "👤"};
    const std::uint64_t style = mix(number) % 40;
    if (style < 20) {
        out += "user_";
    } else if (style < 30) {
        out += "100";
    } else if (style == 39) {
        out += foreign[mix(number, 1) % foreign.size()];
    } else {
        out += "agent.";
    }
    append_number(out, number);
    if (style >= 36 && style < 39) out += "@example.com";
}

void describe(Record& record, const Call& call, const Version& version, std::int64_t sdk_app_id,
              std::uint32_t users) {
    record.key = call.key;
    record.call_id.clear();
    append_call_id(record.call_id, call.key);
    record.sdk_app_id = sdk_app_id;
    record.media = call.media;
    record.kind = call.kind;
    record.version = version;
    record.accept_absent = mix(call.key, accept_draw) % 3 == 0;
    record.caller.clear();
    append_user_id(record.caller, call.caller);
    describe_room(record, mix(call.key, room_draw));
    describe_callees(record, call, users);
}

std::uint32_t zipf(std::uint64_t draw, std::uint32_t users) {
    // The inverse of the distribution 1/rank, which needs no table.
    const double rank = std::exp(to_unit(draw) * std::log(static_cast<double>(users) + 1.0));
    const auto number = static_cast<std::uint32_t>(rank) - 1U;
    return std::min(number, users - 1U);
}

}  // namespace callarchive::simulator
