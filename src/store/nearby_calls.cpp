#include "store/nearby_calls.h"

#include "store/hash.h"

namespace callarchive {
namespace {

// Calls of one block lie on a handful of pages. About as many as a page of the API has, so that not
// much is read in vain where its pages begin elsewhere this time.
constexpr std::int64_t block_size = 128;
// 200 KB with their places: several pages of the API are under way at once.
constexpr std::size_t entries_max = 2'048;

}  // namespace

NearbyCalls::NearbyCalls(sqlite::Database& database)
    : read_(database,
            "SELECT call_no, application_no, bucket, call_id_high, call_id_low, content_hash, "
            "room_id_type, total_user_number FROM call WHERE call_no BETWEEN ? AND ?"),
      seed_(hash_seed()),
      places_(2 * entries_max) {}

std::optional<std::size_t> NearbyCalls::place_of(std::int64_t application_no,
                                                 std::string_view call_id) const {
    if (entries_.empty()) return std::nullopt;
    const Fingerprint fingerprint = seeded_fingerprint(application_no, call_id, seed_);
    const auto place = places_.find(fingerprint);
    // Another may have its place by now.
    if (!place || entries_[*place].fingerprint != fingerprint) return std::nullopt;
    return *place;
}

const StoredCall* NearbyCalls::find(std::int64_t application_no, std::string_view call_id) const {
    const auto place = place_of(application_no, call_id);
    return place ? &entries_[*place].call : nullptr;
}

void NearbyCalls::missed(std::int64_t call_no) {
    const std::int64_t block = call_no / block_size;
    if (block == block_missed_last_) {
        read_block(block);
    } else {
        block_missed_last_ = block;
    }
}

void NearbyCalls::read_block(std::int64_t block) {
    const std::int64_t first = block * block_size;
    sqlite::Rows rows = read_.query(first, first + block_size - 1);
    while (rows.next()) {
        if (entries_.size() < entries_max) entries_.emplace_back();
        Entry& entry = entries_[next_];
        entry = {.fingerprint = seeded_fingerprint(rows.integer(1), call_id_.at(rows, 3), seed_),
                 .call = {.call_no = rows.integer(0),
                          .bucket = rows.integer(2),
                          .content_hash = rows.integer(5),
                          .room_id_type = rows.optional_integer(6),
                          .total_user_number = rows.optional_integer(7)}};
        places_.put(entry.fingerprint, next_);
        next_ = (next_ + 1) % entries_max;
    }
}

void NearbyCalls::changed(std::int64_t application_no, std::string_view call_id) {
    if (const auto place = place_of(application_no, call_id)) entries_[*place].fingerprint = {};
}

void NearbyCalls::forget() {
    entries_ = {};
    next_ = 0;
    places_.clear();
    block_missed_last_ = -1;
}

}  // namespace callarchive
