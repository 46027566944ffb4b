#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace callarchive::sqlite {

/// Tells how much was read from database files that were opened with its vfs(), for statements
/// inside of which SQLite calls no progress handler: PRAGMA integrity_check and quick_check of
/// 3.40 walk through all pages of a table in one step. `go_on` gets the bytes read so far; once it
/// is false every further read fails, and the statement with it. It must not throw. To be
/// destroyed after the last connection that uses it.
class ReadWatch {
  public:
    using GoOn = std::function<bool(std::int64_t bytes)>;

    explicit ReadWatch(GoOn go_on);
    ReadWatch(const ReadWatch&) = delete;
    ReadWatch& operator=(const ReadWatch&) = delete;
    ~ReadWatch();

    /// For OpenOptions.
    [[nodiscard]] const std::string& vfs() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace callarchive::sqlite
