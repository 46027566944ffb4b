#pragma once

#include "app/http/small_server.h"
#include "sys/file_descriptor.h"

#include <cstddef>
#include <string>

namespace callarchive {

/// One connection of a SmallServer: reads a request, answers it, and waits for the other side to
/// close. Never blocks.
class SmallConnection {
  public:
    /// At `ends` it is over, whatever came of it.
    SmallConnection(FileDescriptor socket, Monotonic ends);

    [[nodiscard]] int fd() const { return socket_.get(); }
    [[nodiscard]] Monotonic ends() const { return ends_; }
    /// Of poll().
    [[nodiscard]] short events() const;

    /// Goes on as far as the socket lets it; false when it is over.
    [[nodiscard]] bool go_on(const SmallServer::Answering& answering);

  private:
    enum class Step { reading, answering, closing };
    enum class Met { more, nothing_now, the_end };

    [[nodiscard]] Met read(const SmallServer::Answering& answering);
    [[nodiscard]] Met write();

    FileDescriptor socket_;
    Monotonic ends_;
    Step step_ = Step::reading;
    std::string request_, reply_;
    std::size_t sent_ = 0;
};

}  // namespace callarchive
