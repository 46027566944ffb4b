#include "store/dictionary.h"

#include "sqlite/database.h"

#include <string_view>

namespace callarchive {
namespace {

// The set is small unless the service sends nonsense, and then memory must stay flat.
constexpr std::size_t known_max = 1000;

std::size_t place_of(std::string_view name) {
    if (name.empty()) return 0;
    const auto value = [](char c) { return std::size_t{static_cast<unsigned char>(c)}; };
    return value(name.front()) + value(name.back()) + name.size();
}

}  // namespace

Dictionary::Dictionary(sqlite::Database& database, const std::string& table)
    : database_(database),
      find_(database, "SELECT no FROM " + table + " WHERE name = ?"),
      insert_(database, "INSERT INTO " + table + " (name) VALUES (?)") {}

std::optional<std::int64_t> Dictionary::number_of(const std::optional<std::string>& name) {
    if (!name) return std::nullopt;
    // The vendor's have a place each: one comparison tells which it is.
    const Known::value_type*& recent = recent_[place_of(*name) % recent_.size()];
    if (recent == nullptr || recent->first != *name) recent = &find(*name);
    return recent->second;
}

const Dictionary::Known::value_type& Dictionary::find(const std::string& name) {
    const auto known = known_.find(name);
    if (known != known_.end()) return *known;
    std::int64_t number = 0;
    {
        sqlite::Rows rows = find_.query(name);
        if (rows.next()) number = rows.integer(0);
    }
    if (number == 0) {
        insert_.execute(name);
        number = database_.last_insert_rowid();
    }
    if (known_.size() >= known_max) forget();
    return *known_.emplace(name, number).first;
}

void Dictionary::forget() {
    known_.clear();
    recent_ = {};
}

}  // namespace callarchive
