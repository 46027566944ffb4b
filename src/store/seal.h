#pragma once

#include "sqlite/database.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace callarchive {

/// A table whose rows carry a checksum in column `seal`. Indexes, sums and participants say much of
/// the archive a second time, and `verify` compares them; what a row alone says, a flipped bit
/// could change unnoticed.
struct SealedTable {
    std::string_view name;
    /// What the seal covers: every column but itself and the number that is the row's place.
    std::string_view columns;
};

extern const SealedTable sealed_source, sealed_call, sealed_call_revision, sealed_segment,
    sealed_rejected, sealed_forgotten;

/// Gives a connection the SQL function row_seal(…): 31 bits of a hash of its arguments, types
/// included, the same on every machine. Not against forgery: whoever can write the file can seal.
void add_row_seal(sqlite::Database& database);

/// What row_seal() gives for these bytes.
[[nodiscard]] std::int64_t row_seal(std::string_view bytes);

/// "INSERT … VALUES (?1, …)" with the columns as parameters in their order, and their seal.
[[nodiscard]] std::string insert_sealed(const SealedTable& table, std::string_view insert);

struct Assignment {
    std::string_view column, value;
};

/// "UPDATE … SET … WHERE …" that keeps the seal true. A row that was damaged before stays known as
/// damaged: its seal becomes one that fits nothing.
[[nodiscard]] std::string update_sealed(const SealedTable& table,
                                        std::initializer_list<Assignment> assignments,
                                        std::string_view where);

/// The seal over `columns` of a row copied from `table`, as SQL; likewise no seal for a damaged
/// one.
[[nodiscard]] std::string seal_of_copy(const SealedTable& table, std::string_view columns);

/// "row_seal(…) = seal", as SQL: whether a row is as it was written.
[[nodiscard]] std::string is_sealed(const SealedTable& table, std::string_view alias = {});

}  // namespace callarchive
