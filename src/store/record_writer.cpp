#include "store/record_writer.h"

#include "base/check.h"
#include "sqlite/database.h"
#include "store/failure.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace callarchive {
namespace {

// Versions that come back are followed until this revision. Two servers that disagree would else
// add a revision at every read, for ever.
constexpr std::int64_t revisions_followed = 8;

/// The columns of call_revision, as a row of call gives them at ?2.
constexpr std::string_view revision_from_call =
    "call_no, revision, ?2, content_hash, room_id_type, total_user_number, changed_ts, start_ts, "
    "accept_ts, end_ts, media_type, call_type, call_result, caller_no, room_id, callees, extra";

}  // namespace

struct RecordWriter::Stored {
    std::int64_t call_no, application_no, source_no, version_source_no, bucket, content_hash;
    std::int64_t revision, first_seen_ts;
    std::optional<std::int64_t> changed_ts;
    Content content;

    [[nodiscard]] std::int64_t start_or_seen_ts() const {
        return content.start_ts.value_or(first_seen_ts);
    }
};

RecordWriter::RecordWriter(sqlite::Database& database, Sources& sources)
    : sources_(sources),
      media_types_(database, "media_type"),
      call_types_(database, "call_type"),
      call_results_(database, "call_result"),
      users_(database),
      buckets_(database),
      nearby_(database),
      new_calls_(database),
      participants_(database),
      rollup_(database),
      find_(database,
            "SELECT call_no, content_hash, room_id_type, total_user_number FROM call "
            "WHERE application_no = ? AND bucket = ? AND call_id = ?"),
      load_(database,
            "SELECT application_no, source_no, version_source_no, bucket, content_hash, revision, "
            "first_seen_ts, changed_ts, room_id_type, total_user_number, start_ts, accept_ts, "
            "end_ts, media_type, call_type, call_result, caller_no, room_id, callees, extra "
            "FROM call WHERE call_no = ?"),
      keep_revision_(database,
                     fmt::format("INSERT INTO call_revision ({}, seal) SELECT {}, {} FROM call "
                                 "WHERE call_no = ?1",
                                 sealed_call_revision.columns, revision_from_call,
                                 seal_of_copy(sealed_call, revision_from_call))),
      update_(database, update_sealed(sealed_call,
                                      {{"version_source_no", "?1"},
                                       {"bucket", "?2"},
                                       {"content_hash", "?3"},
                                       {"revision", "?4"},
                                       {"changed_ts", "?5"},
                                       {"room_id_type", "?6"},
                                       {"total_user_number", "?7"},
                                       {"start_ts", "?8"},
                                       {"accept_ts", "?9"},
                                       {"end_ts", "?10"},
                                       {"media_type", "?11"},
                                       {"call_type", "?12"},
                                       {"call_result", "?13"},
                                       {"caller_no", "?14"},
                                       {"room_id", "?15"},
                                       {"callees", "?16"},
                                       {"extra", "?17"}},
                                      "call_no = ?18")),
      same_revision_(database,
                     "SELECT 1 FROM call_revision WHERE call_no = ? AND content_hash = ? AND "
                     "room_id_type IS ? AND total_user_number IS ?"),
      callees_(database, "SELECT DISTINCT value FROM json_each(?)") {}

RecordWriter::Outcome RecordWriter::keep(const SourceRow& source, const CallRecord& record,
                                         RecordHashes& hashes, Moment now) {
    Told told{.record = record, .hashes = hashes, .callees = {}};
    if (record.callees) told.callees = json_array_of(*record.callees, callees_text_);
    told.hash = content_hash(record, told.callees, buffer_);
    const std::int64_t arrival = week_of(unix_seconds(now));
    const std::int64_t likeliest = record.start ? week_of(unix_seconds(*record.start)) : arrival;
    const std::optional<StoredCall> known = find(source, told, likeliest, now);
    if (!known) {
        const std::int64_t elsewhere = record.start ? bucket_of_odd_starts : arrival;
        add(source, told, bucket_of_start(record.start, now, source.retention).value_or(elsewhere),
            now);
        return Outcome::added;
    }
    // Nearly all that is read was read before: it must cost one look at the index and no write.
    const bool same_in_dialect = source.dialect == Dialect::v1
                                     ? known->total_user_number == record.total_user_number
                                     : known->room_id_type == record.room_id_type;
    if (known->content_hash == told.hash && same_in_dialect) return Outcome::unchanged;
    return compare(source, told, *known, now);
}

