#pragma once

#include "sqlite/database.h"

#include <array>
#include <cstdint>
#include <string>

namespace callarchive::sqlite {

/// Sets `text` to what SQLite's printf() gives for one format and these integers.
using PrintFunction = void (*)(const std::array<std::int64_t, 5>& integers, std::string& text);

/// Takes the place of printf() on this connection where it has `format` and five more arguments:
/// what a column is computed by runs for each row, and SQLite reads the format each time. The
/// schema goes on naming what every SQLite knows, so `function` must give the very same. With any
/// other format and five arguments the statement fails; other numbers of arguments stay SQLite's.
/// `format` must live as long as the connection. Throws Failure.
void add_print_function(Database& database, const char* format, PrintFunction function);

}  // namespace callarchive::sqlite
