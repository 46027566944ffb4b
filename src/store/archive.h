#pragma once

#include "api/record.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/ledger.h"
#include "plan/policy.h"
#include "store/source.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace callarchive {

struct ArchiveOptions {
    std::string path;
    std::int64_t cache_bytes = 64LL << 20;
    std::string vfs{};  ///< SQLite VFS to open with; empty: the default one
    /// What Archive::forgotten_list() gave when it was last asked; empty: nothing.
    std::string forgotten_list{};
};

/// What became of the records of one read.
struct RecordCounts {
    std::int64_t added = 0;
    std::int64_t unchanged = 0;
    std::int64_t revised = 0;
    std::int64_t rejected = 0;  ///< rejected records whose content was not known yet
    /// Records that alternate between versions already kept and are not followed any further.
    std::int64_t alternating = 0;

    RecordCounts& operator+=(const RecordCounts& other);
};

/// The archive as its one writer sees it. Everything between two flush() is one transaction:
/// records and the claim to have read them become true together, or not at all. Not for several
/// threads. Whoever opens it holds the writer's lock.
class Archive {
  public:
    /// Opens or creates the file and brings it to this version's schema; forgets whoever is on the
    /// list and not forgotten in the file, which then was restored from an older backup. Errors:
    /// too_new and damaged leave the file untouched; storage, storage_full.
    [[nodiscard]] static Result<Archive> open(const ArchiveOptions& options, Moment now);

    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;
    ~Archive();  ///< rolls back what was not flushed

    /// Makes an entry of the configuration known, or finds it again. A new one's time begins
    /// policy.retention before `now`, and may begin later by the overlap, or by a minute (a quarter
    /// of a short retention) where that is more (Ledger). Also keeps the retention for the views'
    /// margin.
    [[nodiscard]] Result<SourceNo> enroll(const SourceIdentity& identity, const Policy& policy,
                                          Moment now);

    /// The ledger as of now, including what was written since the last flush().
    [[nodiscard]] Result<Ledger> ledger(SourceNo source);

    /// Adds, revises or recognizes records, deduplicated on (sdk_app_id, callId) over everything
    /// the API can still return. Begins the transaction if none is open.
    [[nodiscard]] Result<RecordCounts> keep(SourceNo source, std::span<const CallRecord> records,
                                            std::span<const RejectedRecord> rejected, Moment now);

    /// Stores the ledger after a read or an expiry, writing only the rows that differ. To be called
    /// after keep() of the records the ledger claims, in the same transaction.
    [[nodiscard]] Result<Done> store_ledger(SourceNo source, const Ledger& ledger);

    /// Remembers the outcome for `cursors.last_success_at`, `last_error`, `last_error_at`. The
    /// message must hold no secret. note_success clears nothing: the last error stays with its
    /// time.
    [[nodiscard]] Result<Done> note_success(SourceNo source, Moment at);
    [[nodiscard]] Result<Done> note_failure(SourceNo source, const std::string& message, Moment at);

    /// Does what flush() would have to do first, as far as it can be done at any time: about half
    /// of what that takes. Fails as a write does.
    [[nodiscard]] Result<Done> prepare_flush();

    /// Commits; durable when it returns. On failure everything since the last flush() is rolled
    /// back and nothing of it may be claimed: ask for the ledger again.
    [[nodiscard]] Result<Done> flush();

    /// Whether the files are still those that were opened; flush() asks too. An error of kind
    /// `displaced` is for good: everything since the last flush() is rolled back, what was
    /// committed before is whole in the file that was opened, wherever it is, and a log that stayed
    /// behind is empty and harms no file that takes its place.
    [[nodiscard]] Result<Done> in_place();

    /// Gives up everything since the last flush().
    void roll_back() noexcept;

    /// What keep() need not be told again: it counts as unchanged.
    [[nodiscard]] const KnownRecords& known_records() const;

    /// New calls, revisions and rejects written since the last flush().
    [[nodiscard]] std::int64_t unflushed_rows() const;
    /// Those of them that were written since the last prepare_flush().
    [[nodiscard]] std::int64_t unprepared_rows() const;

    /// Who was forgotten, as text to be kept beside the archive; empty: nobody.
    [[nodiscard]] std::string forgotten_list() const;

    /// Gives back the memory of SQLite's cache, and of what the writer remembers of the file, which
    /// grow while a backlog is read. Nothing is lost, what is needed again is read again.
    void release_memory() noexcept;

    /// Calls of a source's application in the archive, and the size of the files in bytes.
    [[nodiscard]] Result<std::int64_t> call_count(SourceNo source);
    [[nodiscard]] std::int64_t bytes_on_disk() const;

  private:
    struct State;
    explicit Archive(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace callarchive
