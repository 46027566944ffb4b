#pragma once

#include "store/reader.h"

namespace callarchive {

/// Where no call matches: tells on standard error which of the names asked for the archive has
/// never seen, for a slip of the fingers looks like an answer.
void tell_unknown_names(Reader& reader, const CallFilter& filter);

}  // namespace callarchive
