#include "store/rejected_rows.h"

#include "store/hash.h"
#include "store/seal.h"

#include <cstdint>

namespace callarchive {

RejectedRows::RejectedRows(sqlite::Database& database)
    : find_(database,
            "SELECT rejected_no FROM rejected_record WHERE source_no = ? AND raw_hash = ? AND "
            "raw = ?"),
      insert_(database, insert_sealed(sealed_rejected, "INSERT")),
      again_(database, update_sealed(sealed_rejected,
                                     {{"times", "times + 1"},
                                      {"last_received_ts", "max(last_received_ts, ?2)"}},
                                     "rejected_no = ?1")) {}

bool RejectedRows::keep(SourceNo source, const RejectedRecord& record, Moment now) {
    const std::int64_t hash = stable_hash(record.raw);
    std::int64_t rejected_no = 0;
    {
        sqlite::Rows rows = find_.query(source, hash, record.raw);
        if (rows.next()) rejected_no = rows.integer(0);
    }
    if (rejected_no != 0) {
        again_.execute(rejected_no, unix_seconds(now));
        return false;
    }
    constexpr std::int64_t once = 1;
    insert_.execute(source, hash, unix_seconds(now), unix_seconds(now), once, record.reason,
                    record.raw);
    return true;
}

}  // namespace callarchive
