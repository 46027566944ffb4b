#pragma once

#include "sys/file_descriptor.h"

#include <gtest/gtest.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace callarchive {

/// A service manager's end of the line, at a path or at `@` and an abstract name.
class FakeManager {
  public:
    explicit FakeManager(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name[0] == '@') address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() +
                                                   (name[0] == '@' ? 0 : 1));
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
    }

    /// The next datagram; empty where none came.
    std::string next() {
        char text[4096];
        const ssize_t count = ::recv(socket_.get(), text, sizeof text, 0);
        return count < 0 ? std::string{} : std::string{text, static_cast<std::size_t>(count)};
    }

  private:
    FileDescriptor socket_;
};

}  // namespace callarchive
