#include "sqlite/statement.h"
#include "sqlite/transaction.h"
#include "store/failure.h"
#include "store/open_file.h"
#include "store/reader.h"
#include "store/seal.h"

namespace callarchive {

Result<Done> acknowledge_gaps(const std::string& path, Moment now) {
    return guarded("acknowledging gaps", [&] {
        sqlite::Database database = open_current(path, sqlite::Access::read_write);
        database.keep_log_at_close();
        sqlite::Transaction transaction{database};
        sqlite::Statement{database, update_sealed(sealed_source, {{"acknowledged_until_ts", "?1"}},
                                                  "acknowledged_until_ts < ?1")}
            .execute(unix_seconds(now));
        transaction.commit();
    });
}

}  // namespace callarchive
