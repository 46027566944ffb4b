#include "api/record_fields.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace callarchive {
namespace {

struct FieldName {
    std::string_view name;
    Field field;
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

constexpr bool fits(std::span<const FieldName> names) {
    return std::all_of(names.begin(), names.end(), [](const FieldName& each) {
        return each.name.size() <= field_name_bytes_max;
    });
}
static_assert(fits(v1_fields) && fits(v4_fields));

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
    if (std::memcmp(key, next.name.data(), next.name.size()) != 0) return std::nullopt;
    if (key[next.name.size()] != '"') return std::nullopt;
    next_ = (next_ + 1) % names.size();
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

std::optional<std::string>* text_member(CallRecord& record, Field field) {
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

std::optional<Moment>* moment_member(CallRecord& record, Field field) {
    if (field == Field::start) return &record.start;
    if (field == Field::accept) return &record.accept;
    if (field == Field::end) return &record.end;
    return nullptr;
}

std::optional<std::int64_t>* number_member(CallRecord& record, Field field) {
    if (field == Field::room_id_type) return &record.room_id_type;
    if (field == Field::total_user_number) return &record.total_user_number;
    return nullptr;
}

std::optional<std::string_view> v1_spelling(Field field, std::string_view v4_value) {
    for (const Spelling& each : spellings) {
        if (each.field == field && each.v4 == v4_value) return each.v1;
    }
    return std::nullopt;
}

}  // namespace callarchive