std::optional<StoredCall> RecordWriter::find(const SourceRow& source, const Told& told,
                                             std::int64_t likeliest, Moment now) {
    const CallRecord& record = told.record;
    if (const StoredCall* call = nearby_.find(source.application_no, record.call_id)) return *call;
    if (!told.hashes.are_known) make_hashes(source, record, told.hashes);
    const auto& buckets = buckets_.candidates({.application_no = source.application_no,
                                               .hash = told.hashes.call_id,
                                               .likeliest = likeliest,
                                               .now = now,
                                               .retention = source.retention});
    // Told twice in one answer.
    if (!buckets.empty() && new_calls_.gathered(source.application_no, record.call_id)) {
        new_calls_.insert();
    }
    for (const std::int64_t bucket : buckets) {
        sqlite::Rows rows = find_.query(source.application_no, bucket, record.call_id);
        if (!rows.next()) {
            buckets_.missed(source.application_no, bucket);
            continue;
        }
        const StoredCall call{.call_no = rows.integer(0),
                              .bucket = bucket,
                              .content_hash = rows.integer(1),
                              .room_id_type = rows.optional_integer(2),
                              .total_user_number = rows.optional_integer(3)};
        nearby_.missed(call.call_no);
        return call;
    }
    return std::nullopt;
}

void RecordWriter::add(const SourceRow& source, const Told& told, std::int64_t bucket, Moment now) {
    const CallRecord& record = told.record;
    const std::int64_t now_ts = unix_seconds(now);
    NewCalls::Call call{.bucket = bucket,
                        .call_id = record.call_id,
                        .content_hash = told.hash,
                        .numbers = numbers_of(source, told),
                        .room_id = record.room_id,
                        .callees = told.callees,
                        .extra = {}};
    if (!record.extra.empty()) call.extra = record.extra;
    rollup_.add({.source = source.source_no, .seen_ts = now_ts}, call.numbers);
    const std::int64_t call_no = new_calls_.add({.application_no = source.application_no,
                                                 .source_no = source.source_no,
                                                 .first_seen_ts = now_ts},
                                                call);
    buckets_.filled(source.application_no, bucket, told.hashes.call_id);
    add_participants(source.application_no,
                     {.call_no = call_no, .start_ts = call.numbers.start_ts.value_or(now_ts)}, told,
                     call.numbers.caller_no);
    ++uncounted_[source.application_no];
}

RecordWriter::Stored RecordWriter::load(std::int64_t call_no) {
    sqlite::Rows rows = load_.query(call_no);
    if (!rows.next())
        throw Refusal(ErrorKind::damaged, "the index of call ids and the calls differ");
    Stored stored{.call_no = call_no,
                  .application_no = rows.integer(0),
                  .source_no = rows.integer(1),
                  .version_source_no = rows.integer(2),
                  .bucket = rows.integer(3),
                  .content_hash = rows.integer(4),
                  .revision = rows.integer(5),
                  .first_seen_ts = rows.integer(6),
                  .changed_ts = rows.optional_integer(7),
                  .content = {}};
    Content& content = stored.content;
    content.room_id_type = rows.optional_integer(8);
    content.total_user_number = rows.optional_integer(9);
    content.start_ts = rows.optional_integer(10);
    content.accept_ts = rows.optional_integer(11);
    content.end_ts = rows.optional_integer(12);
    content.media_type = rows.optional_integer(13);
    content.call_type = rows.optional_integer(14);
    content.call_result = rows.optional_integer(15);
    content.caller_no = rows.optional_integer(16);
    content.room_id = rows.optional_text(17);
    content.callees = rows.optional_text(18);
    content.extra = rows.optional_text(19);
    return stored;
}

RecordWriter::Outcome RecordWriter::compare(const SourceRow& source, const Told& told,
                                            const StoredCall& known, Moment now) {
    nearby_.changed(source.application_no, told.record.call_id);
    if (!told.hashes.are_known) make_hashes(source, told.record, told.hashes);
    Stored stored = load(known.call_no);
    const Dialects dialects{.stored = sources_.find(stored.version_source_no).dialect,
                            .told = source.dialect};
    const Merged merged = merge(stored.content, content_of(source, told), dialects);
    switch (merged.difference) {
        case Difference::none:
            return Outcome::unchanged;
        case Difference::filled:
            stored.version_source_no = source.source_no;
            stored.content_hash = told.hash;
            update(stored, merged.content);
            return Outcome::unchanged;
        case Difference::changed:
            break;
    }
    if (stored.revision >= revisions_followed && alternates(stored, merged.content, told.hash)) {
        return Outcome::alternating;
    }
    revise(source, told, stored, merged.content, now);
    return Outcome::revised;
}

