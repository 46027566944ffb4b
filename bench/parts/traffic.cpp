#include "traffic.h"

#include "simulator/call.h"
#include "simulator/random.h"

#include <array>
#include <cmath>
#include <string>

namespace callarchive {
namespace {

constexpr double calls_per_day = 140'000;
constexpr std::uint32_t users = 200'000;

/// Calls in one second: a wave with its top in the afternoon.
double density(Moment second) {
    constexpr double day = 86'400;
    const auto of_day = static_cast<double>(unix_seconds(second) % 86'400);
    return calls_per_day / day * (1 + 0.9 * std::sin((of_day / day - 0.375) * 2 * M_PI));
}

std::string user(std::uint64_t draw) {
    std::string id;
    simulator::append_user_id(id, simulator::zipf(draw, users));
    return id;
}

}  // namespace

std::vector<CallRecord> Traffic::next(int count) {
    std::vector<CallRecord> calls;
    calls.reserve(static_cast<std::size_t>(count));
    while (calls.size() < static_cast<std::size_t>(count)) {
        if (owed_ < 1) {
            second_ += Seconds{1};
            owed_ += density(second_);
            continue;
        }
        owed_ -= 1;
        calls.push_back(one());
    }
    return calls;
}

CallRecord Traffic::one() {
    constexpr std::array results{"normal_end", "normal_end", "normal_end", "normal_end",
                                 "cancel",     "reject",     "not_answer", "normal_end",
                                 "call_busy",  "normal_end"};
    simulator::Draw draw{simulator::mix(++key_)};
    CallRecord call;
    simulator::append_call_id(call.call_id, key_);
    call.media_type = draw.chance(0.5) ? "video" : "audio";
    const bool group = draw.chance(0.15);
    call.call_type = group ? "group" : "single";
    call.call_result = results[draw.below(results.size())];
    call.room_id = std::to_string(1 + draw.below(4'294'967'294ULL));
    call.caller = user(draw.next());
    call.callees.emplace();
    const std::uint64_t callees = group ? 1 + draw.below(9) : 1;
    for (std::uint64_t i = 0; i < callees; ++i)
        call.callees->push_back(user(draw.next()));
    call.start = second_;
    const auto rings = Seconds{3 + draw.below(20)};
    const bool answered = *call.call_result == "normal_end";
    if (answered) call.accept = second_ + rings;
    call.end = second_ + rings + Seconds{answered ? draw.below(1'200) : 0};
    call.total_user_number = static_cast<std::int64_t>(callees) + 1;
    return call;
}

}  // namespace callarchive
