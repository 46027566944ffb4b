#include "sqlite/function.h"

#include "sqlite/failure.h"
#include "sqlite/value_bytes.h"

#include <sqlite3.h>

#include <memory>
#include <new>

namespace callarchive::sqlite {
namespace {

struct Known {
    BytesFunction function;
    ValueBytes bytes{};  ///< reused between calls
};

void add_value(ValueBytes& bytes, sqlite3_value* value) {
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER) {
        bytes.add(std::int64_t{sqlite3_value_int64(value)});
    } else if (type == SQLITE_NULL) {
        bytes.add(std::nullopt);
    } else {
        // The bytes before their number: asking for them may convert the value.
        const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
        const int size = sqlite3_value_bytes(value);
        bytes.add_as(type, {data, static_cast<std::size_t>(size)});
    }
}

void call(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    try {
        auto& known = *static_cast<Known*>(sqlite3_user_data(context));
        known.bytes.clear();
        for (int i = 0; i < count; ++i)
            add_value(known.bytes, values[i]);
        sqlite3_result_int64(context, known.function(known.bytes.view()));
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace

void add_function(Database& database, const char* name, BytesFunction function) {
    auto known = std::make_unique<Known>(Known{function});
    // SQLite frees it, also when this fails (sqlite.org/c3ref/create_function.html).
    const int code = sqlite3_create_function_v2(
        database.handle(), name, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, known.release(), call,
        nullptr, nullptr, [](void* data) { delete static_cast<Known*>(data); });
    if (code != SQLITE_OK) throw Failure{database.handle(), code, "adding a function"};
}

}  // namespace callarchive::sqlite
