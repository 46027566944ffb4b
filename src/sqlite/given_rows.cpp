#include "sqlite/given_rows.h"

#include "sqlite/failure.h"

#include <sqlite3.h>

#include <memory>
#include <new>
#include <string>

namespace callarchive::sqlite {
namespace {

// What SQLite asks of a virtual table (sqlite.org/vtab.html). It knows the two structures by their
// first member.

struct Declared {
    const GivenRows& rows;
    std::string sql;
};

struct Table {
    sqlite3_vtab base{};
    const GivenRows& rows;
};

struct Cursor {
    sqlite3_vtab_cursor base{};
    const GivenRows& rows;
    std::size_t row = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* base) {
    return *reinterpret_cast<Cursor*>(base);
}

int connect(sqlite3* database, void* declared, int, const char* const*, sqlite3_vtab** made,
            char**) noexcept {
    const auto& given = *static_cast<const Declared*>(declared);
    const int code = sqlite3_declare_vtab(database, given.sql.c_str());
    if (code != SQLITE_OK) return code;
    sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
    auto* const table = new (std::nothrow) Table{.rows = given.rows};
    if (table == nullptr) return SQLITE_NOMEM;
    *made = &table->base;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) noexcept {
    delete reinterpret_cast<Table*>(table);
    return SQLITE_OK;
}

// There is one way: all rows, in their order.
int best_index(sqlite3_vtab*, sqlite3_index_info*) noexcept {
    return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** made) noexcept {
    const GivenRows& rows = reinterpret_cast<Table*>(table)->rows;
    auto* const cursor = new (std::nothrow) Cursor{.rows = rows};
    if (cursor == nullptr) return SQLITE_NOMEM;
    *made = &cursor->base;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) noexcept {
    delete &cursor_of(cursor);
    return SQLITE_OK;
}

int begin(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) noexcept {
    cursor_of(cursor).row = 0;
    return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) noexcept {
    ++cursor_of(cursor).row;
    return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) noexcept {
    const Cursor& at = cursor_of(cursor);
    return at.row >= at.rows.row_count() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) noexcept {
    const Cursor& at = cursor_of(cursor);
    at.rows.give(at.row, column, GivenValue{context});
    return SQLITE_OK;
}

int row_number(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) noexcept {
    *number = static_cast<sqlite3_int64>(cursor_of(cursor).row);
    return SQLITE_OK;
}

constexpr sqlite3_module module_of_given_rows{
    .iVersion = 1,
    .xCreate = nullptr,  // no CREATE VIRTUAL TABLE: it is there by its name alone
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = nullptr,
    .xOpen = open,
    .xClose = close,
    .xFilter = begin,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = row_number,
    .xUpdate = nullptr,
    .xBegin = nullptr,
    .xSync = nullptr,
    .xCommit = nullptr,
    .xRollback = nullptr,
    .xFindFunction = nullptr,
    .xRename = nullptr,
    .xSavepoint = nullptr,
    .xRelease = nullptr,
    .xRollbackTo = nullptr,
    .xShadowName = nullptr,
};

}  // namespace

void GivenValue::set(std::int64_t value) {
    sqlite3_result_int64(context_, value);
}

void GivenValue::set(std::string_view text) {
    // A null pointer would be NULL; an empty view may have one.
    sqlite3_result_text64(context_, text.data() != nullptr ? text.data() : "", text.size(),
                          SQLITE_STATIC, SQLITE_UTF8);
}

GivenRows::GivenRows(Database& database, const char* name, int columns) {
    std::string sql = "CREATE TABLE given (";
    for (int i = 0; i < columns; ++i) {
        if (i != 0) sql += ", ";
        sql += 'c';
        sql += std::to_string(i);
    }
    sql += ')';
    auto declared = std::make_unique<Declared>(Declared{.rows = *this, .sql = std::move(sql)});
    // SQLite frees it, also when this fails (sqlite.org/c3ref/create_module.html).
    const int code =
        sqlite3_create_module_v2(database.handle(), name, &module_of_given_rows, declared.release(),
                                 [](void* data) { delete static_cast<Declared*>(data); });
    if (code != SQLITE_OK) throw Failure{database.handle(), code, "adding rows to read"};
}

}  // namespace callarchive::sqlite
