#include "api/record_fields.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>

namespace callarchive {
namespace {

/// The first bytes of a key, as many as a field's name and the quote behind it can have.
constexpr std::size_t key_words = 3;
using KeyBytes = std::array<char, key_words * sizeof(std::uint64_t)>;
using KeyWords = std::array<std::uint64_t, key_words>;
static_assert(sizeof(KeyBytes) == key_bytes_compared);
static_assert(field_name_bytes_max < key_bytes_compared);

struct FieldName {
    constexpr FieldName(std::string_view its_name, Field its_field)
        : name(its_name), field(its_field) {
        KeyBytes bytes{};
        KeyBytes all{};
        for (std::size_t i = 0; i <= name.size(); ++i) {
            bytes[i] = i < name.size() ? name[i] : '"';
            all[i] = static_cast<char>(0xFF);
        }
        words = std::bit_cast<KeyWords>(bytes);
        mask = std::bit_cast<KeyWords>(all);
    }

    /// In a few comparisons of words: it is asked for each field of each record.
    [[nodiscard]] bool is_at(const char* key) const {
        KeyWords found;
        std::memcpy(&found, key, sizeof found);
        return (((found[0] ^ words[0]) & mask[0]) | ((found[1] ^ words[1]) & mask[1]) |
                ((found[2] ^ words[2]) & mask[2])) == 0;
    }

    std::string_view name;
    Field field;
    KeyWords words{};  ///< the name and a quote
    KeyWords mask{};   ///< of their bits
};

// In the order of the vendor's samples.
constexpr std::array v1_fields{
    FieldName{"callId", Field::call_id},
    FieldName{"sdkAppId", Field::sdk_app_id},
    FieldName{"mediaType", Field::media_type},
    FieldName{"roomId", Field::room_id},
    FieldName{"startCallTs", Field::start},
    FieldName{"acceptTs", Field::accept},
    FieldName{"endTs", Field::end},
    FieldName{"caller", Field::caller},
    FieldName{"totalUserNumber", Field::total_user_number},
    FieldName{"callType", Field::call_type},
    FieldName{"callResult", Field::call_result},
    FieldName{"callees", Field::callees},
};

constexpr std::array v4_fields{
    FieldName{"CallId", Field::call_id},
    FieldName{"Caller_Account", Field::caller},
    FieldName{"MediaType", Field::media_type},
    FieldName{"CallType", Field::call_type},
    FieldName{"StartTime", Field::start},
    FieldName{"EndTime", Field::end},
    FieldName{"AcceptTime", Field::accept},
    FieldName{"CallResult", Field::call_result},
    FieldName{"CalleeList_Account", Field::callees},
    FieldName{"RoomId", Field::room_id},
    FieldName{"RoomIdType", Field::room_id_type},
};

struct Spelling {
    Field field;
    std::string_view v4;
    std::string_view v1;
};

constexpr std::array spellings{
    Spelling{Field::media_type, "Video", "video"},
    Spelling{Field::media_type, "Audio", "audio"},
    Spelling{Field::call_type, "SingleCall", "single"},
    Spelling{Field::call_type, "MultiCall", "group"},
    Spelling{Field::call_result, "NormalEnd", "normal_end"},
    Spelling{Field::call_result, "NotAnswer", "not_answer"},
    Spelling{Field::call_result, "Cancel", "cancel"},
    Spelling{Field::call_result, "Reject", "reject"},
    Spelling{Field::call_result, "CallBusy", "call_busy"},
    Spelling{Field::call_result, "Interrupt", "interrupt"},
    Spelling{Field::call_result, "Offline", "offline"},
};

std::span<const FieldName> names_in(Dialect dialect) {
    if (dialect == Dialect::v1) return v1_fields;
    return v4_fields;
}

}  // namespace

std::optional<Field> field_of(Dialect dialect, std::string_view name) {
    return FieldSequence{dialect}.find(name);
}

std::string_view name_of(Dialect dialect, Field field) {
    for (const FieldName& each : names_in(dialect)) {
        if (each.field == field) return each.name;
    }
    return {};
}

std::optional<Field> FieldSequence::expected(const char* key) {
    const auto names = names_in(dialect_);
    const FieldName& next = names[next_];
    if (!next.is_at(key)) return std::nullopt;
    next_ = next_ + 1 == names.size() ? 0 : next_ + 1;
    return next.field;
}

std::optional<Field> FieldSequence::find(std::string_view name) {
    const auto names = names_in(dialect_);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].name != name) continue;
        next_ = (i + 1) % names.size();
        return names[i].field;
    }
    return std::nullopt;
}

std::optional<std::string_view> v1_spelling(Field field, std::string_view v4_value) {
    for (const Spelling& each : spellings) {
        if (each.field == field && each.v4 == v4_value) return each.v1;
    }
    return std::nullopt;
}

}  // namespace callarchive
