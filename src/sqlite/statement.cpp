#include "sqlite/statement.h"

#include "base/check.h"
#include "sqlite/database.h"
#include "sqlite/failure.h"

#include <errno.h>
#include <sqlite3.h>

namespace callarchive::sqlite {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql) : path_(database.path()) {
    sqlite3_stmt* prepared = nullptr;
    // PERSISTENT: kept for the life of the connection, so not from its small lookaside memory.
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    handle_.reset(prepared);
    if (code != SQLITE_OK) {
        throw Failure(database.handle(), code, "preparing a statement for " + path_);
    }
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) {
        throw Failure(sqlite3_db_handle(handle_.get()), code, "working on " + path_);
    }
}

void Statement::begin(std::size_t values) {
    // A value left out would silently be NULL, or that of the execution before.
    CHECK(static_cast<std::size_t>(sqlite3_bind_parameter_count(handle_.get())) == values);
    // Binding to a statement that was not reset is misuse (sqlite.org/c3ref/bind_blob.html).
    CHECK(sqlite3_stmt_busy(handle_.get()) == 0);
}

void Statement::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::bind(int index, std::string_view value) {
    // A null pointer would bind NULL; an empty view may have one.
    check(sqlite3_bind_text64(handle_.get(), index, value.data() != nullptr ? value.data() : "",
                              value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int index, std::nullopt_t) {
    check(sqlite3_bind_null(handle_.get(), index));
}

// The result of reset repeats the error that next() has thrown already.
Rows::~Rows() {
    if (statement_ != nullptr) sqlite3_reset(statement_->handle_.get());
}

bool Rows::next() {
    errno = 0;  // for Failure
    const int code = sqlite3_step(statement_->handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    statement_->check(code);
    return false;
}

// Each look at a column through the statement checks and locks; its value is asked for once, and
// then asked itself. Such a value may be used by one thread at a time, as a connection is here
// (sqlite.org/c3ref/column_blob.html, "unprotected sqlite3_value").
sqlite3_value* Rows::value(int column) const {
    return sqlite3_column_value(statement_->handle_.get(), column);
}

std::string_view Rows::text_of(sqlite3_value* value) const {
    // The text before its size: asking for the text may convert the value.
    const auto* const text = sqlite3_value_text(value);
    if (text == nullptr) {
        // No memory for the conversion, where it is no NULL.
        if (sqlite3_value_type(value) != SQLITE_NULL) statement_->check(SQLITE_NOMEM);
        return {};
    }
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::int64_t Rows::integer(int column) const {
    return sqlite3_value_int64(value(column));
}

std::string_view Rows::text(int column) const {
    return text_of(value(column));
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
    sqlite3_value* const found = value(column);
    if (sqlite3_value_type(found) == SQLITE_NULL) return std::nullopt;
    return sqlite3_value_int64(found);
}

std::optional<std::string_view> Rows::optional_text_view(int column) const {
    sqlite3_value* const found = value(column);
    if (sqlite3_value_type(found) == SQLITE_NULL) return std::nullopt;
    return text_of(found);
}

std::optional<std::string> Rows::optional_text(int column) const {
    const auto found = optional_text_view(column);
    return found ? std::optional{std::string{*found}} : std::nullopt;
}

bool Rows::is_null(int column) const {
    return sqlite3_value_type(value(column)) == SQLITE_NULL;
}

bool Rows::is_integer(int column) const {
    return sqlite3_value_type(value(column)) == SQLITE_INTEGER;
}

}  // namespace callarchive::sqlite
