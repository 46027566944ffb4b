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
inline constexpr std::size_t key_bytes_compared = 24;

/// The meaning of a field's name in a dialect; nothing where the dialect has no such field.
[[nodiscard]] std::optional<Field> field_of(Dialect dialect, std::string_view name);

/// Tells fields by their names as they come in answers. Those keep the order of the vendor's
/// samples, so that the name after the last one is tried first, and is nearly always the one.
class FieldSequence {
  public:
    explicit FieldSequence(Dialect dialect) : dialect_(dialect) {}

    /// The field that is expected next, where the key is its name. `key` is what stands behind the
    /// opening quote, and key_bytes_compared bytes can be read there.
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
[[nodiscard]] inline std::optional<std::string>* text_member(CallRecord& record, Field field) {
    switch (field) {
        case Field::media_type:
            return &record.media_type;
        case Field::call_type:
            return &record.call_type;
        case Field::call_result:
            return &record.call_result;
        case Field::room_id:
            return &record.room_id;
        case Field::caller:
            return &record.caller;
        case Field::call_id:
        case Field::sdk_app_id:
        case Field::room_id_type:
        case Field::callees:
        case Field::start:
        case Field::accept:
        case Field::end:
        case Field::total_user_number:
            return nullptr;
    }
    return nullptr;
}

[[nodiscard]] inline std::optional<Moment>* moment_member(CallRecord& record, Field field) {
    if (field == Field::start) return &record.start;
    if (field == Field::accept) return &record.accept;
    if (field == Field::end) return &record.end;
    return nullptr;
}

[[nodiscard]] inline std::optional<std::int64_t>* number_member(CallRecord& record, Field field) {
    if (field == Field::room_id_type) return &record.room_id_type;
    if (field == Field::total_user_number) return &record.total_user_number;
    return nullptr;
}

/// The v1 spelling of a v4 value (`NormalEnd` is `normal_end`); nothing where there is none, so
/// that what the API invents later is kept as sent.
[[nodiscard]] std::optional<std::string_view> v1_spelling(Field field, std::string_view v4_value);

}  // namespace callarchive
