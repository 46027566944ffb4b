// Any words are filters to be judged: no crash, a plain error for what makes no sense, and a moment
// that is understood can be told.
#include "app/commands/filter_options.h"
#include "base/check.h"
#include "base/time_text.h"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace callarchive;
    const std::string text{reinterpret_cast<const char*>(data), size};
    const Moment now = moment_from_unix(1'700'000'000);
    if (const auto when = parse_when(text, now, false)) CHECK(!to_iso8601(*when).empty());
    const std::size_t line = text.find('\n');
    FilterOptions options;
    options.since = text.substr(0, line);
    if (line != std::string::npos) {
        options.until = text.substr(line + 1);
        options.min_talk = options.until;
        options.user = options.until;
        options.local = (size & 1U) != 0;
    }
    const auto filter = options.resolve(now);
    if (!filter.ok()) CHECK(!filter.error().message.empty());
    return 0;
}
