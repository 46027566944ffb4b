#include "sim/snapshot.h"

#include "base/check.h"
#include "sim/disk_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <memory>

namespace callarchive::testing {
namespace {

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

using Row = std::function<void(sqlite3_stmt*)>;

void each(Snapshot& snapshot, sqlite3* database, const char* sql, const Row& visit) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) visit(statement);
    }
    if (code != SQLITE_DONE) {
        snapshot.problems.push_back(fmt::format("{}: {}", sql, sqlite3_errmsg(database)));
    }
    sqlite3_finalize(statement);
}

std::string text(sqlite3_stmt* statement, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    // With its length: an id may hold a NUL.
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return bytes == nullptr ? std::string{} : std::string{bytes, size};
}

std::string row_of(sqlite3_stmt* statement, int first) {
    std::string row = text(statement, first);
    for (int column = first + 1; column < first + 9; ++column)
        row += '|' + text(statement, column);
    return row;
}

void read_ledger(Snapshot& snapshot, sqlite3* database) {
    each(snapshot, database,
         "SELECT c.app, c.from_ts, c.to_ts, unixepoch(c.read_at), c.state, g.reason "
         "FROM coverage AS c LEFT JOIN gaps AS g ON g.app = c.app AND g.from_ts = c.from_ts "
         "ORDER BY c.app, c.from_ts",
         [&](sqlite3_stmt* row) {
             Snapshot::Stretch stretch{.from = sqlite3_column_int64(row, 1),
                                       .to = sqlite3_column_int64(row, 2),
                                       .read_at = std::nullopt,
                                       .state = text(row, 4),
                                       .reason = text(row, 5)};
             if (sqlite3_column_type(row, 3) != SQLITE_NULL) {
                 stretch.read_at = sqlite3_column_int64(row, 3);
             }
             snapshot.sources[text(row, 0)].coverage.push_back(std::move(stretch));
         });
    each(snapshot, database, "SELECT app, cursor_ts, head_ts FROM cursors", [&](sqlite3_stmt* row) {
        Snapshot::Source& source = snapshot.sources[text(row, 0)];
        source.cursor = sqlite3_column_int64(row, 1);
        source.head = sqlite3_column_int64(row, 2);
    });
}

void read_content(Snapshot& snapshot, sqlite3* database) {
    constexpr const char* columns =
        "call_id, revision, media_type, call_type, call_result, room_id, caller, callees, "
        "start_ts, accept_ts, end_ts";
    each(snapshot, database, fmt::format("SELECT {} FROM calls", columns).c_str(),
         [&](sqlite3_stmt* row) {
             const std::string id = text(row, 0);
             if (snapshot.calls.contains(id)) snapshot.problems.push_back("twice: " + id);
             snapshot.calls[id] = {.row = row_of(row, 2), .revision = sqlite3_column_int64(row, 1)};
         });
    each(snapshot, database, fmt::format("SELECT {} FROM call_revisions", columns).c_str(),
         [&](sqlite3_stmt* row) { snapshot.revisions.emplace_back(text(row, 0), row_of(row, 2)); });
    each(snapshot, database, "SELECT count(*), sum(times) FROM rejected_records",
         [&](sqlite3_stmt* row) {
             snapshot.rejected = sqlite3_column_int64(row, 0);
             snapshot.rejected_times = sqlite3_column_int64(row, 1);
         });
    // Sums kept beside the calls must be theirs.
    each(snapshot, database,
         "SELECT (SELECT sum(calls) FROM rollup_hour), (SELECT sum(call_count) FROM application)",
         [&](sqlite3_stmt* row) {
             const auto calls = static_cast<std::int64_t>(snapshot.calls.size());
             if (sqlite3_column_int64(row, 0) != calls || sqlite3_column_int64(row, 1) != calls) {
                 snapshot.problems.push_back(fmt::format("{} calls, but the sums say {} and {}",
                                                         calls, text(row, 0), text(row, 1)));
             }
         });
}

}  // namespace

const Snapshot::Stretch* Snapshot::Source::at(std::int64_t moment) const {
    const auto after = std::upper_bound(
        coverage.begin(), coverage.end(), moment,
        [](std::int64_t value, const Stretch& stretch) { return value < stretch.from; });
    if (after == coverage.begin()) return nullptr;
    const Stretch& stretch = *std::prev(after);
    return moment < stretch.to ? &stretch : nullptr;
}

Snapshot take_snapshot(Disk& disk, const std::string& name, Depth depth) {
    Snapshot snapshot;
    if (!disk.exists(name)) return snapshot;
    DiskVfs vfs{disk};
    sqlite3* opened = nullptr;
    CHECK(sqlite3_open_v2(name.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                          vfs.name().c_str()) == SQLITE_OK);
    const Connection connection{opened};
    // Without shared memory one connection keeps the file to itself (sqlite.org/wal.html#noshm).
    sqlite3_exec(opened, "PRAGMA locking_mode = EXCLUSIVE", nullptr, nullptr, nullptr);
    bool made = false;
    each(snapshot, opened, "SELECT 1 FROM sqlite_schema WHERE name = 'calls'",
         [&](sqlite3_stmt*) { made = true; });
    // Killed before the first migration was committed: nothing was promised yet.
    if (!made) return snapshot;
    each(snapshot, opened,
         depth == Depth::content ? "PRAGMA integrity_check" : "PRAGMA quick_check",
         [&](sqlite3_stmt* row) {
             if (text(row, 0) != "ok") snapshot.problems.push_back("integrity: " + text(row, 0));
         });
    read_ledger(snapshot, opened);
    if (depth == Depth::content) {
        read_content(snapshot, opened);
    } else {
        each(snapshot, opened, "SELECT call_id FROM calls", [&](sqlite3_stmt* row) {
            if (!snapshot.calls.try_emplace(text(row, 0)).second) {
                snapshot.problems.push_back("twice: " + text(row, 0));
            }
        });
    }
    return snapshot;
}

}  // namespace callarchive::testing
