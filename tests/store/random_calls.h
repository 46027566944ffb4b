#pragma once

#include "store/support.h"

#include <fmt/format.h>

#include <random>
#include <string>

namespace callarchive {

/// Calls as a service might tell them on a bad day, from a seed: fields missing, values nobody
/// knows, the same id with other content.
class RandomCalls {
  public:
    explicit RandomCalls(unsigned seed) : random_(seed) {}

    int up_to(int most) { return std::uniform_int_distribution{0, most}(random_); }

    CallRecord next(int ids) {
        CallRecord record = call_record(id_of(up_to(ids)), noon - Seconds{up_to(900'000)});
        if (up_to(9) == 0) record.start.reset();
        if (up_to(4) == 0) record.accept.reset();
        if (record.end) *record.end += Seconds{up_to(600) - 100};
        if (up_to(9) == 0) record.end.reset();
        if (up_to(1) == 0) record.media_type = "audio";
        if (up_to(9) == 0) record.call_type.reset();
        const char* results[] = {"cancel", "reject", "normal_end", "offline", "odd", "odder"};
        record.call_result = results[up_to(5)];
        record.caller = "user" + std::to_string(up_to(5));
        record.callees->clear();
        for (int i = up_to(4); i > 0; --i) {
            record.callees->push_back("user" + std::to_string(up_to(5)));
        }
        return record;
    }

  private:
    /// Of every three one as the vendor's are, one nearly so, and one of another kind.
    static std::string id_of(int number) {
        const auto hash = static_cast<unsigned>(number) * 2654435761U;
        const auto uuid = fmt::format("{:08x}-{:04x}-4000-a000-{:012x}", hash, hash >> 16U, number);
        if (number % 3 == 0) return uuid;
        return number % 3 == 1 ? "C" + uuid.substr(1) : "call" + std::to_string(number);
    }

    std::mt19937 random_;
};

}  // namespace callarchive
