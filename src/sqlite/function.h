#pragma once

#include "sqlite/database.h"

#include <cstdint>
#include <string_view>

namespace callarchive::sqlite {

/// A function of the bytes of its arguments, as ValueBytes has them.
using BytesFunction = std::int64_t (*)(std::string_view bytes);

/// Makes `function` known to SQL on this connection as `name`, for any number of arguments, which
/// give the same result whenever they are the same.
void add_function(Database& database, const char* name, BytesFunction function);

}  // namespace callarchive::sqlite