bool RecordWriter::alternates(const Stored& stored, const Content& content, std::int64_t hash) {
    sqlite::Rows rows =
        same_revision_.query(stored.call_no, hash, content.room_id_type, content.total_user_number);
    return rows.next();
}

void RecordWriter::revise(const SourceRow& source, const Told& told, const Stored& stored,
                          const Content& content, Moment now) {
    keep_revision_.execute(stored.call_no, unix_seconds(now));
    Stored next = stored;
    next.version_source_no = source.source_no;
    next.content_hash = told.hash;
    ++next.revision;
    next.changed_ts = unix_seconds(now);
    // A start that was corrected across a week's border takes the row along; one that is missing
    // or implausible leaves it where it can be found.
    next.bucket = bucket_of_start(told.record.start, now, source.retention).value_or(stored.bucket);
    next.content = content;
    update(next, content);
    buckets_.filled(source.application_no, next.bucket, told.hashes.call_id);

    const Content& old = stored.content;
    if (old.caller_no != content.caller_no || old.callees != content.callees ||
        old.start_ts != content.start_ts) {
        remove_participants(source.application_no, stored);
        add_participants(source.application_no,
                         {.call_no = stored.call_no, .start_ts = next.start_or_seen_ts()}, told,
                         content.caller_no);
    }
    rollup_.replace({.source = stored.source_no, .seen_ts = stored.first_seen_ts}, old, content);
}

void RecordWriter::update(const Stored& stored, const Content& content) {
    update_.execute(stored.version_source_no, stored.bucket, stored.content_hash, stored.revision,
                    stored.changed_ts, content.room_id_type, content.total_user_number,
                    content.start_ts, content.accept_ts, content.end_ts, content.media_type,
                    content.call_type, content.call_result, content.caller_no, content.room_id,
                    content.callees, content.extra, stored.call_no);
}

void RecordWriter::add_participants(std::int64_t application_no, const Participants::Of& call,
                                    const Told& told,
                                    const std::optional<std::int64_t>& caller_no) {
    callee_nos_.clear();
    if (const auto& callees = told.record.callees) {
        CHECK(callees->size() == told.hashes.callees.size());
        auto fingerprint = told.hashes.callees.begin();
        for (const std::string& callee : *callees)
            callee_nos_.push_back(users_.number_of(application_no, callee, *fingerprint++));
    }
    participants_.add(call, caller_no, callee_nos_);
}

void RecordWriter::remove_participants(std::int64_t application_no, const Stored& stored) {
    const Participants::Of call{.call_no = stored.call_no, .start_ts = stored.start_or_seen_ts()};
    if (stored.content.caller_no) {
        participants_.remove(call, *stored.content.caller_no);
    }
    if (!stored.content.callees) return;
    std::vector<std::string> callees;
    {
        sqlite::Rows rows = callees_.query(*stored.content.callees);
        while (rows.next())
            callees.emplace_back(rows.text(0));
    }
    for (const std::string& callee : callees) {
        participants_.remove(call, users_.number_of(application_no, callee));
    }
}

void RecordWriter::insert_new() {
    users_.insert();
    new_calls_.insert();
}

void RecordWriter::write() {
    nearby_.forget();
    insert_new();
    participants_.write();
    rollup_.write();
    for (const auto& [application_no, calls] : uncounted_) {
        sources_.add_calls(application_no, calls);
    }
    uncounted_.clear();
}

void RecordWriter::forget() {
    media_types_.forget();
    call_types_.forget();
    call_results_.forget();
    users_.forget();
    buckets_.forget();
    nearby_.forget();
    new_calls_.forget();
    participants_.forget();
    rollup_.forget();
    uncounted_.clear();
    // They are as large as the largest record was.
    std::string{}.swap(callees_text_);
    std::string{}.swap(buffer_);
}

std::int64_t RecordWriter::uncounted(std::int64_t application_no) const {
    const auto found = uncounted_.find(application_no);
    return found != uncounted_.end() ? found->second : 0;
}

}  // namespace callarchive
