#include "app/log/log.h"

#include "app/text/printable.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace callarchive {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

const char* name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warn:
            return "warning";
        case LogLevel::error:
            return "error";
    }
    return "info";
}

/// syslog(3)'s numbers.
int priority_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return 7;
        case LogLevel::info:
            return 6;
        case LogLevel::warn:
            return 4;
        case LogLevel::error:
            return 3;
    }
    return 6;
}

std::string priority_text(LogLevel level) {
    return fmt::format("<{}>", priority_of(level));
}

std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()) % 1000;
    const std::time_t time = std::chrono::system_clock::to_time_t(now);
    std::tm broken{};
    gmtime_r(&time, &broken);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &broken);
    return fmt::format("{}.{:03}Z", text, milliseconds.count());
}

/// Whether a descriptor is a stream to the journal. The variable alone says only that some parent's
/// was: it is inherited, and standard error may lead into a file by now (systemd.exec(5),
/// $JOURNAL_STREAM).
bool is_journal(int fd) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    return stream != nullptr && ::fstat(fd, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

}  // namespace

struct Log::State {
    spdlog::logger logger{"callarchive", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    bool json = false;
    bool journal = false;
};

Log::Log(const std::string& level, const std::string& format) : state_(std::make_unique<State>()) {
    // The lines are made here: spdlog's own escape nothing.
    state_->logger.set_pattern("%v");
    state_->logger.flush_on(spdlog::level::trace);
    configure(level, format);
}

Log::~Log() = default;

void Log::configure(const std::string& level, const std::string& format) {
    state_->logger.set_level(spdlog::level::from_str(level == "warn" ? "warning" : level));
    state_->journal = is_journal(STDERR_FILENO);
    state_->json = format == "json" || (format == "auto" && ::isatty(STDERR_FILENO) == 0);
}

void Log::write(LogLevel level, const std::string& message, const LogFields& fields) {
    if (!state_->logger.should_log(to_spdlog(level))) return;
    std::string line = state_->journal ? priority_text(level) : std::string{};
    if (state_->json) {
        nlohmann::ordered_json object{
            {"time", utc_now()}, {"level", name_of(level)}, {"message", message}};
        for (const auto& [name, value] : fields)
            std::visit([&, &to = name](const auto& one) { object[to] = one; }, value);
        line += object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    } else {
        if (!state_->journal) line += utc_now() + " ";
        line += fmt::format("{:<7} ", name_of(level));
        for (const auto& [name, value] : fields) {
            const auto* text = std::get_if<std::string>(&value);
            if (name == "app" && text != nullptr) line += printable(*text) + ": ";
        }
        line += printable(message);
    }
    state_->logger.log(to_spdlog(level), line);
}

std::string journal_priority(LogLevel level) {
    return is_journal(STDERR_FILENO) ? priority_text(level) : std::string{};
}

}  // namespace callarchive
