#include "app/commands/writing.h"

#include "app/commands/command.h"
#include "app/commands/forgotten_file.h"
#include "app/version.h"

#include <algorithm>
#include <utility>

namespace callarchive {

Result<Done> Writing::receive_signals() {
    if (signals) return Done{};
    auto received = Signals::receive();
    if (!received.ok()) return std::move(received).error();
    signals.emplace(std::move(received).value());
    return Done{};
}

Result<Done> Writing::begin(const Config& config) {
    auto received = receive_signals();
    if (!received.ok()) return received;

    auto network = CurlHttp::available();
    if (!network.ok()) return network;

    auto taken = WriterLock::take(config.archive_path, clock.wall());
    if (!taken.ok()) return std::move(taken).error();
    lock.emplace(std::move(taken).value());

    auto list = read_forgotten_file(config.archive_path);
    if (!list.ok()) return std::move(list).error();
    auto opened = Archive::open(
        {.path = config.archive_path, .cache_bytes = config.archive_cache, .forgotten_list = *list},
        moment_of(clock.wall()));
    if (!opened.ok()) return std::move(opened).error();
    archive.emplace(std::move(opened).value());
    if (archive->forgotten_list() != *list) {
        // No reason to stop archiving: the archive itself has the list.
        const auto written = write_forgotten_file(config.archive_path, archive->forgotten_list());
        if (!written.ok()) static_cast<void>(tell(written.error()));
    }

    http = std::make_unique<CurlHttp>(
        clock, CurlHttpOptions{.ca_file = config.ca_file,
                               .proxy = config.proxy,
                               .connections_max = std::max(16, config.requests.concurrency * 2),
                               .user_agent = "callarchive/" + version(),
                               .wake_fd = signals->fd()});
    return Done{};
}

}  // namespace callarchive
