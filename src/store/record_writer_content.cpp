#include "store/record_writer.h"

#include <optional>
#include <string>

namespace callarchive {
namespace {

std::optional<std::int64_t> seconds_of(const std::optional<Moment>& moment) {
    return moment ? std::optional{unix_seconds(*moment)} : std::nullopt;
}

}  // namespace

ContentNumbers RecordWriter::numbers_of(const SourceRow& source, const Told& told) {
    const CallRecord& record = told.record;
    ContentNumbers numbers;
    numbers.room_id_type = record.room_id_type;
    numbers.total_user_number = record.total_user_number;
    numbers.start_ts = seconds_of(record.start);
    numbers.accept_ts = seconds_of(record.accept);
    numbers.end_ts = seconds_of(record.end);
    numbers.media_type = media_types_.number_of(record.media_type);
    numbers.call_type = call_types_.number_of(record.call_type);
    numbers.call_result = call_results_.number_of(record.call_result);
    if (record.caller) {
        numbers.caller_no =
            users_.number_of(source.application_no, *record.caller, told.hashes.caller);
    }
    return numbers;
}

Content RecordWriter::content_of(const SourceRow& source, const Told& told) {
    return {numbers_of(source, told), told.record.room_id,
            told.callees ? std::optional{std::string{*told.callees}} : std::nullopt,
            told.record.extra.empty() ? std::nullopt : std::optional{told.record.extra}};
}

}  // namespace callarchive
