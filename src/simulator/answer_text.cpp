#include "simulator/dialect.h"

#include <fmt/format.h>

namespace callarchive::simulator {
namespace {

// Each shape is written once, for a sink that is either the answer itself or a list of fields.

template <typename Sink>
void write_record_v1(Sink& sink, const Vocabulary& words, const Record& record) {
    sink.text("callId", record.call_id);
    sink.number("sdkAppId", record.sdk_app_id);
    sink.text("mediaType", words.media[static_cast<std::size_t>(record.media)]);
    sink.text("roomId", record.room);
    sink.number("startCallTs", record.version.start);
    if (record.version.accept != 0 || !record.accept_absent) {
        sink.number("acceptTs", record.version.accept);
    }
    sink.number("endTs", record.version.end);
    sink.text("caller", record.caller);
    sink.number("totalUserNumber", record.version.total_users);
    sink.text("callType", words.kinds[static_cast<std::size_t>(record.kind)]);
    sink.text("callResult", words.outcomes[static_cast<std::size_t>(record.version.outcome)]);
    sink.list("callees", record.callees);
}

template <typename Sink>
void write_record_v4(Sink& sink, const Vocabulary& words, const Record& record) {
    sink.text("CallId", record.call_id);
    sink.text("Caller_Account", record.caller);
    sink.text("MediaType", words.media[static_cast<std::size_t>(record.media)]);
    sink.text("CallType", words.kinds[static_cast<std::size_t>(record.kind)]);
    sink.number("StartTime", record.version.start);
    sink.number("EndTime", record.version.end);
    if (record.version.accept != 0 || !record.accept_absent) {
        sink.number("AcceptTime", record.version.accept);
    }
    sink.text("CallResult", words.outcomes[static_cast<std::size_t>(record.version.outcome)]);
    sink.list("CalleeList_Account", record.callees);
    sink.text("RoomId", record.room);
    sink.number("RoomIdType", record.room_is_text ? 2 : 1);
}

template <typename Sink>
void write_record(Sink& sink, Dialect dialect, const Record& record) {
    switch (dialect) {
        case Dialect::v1:
            write_record_v1(sink, vocabulary(dialect), record);
            break;
        case Dialect::v4:
            write_record_v4(sink, vocabulary(dialect), record);
            break;
    }
}

std::string message_of(const Envelope& envelope, const Code& code) {
    std::string message{code.message};
    if (!envelope.detail.empty()) message += fmt::format(": {}", envelope.detail);
    return message;
}

template <typename Sink>
void write_head(Sink& sink, Dialect dialect, const Envelope& envelope) {
    const Code& code = vocabulary(dialect).codes[static_cast<std::size_t>(envelope.meaning)];
    switch (dialect) {
        case Dialect::v1:
            sink.number("errorCode", code.number);
            sink.text("errorMessage", message_of(envelope, code));
            sink.text("requestId", envelope.request_id);
            break;
        case Dialect::v4:
            sink.number("ErrorCode", code.number);
            sink.text("ErrorInfo", message_of(envelope, code));
            sink.text("ActionStatus", code.number == 0 ? "OK" : "FAIL");
            sink.text("RequestId", envelope.request_id);
            break;
    }
}

template <typename Sink>
void write_data(Sink& sink, Dialect dialect, const Envelope& envelope) {
    const bool v1 = dialect == Dialect::v1;
    if (envelope.total) sink.number(v1 ? "totalNum" : "TotalNum", *envelope.total);
    sink.number(v1 ? "page" : "Page", envelope.page);
    sink.raw(vocabulary(dialect).list_name, envelope.rows);
}

}  // namespace

void append_record(std::string& out, Dialect dialect, const Record& record) {
    ObjectWriter writer{out};
    write_record(writer, dialect, record);
}

std::vector<Field> record_fields(Dialect dialect, const Record& record) {
    std::vector<Field> fields;
    FieldCollector collector{fields};
    write_record(collector, dialect, record);
    return fields;
}

void append_envelope(std::string& out, Dialect dialect, const Envelope& envelope) {
    ObjectWriter top{out};
    write_head(top, dialect, envelope);
    if (envelope.rows.empty()) return;
    top.raw(vocabulary(dialect).data_name, "");
    ObjectWriter data{out};
    write_data(data, dialect, envelope);
}

EnvelopeFields envelope_fields(Dialect dialect, const Envelope& envelope) {
    EnvelopeFields fields;
    FieldCollector top{fields.top};
    write_head(top, dialect, envelope);
    if (envelope.rows.empty()) return fields;
    FieldCollector data{fields.data};
    write_data(data, dialect, envelope);
    return fields;
}

}  // namespace callarchive::simulator
