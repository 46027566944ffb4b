#include "app/commands/nothing_found.h"

#include "app/commands/command.h"
#include "app/text/nearest.h"
#include "app/text/printable.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <string>

namespace callarchive {

void tell_unknown_names(Reader& reader, const CallFilter& filter) {
    const auto unknown = reader.unknown_names(filter);
    if (!unknown.ok()) {
        static_cast<void>(tell(unknown.error()));
        return;
    }
    for (const UnknownName& one : *unknown) {
        std::string hint = did_you_mean(one.name, one.known);
        if (hint.empty() && !one.known.empty()) {
            hint = fmt::format("; known are {}", fmt::join(one.known, ", "));
        }
        fmt::print(stderr, "{}: the archive has no '{}'{}\n", one.option, printable(one.name),
                   printable(hint));
    }
}

}  // namespace callarchive
