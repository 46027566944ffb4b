#include "simulator/certificate.h"
#include "simulator/example_config.h"
#include "simulator/host.h"
#include "simulator/options.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <string>
#include <vector>

namespace callarchive::simulator {
namespace {

int fail(const Error& error) {
    fmt::print(stderr, "callkit-sim: {}\n", error.message);
    return 1;
}

std::string url(std::string_view scheme, const std::string& address, int port) {
    return fmt::format("{}://{}:{}", scheme, address.substr(0, address.rfind(':')), port);
}

/// Listens where the options say; the URLs, HTTP before HTTPS.
Result<std::vector<std::string>> listen(const Options& options, const Certificate& certificate,
                                        HttpFront& front) {
    std::vector<std::string> urls;
    if (!options.listen.empty()) {
        Result<int> port = front.listen(options.listen, nullptr);
        if (!port) return std::move(port).error();
        urls.push_back(url("http", options.listen, *port));
    }
    if (!options.tls_listen.empty()) {
        Result<int> port = front.listen(options.tls_listen, certificate.context.get());
        if (!port) return std::move(port).error();
        urls.push_back(url("https", options.tls_listen, *port));
    }
    return urls;
}

Result<Done> announce(const Options& options, const std::vector<std::string>& urls) {
    std::string lines;
    for (const std::string& one : urls) {
        fmt::print("callkit-sim: {}\n", one);
        lines += one + '\n';
    }
    std::fflush(stdout);
    if (!options.config_file.empty() && !urls.empty()) {
        Result<Done> written = write_atomically(
            options.config_file, example_config(options.service, urls.front(), options.ca_file));
        if (!written) return written;
    }
    // Last, since who waits for it reads the others next.
    if (!options.ready_file.empty()) return write_atomically(options.ready_file, lines);
    return Done{};
}

int print_config(const Options& options) {
    const bool plain = !options.listen.empty();
    const std::string& address = plain ? options.listen : options.tls_listen;
    if (address.ends_with(":0")) {
        fmt::print(
            stderr,
            "callkit-sim: --print-config needs a port; with port 0, --config-file writes the "
            "configuration once the port is known\n");
        return 2;
    }
    fmt::print("{}", example_config(options.service,
                                    fmt::format("{}://{}", plain ? "http" : "https", address),
                                    options.ca_file));
    return 0;
}

int run(const Options& options) {
    if (options.print_config) return print_config(options);
    // Blocked before the first thread exists, so that the signals reach sigwait() alone.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    signal(SIGPIPE, SIG_IGN);

    Certificate certificate;
    if (!options.tls_listen.empty()) {
        Result<Certificate> made = make_certificate();
        if (!made) return fail(made.error());
        certificate = std::move(made).value();
        if (!options.ca_file.empty()) {
            const Result<Done> written = write_atomically(options.ca_file, certificate.pem);
            if (!written) return fail(written.error());
        }
    }
    Host host{options.service, options.gzip};
    const auto urls = listen(options, certificate, host.front());
    if (!urls) return fail(urls.error());
    const Result<Done> announced = announce(options, *urls);
    if (!announced) return fail(announced.error());
    int received = 0;
    sigwait(&ends, &received);
    host.front().stop();
    return 0;
}

}  // namespace
}  // namespace callarchive::simulator

int main(int argc, char** argv) {
    const auto parsed = callarchive::simulator::parse_options(argc, argv);
    return parsed.exit_status ? *parsed.exit_status : callarchive::simulator::run(parsed.options);
}
