#pragma once

#include "api/record.h"
#include "sqlite/database.h"
#include "store/replace_ids.h"
#include "store/seal.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace callarchive {

/// Rows in which an id was replaced.
struct RewriteCounts {
    std::int64_t users = 0;
    std::int64_t calls = 0;
    std::int64_t revisions = 0;  ///< earlier versions of calls
    std::int64_t rejected = 0;

    RewriteCounts& operator+=(const RewriteCounts& other);
    friend bool operator==(const RewriteCounts&, const RewriteCounts&) = default;
};

/// Replaces ids of one application wherever they stand, and recomputes the hashes of what changed,
/// so that the writer recognizes it when it is told again. Counts and sums stay as they are. Reads
/// all rows of the application, in constant memory but for the numbers of those that change. Must
/// run inside a transaction, while nobody else writes. Throws.
class Rewrite {
  public:
    Rewrite(sqlite::Database& database, std::int64_t application_no,
            const Replacement& replacement);

    [[nodiscard]] RewriteCounts run();

  private:
    struct Version {
        std::int64_t call_no, revision;
    };

    struct Row {
        CallRecord record;
        std::optional<std::int64_t> caller_no;
        std::int64_t content_hash{};
    };
    struct Renamed {
        std::int64_t user_no{};  ///< that the user has now
        std::string old_name;
    };

    void rewrite_users();
    /// Gives back the number under which the user is found from now on.
    [[nodiscard]] std::int64_t rename(std::int64_t user_no, const std::string& name);
    [[nodiscard]] std::int64_t rewrite_versions(const SealedTable& table);
    [[nodiscard]] std::vector<Version> affected(const SealedTable& table);
    void rewrite(Row& row);
    [[nodiscard]] std::int64_t hash_of(const CallRecord& record);
    [[nodiscard]] std::int64_t rewrite_rejected();
    void put_rejected(std::int64_t rejected_no, const std::string& raw);

    sqlite::Database& database_;
    std::int64_t application_no_;
    const Replacement& replacement_;
    std::unordered_map<std::int64_t, Renamed> renamed_;  ///< by the number they had
    std::string callees_, buffer_;                       ///< reused from call to call
};

/// The same for every application; `replacement_in` gives that of an sdk_app_id.
[[nodiscard]] RewriteCounts rewrite_all(
    sqlite::Database& database,
    const std::function<Replacement(std::int64_t sdk_app_id)>& replacement_in);

}  // namespace callarchive
