#pragma once

#include "api/record.h"
#include "sqlite/statement.h"
#include "sqlite/value_bytes.h"
#include "store/buckets.h"
#include "store/content.h"
#include "store/dictionary.h"
#include "store/participants.h"
#include "store/rollup.h"
#include "store/sources.h"
#include "store/users.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace callarchive {

/// Adds, revises or recognizes calls: tables call, call_revision, participant, rollup_hour. Must
/// run inside a transaction. Throws.
class RecordWriter {
  public:
    RecordWriter(sqlite::Database& database, Sources& sources);

    enum class Outcome { added, unchanged, revised, alternating };
    [[nodiscard]] Outcome keep(const SourceRow& source, const CallRecord& record, Moment now);

    /// Writes what is gathered until the end of the transaction; to be called before the commit.
    void write();
    /// Writes what takes longest of it; more may be gathered after that.
    void write_participants() { participants_.write(); }
    /// Forgets everything of the transaction, and what was remembered of the file.
    void forget();
    /// Calls of an application that were added and not written to its counter yet.
    [[nodiscard]] std::int64_t uncounted(std::int64_t application_no) const;

  private:
    struct Known {
        std::int64_t call_no, bucket, content_hash;
        std::optional<std::int64_t> room_id_type, total_user_number;
    };
    struct Stored;
    struct Told {
        const CallRecord& record;
        const std::optional<std::string>& callees;
        std::int64_t hash;
    };

    [[nodiscard]] std::optional<Known> find(const SourceRow& source, const CallRecord& record,
                                            std::int64_t likeliest, Moment now);
    void add(const SourceRow& source, const Told& told, std::int64_t bucket, Moment now);
    template <typename... Columns>
    void insert(const Columns&... columns);
    [[nodiscard]] Outcome compare(const SourceRow& source, const Told& told, const Known& known,
                                  Moment now);
    void revise(const SourceRow& source, const Told& told, const Stored& stored,
                const Content& content, Moment now);
    void update(const Stored& stored, const Content& content);
    [[nodiscard]] bool alternates(const Stored& stored, const Content& content, std::int64_t hash);
    [[nodiscard]] Stored load(std::int64_t call_no);
    [[nodiscard]] Content content_of(const SourceRow& source, const Told& told);
    void add_participants(std::int64_t application_no, const Participants::Of& call,
                          const Told& told, const std::optional<std::int64_t>& caller_no);
    void remove_participants(std::int64_t application_no, const Stored& stored);

    sqlite::Database& database_;
    Sources& sources_;
    Dictionary media_types_, call_types_, call_results_;
    Users users_;
    Buckets buckets_;
    Participants participants_;
    Rollup rollup_;
    sqlite::Statement find_, insert_, load_, keep_revision_, update_, same_revision_, callees_;
    std::unordered_map<std::int64_t, std::int64_t> uncounted_;
    // Reused from call to call.
    std::string buffer_;
    sqlite::ValueBytes sealed_;
    std::vector<std::int64_t> callee_nos_;
};

}  // namespace callarchive
