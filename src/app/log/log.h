#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace callarchive {

enum class LogLevel { debug, info, warn, error };

/// A number is one in JSON too, so that it can be compared and added up.
using LogValue = std::variant<std::string, std::int64_t>;
/// Names and values that belong to a message; `app` among them names the application.
using LogFields = std::vector<std::pair<std::string, LogValue>>;

/// Tells people and machines what happens, on standard error: text on a terminal, else a JSON
/// object a line; under systemd with the journal's priorities (sd-daemon(3), `<N>`). What comes
/// from outside is escaped. Never give it a secret.
class Log {
  public:
    /// `level`: trace, debug, info, warn, error, off; `format`: auto, text, json.
    Log(const std::string& level, const std::string& format);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void configure(const std::string& level, const std::string& format);
    void write(LogLevel level, const std::string& message, const LogFields& fields = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What a line on standard error begins with so that the journal knows its priority; empty where it
/// does not go to the journal. For what is told before there is a log.
[[nodiscard]] std::string journal_priority(LogLevel level);

}  // namespace callarchive
