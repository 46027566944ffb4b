#pragma once

#include <cstddef>
#include <string_view>

namespace callarchive {

/// Standard output for data: buffered, and quiet when whoever reads it has gone away.
class Output {
  public:
    Output();
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// False once the reader is gone or the disk is full: stop producing.
    bool write(std::string_view text);
    /// False where what was written did not arrive for another reason than a closed pipe; the
    /// reason has been told.
    [[nodiscard]] bool finish();
    /// What was written so far goes on its way now. False as of write().
    bool flush();
    /// Whether whoever read the output has gone away.
    [[nodiscard]] bool is_closed() const;

  private:
    int failure_ = 0;
};

/// Columns of the terminal behind standard output; 0 where it is none.
[[nodiscard]] std::size_t output_columns();

/// The same of standard error.
[[nodiscard]] std::size_t error_columns();

/// Whether progress and colour are welcome on standard error: a terminal, and NO_COLOR not set.
[[nodiscard]] bool error_is_terminal();

}  // namespace callarchive
