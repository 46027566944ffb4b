#include "store/verify.h"

#include "sqlite/database.h"
#include "sqlite/progress.h"
#include "sqlite/read_watch.h"
#include "sqlite/statement.h"
#include "store/call_audit.h"
#include "store/failure.h"
#include "store/ledger_rows.h"
#include "store/open_file.h"
#include "store/seal.h"
#include "store/unique_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t findings_kept = 20;
constexpr int integrity_findings_max = 100;
constexpr std::int64_t calls_between_looks = 1024;
// SQLite goes through the pages, and then from each row to the indexes.
constexpr double file_reads_of_check = 2.0;

/// How the work is shared out, as measured with ten million calls: only the progress bar uses it.
struct Stage {
    const char* name;
    double share;
};
constexpr Stage pages{"pages and indexes", 0.35}, schema{"schema", 0.0},
    references{"references", 0.2}, calls{"calls", 0.3}, unique{"one row for each call", 0.05},
    participants{"participants", 0.1}, sums{"hourly sums", 0.0}, counts{"counts", 0.0},
    revisions{"revisions", 0.0}, rows{"other rows", 0.0}, coverage{"coverage", 0.0};

/// SQLite tells of a page for which there was no memory among its findings, by the code of that
/// error (sqlite.org/rescode.html#nomem).
bool tells_of_memory(std::string_view finding) {
    for (const std::string_view told :
         {"error code=7", "error code 7", "error code=3082", "error code 3082"}) {
        const std::size_t at = finding.find(told);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = finding.substr(at + told.size());
        if (rest.empty() || rest.front() < '0' || rest.front() > '9') return true;
    }
    return false;
}

class Verifier {
  public:
    Verifier(sqlite::Database& database, const VerifyObserver& observer)
        : database_(database),
          observer_(observer),
          watch_(database, [this] { return tell(part_); }) {}

    Verification run() {
        // One snapshot for all questions.
        database_.execute("BEGIN");
        ask(pages, [&] { return check_pages(); });
        ask(schema, [&] { return check_schema(); });
        ask(references, [&] { return check_references(); });
        const bool read = ask(calls, [&] { return read_calls(); });
        ask(unique, [&] { return check_unique_calls(database_); });
        // What could not be read to its end cannot be compared.
        if (read) {
            ask(participants, [&] { return audit_->compare_participants(); });
            ask(sums, [&] { return audit_->compare_sums(); });
            ask(counts, [&] { return audit_->compare_counts(); });
        }
        ask(revisions, [&] { return check_revisions(read); });
        ask(rows, [&] { return check_rows(); });
        ask(coverage, [&] { return check_coverage(); });
        database_.execute("COMMIT");
        return {.checks = std::move(checks_), .calls = audit_ ? audit_->calls() : 0};
    }

    /// Told of every page that is read. SQLite calls no progress handler while it looks at pages.
    bool read(std::int64_t bytes) {
        if (stage_ != &pages || bytes_ == 0) return true;
        if (!pages_from_) pages_from_ = bytes;
        const double reads = static_cast<double>(bytes - *pages_from_) / bytes_;
        return tell(std::min(reads / file_reads_of_check, 0.99));
    }

  private:
    bool tell(double part) {
        part_ = part;
        if (!observer_(stage_->name, done_ + part * stage_->share)) interrupted_ = true;
        return !interrupted_;
    }

    template <typename Work>
    bool ask(const Stage& stage, Work&& work) {
        stage_ = &stage;
        if (!tell(0)) throw Refusal(ErrorKind::temporary, "it was interrupted");
        bool finished = false;
        try {
            checks_.push_back(std::forward<Work>(work)());
            finished = true;
        } catch (const sqlite::Failure& failure) {
            if (interrupted_) throw Refusal(ErrorKind::temporary, "it was interrupted");
            // A table that is not as it was made may not know what it is asked.
            const bool may_not_know =
                failure.kind() == sqlite::FailureKind::other && !tables_are_ours_;
            if (failure.kind() != sqlite::FailureKind::damaged && !may_not_know) throw;
            checks_.push_back({.name = stage.name});
            checks_.back().find(failure.what());
        }
        checks_.back().name = stage.name;
        done_ += stage.share;
        return finished;
    }

