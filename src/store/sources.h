#pragma once

#include "api/dialect.h"
#include "plan/policy.h"
#include "sqlite/statement.h"
#include "store/source.h"

#include <unordered_map>

namespace callarchive {

/// What the writer needs to know of a source at every record.
struct SourceRow {
    SourceNo source_no{};
    std::int64_t application_no{};
    Dialect dialect = Dialect::v1;
    Seconds retention{};
};

/// Tables application and source, but for the ledger. Throws.
class Sources {
  public:
    explicit Sources(sqlite::Database& database);

    [[nodiscard]] SourceNo enroll(const SourceIdentity& identity, const Policy& policy, Moment now);
    /// Refuses a number that enroll() never gave.
    [[nodiscard]] const SourceRow& find(SourceNo source);

    /// The application's number in the configuration.
    [[nodiscard]] std::int64_t sdk_app_id(const SourceRow& source);

    void note_success(SourceNo source, Moment at);
    void note_failure(SourceNo source, const std::string& message, Moment at);

    [[nodiscard]] std::int64_t call_count(SourceNo source);
    void add_calls(std::int64_t application_no, std::int64_t calls);

    /// After a rollback what was remembered may not be in the file.
    void forget() { known_.clear(); }

  private:
    sqlite::Database& database_;
    sqlite::Statement find_;
    sqlite::Statement sdk_app_id_;
    sqlite::Statement note_success_;
    sqlite::Statement note_failure_;
    sqlite::Statement call_count_;
    sqlite::Statement add_calls_;
    std::unordered_map<SourceNo, SourceRow> known_;
};

}  // namespace callarchive
