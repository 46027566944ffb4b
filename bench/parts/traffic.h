#pragma once

#include "api/record.h"

#include <cstdint>
#include <vector>

namespace callarchive {

/// The calls of one application over months: 140,000 a day with a daily rhythm, 200,000 users who
/// call as Zipf has it, random UUIDs, one to nine callees (1.6 on average), a fifth of the calls
/// unanswered. A record is about 311 bytes of JSON.
class Traffic {
  public:
    explicit Traffic(Moment begin) : second_(begin) {}

    /// The calls that start next, in order of start.
    [[nodiscard]] std::vector<CallRecord> next(int count);
    [[nodiscard]] Moment now() const { return second_; }

  private:
    [[nodiscard]] CallRecord one();

    Moment second_;
    double owed_ = 0;  ///< calls of the current second that were not given out
    std::uint64_t key_ = 0;
};

}  // namespace callarchive
