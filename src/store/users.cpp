#include "store/users.h"

#include "sqlite/database.h"

#include <xxhash.h>

#include <random>

namespace callarchive {
namespace {

// 3 MB. Who is not among them costs a look at the index.
constexpr std::size_t known_max = std::size_t{1} << 17U;

// Seeded, so that nobody who chooses a user id can be taken for another.
std::uint64_t random_seed() {
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
}

}  // namespace

Users::Users(sqlite::Database& database)
    : database_(database),
      find_(database, "SELECT user_no FROM user WHERE user_id = ? AND application_no = ?"),
      insert_(database, "INSERT INTO user (user_id, application_no) VALUES (?, ?)"),
      seed_(random_seed()),
      known_(known_max) {}

std::int64_t Users::number_of(std::int64_t application_no, std::string_view user_id) {
    const XXH128_hash_t hash =
        XXH3_128bits_withSeed(user_id.data(), user_id.size(),
                              seed_ ^ XXH3_64bits(&application_no, sizeof application_no));
    // Never zeros, which mean that there is none.
    const Fingerprint fingerprint{.high = hash.high64, .low = hash.low64 | 1U};
    if (const auto known = known_.find(fingerprint)) return static_cast<std::int64_t>(*known);
    std::int64_t number = 0;
    {
        sqlite::Rows rows = find_.query(user_id, application_no);
        if (rows.next()) number = rows.integer(0);
    }
    if (number == 0) {
        insert_.execute(user_id, application_no);
        number = database_.last_insert_rowid();
    }
    known_.put(fingerprint, static_cast<std::uint64_t>(number));
    return number;
}

}  // namespace callarchive
