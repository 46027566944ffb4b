#pragma once

#include "sqlite/database.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

struct sqlite3_context;

namespace callarchive::sqlite {

/// Where one value of a given row goes. It is NULL unless it is set.
class GivenValue {
  public:
    explicit GivenValue(sqlite3_context* context) : context_(context) {}

    void set(std::int64_t value);
    /// Not copied: it must live until the statement has ended.
    void set(std::string_view text);
    template <typename Value>
    void set(const std::optional<Value>& value) {
        if (value) set(*value);
    }

  private:
    sqlite3_context* context_;
};

/// Rows of this program that a statement reads as if they were those of a table. To insert many
/// with one `INSERT … SELECT` spares the start of a statement for each, a fifth of what a row of
/// several indexes costs.
class GivenRows {
  public:
    /// Makes the rows known on this connection as a table of that name, which no schema can refer
    /// to (sqlite.org/vtab.html#eponymous_only_virtual_tables), with so many columns. They must
    /// live as long as statements that name it; a second of one name would take its place. Throws
    /// Failure.
    GivenRows(Database& database, const char* name, int columns);
    GivenRows(const GivenRows&) = delete;
    GivenRows& operator=(const GivenRows&) = delete;
    virtual ~GivenRows() = default;

    [[nodiscard]] virtual std::size_t row_count() const noexcept = 0;
    /// Rows and columns count from 0.
    virtual void give(std::size_t row, int column, GivenValue value) const noexcept = 0;
};

}  // namespace callarchive::sqlite
