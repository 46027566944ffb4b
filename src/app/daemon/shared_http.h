#pragma once

#include "port/http.h"

#include <vector>

namespace callarchive {

/// One network for two: the engine, which drives it, and a second user, whose tickets begin at
/// `second_from` and whose completions wait until they are fetched. So a ping moves along in the
/// engine's loop and delays nothing.
class SharedHttp final : public Http {
  public:
    static constexpr HttpTicket second_from = HttpTicket{1} << 63U;

    /// `http` must outlive it.
    explicit SharedHttp(Http& http) : http_(http) {}

    void start(HttpTicket ticket, HttpRequest request) override;
    void cancel(HttpTicket ticket) override;
    /// Without what belongs to the second user.
    std::vector<HttpCompletion> wait(Milliseconds at_most) override;

    /// What has completed of the second user's since the last call.
    [[nodiscard]] std::vector<HttpCompletion> take_second();

  private:
    Http& http_;
    std::vector<HttpCompletion> second_;
};

}  // namespace callarchive
