#pragma once

#include "sqlite/statement.h"
#include "store/content.h"
#include "store/rollup.h"
#include "store/verify.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace callarchive {

/// Reads every call once and works out what the tables kept beside the calls must say: hourly
/// sums, participants, counts. Memory grows with the hours of history (about 10 MB a year), not
/// with the calls. Throws.
class CallAudit {
  public:
    explicit CallAudit(sqlite::Database& database);

    /// Checks seals and what a row says of itself; `on_call` is called after each.
    [[nodiscard]] Check read_calls(const std::function<void()>& on_call);
    /// To be asked after read_calls().
    [[nodiscard]] Check compare_participants();
    [[nodiscard]] Check compare_sums();
    [[nodiscard]] Check compare_counts();

    [[nodiscard]] std::int64_t calls() const { return calls_; }
    [[nodiscard]] std::int64_t revised() const { return revised_; }

  private:
    struct Sums {
        std::int64_t calls = 0, answered = 0, talk_seconds = 0, longest_seconds = 0;
        friend bool operator==(const Sums&, const Sums&) = default;
    };
    /// A number of rows and the sum of their hashes, whatever their order.
    struct Rows {
        std::int64_t count = 0;
        std::uint64_t hashes = 0;
        void add(std::int64_t start_ts, std::int64_t user_no, std::int64_t call_no, int role);
        friend bool operator==(const Rows&, const Rows&) = default;
    };
    void add_participants(const sqlite::Rows& call, std::int64_t start_ts);
    [[nodiscard]] std::int64_t user_no(std::int64_t application_no, std::string_view user_id);
    void name_participants(Check& check);

    sqlite::Database& database_;
    sqlite::Statement find_user_;
    std::unordered_map<std::string, std::int64_t> users_;
    std::map<Rollup::Key, Sums> sums_;
    std::map<std::int64_t, std::int64_t> calls_of_application_;
    Rows participants_;
    std::int64_t calls_ = 0;
    std::int64_t revised_ = 0;
};

}  // namespace callarchive
