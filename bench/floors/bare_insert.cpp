// The barest insert SQLite allows: one rowid table, no index, 10,000 rows a transaction, nothing
// checked and nothing promised. What an archiver adds to this is the price of what it knows.

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

struct Row {
    std::string call_id, caller, callees, room;
    std::int64_t start, accept, end;
};

std::vector<Row> some_rows(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
        const std::int64_t start = 1'700'000'000 + i;
        rows.push_back({fmt::format("2ae7d549-c441-4a9b-87c0-{:012x}",
                                    static_cast<unsigned>(i) * 2'654'435'761ULL),
                        fmt::format("user_{}", i % 9973), fmt::format("[\"user_{}\"]", i % 7919),
                        fmt::format("{}", i * 7), start, start + 5, start + 300});
    }
    return rows;
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fmt::print(stderr, "bare_insert: {}\n", sqlite3_errmsg(database));
    std::exit(1);
}

void bind(sqlite3_stmt* insert, int index, const std::string& text) {
    sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: bare_insert DATABASE RECORDS\n");
        return 2;
    }
    constexpr int rows_in_transaction = 10'000;
    const int records = std::atoi(argv[2]);
    const std::vector<Row> rows = some_rows(100'000);

    sqlite3* database = nullptr;
    check(sqlite3_open(argv[1], &database), database);
    const auto run = [&](const char* sql) {
        check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), database);
    };
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536");
    run("CREATE TABLE call (call_id TEXT, start INTEGER, accept INTEGER, end INTEGER,"
        " media INTEGER, type INTEGER, result INTEGER, caller TEXT, room TEXT, callees TEXT)");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(database, "INSERT INTO call VALUES (?,?,?,?,?,?,?,?,?,?)", -1, &insert,
                             nullptr),
          database);

    const double before = cpu_seconds();
    for (int i = 0; i < records; ++i) {
        if (i % rows_in_transaction == 0) run(i == 0 ? "BEGIN" : "COMMIT; BEGIN");
        const Row& row = rows[static_cast<std::size_t>(i) % rows.size()];
        bind(insert, 1, row.call_id);
        sqlite3_bind_int64(insert, 2, row.start);
        sqlite3_bind_int64(insert, 3, row.accept);
        sqlite3_bind_int64(insert, 4, row.end);
        sqlite3_bind_int(insert, 5, i % 2);
        sqlite3_bind_int(insert, 6, 1);
        sqlite3_bind_int(insert, 7, i % 7);
        bind(insert, 8, row.caller);
        bind(insert, 9, row.room);
        bind(insert, 10, row.callees);
        check(sqlite3_step(insert), database);
        sqlite3_reset(insert);
    }
    run("COMMIT");
    const double spent = cpu_seconds() - before;
    sqlite3_finalize(insert);
    sqlite3_close(database);
    fmt::print("{{\"records\": {}, \"cpu_seconds\": {:.6f}}}\n", records, spent);
}
