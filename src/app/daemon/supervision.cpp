#include "app/daemon/supervision.h"

#include "app/daemon/status_line.h"

#include <utility>

namespace callarchive {

Supervision::Supervision(const Clock& clock, Log& log) : clock_(clock), log_(log) {
    auto found = ServiceManager::from_environment();
    if (found.ok()) {
        manager_ = std::move(found).value();
    } else {
        log_.write(LogLevel::warn, found.error().message);
    }
}

void Supervision::ready(const std::string& remark) {
    remark_ = remark;
    told_ = status();
    check(manager_.ready(told_));
}

void Supervision::reloading() {
    check(manager_.reloading());
}

void Supervision::stopping() {
    check(manager_.stopping("keeping what was read whole, then ending"));
}

void Supervision::update(const std::vector<SourceReport>& reports) {
    standing_ = status_line(reports);
    if (std::string now = status(); now != told_) {
        told_ = std::move(now);
        check(manager_.status(told_));
    }
}

Milliseconds Supervision::turn_max() const {
    return manager_.watchdog_limit().value_or(Milliseconds::max()) / 4;
}

void Supervision::sign_of_life() {
    const auto limit = manager_.watchdog_limit();
    const Monotonic now = clock_.monotonic();
    if (!limit || (last_sign_ && now - *last_sign_ < *limit / 2)) return;
    last_sign_ = now;
    check(manager_.sign_of_life());
}

void Supervision::check(const Result<Done>& told) {
    if (told.ok() || std::exchange(complained_, true)) return;
    log_.write(LogLevel::warn, told.error().message);
}

std::string Supervision::status() const {
    return remark_.empty() ? standing_ : remark_ + "; " + standing_;
}

}  // namespace callarchive
