#include "simulator/fault_table.h"

#include <array>

namespace callarchive::simulator {
namespace {

using R = SpoiledRecord;

/// A whole number still: another fault of the same record may have made something else of it, and
/// what is appended to that would be no JSON.
bool is_number(const Field& field) {
    return !field.json.empty() && field.json.find_first_not_of("0123456789") == std::string::npos;
}
bool is_text(const Field& field) {
    return field.json.front() == '"';
}
bool is_call_id(const Field& field) {
    return field.name == "callId" || field.name == "CallId";
}
bool is_callees(const Field& field) {
    return field.name == "callees" || field.name == "CalleeList_Account";
}
/// A call without a usable id is another fault than a call with an odd field.
bool is_ordinary(const Field& field) {
    return !is_call_id(field);
}

/// A field that suits, and is the one that was asked for if one was; null where there is none.
template <typename Suits>
Field* choose(R& record, Draw& draw, Suits suits) {
    std::vector<Field*> candidates;
    for (Field& field : record.fields) {
        if ((record.wanted.empty() || field.name == record.wanted) && suits(field)) {
            candidates.push_back(&field);
        }
    }
    return candidates.empty() ? nullptr : candidates[draw.below(candidates.size())];
}

template <typename Suits>
void put(R& record, Draw& draw, Suits suits, std::string_view json) {
    if (Field* field = choose(record, draw, suits)) field->json = json;
}

bool is_ordinary_number(const Field& field) {
    return is_ordinary(field) && is_number(field);
}
bool is_ordinary_text(const Field& field) {
    return is_ordinary(field) && is_text(field);
}

void erase(R& record, const Field* field) {
    if (field != nullptr)
        record.fields.erase(record.fields.begin() + (field - record.fields.data()));
}

/// The name as the other dialect would write its first letter.
void rename(Field& field) {
    char& first = field.name.front();
    first = static_cast<char>(static_cast<unsigned char>(first) ^ 0x20U);
}

constexpr std::array faults{
    FaultInfo{.name = "callid-missing",
              .does = "a record without a call id",
              .record = [](R& r, Draw& d) { erase(r, choose(r, d, is_call_id)); }},
    FaultInfo{.name = "callid-null",
              .does = "a call id that is null",
              .record = [](R& r, Draw& d) { put(r, d, is_call_id, "null"); }},
    FaultInfo{.name = "callid-empty",
              .does = "a call id that is empty",
              .record = [](R& r, Draw& d) { put(r, d, is_call_id, "\"\""); }},
    FaultInfo{.name = "callid-number",
              .does = "a call id that is a number",
              .record = [](R& r, Draw& d) { put(r, d, is_call_id, "12345678901234567"); }},
    FaultInfo{.name = "callid-huge",
              .does = "a call id of 1 MiB",
              .record =
                  [](R& r, Draw& d) {
                      put(r, d, is_call_id, '"' + std::string(std::size_t{1} << 20U, 'a') + '"');
                  }},
    FaultInfo{.name = "record-not-object",
              .does = "a row that is no object",
              .record =
                  [](R& r, Draw& d) {
                      constexpr std::array<std::string_view, 6> rows{"null", "7",    "\"call\"",
                                                                     "[]",   "true", "[{}]"};
                      r.instead = rows[d.below(rows.size())];
                  }},
    FaultInfo{.name = "record-empty",
              .does = "a row that is an empty object",
              .record = [](R& r, Draw&) { r.fields.clear(); }},
    FaultInfo{.name = "field-missing",
              .does = "a field (never the call id) is missing",
              .record = [](R& r, Draw& d) { erase(r, choose(r, d, is_ordinary)); }},
    FaultInfo{.name = "field-renamed",
              .does = "a field's first letter changes its case",
              .record =
                  [](R& r, Draw& d) {
                      if (Field* field = choose(r, d, is_ordinary)) rename(*field);
                  }},
    FaultInfo{.name = "field-null",
              .does = "a field is null",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary, "null"); }},
    FaultInfo{.name = "field-bool",
              .does = "a field is true",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary, "true"); }},
    FaultInfo{.name = "field-array",
              .does = "a field is an array",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary, "[1,\"a\",null]"); }},
    FaultInfo{.name = "field-object",
              .does = "a field is an object",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary, "{\"value\":1}"); }},
    FaultInfo{.name = "field-empty",
              .does = "a text field is empty",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary_text, "\"\""); }},
    FaultInfo{.name = "number-text",
              .does = "a number comes as a string",
              .record =
                  [](R& r, Draw& d) {
                      Field* field = choose(r, d, is_ordinary_number);
                      if (field != nullptr) field->json = '"' + field->json + '"';
                  }},
    FaultInfo{.name = "text-number",
              .does = "a text comes as a number",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary_text, "42"); }},
    FaultInfo{.name = "number-float",
              .does = "a number comes as a float, such as 1.7e9",
              .record =
                  [](R& r, Draw& d) {
                      Field* field = choose(r, d, is_ordinary_number);
                      if (field != nullptr) field->json += d.chance(0.5) ? ".0" : "e0";
                  }},
    FaultInfo{.name = "number-fraction",
              .does = "a number has a fraction",
              .record =
                  [](R& r, Draw& d) {
                      Field* field = choose(r, d, is_ordinary_number);
                      if (field != nullptr) field->json += ".25";
                  }},
    FaultInfo{
        .name = "number-huge",
        .does = "a number is beyond 64 bits",
        .record = [](R& r, Draw& d) { put(r, d, is_ordinary_number, "184467440737095516160"); }},
    FaultInfo{.name = "number-negative",
              .does = "a number is negative",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary_number, "-1"); }},
    FaultInfo{.name = "time-milliseconds",
              .does = "a time comes in milliseconds",
              .record =
                  [](R& r, Draw& d) {
                      const auto suits = [](const Field& field) {
                          return is_number(field) && field.json.size() >= 10 &&
                                 field.name != "sdkAppId";
                      };
                      if (Field* field = choose(r, d, suits)) field->json += "000";
                  }},
    FaultInfo{.name = "field-unknown",
              .does = "fields that nobody documents",
              .record =
                  [](R& r, Draw&) {
                      r.fields.push_back({"networkQuality", R"({"rtt":31,"loss":0.01})"});
                      r.fields.push_back({"recordingUrl", R"("https://example.com/?a=\"1\"")"});
                  }},
    FaultInfo{.name = "value-unknown",
              .does = "a new media type, call type or result",
              .record =
                  [](R& r, Draw& d) {
                      const auto suits = [](const Field& field) {
                          return field.name.ends_with("Type") && is_text(field);
                      };
                      const auto result = [](const Field& field) {
                          return field.name.ends_with("Result");
                      };
                      if (d.chance(0.5)) {
                          put(r, d, suits, "\"hologram\"");
                      } else {
                          put(r, d, result, "\"transferred\"");
                      }
                  }},
    FaultInfo{.name = "value-number",
              .does = "the result comes as a number",
              .record =
                  [](R& r, Draw& d) {
                      const auto suits = [](const Field& field) {
                          return field.name.ends_with("Result");
                      };
                      put(r, d, suits, "3");
                  }},
    FaultInfo{.name = "duplicate-key",
              .does = "a field comes twice with different values",
              .record =
                  [](R& r, Draw& d) {
                      const Field* field = choose(r, d, is_ordinary_number);
                      if (field == nullptr) return;
                      const Field copy{field->name, "1"};
                      r.fields.push_back(copy);
                  }},
    FaultInfo{.name = "callees-missing",
              .does = "there is no list of callees",
              .record = [](R& r, Draw& d) { erase(r, choose(r, d, is_callees)); }},
    FaultInfo{.name = "callees-text",
              .does = "the callees are one string",
              .record = [](R& r, Draw& d) { put(r, d, is_callees, "\"111,123\""); }},
    FaultInfo{
        .name = "callees-odd",
        .does = "the callees are not all texts",
        .record = [](R& r,
                     Draw& d) { put(r, d, is_callees, R"(["a",7,null,{"userId":"b"},"a"])"); }},
    FaultInfo{.name = "callees-many",
              .does = "10,000 callees",
              .record =
                  [](R& r, Draw& d) {
                      std::string list = "[\"u0\"";
                      for (int i = 1; i < 10'000; ++i)
                          list += ",\"u" + std::to_string(i) + '"';
                      put(r, d, is_callees, list + ']');
                  }},
    FaultInfo{
        .name = "text-controls",
        .does = "a text holds escaped NUL and control characters",
        .record = [](R& r,
                     Draw& d) { put(r, d, is_ordinary_text, R"("a\u0000b\u001f\n\u2028")"); }},
    FaultInfo{.name = "text-surrogate",
              .does = "a text holds half of a surrogate pair",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary_text, R"("\ud83d")"); }},
    FaultInfo{.name = "text-utf8",
              .does = "a text holds bytes that are no UTF-8",
              .record = [](R& r, Draw& d) { put(r, d, is_ordinary_text, "\"a\xff\xfe\""); }},
    FaultInfo{.name = "app-other",
              .does = "the record names another application",
              .record =
                  [](R& r, Draw& d) {
                      const auto suits = [](const Field& field) {
                          return field.name == "sdkAppId";
                      };
                      put(r, d, suits, "1499999999");
                  }},
};

}  // namespace

std::span<const FaultInfo> record_faults() {
    return faults;
}

}  // namespace callarchive::simulator
