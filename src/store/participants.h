#pragma once

#include "sqlite/given_rows.h"
#include "sqlite/statement.h"
#include "store/week.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace callarchive {

/// Table participant: one row for each who took part in a call, with all their roles. Rows are
/// gathered and written sorted by week and user, because rows in the order of arrival would touch a
/// page each. Throws.
class Participants final : private sqlite::GivenRows {
  public:
    /// Numbers of table role; who has both has their sum.
    enum class Role : std::int64_t { caller = 1, callee = 2 };

    /// Column call_roles has both.
    static constexpr std::int64_t call_no_max = std::numeric_limits<std::int64_t>::max() / 4;
    [[nodiscard]] static constexpr std::int64_t call_no_of(std::int64_t call_roles) {
        return call_roles >> 2U;
    }
    [[nodiscard]] static constexpr int roles_of(std::int64_t call_roles) {
        return static_cast<int>(call_roles & 3);
    }

    explicit Participants(sqlite::Database& database);

    /// `start_ts` is the call's start, or when it was first seen.
    struct Of {
        std::int64_t call_no;  ///< at most call_no_max
        std::int64_t start_ts;
    };
    void add(const Of& call, const std::optional<std::int64_t>& caller_no,
             std::span<const std::int64_t> callee_nos);
    /// With all their roles.
    void remove(const Of& call, std::int64_t user_no);

    /// Writes what was gathered; to be called before the transaction is committed.
    void write();
    /// Forgets what was gathered, with the transaction that it belonged to.
    void forget() { gathered_.clear(); }

  private:
    struct Row {
        std::int64_t user_no, start_ts, call_roles;

        [[nodiscard]] std::int64_t week() const { return week_of(start_ts); }
        [[nodiscard]] bool same_but_for_roles(const Row& other) const {
            return user_no == other.user_no && start_ts == other.start_ts &&
                   call_no_of(call_roles) == call_no_of(other.call_roles);
        }
    };

    void gather(const Of& call, std::int64_t user_no, Role role);
    void sort();
    void merge_roles();
    [[nodiscard]] std::size_t row_count() const noexcept override { return gathered_.size(); }
    void give(std::size_t row, int column, sqlite::GivenValue value) const noexcept override;

    std::vector<Row> gathered_;
    sqlite::Statement insert_;
    sqlite::Statement delete_;
};

}  // namespace callarchive