    Check check_pages() {
        Check check;
        check.looked_at = database_.integer("PRAGMA page_count");
        bytes_ = static_cast<double>(check.looked_at * database_.integer("PRAGMA page_size"));
        sqlite::Statement all{database_,
                              fmt::format("PRAGMA integrity_check({})", integrity_findings_max)};
        sqlite::Rows found = all.query();
        while (found.next()) {
            const std::string_view finding = found.text(0);
            if (tells_of_memory(finding)) {
                throw Refusal(ErrorKind::temporary, "there is not enough memory");
            }
            if (finding != "ok") check.find(std::string{finding});
        }
        return check;
    }

    /// Every table, index and view of a new archive is there, word for word. Others, which somebody
    /// else added, are none of ours.
    Check check_schema() {
        Check check;
        sqlite::Database fresh{":memory:", {.access = sqlite::Access::read_write_create}};
        static_cast<void>(apply_migrations(fresh, Moment{}));
        using Object = std::pair<std::string, std::string>;
        const auto objects_of = [](sqlite::Database& database) {
            std::map<Object, std::string> objects;
            sqlite::Statement all{database, "SELECT type, name, sql FROM sqlite_schema"};
            sqlite::Rows found = all.query();
            while (found.next()) {
                objects[{std::string{found.text(0)}, std::string{found.text(1)}}] = found.text(2);
            }
            return objects;
        };
        const auto stored = objects_of(database_);
        for (const auto& [object, sql] : objects_of(fresh)) {
            ++check.looked_at;
            const auto found = stored.find(object);
            if (object.first == "table" && (found == stored.end() || found->second != sql))
                tables_are_ours_ = false;
            if (found == stored.end()) {
                check.find(fmt::format("{} {} is missing", object.first, object.second));
            } else if (found->second != sql) {
                check.find(fmt::format("{} {} is not as it was made", object.first, object.second));
            }
        }
        return check;
    }

    Check check_references() {
        Check check;
        sqlite::Statement all{database_, "PRAGMA foreign_key_check"};
        sqlite::Rows found = all.query();
        while (found.next()) {
            check.find(fmt::format("a row of {} refers to a row of {} that is not there",
                                   found.text(0), found.text(2)));
        }
        return check;
    }

    Check read_calls() {
        audit_.emplace(database_);
        const std::int64_t all = database_.integer("SELECT sum(call_count) FROM application");
        std::int64_t read = 0;
        return audit_->read_calls([&] {
            if (++read % calls_between_looks != 0) return;
            const auto total = static_cast<double>(std::max(all, read));
            if (!tell(static_cast<double>(read) / total)) {
                throw Refusal(ErrorKind::temporary, "it was interrupted");
            }
        });
    }

    Check check_revisions(bool calls_were_read) {
        Check check;
        std::int64_t revised = 0;
        sqlite::Statement all{
            database_,
            "SELECT c.call_id, c.revision, count(*), min(r.revision), max(r.revision) "
            "FROM call_revision AS r LEFT JOIN call AS c ON c.call_no = r.call_no "
            "GROUP BY r.call_no"};
        sqlite::Rows found = all.query();
        while (found.next()) {
            ++revised;
            const std::int64_t count = found.integer(2);
            check.looked_at += count;
            if (found.is_null(0)) {
                check.find("there are earlier versions of a call that is missing");
            } else if (found.integer(3) != 1 || found.integer(4) != count ||
                       found.integer(1) != count + 1) {
                check.find(fmt::format("call {}, revision {}, has {} earlier versions",
                                       found.text(0), found.integer(1), count));
            }
        }
        if (calls_were_read && check.found == 0 && revised != audit_->revised()) {
            check.find(fmt::format("{} calls have changed, earlier versions are there of {}",
                                   audit_->revised(), revised));
        }
        sqlite::Statement damaged{database_,
                                  "SELECT c.call_id, r.revision FROM call_revision AS r "
                                  "LEFT JOIN call AS c ON c.call_no = r.call_no WHERE NOT " +
                                      is_sealed(sealed_call_revision, "r")};
        sqlite::Rows versions = damaged.query();
        while (versions.next()) {
            check.find(fmt::format("revision {} of call {} is not as it was written",
                                   versions.integer(1), versions.text(0)));
        }
        return check;
    }

