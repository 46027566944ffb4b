#pragma once

#include "api/record.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// A row as it was met before it is read.
struct Glance {
    const char* begin = nullptr;
    Fingerprint fingerprint{};  ///< zeros: it is no object
    std::optional<std::size_t> known{};
};

/// The memory in which the records of one answer after the other are read. Holds what those that
/// were given back last had, and no more than an ordinary page has.
class RecordRoom {
  public:
    /// The API has no more records in a page, and a call has fewer callees.
    static constexpr std::size_t records_kept_max = 100;
    static constexpr std::size_t callees_kept_max = 8;
    /// Ids have 36.
    static constexpr std::size_t id_bytes_kept_max = 64;

    /// Empty each time; what was begun before is over.
    [[nodiscard]] std::vector<Glance>& glances();

    /// Empty, as if made anew, but for the memory they may have.
    [[nodiscard]] std::vector<CallRecord> records(std::size_t expected);
    [[nodiscard]] std::string call_id();
    [[nodiscard]] std::vector<std::string> callees();

    /// Takes records that nobody needs any more. What is left of earlier ones is given back.
    void take_back(std::vector<CallRecord> records);

    /// What is held in memory, at most.
    [[nodiscard]] std::size_t bytes() const;

  private:
    std::vector<Glance> glances_;
    std::vector<CallRecord> records_;  ///< empty
    std::vector<std::string> call_ids_;
    std::vector<std::vector<std::string>> callees_;
};

}  // namespace callarchive
