#include "sqlite/value_bytes.h"

#include <sqlite3.h>

namespace callarchive::sqlite {

void ValueBytes::add_as(int type, std::string_view bytes) {
    static_assert(type_of_integer == SQLITE_INTEGER);
    static_assert(type_of_text == SQLITE_TEXT);
    static_assert(type_of_null == SQLITE_NULL);
    char* const end = put(room(most_of(bytes)), type, bytes);
    size_ = static_cast<std::size_t>(end - bytes_.data());
}

}  // namespace callarchive::sqlite
