#pragma once

#include "store/support.h"

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
        CallRecord record =
            call_record("call" + std::to_string(up_to(ids)), noon - Seconds{up_to(900'000)});
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
    std::mt19937 random_;
};

}  // namespace callarchive
