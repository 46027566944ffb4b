#pragma once

#include "api/dialect.h"
#include "api/record.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// What a field of a record means, whatever it is called.
enum class Field : std::uint8_t {
    call_id,
    sdk_app_id,
    media_type,
    call_type,
    call_result,
    room_id,
    room_id_type,
    caller,
    callees,
    start,
    accept,
    end,
    total_user_number,
};
inline constexpr std::size_t fields_count = 13;
inline constexpr std::size_t field_name_bytes_max = 18;

/// The meaning of a field's name in a dialect; nothing where the dialect has no such field.
[[nodiscard]] std::optional<Field> field_of(Dialect dialect, std::string_view name);

/// Tells fields by their names as they come in answers. Those keep the order of the vendor's
/// samples, so that the name after the last one is tried first, and is nearly always the one.
class FieldSequence {
  public:
    explicit FieldSequence(Dialect dialect) : dialect_(dialect) {}

    /// The field that is expected next, where the key is its name. `key` is what stands behind the
    /// opening quote, and one byte more than field_name_bytes_max can be read there.
    [[nodiscard]] std::optional<Field> expected(const char* key);

    /// As field_of; what comes after it is expected next.
    [[nodiscard]] std::optional<Field> find(std::string_view name);

  private:
    Dialect dialect_;
    std::size_t next_ = 0;
};

/// A field's name in a dialect; empty where the dialect has no such field.
[[nodiscard]] std::string_view name_of(Dialect dialect, Field field);

/// Where a field lives in a record; null where it is of another type.
[[nodiscard]] std::optional<std::string>* text_member(CallRecord& record, Field field);
[[nodiscard]] std::optional<Moment>* moment_member(CallRecord& record, Field field);
[[nodiscard]] std::optional<std::int64_t>* number_member(CallRecord& record, Field field);

/// The v1 spelling of a v4 value (`NormalEnd` is `normal_end`); nothing where there is none, so
/// that what the API invents later is kept as sent.
[[nodiscard]] std::optional<std::string_view> v1_spelling(Field field, std::string_view v4_value);

}  // namespace callarchive
