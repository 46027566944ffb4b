#include "store/dictionary.h"

#include "sqlite/database.h"

namespace callarchive {
namespace {

// The set is small unless the service sends nonsense, and then memory must stay flat.
constexpr std::size_t known_max = 1000;

}  // namespace

Dictionary::Dictionary(sqlite::Database& database, const std::string& table)
    : database_(database),
      find_(database, "SELECT no FROM " + table + " WHERE name = ?"),
      insert_(database, "INSERT INTO " + table + " (name) VALUES (?)") {}

std::optional<std::int64_t> Dictionary::number_of(const std::optional<std::string>& name) {
    if (!name) return std::nullopt;
    const auto known = known_.find(*name);
    if (known != known_.end()) return known->second;
    std::int64_t number = 0;
    {
        sqlite::Rows rows = find_.query(*name);
        if (rows.next()) number = rows.integer(0);
    }
    if (number == 0) {
        insert_.execute(*name);
        number = database_.last_insert_rowid();
    }
    if (known_.size() >= known_max) known_.clear();
    known_.emplace(*name, number);
    return number;
}

}  // namespace callarchive
