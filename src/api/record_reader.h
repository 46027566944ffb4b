#pragma once

#include "api/answer.h"
#include "api/json_canonical.h"
#include "api/json_text.h"
#include "api/record_fields.h"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace callarchive {

/// Turns the rows of an answer into records. Every row that is JSON ends in the page, as a record
/// or rejected whole; no content of a field costs a call.
class RecordReader {
  public:
    /// `page` receives what is read; it and `known`, which may be none, must outlive the reader.
    RecordReader(Dialect dialect, std::int64_t sdk_app_id, const KnownRecords* known, Page& page)
        : dialect_(dialect),
          fields_(dialect),
          sdk_app_id_(sdk_app_id),
          known_(known),
          page_(page) {}

    /// Reads one row. An error means that the JSON itself is broken; the page is then incomplete.
    [[nodiscard]] simdjson::error_code read(simdjson::ondemand::value row);

  private:
    /// A record under construction.
    struct Draft {
        CallRecord& record;  ///< the page's last
        SortedObject extra{};
        std::string_view rejection{};  ///< why the callId cannot be used, while none was found
        /// The token each field was read from; empty while it was not.
        std::array<std::string_view, fields_count> tokens{};
    };

    /// Reads the row no further where its bytes are known.
    simdjson::error_code recognize(simdjson::ondemand::object& object, Fingerprint& fingerprint,
                                   bool& known);
    simdjson::error_code read_field(Draft& draft, Field field, simdjson::ondemand::value value);
    simdjson::error_code read_callees(Draft& draft, simdjson::ondemand::value value);
    /// False where the token cannot be the field's value; it belongs in extra then.
    bool read_scalar(Draft& draft, Field field, std::string_view token, TokenKind kind);
    bool read_call_id(Draft& draft, std::string_view token, TokenKind kind) const;
    bool read_text(Draft& draft, Field field, std::string_view token, TokenKind kind) const;
    bool read_sdk_app_id(std::string_view token);
    /// Moves what a field held, if that was something else, to extra: the last value counts.
    void note_read(Draft& draft, Field field, std::string_view token) const;
    simdjson::error_code keep_in_extra(Draft& draft, std::string_view name,
                                       simdjson::ondemand::value value) const;
    void reject(std::string_view raw, std::string reason);

    Dialect dialect_;
    FieldSequence fields_;
    std::int64_t sdk_app_id_;
    const KnownRecords* known_;
    Page& page_;
};

}  // namespace callarchive
