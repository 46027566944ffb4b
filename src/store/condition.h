#pragma once

#include "sqlite/statement.h"
#include "store/reader.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace callarchive {

/// SQL with a ? for each value: a part of a WHERE clause that is put together at run time.
struct Condition {
    using Value = std::variant<std::int64_t, std::string>;

    std::string sql{};
    std::vector<Value> values{};

    /// Adds " AND " and the term.
    void add(std::string_view term, std::vector<Value> of_term = {});
    void add(const Condition& other);
    /// Binds the values from `first` on; gives back the number after the last. They must live as
    /// long as the rows of the statement.
    [[nodiscard]] int bind_to(sqlite::Statement& statement, int first) const;
};

/// Whether users take part in the condition: they are what other indexes serve.
enum class Users { included, left_out };

/// What a filter says of `call AS c`: terms that each begin with " AND ", none for an empty filter.
[[nodiscard]] Condition condition_of(const CallFilter& filter, Users users = Users::included);

/// The same of calls by their users alone, for `participant AS p`.
struct UserTerm {
    const std::string& user_id;
    const char* role;  ///< a further term, or empty
};
[[nodiscard]] std::vector<UserTerm> user_terms(const CallFilter& filter);
/// What the filter's period says of `participant AS p`: terms that each begin with " AND ".
[[nodiscard]] Condition participants_in_period(const CallFilter& filter);
[[nodiscard]] Condition participants_of(const UserTerm& term, const CallFilter& filter);

/// The columns answered and talk_seconds of the views, over `call AS c`.
extern const char* const answered_sql;
extern const char* const talk_seconds_sql;

}  // namespace callarchive
