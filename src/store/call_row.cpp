#include "store/call_row.h"

#include <charconv>
#include <limits>

namespace callarchive {
namespace {

constexpr std::size_t slots_of_small_sets = 64;

/// As the view's CAST of a difference that left 64 bits.
std::optional<std::int64_t> difference(const std::optional<std::int64_t>& later,
                                       const std::optional<std::int64_t>& earlier) {
    if (!later || !earlier) return std::nullopt;
    std::int64_t seconds = 0;
    if (__builtin_sub_overflow(*later, *earlier, &seconds)) {
        return *later < 0 ? std::numeric_limits<std::int64_t>::min()
                          : std::numeric_limits<std::int64_t>::max();
    }
    return seconds;
}

std::int64_t number_in(const std::optional<std::string_view>& text) {
    std::int64_t number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

}  // namespace

const char* const CallRowReader::columns =
    "c.call_no, c.application_no, c.start_ts, c.source_no, c.call_id_high, c.call_id_low, "
    "c.room_id_type, c.total_user_number, c.revision, c.first_seen_ts, c.changed_ts, c.accept_ts, "
    "c.end_ts, c.media_type, c.call_type, c.call_result, c.caller_no, c.room_id, c.callees, "
    "c.extra";

CallRowReader::CallRowReader(sqlite::Database& database, std::size_t users_remembered)
    : apps_(database, "SELECT name FROM source WHERE source_no = ?", slots_of_small_sets),
      sdk_app_ids_(database, "SELECT sdk_app_id FROM application WHERE application_no = ?",
                   slots_of_small_sets),
      media_types_(database, "SELECT name FROM media_type WHERE no = ?", slots_of_small_sets),
      call_types_(database, "SELECT name FROM call_type WHERE no = ?", slots_of_small_sets),
      call_results_(database, "SELECT name FROM call_result WHERE no = ?", slots_of_small_sets),
      users_(database, "SELECT user_id FROM user WHERE user_no = ?", users_remembered) {}

void CallRowReader::forget_names() {
    for (Names* names :
         {&apps_, &sdk_app_ids_, &media_types_, &call_types_, &call_results_, &users_})
        names->forget();
}

const CallRow& CallRowReader::at(const sqlite::Rows& rows) {
    CallRow& row = row_;
    row.sdk_app_id = number_in(sdk_app_ids_.of(rows.integer(1)));
    row.start_ts = rows.optional_integer(2);
    row.app = apps_.of(rows.integer(3)).value_or("");
    row.call_id = call_id_.at(rows, 4);
    row.room_id_type = rows.optional_integer(6);
    row.total_user_number = rows.optional_integer(7);
    row.revision = rows.integer(8);
    const std::int64_t first_seen_ts = rows.integer(9);
    const auto changed_ts = rows.optional_integer(10);
    row.accept_ts = rows.optional_integer(11);
    row.end_ts = rows.optional_integer(12);
    const auto result = rows.optional_integer(15);
    row.media_type = media_types_.of(rows.optional_integer(13));
    row.call_type = call_types_.of(rows.optional_integer(14));
    row.call_result = call_results_.of(result);
    row.caller = users_.of(rows.optional_integer(16));
    row.room_id = rows.optional_text_view(17);
    row.callees = rows.optional_text_view(18).value_or("[]");
    row.extra = rows.optional_text_view(19);

    started_.set(row.start_ts);
    accepted_.set(row.accept_ts);
    ended_.set(row.end_ts);
    first_seen_.set(first_seen_ts);
    changed_.set(changed_ts.value_or(first_seen_ts));
    row.started_at = started_.text();
    row.accepted_at = accepted_.text();
    row.ended_at = ended_.text();
    row.first_seen_at = first_seen_.text().value_or("");
    row.changed_at = changed_.text().value_or("");

    // 3 to 7: cancel, reject, not_answer, call_busy, offline (migrations/0001_archive.sql).
    row.answered = row.accept_ts && !(result && *result >= 3 && *result <= 7);
    row.ring_seconds = difference(row.answered ? row.accept_ts : row.end_ts, row.start_ts);
    row.talk_seconds =
        row.answered ? difference(row.end_ts, row.accept_ts) : std::optional<std::int64_t>{0};
    return row;
}

}  // namespace callarchive
