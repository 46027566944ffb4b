#pragma once

#include "base/result.h"
#include "simulator/stream.h"

#include <memory>
#include <string>

namespace callarchive::simulator {

/// A key made for this run and a certificate signed with it, for 127.0.0.1, ::1 and localhost.
struct Certificate {
    std::unique_ptr<SSL_CTX, SslFree> context;
    std::string pem;  ///< what a client must trust
};

[[nodiscard]] Result<Certificate> make_certificate();

/// Writes a file so that no reader ever sees a part of it.
[[nodiscard]] Result<Done> write_atomically(const std::string& path, const std::string& content);

}  // namespace callarchive::simulator
