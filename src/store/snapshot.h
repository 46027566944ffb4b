#pragma once

#include "sqlite/database.h"
#include "sqlite/failure.h"

namespace callarchive {

/// Everything read while it lives is of one instant. Not to be held while waiting for anybody: it
/// keeps the writer's log from being reused.
class Snapshot {
  public:
    explicit Snapshot(sqlite::Database& database) : database_(database) {
        database_.execute("BEGIN");
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() {
        try {
            if (database_.in_transaction()) database_.execute("ROLLBACK");
        } catch (const sqlite::Failure&) {
            // Nothing was written, and the connection ends what is left when it closes.
        }
    }

  private:
    sqlite::Database& database_;
};

}  // namespace callarchive
