#pragma once

#include "base/bloom_filter.h"
#include "base/recent_table.h"
#include "sqlite/given_rows.h"
#include "sqlite/statement.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// Table user: a user id of an application and its number. Those who are new are gathered, and
/// inserted by one statement. Throws.
class Users final : private sqlite::GivenRows {
  public:
    explicit Users(sqlite::Database& database);

    [[nodiscard]] Fingerprint fingerprint_of(std::int64_t application_no,
                                             std::string_view user_id) const;

    /// The number of a user, who is added where nobody has seen them before. `fingerprint` is the
    /// user's.
    [[nodiscard]] std::int64_t number_of(std::int64_t application_no, std::string_view user_id,
                                         const Fingerprint& fingerprint);
    [[nodiscard]] std::int64_t number_of(std::int64_t application_no, std::string_view user_id) {
        return number_of(application_no, user_id, fingerprint_of(application_no, user_id));
    }

    /// number_of() will be asked: what it needs is fetched from memory meanwhile.
    void expect(const Fingerprint& fingerprint) const { known_.prefetch(fingerprint); }

    /// Writes who was gathered; to be called before the transaction is committed, and before
    /// anything else looks into the table.
    void insert();

    /// After a rollback what was remembered may not be in the file.
    void forget();

  private:
    struct Row {
        std::int64_t user_no, application_no;
        std::string user_id;
        Fingerprint fingerprint;
    };

    [[nodiscard]] std::optional<std::int64_t> stored(std::int64_t application_no,
                                                     std::string_view user_id,
                                                     const Fingerprint& fingerprint);
    [[nodiscard]] std::int64_t gather(std::int64_t application_no, std::string_view user_id,
                                      const Fingerprint& fingerprint);
    [[nodiscard]] std::int64_t newest_user_no();
    [[nodiscard]] bool may_be_there(const Fingerprint& fingerprint);
    void added(const Fingerprint& fingerprint);
    [[nodiscard]] std::size_t row_count() const noexcept override { return gathered_.size(); }
    void give(std::size_t row, int column, sqlite::GivenValue value) const noexcept override;

    sqlite::Database& database_;
    std::vector<Row> gathered_;
    sqlite::Statement find_, insert_, newest_, all_;
    std::uint64_t seed_;
    RecentTable known_;
    std::optional<std::int64_t> newest_user_no_;  ///< none before the file was asked
    /// All users of the file; none while few new ones came.
    std::optional<BloomFilter> there_;
    std::int64_t misses_ = 0;
};

}  // namespace callarchive
