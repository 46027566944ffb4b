#include "store/users.h"

#include "sqlite/database.h"

namespace callarchive {
namespace {

// About 10 MB. Forgetting all at once is simpler than forgetting the oldest, and costs one lookup
// in the index for each user that comes again.
constexpr std::size_t known_max = 100'000;

}  // namespace

Users::Users(sqlite::Database& database)
    : database_(database),
      find_(database, "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?"),
      insert_(database, "INSERT INTO user (user_id, application_no) VALUES (?, ?)") {}

std::int64_t Users::number_of(std::int64_t application_no, std::string_view user_id) {
    key_.assign(reinterpret_cast<const char*>(&application_no), sizeof application_no);
    key_.append(user_id);
    const auto known = known_.find(key_);
    if (known != known_.end()) return known->second;
    std::int64_t number = 0;
    {
        sqlite::Rows rows = find_.query(user_id, application_no);
        if (rows.next()) number = rows.integer(0);
    }
    if (number == 0) {
        insert_.execute(user_id, application_no);
        number = database_.last_insert_rowid();
    }
    if (known_.size() >= known_max) known_.clear();
    known_.emplace(key_, number);
    return number;
}

}  // namespace callarchive
