#pragma once

#include "sqlite/statement.h"

#include <cstdint>
#include <vector>

namespace callarchive {

/// Table participant. Rows are gathered and written in the order of their key, because rows in the
/// order of arrival would touch a page each. Throws.
class Participants {
  public:
    enum class Role : std::int64_t { caller = 1, callee = 2 };
    struct Row {
        std::int64_t period, user_no, start_ts, call_no;
        Role role;
        friend auto operator<=>(const Row&, const Row&) = default;
    };

    explicit Participants(sqlite::Database& database);

    /// `start_ts` is the call's start, or when it was first seen.
    struct Of {
        std::int64_t call_no;
        std::int64_t start_ts;
    };
    void add(const Of& call, std::int64_t user_no, Role role);
    void remove(const Of& call, std::int64_t user_no, Role role);

    /// Writes what was gathered; to be called before the transaction is committed.
    void write();
    /// Forgets what was gathered, with the transaction that it belonged to.
    void forget() { gathered_.clear(); }

  private:
    static void bind(sqlite::Statement& statement, int before, const Row& row);

    sqlite::Statement insert_;
    sqlite::Statement insert_several_;
    sqlite::Statement delete_;
    std::vector<Row> gathered_;
};

}  // namespace callarchive
