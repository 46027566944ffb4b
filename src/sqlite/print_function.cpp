#include "sqlite/print_function.h"

#include "sqlite/failure.h"

#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <new>

namespace callarchive::sqlite {
namespace {

struct Known {
    const char* format;
    PrintFunction function;
    std::string text{};  ///< reused between calls
};

void call(sqlite3_context* context, int, sqlite3_value** values) noexcept {
    auto& known = *static_cast<Known*>(sqlite3_user_data(context));
    const auto* const format = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    if (format == nullptr || std::strcmp(format, known.format) != 0) {
        sqlite3_result_error(context, "printf() has another format than it is made for", -1);
        return;
    }
    std::array<std::int64_t, 5> integers{};
    for (std::size_t i = 0; i < integers.size(); ++i)
        integers[i] = sqlite3_value_int64(values[i + 1]);
    try {
        known.function(integers, known.text);
    } catch (const std::bad_alloc&) {
        return sqlite3_result_error_nomem(context);
    }
    sqlite3_result_text64(context, known.text.data(), known.text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

}  // namespace

void add_print_function(Database& database, const char* format, PrintFunction function) {
    auto known = std::make_unique<Known>(Known{format, function});
    // Innocuous, for a schema may call nothing else (sqlite.org/c3ref/c_deterministic.html). SQLite
    // frees the data, also when this fails (sqlite.org/c3ref/create_function.html).
    const int code = sqlite3_create_function_v2(
        database.handle(), "printf", 6, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
        known.release(), call, nullptr, nullptr,
        [](void* data) { delete static_cast<Known*>(data); });
    if (code != SQLITE_OK) throw Failure{database.handle(), code, "adding a function"};
}

}  // namespace callarchive::sqlite
