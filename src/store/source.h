#pragma once

#include "api/dialect.h"
#include "base/time.h"

#include <cstdint>
#include <string>

namespace callarchive {

/// Names one configured application within an archive file (the key of table source).
using SourceNo = std::int64_t;

/// One entry of `apps`: an application seen through one dialect. Two entries may share an
/// application; its calls are then one set, and each entry has its own ledger.
struct SourceIdentity {
    std::string name;  ///< the label people see; may change, the other two may not
    std::int64_t sdk_app_id{};
    Dialect dialect = Dialect::v1;

    friend bool operator==(const SourceIdentity&, const SourceIdentity&) = default;
};

}  // namespace callarchive
