#pragma once

#include "simulator/call.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace callarchive::testing {

/// Every version of every record that the API put into an answer, read with a parser that the
/// product does not use, in the words of the view `calls`.
class ServedRecords {
  public:
    /// Reads one answer of either dialect; whatever is no answer is ignored.
    void note(const std::string& body);

    /// Whether a row of the view says just what some answer said.
    [[nodiscard]] bool served(const std::string& call_id, const std::string& row) const;
    /// How many different versions of a call were served.
    [[nodiscard]] std::int64_t count(const std::string& call_id) const;
    /// What was served of a call, for a message.
    [[nodiscard]] std::string versions(const std::string& call_id) const;

  private:
    std::map<std::string, std::set<std::string>, std::less<>> versions_;
};

/// A call as it truly is, in the same words.
[[nodiscard]] std::string row_of(const simulator::Record& record);

}  // namespace callarchive::testing
