#pragma once

#include "app/config/config.h"
#include "app/log/log.h"
#include "base/result.h"
#include "net/curl_http.h"
#include "store/archive.h"
#include "sys/signals.h"
#include "sys/system_clock.h"
#include "sys/writer_lock.h"

#include <memory>
#include <optional>

namespace callarchive {

/// What `run` and `sync` need before they can work: the writer's lock, the archive, the network,
/// the signals.
struct Writing {
    SystemClock clock;
    std::optional<Signals> signals;
    std::optional<WriterLock> lock;
    std::optional<Archive> archive;
    std::unique_ptr<CurlHttp> http;

    /// To be called before any thread is started (Signals); a second call does nothing.
    [[nodiscard]] Result<Done> receive_signals();
    /// Takes and opens everything; says what it could not get.
    [[nodiscard]] Result<Done> begin(const Config& config);
};

}  // namespace callarchive
