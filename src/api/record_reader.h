#pragma once

#include "api/answer.h"
#include "api/json_canonical.h"
#include "api/json_text.h"
#include "api/json_walk.h"
#include "api/record_fields.h"
#include "api/record_room.h"

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// Turns the rows of an answer into records. Every row that is JSON ends in the page, as a record
/// or rejected whole; no content of a field costs a call.
class RecordReader {
  public:
    /// `page` receives what is read; it, `room` and `known`, which may be none, must outlive the
    /// reader. `text` is all there is to read.
    RecordReader(Dialect dialect, std::int64_t sdk_app_id, const KnownRecords* known,
                 std::string_view text, RecordRoom& room, Page& page)
        : dialect_(dialect),
          fields_(dialect),
          sdk_app_id_(sdk_app_id),
          known_(known),
          text_(text),
          room_(room),
          page_(page),
          glances_(room.glances()) {}

    /// Reads the array of rows that comes next. An error means that the JSON itself is broken; the
    /// page is then incomplete.
    [[nodiscard]] simdjson::error_code read(JsonWalk& rows);

  private:
    /// A record under construction.
    struct Draft {
        CallRecord& record;  ///< the page's last
        SortedObject extra{};
        std::string_view rejection{};  ///< why the callId cannot be used, while none was found
        /// The token each field was read from; empty while it was not.
        std::array<std::string_view, fields_count> tokens{};
    };

    /// Tells from their bytes which of the first rows of an answer are known. Goes past all rows.
    simdjson::error_code glance_at_all(JsonWalk& rows);
    simdjson::error_code glance_at_row(JsonWalk& walk, Glance& glance) const;
    simdjson::error_code read_row(JsonWalk& walk);
    simdjson::error_code read_object(JsonWalk& walk, const Fingerprint& fingerprint);
    simdjson::error_code read_field(Draft& draft, Field field, JsonWalk& walk);
    simdjson::error_code read_callees(Draft& draft, JsonWalk& walk);
    /// False where the token cannot be the field's value; it belongs in extra then.
    bool read_scalar(Draft& draft, Field field, std::string_view token);
    /// What the token says, for as long as nothing else is read.
    std::string_view text_in(std::string_view token) {
        return has_escapes_.value_or(true) ? text_of(token, unescaped_) : written_in(token);
    }
    bool read_call_id(Draft& draft, std::string_view token);
    bool read_text(Draft& draft, Field field, std::optional<std::string>& text,
                   std::string_view token);
    bool read_moment(Draft& draft, Field field, std::optional<Moment>& moment,
                     std::string_view token) const;
    bool read_number(Draft& draft, Field field, std::optional<std::int64_t>& number,
                     std::string_view token) const;
    bool read_sdk_app_id(std::string_view token);
    /// Moves what a field held, if that was something else, to extra: the last value counts.
    void note_read(Draft& draft, Field field, std::string_view token) const;
    void keep_earlier(Draft& draft, Field field, std::string_view token) const;
    simdjson::error_code keep_in_extra(Draft& draft, std::string_view name, JsonWalk& walk) const;
    void reject(std::string_view raw, std::string reason);

    Dialect dialect_;
    FieldSequence fields_;
    std::int64_t sdk_app_id_;
    const KnownRecords* known_;
    std::string_view text_;
    RecordRoom& room_;
    Page& page_;
    std::vector<Glance>& glances_;
    std::size_t next_glance_ = 0;        ///< of the row that is read next
    std::optional<bool> has_escapes_{};  ///< a backslash is in the text; empty before it was sought
    std::string unescaped_{};            ///< room for a text that has escapes
};

}  // namespace callarchive
