#pragma once

#include "api/dialect.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
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

/// A field's name, made to be compared with what stands in an answer.
class FieldName {
  public:
    constexpr FieldName(std::string_view name, Field field) : name_(name), field_(field) {
        std::array<char, key_bytes_compared> bytes{};
        std::array<char, key_bytes_compared> all{};
        for (std::size_t i = 0; i <= name.size(); ++i) {
            bytes[i] = i < name.size() ? name[i] : '"';
            all[i] = static_cast<char>(0xFF);
        }
        words_ = std::bit_cast<Words>(bytes);
        mask_ = std::bit_cast<Words>(all);
    }

    /// Whether the key is this name. In a few comparisons of words: it is asked for each field of
    /// each record.
    [[nodiscard]] bool is_at(const char* key) const {
        // Only one name takes more than the first two.
        return (differs_at(key, 0) | differs_at(key, 1)) == 0 &&
               (mask_[2] == 0 || differs_at(key, 2) == 0);
    }

    [[nodiscard]] constexpr std::string_view name() const { return name_; }
    [[nodiscard]] constexpr Field field() const { return field_; }

  private:
    using Words = std::array<std::uint64_t, 3>;
    static_assert(sizeof(Words) == key_bytes_compared);
    static_assert(field_name_bytes_max < key_bytes_compared);

    [[nodiscard]] std::uint64_t differs_at(const char* key, std::size_t word) const {
        std::uint64_t found = 0;
        std::memcpy(&found, key + word * sizeof found, sizeof found);
        return (found ^ words_[word]) & mask_[word];
    }

    Words words_{};  ///< the name and a quote
    Words mask_{};   ///< of their bits
    std::string_view name_;
    Field field_;
};

/// Tells fields by their names as they come in answers. Those keep the order of the vendor's
/// samples, so that the name after the last one is tried first, and is nearly always the one.
class FieldSequence {
  public:
    explicit FieldSequence(Dialect dialect);

    /// The field that is expected next, where the key is its name. `key` is what stands behind the
    /// opening quote, and key_bytes_compared bytes can be read there.
    [[nodiscard]] std::optional<Field> expected(const char* key) {
        if (!next_->is_at(key)) return std::nullopt;
        return go_past(*next_);
    }

    /// As field_of; what comes after it is expected next.
    [[nodiscard]] std::optional<Field> find(std::string_view name);

  private:
    Field go_past(const FieldName& name) {
        next_ = &name == last_ ? names_.data() : &name + 1;
        return name.field();
    }

    std::span<const FieldName> names_;
    const FieldName* last_;
    const FieldName* next_;
};

/// A field's name in a dialect; empty where the dialect has no such field.
[[nodiscard]] std::string_view name_of(Dialect dialect, Field field);

/// The v1 spelling of a v4 value (`NormalEnd` is `normal_end`); nothing where there is none, so
/// that what the API invents later is kept as sent.
[[nodiscard]] std::optional<std::string_view> v1_spelling(Field field, std::string_view v4_value);

}  // namespace callarchive
