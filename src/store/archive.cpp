#include "store/archive.h"

#include "sqlite/database.h"
#include "sqlite/transaction.h"
#include "sqlite/whereabouts.h"
#include "store/failure.h"
#include "store/forgotten_list.h"
#include "store/ledger_rows.h"
#include "store/open_file.h"
#include "store/pseudonyms.h"
#include "store/record_writer.h"
#include "store/rejected_rows.h"
#include "store/rewrite.h"
#include "store/sources.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace callarchive {

RecordCounts& RecordCounts::operator+=(const RecordCounts& other) {
    added += other.added;
    unchanged += other.unchanged;
    revised += other.revised;
    rejected += other.rejected;
    alternating += other.alternating;
    return *this;
}

namespace {

constexpr std::size_t known_bytes_kept = 1UL << 20;

/// Forgets again who came back with an older backup; gives back everybody who was forgotten.
ForgottenList::Entries forget_again(sqlite::Database& database, const std::string& list) {
    ForgottenList::Entries forgotten = ForgottenList::load(database);
    ForgottenList::Entries missing;
    for (const ForgottenEntry& entry : ForgottenList::entries_of(list)) {
        if (!forgotten.contains(entry)) missing.insert(entry);
    }
    if (missing.empty()) return forgotten;
    forgotten.insert(missing.begin(), missing.end());
    database.execute("PRAGMA secure_delete = ON");
    {
        sqlite::Transaction transaction{database};
        Pseudonyms pseudonyms{missing};
        static_cast<void>(rewrite_all(
            database, [&](std::int64_t sdk_app_id) { return pseudonyms.in(sdk_app_id); }));
        ForgottenList::add(database, missing);
        transaction.commit();
    }
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    database.execute("PRAGMA secure_delete = OFF");
    return forgotten;
}

}  // namespace

struct Archive::State {
    State(sqlite::Database opened, ForgottenList::Entries who)
        : database(std::move(opened)),
          forgotten(std::move(who)),
          pseudonyms(forgotten),
          whereabouts(database),
          sources(database),
          records(database, sources),
          rejected(database),
          ledgers(database) {}

    // In the order of dependence: statements and transactions go before their connection.
    sqlite::Database database;
    ForgottenList::Entries forgotten;
    Pseudonyms pseudonyms;
    sqlite::Whereabouts whereabouts;
    Sources sources;
    RecordWriter records;
    KnownRecords known;
    Seconds retention{0};  ///< the longest of any source
    Moment known_aged{};
    RejectedRows rejected;
    LedgerRows ledgers;
    std::optional<sqlite::Transaction> transaction;
    std::int64_t unflushed_rows = 0;
    std::int64_t prepared_rows = 0;  ///< of these
    bool disk_was_full = false;

    void begin() {
        if (transaction) return;
        if (std::exchange(disk_was_full, false)) bring_log_in();
        transaction.emplace(database);
    }

