#pragma once

#include "app/daemon/shared_http.h"
#include "app/log/log.h"
#include "engine/observer.h"
#include "port/clock.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace callarchive {

/// The dead-man's switch: requests an address after each good cycle, and the same with `/fail`
/// after a failed one. A cycle is good when every application has come to its end without failing.
/// It has failed when an application goes on failing for a poll interval, or with what a person
/// must mend; so a hiccup that the next try mends alarms nobody. One request at a time, each
/// bounded; a ping that does not get through is tried again a few times. The address is a secret:
/// whoever knows it can silence the alarm.
class Pinger : public Observer {
  public:
    struct Terms {
        std::string url;  ///< empty: no pings
        std::vector<std::string> apps;
        Seconds poll_interval{};
    };

    /// The references must outlive it.
    Pinger(SharedHttp& http, const Clock& clock, Log& log);

    /// At the start and after a reload; what was known of applications that stay is kept.
    void configure(Terms terms);
    /// Sends what is to be sent and takes note of what came of it; never waits.
    void turn();

    void on_request(const SourceIdentity& source, const RequestReport& report) override;
    void on_window(const SourceIdentity& source, const WindowReport& report) override;
    void on_failure(const SourceIdentity& source, const FailureReport& report) override;
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override;
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override;
    void on_cycle(const SourceReport& report) override;

  private:
    enum class Ping { good, failed };
    struct Application {
        bool good = false;  ///< has ended a cycle since the last good ping
        std::optional<Monotonic> failing_since{};
    };

    void note_failure(const std::string& app, bool for_a_person);
    void want(Ping ping);
    void send();
    void receive(const HttpCompletion& completion);
    void tell_failure(const std::string& reason);

    SharedHttp& http_;
    const Clock& clock_;
    Log& log_;
    Terms terms_;
    std::map<std::string, Application> applications_;  ///< by name
    std::optional<Ping> wanted_;
    int tries_ = 0;  ///< of the wanted one
    Monotonic not_before_{};
    std::optional<Ping> under_way_;
    HttpTicket next_ticket_ = SharedHttp::second_from;
    std::optional<Monotonic> failure_pinged_;
    std::optional<Monotonic> told_;
    int untold_ = 0;
};

/// `/fail` at the end of an address's path, before any query.
[[nodiscard]] std::string address_of_failure(const std::string& url);

}  // namespace callarchive
