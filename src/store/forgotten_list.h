#pragma once

#include "sqlite/database.h"
#include "store/pseudonyms.h"

#include <set>
#include <string>

namespace callarchive {

/// Table forgotten, and the same as the text of a file that is kept apart from the database: a
/// backup from before somebody was forgotten does not have the entry. Everything throws.
class ForgottenList {
  public:
    using Entries = std::set<ForgottenEntry>;

    [[nodiscard]] static Entries load(sqlite::Database& database);
    static void add(sqlite::Database& database, const Entries& entries);

    /// One line for each entry. Empty where there is none.
    [[nodiscard]] static std::string text_of(const Entries& entries);
    /// Refuses (damaged) what text_of() does not write: a list that is read in part would bring
    /// somebody back.
    [[nodiscard]] static Entries entries_of(const std::string& text);
};

}  // namespace callarchive
