#pragma once

#include "api/answer.h"
#include "api/credential.h"
#include "base/result.h"
#include "engine/rate_limit.h"
#include "engine/server_time.h"
#include "engine/settings.h"
#include "port/clock.h"
#include "port/http.h"

#include <optional>

namespace callarchive {

/// Asks the API single questions for one application, one after the other, within its rate limit.
class Conversation {
  public:
    /// The references must outlive it; a stop of the process ends a wait early.
    Conversation(const SourceSettings& settings, const Clock& clock, Http& http,
                 std::uint32_t random);

    struct Reply {
        std::optional<HttpFailure> failure{};  ///< nothing came back
        Result<Page> page;                     ///< what the answer says, or why it says nothing
        Milliseconds duration{};
    };
    /// The first page of what lies between two instants, bounds as the API has them.
    [[nodiscard]] Reply ask(Moment from, Moment to);

    /// How far this machine's clock is ahead of the service's, as far as the answers tell; empty
    /// where none told.
    [[nodiscard]] std::optional<Seconds> clock_ahead() const;

  private:
    const SourceSettings& settings_;
    const Clock& clock_;
    Http& http_;
    Credential credential_;
    RateLimit rate_limit_;
    ServerTime server_time_;
    std::uint32_t random_;
    HttpTicket next_ticket_ = 1;
};

}  // namespace callarchive