    Check check_rows() {
        Check check;
        for (const SealedTable* table :
             {&sealed_source, &sealed_segment, &sealed_rejected, &sealed_forgotten}) {
            sqlite::Statement count{database_, fmt::format("SELECT count(*), sum(NOT {}) FROM {}",
                                                           is_sealed(*table), table->name)};
            sqlite::Rows counted = count.query();
            if (!counted.next()) continue;
            check.looked_at += counted.integer(0);
            if (const std::int64_t damaged = counted.integer(1); damaged > 0) {
                check.find(fmt::format("{} rows of {} are not as they were written", damaged,
                                       table->name));
            }
        }
        return check;
    }

    Check check_coverage() {
        Check check;
        LedgerRows ledgers{database_};
        sqlite::Statement all{database_, "SELECT source_no, name FROM source"};
        sqlite::Rows found = all.query();
        while (found.next()) {
            try {
                const Ledger ledger = ledgers.load(found.integer(0));
                check.looked_at += std::ssize(ledger.coverage.segments());
            } catch (const Refusal& refusal) {
                check.find(fmt::format("{}: {}", found.text(1), refusal.what()));
            }
        }
        return check;
    }

    sqlite::Database& database_;
    const VerifyObserver& observer_;
    const Stage* stage_ = &pages;
    double done_ = 0;
    double part_ = 0;   ///< of the check under way
    double bytes_ = 0;  ///< of the file, once they are known
    std::optional<std::int64_t>
        pages_from_{};  ///< what had been read when its pages came to be looked at
    bool interrupted_ = false;
    sqlite::Progress watch_;
    std::optional<CallAudit> audit_;  ///< once calls are read
    bool tables_are_ours_ = true;     ///< as they were made
    std::vector<Check> checks_;
};

/// Whether nothing of an archive can be lost here, for there never was one.
bool is_no_archive(const std::string& path) {
    try {
        if (file_state(path) == FileState::empty) return true;
        sqlite::Database database{path, {.access = sqlite::Access::read_only}};
        return database.integer(
                   "SELECT count(*) FROM sqlite_schema WHERE name IN "
                   "('call', 'source', 'coverage_segment')") < 3;
    } catch (const std::exception&) {
        return false;  // it cannot be read, which is damage
    }
}

}  // namespace

void Check::find(std::string finding) {
    ++found;
    if (findings.size() < findings_kept) findings.push_back(std::move(finding));
}

bool Verification::is_sound() const {
    return std::all_of(checks.begin(), checks.end(),
                       [](const Check& check) { return check.found == 0; });
}

Result<Verification> verify_archive(const std::string& path, const VerifyObserver& observer) {
    auto verified = guarded("verifying " + path, [&] {
        Verifier* verifier = nullptr;
        sqlite::ReadWatch reads{
            [&](std::int64_t bytes) { return verifier == nullptr || verifier->read(bytes); }};
        sqlite::Database database = open_current(path, sqlite::Access::read_only, reads.vfs());
        Verifier one{database, observer};
        verifier = &one;
        return one.run();
    });
    if (verified.ok() || verified.error().kind != ErrorKind::damaged) return verified;
    if (is_no_archive(path)) return Error{ErrorKind::storage, verified.error().message};
    Check unreadable{.name = "file"};
    unreadable.find(verified.error().message);
    return Verification{.checks = {std::move(unreadable)}};
}

}  // namespace callarchive
