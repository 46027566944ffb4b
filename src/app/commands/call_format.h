#pragma once

#include "store/call_row.h"
#include "store/reader.h"

#include <string>
#include <string_view>

namespace callarchive {

/// Appends one call as a JSON object with the columns of the view `calls`, on one line without its
/// end.
void append_json(std::string& out, const StoredCall& call);
void append_json(std::string& out, const CallRow& call);
[[nodiscard]] std::string call_as_json(const StoredCall& call);

/// The same as an RFC 4180 record with its CRLF: raw, for programs.
void append_csv(std::string& out, const StoredCall& call);
void append_csv(std::string& out, const CallRow& call);
[[nodiscard]] std::string call_as_csv(const StoredCall& call);
/// A record as it is shown where a person looks: control characters as escapes, on one line.
[[nodiscard]] std::string csv_for_terminal(std::string_view record);
/// The record of the columns' names.
[[nodiscard]] std::string csv_header();

/// A JSON string of any bytes; what is no UTF-8 is replaced.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace callarchive
