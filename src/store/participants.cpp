#include "store/participants.h"

#include "store/buckets.h"

#include <algorithm>

namespace callarchive {
namespace {

constexpr std::size_t gathered_max = 100'000;  // 4 MB

}  // namespace

Participants::Participants(sqlite::Database& database)
    : insert_(database, "INSERT OR IGNORE INTO participant VALUES (?, ?, ?, ?, ?)"),
      delete_(database,
              "DELETE FROM participant WHERE period = ? AND user_no = ? AND start_ts = ? AND "
              "call_no = ? AND role = ?") {}

void Participants::add(const Of& call, std::int64_t user_no, Role role) {
    gathered_.push_back({week_of(call.start_ts), user_no, call.start_ts, call.call_no, role});
    if (gathered_.size() >= gathered_max) write();
}

void Participants::remove(const Of& call, std::int64_t user_no, Role role) {
    // What is to be removed may still be among what was gathered.
    write();
    delete_.execute(week_of(call.start_ts), user_no, call.start_ts, call.call_no,
                    static_cast<std::int64_t>(role));
}

void Participants::write() {
    std::sort(gathered_.begin(), gathered_.end());
    for (const Row& row : gathered_) {
        insert_.execute(row.period, row.user_no, row.start_ts, row.call_no,
                        static_cast<std::int64_t>(row.role));
    }
    gathered_.clear();
}

}  // namespace callarchive
