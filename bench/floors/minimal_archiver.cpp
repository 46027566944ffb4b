// A tuned archiver of one source file: libcurl, simdjson, one table with an index on a 16-byte key
// and one on time, large transactions. It promises nothing: it does not notice a call that changed,
// a page that shifted or an answer that failed, forgets what it has read when it is killed, and
// answers no question but these two.

#include <curl/curl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using Key = std::array<char, 16>;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(bytes, size * count);
    return size * count;
}

/// The 16 bytes that a UUID spells.
Key key_of(std::string_view uuid) {
    Key key{};
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < uuid.size() && at < key.size(); ++i) {
        if (uuid[i] == '-') continue;
        unsigned byte = 0;
        std::from_chars(uuid.data() + i, uuid.data() + i + 2, byte, 16);
        key[at++] = static_cast<char>(byte);
        ++i;
    }
    return key;
}

void check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fmt::print(stderr, "minimal_archiver: {}\n", sqlite3_errmsg(database));
    std::exit(1);
}

void bind(sqlite3_stmt* insert, int index, std::string_view text) {
    sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void keep(sqlite3_stmt* insert, simdjson::ondemand::object record, sqlite3* database) {
    Key key{};
    std::string callees;
    sqlite3_clear_bindings(insert);
    for (auto field : record) {
        const std::string_view name = field.unescaped_key();
        auto value = field.value();
        if (name == "callId") {
            key = key_of(value.get_string());
            sqlite3_bind_blob(insert, 1, key.data(), key.size(), SQLITE_STATIC);
        } else if (name == "startCallTs") {
            sqlite3_bind_int64(insert, 2, value.get_int64());
        } else if (name == "acceptTs") {
            sqlite3_bind_int64(insert, 3, value.get_int64());
        } else if (name == "endTs") {
            sqlite3_bind_int64(insert, 4, value.get_int64());
        } else if (name == "totalUserNumber") {
            sqlite3_bind_int64(insert, 5, value.get_int64());
        } else if (name == "mediaType") {
            bind(insert, 6, value.get_string());
        } else if (name == "callType") {
            bind(insert, 7, value.get_string());
        } else if (name == "callResult") {
            bind(insert, 8, value.get_string());
        } else if (name == "caller") {
            bind(insert, 9, value.get_string());
        } else if (name == "roomId") {
            bind(insert, 10, value.get_string());
        } else if (name == "callees") {
            callees.push_back('[');
            for (auto callee : value.get_array()) {
                if (callees.size() > 1) callees += ',';
                callees += std::string_view{callee.raw_json_token()};
            }
            callees += ']';
            bind(insert, 11, callees);
        }
    }
    check(sqlite3_step(insert), database);
    sqlite3_reset(insert);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        fmt::print(stderr,
                   "usage: minimal_archiver URL FROM TO WINDOW_SECONDS DATABASE [--defaults]\n"
                   "--defaults leaves SQLite's cache and transactions as they come\n");
        return 2;
    }
    const bool tuned = argc == 6;
    const std::int64_t from = std::atoll(argv[2]), to = std::atoll(argv[3]);
    const std::int64_t length = std::atoll(argv[4]);
    const std::int64_t rows_in_transaction = tuned ? 50'000 : 1'000;

    sqlite3* database = nullptr;
    check(sqlite3_open(argv[5], &database), database);
    const auto run = [&](const char* sql) {
        check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), database);
    };
    if (tuned) run("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000");
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS call (call_id BLOB UNIQUE, start INTEGER, accept INTEGER,"
        " end INTEGER, users INTEGER, media TEXT, type TEXT, result TEXT, caller TEXT, room TEXT,"
        " callees TEXT);"
        "CREATE INDEX IF NOT EXISTS call_by_start ON call (start)");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO call VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                             -1, &insert, nullptr),
          database);

    CURL* curl = curl_easy_init();
    std::string answer;
    curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);

    simdjson::ondemand::parser parser;
    std::int64_t records = 0, in_transaction = 0;
    run("BEGIN");
    for (std::int64_t begin = from; begin < to; begin += length) {
        for (int page = 1;; ++page) {
            const std::string body = fmt::format(
                R"({{"startTimestamp":{},"endTimestamp":{},"numberPerPage":100,"page":{}}})", begin,
                begin + length - 1, page);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
            answer.clear();
            if (const CURLcode failed = curl_easy_perform(curl); failed != CURLE_OK) {
                fmt::print(stderr, "minimal_archiver: {}\n", curl_easy_strerror(failed));
                return 1;
            }
            answer.reserve(answer.size() + simdjson::SIMDJSON_PADDING);
            auto document = parser.iterate(answer);
            std::int64_t rows = 0;
            simdjson::ondemand::array list;
            // Where there is nothing, the answer has a code for it and no list.
            if (document["data"]["callRecordList"].get(list) != simdjson::SUCCESS) break;
            for (auto record : list) {
                keep(insert, record.get_object(), database);
                ++rows;
            }
            records += rows;
            in_transaction += rows;
            if (in_transaction >= rows_in_transaction) {
                run("COMMIT; BEGIN");
                in_transaction = 0;
            }
            if (rows < 100) break;
        }
    }
    run("COMMIT");
    sqlite3_finalize(insert);
    sqlite3_close(database);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    fmt::print("{{\"records\": {}}}\n", records);
}
