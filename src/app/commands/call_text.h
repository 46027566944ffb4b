#pragma once

#include "store/reader.h"

#include <cstddef>
#include <string>

namespace callarchive {

/// One call as a JSON object with the columns of the view `calls`, on one line without its end.
[[nodiscard]] std::string call_as_json(const StoredCall& call);

/// The same as an RFC 4180 record, and the record of the columns' names; with their CRLF.
[[nodiscard]] std::string call_as_csv(const StoredCall& call);
[[nodiscard]] std::string csv_header();

/// A table of calls fitted to a terminal's width; 0 columns: as wide as it needs.
class CallTable {
  public:
    CallTable(std::size_t columns, bool local) : columns_(columns), local_(local) {}
    [[nodiscard]] std::string header() const;
    [[nodiscard]] std::string row(const StoredCall& call) const;

  private:
    [[nodiscard]] std::string line(const std::string (&cells)[8]) const;

    std::size_t columns_;
    bool local_;
};

/// `2026-03-01 08:00:00` in UTC or in the machine's zone; `-` for none.
[[nodiscard]] std::string time_for_people(const std::optional<std::int64_t>& unix_seconds,
                                          bool local);

/// A JSON string of any bytes; what is no UTF-8 is replaced.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace callarchive
