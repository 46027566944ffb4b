#include "api/record_fields.h"

#include <array>

namespace callarchive {
namespace {

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
        if (each.field() == field) return each.name();
    }
    return {};
}

FieldSequence::FieldSequence(Dialect dialect)
    : names_(names_in(dialect)), last_(&names_.back()), next_(names_.data()) {}

std::optional<Field> FieldSequence::find(std::string_view name) {
    for (const FieldName& each : names_) {
        if (each.name() == name) return go_past(each);
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
