#include "simulator/truth.h"

#include "simulator/dialect.h"
#include "simulator/json_text.h"

#include <fmt/format.h>

namespace callarchive::simulator {
namespace {

std::string with_milliseconds(Instant instant) {
    const auto count = instant.time_since_epoch().count();
    return fmt::format("{}.{:03}", count / 1000, count % 1000);
}

}  // namespace

void append_truth(std::string& out, const TruthCall& call) {
    const Record& record = *call.record;
    const Vocabulary& words = vocabulary(Dialect::v1);
    {
        ObjectWriter line{out};
        line.text("call_id", record.call_id);
        line.number("start", record.version.start);
        line.number("accept", record.version.accept);
        line.number("end", record.version.end);
        line.text("media_type", words.media[static_cast<std::size_t>(record.media)]);
        line.text("call_type", words.kinds[static_cast<std::size_t>(record.kind)]);
        line.text("call_result", words.outcomes[static_cast<std::size_t>(record.version.outcome)]);
        line.text("room_id", record.room);
        line.text("caller", record.caller);
        line.list("callees", record.callees);
        line.number("total_user_number", record.version.total_users);
        line.raw("visible_from", with_milliseconds(call.visible_from));
        line.raw("visible_until", with_milliseconds(call.visible_until));
        line.text("dialects", call.dialects == (behind_v1 | behind_v4) ? "both"
                              : call.dialects == behind_v1             ? "v1"
                                                                       : "v4");
    }
    out += '\n';
}

}  // namespace callarchive::simulator
