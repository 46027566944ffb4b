#include "store/reader.h"

#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/call_lookup.h"
#include "store/call_query.h"
#include "store/call_read_ahead.h"
#include "store/call_stream.h"
#include "store/counting.h"
#include "store/failure.h"
#include "store/ledger_rows.h"
#include "store/open_file.h"
#include "store/snapshot.h"
#include "store/unknown_names.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace callarchive {
namespace {

// Calls are read in pages, each a short read transaction: one that lasts as long as somebody reads
// the output would keep the writer's log from ever being reused. A query by user sorts that user's
// calls for each page, so its pages are larger.
constexpr std::int64_t page_calls = 1000;
constexpr std::int64_t page_calls_of_user = 20'000;
// Fewer at first: where few calls match, the first ones are not to wait for many more.
constexpr std::int64_t first_page_calls = 64;

// Enough for a page on a screen; few questions need more.
constexpr std::size_t users_remembered = 1024;

// Taken only as far as the answers to several questions need it. A stream meets every page once.
constexpr std::int64_t cache_bytes = 64 << 20;
constexpr std::int64_t cache_bytes_of_stream = 2 << 20;

void set_cache(sqlite::Database& database, std::int64_t bytes) {
    database.execute("PRAGMA cache_size = -" + std::to_string(bytes / 1024));
}

std::optional<Moment> moment_at(const sqlite::Rows& rows, int column) {
    const auto seconds = rows.optional_integer(column);
    return seconds ? std::optional{moment_from_unix(*seconds)} : std::nullopt;
}

SourceStatus status_at(const sqlite::Rows& rows) {
    SourceStatus status;
    status.source = rows.integer(0);
    status.identity.name = rows.text(1);
    status.identity.sdk_app_id = rows.integer(2);
    const auto dialect = dialect_from(rows.text(3));
    if (!dialect) throw Refusal(ErrorKind::damaged, "a source has an unknown dialect");
    status.identity.dialect = *dialect;
    status.retention = Seconds{rows.integer(4)};
    status.records = rows.integer(5);
    status.last_success_at = moment_at(rows, 6);
    status.last_error_at = moment_at(rows, 7);
    status.last_error = rows.optional_text(8);
    return status;
}

}  // namespace

struct Reader::State {
    explicit State(sqlite::Database opened)
        : database(std::move(opened)), row_reader(database, users_remembered) {}

    sqlite::Database database;
    CallRowReader row_reader;
    std::optional<CallLookup> lookup{};  ///< made at the first question for an id
    std::optional<sqlite::Statement> version{};
    std::int64_t last_version = 0;

    /// Forgets what was remembered of a file that another connection has changed since. Inside of
    /// the snapshot of the question.
    void notice_changes() {
        // A number that changes with each commit of others
        // (sqlite.org/pragma.html#pragma_data_version).
        if (!version) version.emplace(database, "PRAGMA data_version");
        sqlite::Rows found = version->query();
        const std::int64_t now = found.next() ? found.integer(0) : 0;
        if (now == last_version) return;
        last_version = now;
        row_reader.forget_names();
    }

    [[nodiscard]] std::vector<SourceStatus> status() {
        const Snapshot snapshot{database};
        LedgerRows ledgers{database};
        std::vector<SourceStatus> all;
        sqlite::Statement list{
            database,
            "SELECT s.source_no, s.name, a.sdk_app_id, s.dialect, s.retention_seconds, "
            "a.call_count, s.last_success_ts, s.last_error_ts, s.last_error "
            "FROM source AS s JOIN application AS a ON a.application_no = s.application_no "
            "ORDER BY s.source_no"};
        sqlite::Rows rows = list.query();
        while (rows.next()) {
            all.push_back(status_at(rows));
            all.back().ledger = ledgers.load(all.back().source);
        }
        return all;
    }
};

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::string& path) {
    return guarded("opening the archive " + path, [&] {
        sqlite::Database database = open_current(path, sqlite::Access::read_only);
        database.execute("PRAGMA query_only = ON");
        set_cache(database, cache_bytes);
        return Reader{std::make_unique<State>(std::move(database))};
    });
}

Result<std::vector<SourceStatus>> Reader::status() {
    return guarded("reading the state of " + state_->database.path(),
                   [&] { return state_->status(); });
}

Result<Done> Reader::calls(const CallFilter& filter, CallOrder order, std::int64_t limit,
                           const std::function<bool(const StoredCall&)>& take) {
    return guarded("reading calls from " + state_->database.path(), [&] {
        const CallQuery query{filter, order};
        const bool by_user = filter.user || filter.caller || filter.callee;
        const std::int64_t page_max = by_user ? page_calls_of_user : page_calls;
        std::optional<PagePosition> after;
        std::int64_t left = limit > 0 ? limit : std::numeric_limits<std::int64_t>::max();
        for (std::int64_t size = first_page_calls;; size = std::min(size * 8, page_max)) {
            CallPage page;
            {
                const Snapshot snapshot{state_->database};
                state_->notice_changes();
                page =
                    query.page(state_->database, state_->row_reader, std::min(left, size), after);
            }
            for (const StoredCall& call : page.calls) {
                if (!take(call)) return;
            }
            left -= std::ssize(page.calls);
            if (!page.is_full || left <= 0) return;
        }
    });
}

Result<Done> Reader::stream(const CallFilter& filter, std::optional<Moment> seen_since,
                            const CallTaker& taker) {
    return guarded("reading calls from " + state_->database.path(), [&] {
        set_cache(state_->database, cache_bytes_of_stream);
        CallStream{state_->database, filter, seen_since}.run(taker);
    });
}

Result<std::vector<UnknownName>> Reader::unknown_names(const CallFilter& filter) {
    return guarded("looking for names in " + state_->database.path(),
                   [&] { return callarchive::unknown_names(state_->database, filter); });
}

Result<std::vector<Group>> Reader::count(const CallFilter& filter, GroupBy by,
                                         const Calendar& calendar, CountFrom from) {
    return guarded("counting calls in " + state_->database.path(), [&] {
        const Snapshot snapshot{state_->database};
        return Counting{state_->database, filter, by, calendar}.count(from);
    });
}

Result<std::vector<Reader::CallHistory>> Reader::history(const std::string& call_id) {
    return guarded("looking for call " + call_id + " in " + state_->database.path(), [&] {
        const Snapshot snapshot{state_->database};
        if (!state_->lookup) {
            CallReadAhead pages{state_->database, call_id};
            state_->lookup.emplace(state_->database, state_->row_reader);
            pages.finish();
        }
        state_->notice_changes();
        return state_->lookup->history(call_id);
    });
}

}  // namespace callarchive
