#pragma once

#include "sqlite/database.h"

#include <functional>

namespace callarchive::sqlite {

/// While it lives, `go_on` is asked every few milliseconds of a long statement; false ends the
/// statement with a Failure. It must not throw. One at a time for a connection.
class Progress {
  public:
    Progress(Database& database, std::function<bool()> go_on);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

  private:
    Database& database_;
    std::function<bool()> go_on_;
};

}  // namespace callarchive::sqlite
