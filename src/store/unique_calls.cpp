#include "store/unique_calls.h"

#include "sqlite/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <queue>
#include <string>
#include <vector>

namespace callarchive {
namespace {

/// The call ids of one week of an application, in order.
class Week {
  public:
    Week(sqlite::Database& database, std::int64_t application_no, std::int64_t bucket)
        : ids_(database,
               "SELECT call_id FROM call INDEXED BY call_by_id "
               "WHERE application_no = ? AND bucket = ? ORDER BY call_id"),
          rows_(ids_.query(application_no, bucket)) {}

    [[nodiscard]] bool next() { return rows_.next(); }
    [[nodiscard]] std::string_view id() const { return rows_.text(0); }

  private:
    sqlite::Statement ids_;
    sqlite::Rows rows_;
};

std::vector<std::int64_t> buckets_of(sqlite::Database& database, std::int64_t application_no) {
    sqlite::Statement next{database,
                           "SELECT bucket FROM call INDEXED BY call_by_id "
                           "WHERE application_no = ? AND bucket > ? ORDER BY bucket LIMIT 1"};
    std::vector<std::int64_t> buckets;
    std::int64_t after = std::numeric_limits<std::int64_t>::min();
    while (true) {
        sqlite::Rows rows = next.query(application_no, after);
        if (!rows.next()) return buckets;
        after = rows.integer(0);
        buckets.push_back(after);
    }
}

void check_application(sqlite::Database& database, std::int64_t application_no, Check& check) {
    std::deque<Week> weeks;
    const auto later = [](const Week* a, const Week* b) { return a->id() > b->id(); };
    std::priority_queue<Week*, std::vector<Week*>, decltype(later)> merged{later};
    for (const std::int64_t bucket : buckets_of(database, application_no)) {
        Week& week = weeks.emplace_back(database, application_no, bucket);
        if (week.next()) merged.push(&week);
    }
    std::string last;
    for (bool first = true; !merged.empty(); first = false) {
        Week* week = merged.top();
        merged.pop();
        ++check.looked_at;
        if (!first && week->id() == last) check.find(fmt::format("call {} is there twice", last));
        last = week->id();
        if (week->next()) merged.push(week);
    }
}

}  // namespace

Check check_unique_calls(sqlite::Database& database) {
    Check check;
    sqlite::Statement all{database, "SELECT application_no FROM application"};
    sqlite::Rows rows = all.query();
    while (rows.next())
        check_application(database, rows.integer(0), check);
    return check;
}

}  // namespace callarchive
