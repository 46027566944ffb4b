#pragma once

#include "base/time.h"
#include "sys/service_manager.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace callarchive {

/// Asks the service manager for patience while it exists, from a thread of its own, for what it
/// stands for (a migration) keeps the daemon's busy. Not for ever: after `longest` the manager
/// may take the start for stuck.
class StartExtension {
  public:
    struct Terms {
        Milliseconds more{30'000};
        Milliseconds again_every{10'000};
        Milliseconds longest{std::chrono::hours{6}};
    };
    /// `manager` must outlive it.
    StartExtension(const ServiceManager& manager, std::string status, Terms terms);
    StartExtension(const StartExtension&) = delete;
    StartExtension& operator=(const StartExtension&) = delete;
    ~StartExtension();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace callarchive