    /// The log may be what fills a small disk: once all of it is in the database it is written anew
    /// from its beginning (sqlite.org/wal.html#avoiding_excessively_large_wal_files).
    void bring_log_in() noexcept {
        try {
            database.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (const sqlite::Failure&) {
            // There is no space for that either: what is written next says so.
        }
    }

    void let_known_age(Moment now) {
        // A clock that was set back ages nothing for longer: that costs memory, no more.
        if (now - known_aged < retention / KnownRecords::ages_of_retention) return;
        known.age();
        known_aged = now;
    }

    void failed(const Error& error) noexcept {
        disk_was_full = error.kind == ErrorKind::storage_full;
        roll_back();
    }

    void roll_back() noexcept {
        transaction.reset();
        records.forget();
        known.forget();
        sources.forget();
        ledgers.forget();
        unflushed_rows = 0;
        prepared_rows = 0;
    }

    void flush() {
        if (!transaction) return;
        records.write();
        check_whereabouts();
        transaction->commit();
        transaction.reset();
        unflushed_rows = 0;
        prepared_rows = 0;
    }

    void check_whereabouts() {
        const std::string displaced = whereabouts.displaced();
        if (displaced.empty()) return;
        roll_back();
        leave_whole();
        throw Refusal(
            ErrorKind::displaced,
            displaced +
                " while it was being written; nothing more is claimed. What was archived until now "
                "is in the file that was there; to go on with it, put it back at archive.path and "
                "start again. A start that finds no file there makes a new archive and reads what "
                "the API still has");
    }

    /// Brings what is still in the log alone into the database through the open files. A log that
    /// SQLite found beside another database would be taken for a part of that one.
    void leave_whole() noexcept {
        try {
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (const sqlite::Failure&) {
            // Then the log stays as long as it is, as after a kill.
        }
    }

    /// A write that fails takes its whole transaction along: after a part of it nobody could say
    /// what the ledger may claim.
    template <typename Work>
    auto write(const std::string& doing, Work&& work) {
        auto result = guarded(doing + " in " + database.path(), [&] {
            begin();
            return work();
        });
        if (!result) failed(result.error());
        return result;
    }

    /// The records without the ids of who was forgotten.
    RecordCounts keep_without_forgotten(const SourceRow& source, std::span<const CallRecord> calls,
                                        std::span<const RejectedRecord> odd, Moment now) {
        const Replacement replacement = pseudonyms.in(sources.sdk_app_id(source));
        std::vector<CallRecord> told{calls.begin(), calls.end()};
        std::vector<RejectedRecord> told_odd{odd.begin(), odd.end()};
        for (CallRecord& call : told)
            replace_ids(call, replacement);
        for (RejectedRecord& record : told_odd)
            replace_ids(record, replacement);
        return keep(source, told, told_odd, now);
    }

    RecordCounts keep(const SourceRow& source, std::span<const CallRecord> calls,
                      std::span<const RejectedRecord> odd, Moment now) {
        RecordCounts counts;
        RecordHashes hashes, of_next;
        for (auto next = calls.begin(); next != calls.end();) {
            const CallRecord& call = *next++;
            of_next.are_known = false;
            // New ones come together.
            if (counts.added != 0 && next != calls.end()) {
                records.expect_new(source, *next, of_next);
                known.expect(next->fingerprint);
            }
            switch (records.keep(source, call, hashes, now)) {
                case RecordWriter::Outcome::added:
                    ++counts.added;
                    known.remember(call.fingerprint, call.call_id);
                    break;
                case RecordWriter::Outcome::unchanged:
                    ++counts.unchanged;
                    known.remember(call.fingerprint, call.call_id);
                    break;
                case RecordWriter::Outcome::revised:
                    ++counts.revised;
                    known.changed(call.call_id);
                    break;
                case RecordWriter::Outcome::alternating:
                    ++counts.alternating;
                    known.changed(call.call_id);
                    break;
            }
            std::swap(hashes, of_next);
        }
        records.insert_new();
        for (const RejectedRecord& record : odd) {
            if (rejected.keep(source.source_no, record, now)) ++counts.rejected;
        }
        unflushed_rows += counts.added + counts.revised + counts.rejected;
        return counts;
    }
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(const ArchiveOptions& options, Moment now) {
    return guarded("opening the archive " + options.path, [&] {
        sqlite::Database database = open_for_writing(
            {.path = options.path, .vfs = options.vfs, .cache_bytes = options.cache_bytes});
        static_cast<void>(apply_migrations(database, now));
        auto forgotten = forget_again(database, options.forgotten_list);
        return Archive{std::make_unique<State>(std::move(database), std::move(forgotten))};
    });
}

Result<SourceNo> Archive::enroll(const SourceIdentity& identity, const Policy& policy, Moment now) {
    // On its own it is committed at once, so that the number stays valid when later work is
    // rolled back.
    const bool alone = !state_->transaction;
    return state_->write("enrolling " + identity.name, [&] {
        const SourceNo source = state_->sources.enroll(identity, policy, now);
        state_->retention = std::max(state_->retention, policy.retention);
        if (alone) state_->flush();
        return source;
    });
}

Result<Ledger> Archive::ledger(SourceNo source) {
    return guarded("reading the ledger in " + state_->database.path(),
                   [&] { return state_->ledgers.load(source); });
}

Result<RecordCounts> Archive::keep(SourceNo source, std::span<const CallRecord> records,
                                   std::span<const RejectedRecord> rejected, Moment now) {
    return state_->write("keeping records", [&] {
        // A copy: what Sources remembers may move when it learns of another source.
        const SourceRow row = state_->sources.find(source);
        if (!state_->pseudonyms.empty()) {
            return state_->keep_without_forgotten(row, records, rejected, now);
        }
        return state_->keep(row, records, rejected, now);
    });
}

Result<Done> Archive::store_ledger(SourceNo source, const Ledger& ledger) {
    return state_->write("storing the ledger", [&] { state_->ledgers.store(source, ledger); });
}

Result<Done> Archive::note_success(SourceNo source, Moment at) {
    state_->let_known_age(at);
    return state_->write("noting a success", [&] { state_->sources.note_success(source, at); });
}

Result<Done> Archive::note_failure(SourceNo source, const std::string& message, Moment at) {
    return state_->write("noting a failure",
                         [&] { state_->sources.note_failure(source, message, at); });
}

Result<Done> Archive::prepare_flush() {
    if (unprepared_rows() == 0) return Done{};
    return state_->write("preparing to commit", [&] {
        state_->records.write_participants();
        state_->prepared_rows = state_->unflushed_rows;
        return Done{};
    });
}

Result<Done> Archive::flush() {
    auto done = guarded("committing to " + state_->database.path(), [&] { state_->flush(); });
    if (!done) state_->failed(done.error());
    return done;
}

Result<Done> Archive::in_place() {
    return guarded("looking after " + state_->database.path(),
                   [&] { state_->check_whereabouts(); });
}

void Archive::roll_back() noexcept {
    state_->roll_back();
}

const KnownRecords& Archive::known_records() const {
    return state_->known;
}

std::int64_t Archive::unflushed_rows() const {
    return state_->unflushed_rows;
}

std::int64_t Archive::unprepared_rows() const {
    return state_->unflushed_rows - state_->prepared_rows;
}

std::string Archive::forgotten_list() const {
    return ForgottenList::text_of(state_->forgotten);
}

void Archive::release_memory() noexcept {
    // Within a transaction what is remembered is part of it.
    if (!state_->transaction) state_->records.forget();
    // Enough for what polls read again and again; revisits come seldom.
    if (state_->known.bytes() > known_bytes_kept) state_->known.forget();
    state_->database.release_memory();
}

Result<std::int64_t> Archive::call_count(SourceNo source) {
    return guarded("counting calls in " + state_->database.path(), [&] {
        const std::int64_t application_no = state_->sources.find(source).application_no;
        return state_->sources.call_count(source) + state_->records.uncounted(application_no);
    });
}

std::int64_t Archive::bytes_on_disk() const {
    std::int64_t bytes = 0;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code error;
        const auto size = std::filesystem::file_size(state_->database.path() + suffix, error);
        if (!error) bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

}  // namespace callarchive
