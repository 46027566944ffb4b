#pragma once

#include "api/credential.h"
#include "api/request.h"
#include "base/time.h"
#include "plan/policy.h"
#include "store/source.h"

#include <cstdint>

namespace callarchive {

/// How requests are made for one application.
struct RequestSettings {
    int page_size = 100;
    int rate_limit = 50;  ///< requests in any sliding second, retries included
    int concurrency = 4;  ///< pages in flight at once
    Milliseconds timeout{10'000};
    std::int64_t max_window_records = 5000;  ///< a window with more is split by time

    friend bool operator==(const RequestSettings&, const RequestSettings&) = default;
};

/// One entry of `apps` with all that applies to it.
struct SourceSettings {
    SourceIdentity identity;
    Endpoint endpoint;
    CredentialSource credential;
    Policy policy;
    RequestSettings requests;

    friend bool operator==(const SourceSettings&, const SourceSettings&) = default;
};

}  // namespace callarchive
