#include "simulator/fault_table.h"

#include <array>

namespace callarchive::simulator {
namespace {

Field* find(std::vector<Field>& fields, std::string_view v1_name, std::string_view v4_name) {
    for (Field& field : fields) {
        if (field.name == v1_name || field.name == v4_name) return &field;
    }
    return nullptr;
}

void set(std::vector<Field>& fields, std::string_view v1_name, std::string_view v4_name,
         std::string_view json) {
    if (Field* field = find(fields, v1_name, v4_name)) field->json = json;
}

void remove(std::vector<Field>& fields, std::string_view v1_name, std::string_view v4_name) {
    std::erase_if(
        fields, [&](const Field& field) { return field.name == v1_name || field.name == v4_name; });
}

void quote(std::vector<Field>& fields, std::string_view v1_name, std::string_view v4_name) {
    Field* field = find(fields, v1_name, v4_name);
    if (field != nullptr) field->json = '"' + field->json + '"';
}

void set_total(SpoiledEnvelope& e, std::string_view json) {
    set(e.fields.data, "totalNum", "TotalNum", json);
}
void set_page(SpoiledEnvelope& e, std::string_view json) {
    set(e.fields.data, "page", "Page", json);
}
void set_list(SpoiledEnvelope& e, std::string_view json) {
    set(e.fields.data, "callRecordList", "CallRecordList", json);
}
void set_code(SpoiledEnvelope& e, std::string_view json) {
    set(e.fields.top, "errorCode", "ErrorCode", json);
}

using E = SpoiledEnvelope;
constexpr std::array faults{
    // Codes instead of an answer.
    FaultInfo{.name = "code-throttled",
              .does = "the code for too many requests",
              .meaning = Meaning::throttled},
    FaultInfo{.name = "code-internal",
              .does = "the code for an internal error",
              .meaning = Meaning::internal},
    FaultInfo{.name = "code-unknown",
              .does = "a code that nobody documents",
              .meaning = Meaning::unknown_code},
    FaultInfo{.name = "code-expired",
              .does = "UserSig expired, though it is not",
              .meaning = Meaning::sig_expired},
    FaultInfo{.name = "code-invalid",
              .does = "UserSig invalid, though it is not",
              .meaning = Meaning::sig_forged},
    FaultInfo{.name = "code-not-admin",
              .does = "not an administrator, though it is",
              .meaning = Meaning::not_administrator},
    FaultInfo{.name = "code-no-package",
              .does = "the package is missing",
              .meaning = Meaning::no_package},
    FaultInfo{.name = "code-bad-parameters",
              .does = "bad parameters, though they are good",
              .meaning = Meaning::bad_parameters},
    FaultInfo{.name = "code-no-records",
              .does = "no records, in the middle of the pages",
              .meaning = Meaning::no_records},
    // The envelope.
    FaultInfo{.name = "code-text",
              .does = "the error code is a string",
              .envelope = [](E& e, Draw&) { quote(e.fields.top, "errorCode", "ErrorCode"); }},
    FaultInfo{.name = "code-missing",
              .does = "there is no error code",
              .envelope = [](E& e, Draw&) { remove(e.fields.top, "errorCode", "ErrorCode"); }},
    FaultInfo{.name = "code-null",
              .does = "the error code is null",
              .envelope = [](E& e, Draw&) { set_code(e, "null"); }},
    FaultInfo{.name = "code-with-rows",
              .does = "'no records' together with records",
              .envelope =
                  [](E& e, Draw&) { set_code(e, e.dialect == Dialect::v1 ? "70011" : "101050"); }},
    FaultInfo{.name = "request-id-missing",
              .does = "there is no request id",
              .envelope = [](E& e, Draw&) { remove(e.fields.top, "requestId", "RequestId"); }},
    FaultInfo{.name = "data-missing",
              .does = "success without data",
              .envelope = [](E& e, Draw&) { e.no_data = true; }},
    FaultInfo{.name = "data-null",
              .does = "the data is null",
              .envelope = [](E& e, Draw&) { e.instead_of_data = "null"; }},
    FaultInfo{.name = "data-array",
              .does = "the data is an array",
              .envelope = [](E& e, Draw&) { e.instead_of_data = "[]"; }},
    FaultInfo{
        .name = "list-missing",
        .does = "there is no list of records",
        .envelope = [](E& e, Draw&) { remove(e.fields.data, "callRecordList", "CallRecordList"); }},
    FaultInfo{.name = "list-null",
              .does = "the list of records is null",
              .envelope = [](E& e, Draw&) { set_list(e, "null"); }},
    FaultInfo{.name = "list-object",
              .does = "the list of records is an object",
              .envelope = [](E& e, Draw&) { set_list(e, "{}"); }},
    FaultInfo{.name = "list-text",
              .does = "the list of records is a string",
              .envelope = [](E& e, Draw&) { set_list(e, "\"\""); }},
    FaultInfo{.name = "list-empty",
              .does = "success with an empty list, in the middle of the pages",
              .envelope = [](E& e, Draw&) { set_list(e, "[]"); }},
    FaultInfo{.name = "total-missing",
              .does = "there is no total",
              .envelope = [](E& e, Draw&) { remove(e.fields.data, "totalNum", "TotalNum"); }},
    FaultInfo{.name = "total-text",
              .does = "the total is a string",
              .envelope = [](E& e, Draw&) { quote(e.fields.data, "totalNum", "TotalNum"); }},
    FaultInfo{.name = "total-negative",
              .does = "the total is -1",
              .envelope = [](E& e, Draw&) { set_total(e, "-1"); }},
    FaultInfo{.name = "total-huge",
              .does = "the total is beyond 64 bits",
              .envelope = [](E& e, Draw&) { set_total(e, "92233720368547758080"); }},
    FaultInfo{.name = "total-wrong",
              .does = "the total is any number",
              .envelope = [](E& e, Draw& d) { set_total(e, std::to_string(d.below(10'000))); }},
    FaultInfo{.name = "total-shrinks",
              .does = "the total is smaller on every page",
              .envelope =
                  [](E& e, Draw&) {
                      Field* total = find(e.fields.data, "totalNum", "TotalNum");
                      if (total == nullptr) return;
                      total->json = std::to_string(std::stoll(total->json) / (e.page + 1));
                  }},
    FaultInfo{.name = "page-missing",
              .does = "there is no page number",
              .envelope = [](E& e, Draw&) { remove(e.fields.data, "page", "Page"); }},
    FaultInfo{.name = "page-null",
              .does = "the page number is null",
              .envelope = [](E& e, Draw&) { set_page(e, "null"); }},
    FaultInfo{.name = "page-text",
              .does = "the page number is a string",
              .envelope = [](E& e, Draw&) { quote(e.fields.data, "page", "Page"); }},
    FaultInfo{.name = "page-negative",
              .does = "the page number is -1",
              .envelope = [](E& e, Draw&) { set_page(e, "-1"); }},
    FaultInfo{.name = "page-zero",
              .does = "the page number says that this was the last page",
              .envelope = [](E& e, Draw&) { set_page(e, "0"); }},
    FaultInfo{.name = "page-huge",
              .does = "the page number is beyond 64 bits",
              .envelope = [](E& e, Draw&) { set_page(e, "92233720368547758080"); }},
    FaultInfo{.name = "envelope-unknown",
              .does = "fields that nobody documents",
              .envelope =
                  [](E& e, Draw&) {
                      e.fields.top.push_back({"serverVersion", R"({"major":2,"tags":["beta"]})"});
                      e.fields.data.push_back({"nextCursor", R"("abc=")"});
                  }},
    FaultInfo{.name = "envelope-renamed",
              .does = "the data has another name",
              .envelope =
                  [](E& e, Draw&) {
                      std::string json;
                      append_fields(json, e.fields.data);
                      e.fields.top.push_back({"result", json});
                      e.no_data = true;
                  }},
    // The rows.
    FaultInfo{.name = "rows-outside",
              .does = "calls from outside the window among the rows",
              .rows = RowFault::outside},
    FaultInfo{
        .name = "rows-duplicate", .does = "some rows come twice", .rows = RowFault::duplicate},
    FaultInfo{.name = "rows-changed",
              .does = "a row comes twice, the second time with other content",
              .rows = RowFault::changed},
    FaultInfo{.name = "rows-over", .does = "more rows than were asked for", .rows = RowFault::over},
};

}  // namespace

std::span<const FaultInfo> page_faults() {
    return faults;
}

}  // namespace callarchive::simulator
