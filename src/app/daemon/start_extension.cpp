#include "app/daemon/start_extension.h"

#include <utility>

namespace callarchive {

StartExtension::StartExtension(const ServiceManager& manager, std::string status, Terms terms) {
    if (!manager.listens()) return;
    // The first before anything else is done: the time-out may be near.
    static_cast<void>(manager.extend_timeout(terms.more, status));
    thread_ = std::thread{[this, &manager, status = std::move(status), terms] {
        std::unique_lock lock{mutex_};
        for (Milliseconds passed{0}; passed < terms.longest; passed += terms.again_every) {
            if (changed_.wait_for(lock, terms.again_every, [this] { return over_; })) return;
            // A manager that does not take it will end the start, and say so.
            static_cast<void>(manager.extend_timeout(terms.more, status));
        }
    }};
}

StartExtension::~StartExtension() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

}  // namespace callarchive
