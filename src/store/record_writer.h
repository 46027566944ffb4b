#pragma once

#include "api/record.h"
#include "sqlite/statement.h"
#include "store/buckets.h"
#include "store/content.h"
#include "store/dictionary.h"
#include "store/nearby_calls.h"
#include "store/new_calls.h"
#include "store/participants.h"
#include "store/record_hashes.h"
#include "store/rollup.h"
#include "store/sources.h"
#include "store/users.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace callarchive {

/// Adds, revises or recognizes calls: tables call, call_revision, participant, rollup_hour. Must
/// run inside a transaction. Throws.
class RecordWriter {
  public:
    RecordWriter(sqlite::Database& database, Sources& sources);

    enum class Outcome { added, unchanged, revised, alternating };
    /// A record that is probably new comes next: what is asked for it is fetched from memory
    /// meanwhile. `hashes` is filled, for keep().
    void expect_new(const SourceRow& source, const CallRecord& record, RecordHashes& hashes) const;
    /// The record must live until insert_new(). Its hashes are made here if they are not known and
    /// somebody wants them.
    [[nodiscard]] Outcome keep(const SourceRow& source, const CallRecord& record,
                               RecordHashes& hashes, Moment now);
    /// Calls and users that are new are gathered, and added here.
    void insert_new();

    /// Writes what is gathered until the end of the transaction; to be called before the commit.
    void write();
    /// Writes what takes longest of it; more may be gathered after that.
    void write_participants() { participants_.write(); }
    /// Forgets everything of the transaction, and what was remembered of the file.
    void forget();
    /// Calls of an application that were added and not written to its counter yet.
    [[nodiscard]] std::int64_t uncounted(std::int64_t application_no) const;

  private:
    struct Stored;
    struct Told {
        const CallRecord& record;
        RecordHashes& hashes;                     ///< known once the call was not found at once
        std::optional<std::string_view> callees;  ///< as the column's text; in callees_text_
        std::int64_t hash = 0;
    };

    void make_hashes(const SourceRow& source, const CallRecord& record, RecordHashes& hashes) const;
    [[nodiscard]] std::optional<StoredCall> find(const SourceRow& source, const Told& told,
                                                 std::int64_t likeliest, Moment now);
    void add(const SourceRow& source, const Told& told, std::int64_t bucket, Moment now);
    [[nodiscard]] Outcome compare(const SourceRow& source, const Told& told,
                                  const StoredCall& known, Moment now);
    void revise(const SourceRow& source, const Told& told, const Stored& stored,
                const Content& content, Moment now);
    void update(const Stored& stored, const Content& content);
    [[nodiscard]] bool alternates(const Stored& stored, const Content& content, std::int64_t hash);
    [[nodiscard]] Stored load(std::int64_t call_no);
    [[nodiscard]] ContentNumbers numbers_of(const SourceRow& source, const Told& told);
    [[nodiscard]] Content content_of(const SourceRow& source, const Told& told);
    void add_participants(std::int64_t application_no, const Participants::Of& call,
                          const Told& told, const std::optional<std::int64_t>& caller_no);
    void remove_participants(std::int64_t application_no, const Stored& stored);

    Sources& sources_;
    Dictionary media_types_, call_types_, call_results_;
    Users users_;
    Buckets buckets_;
    NearbyCalls nearby_;
    NewCalls new_calls_;
    Participants participants_;
    Rollup rollup_;
    sqlite::Statement find_, load_, keep_revision_, update_, same_revision_, callees_;
    std::unordered_map<std::int64_t, std::int64_t> uncounted_;
    // Reused from call to call.
    std::string callees_text_, buffer_;
    std::vector<std::int64_t> callee_nos_;
};

}  // namespace callarchive
