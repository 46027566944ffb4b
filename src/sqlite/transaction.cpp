#include "sqlite/transaction.h"

#include "base/check.h"
#include "sqlite/database.h"

#include <sqlite3.h>

namespace callarchive::sqlite {

Transaction::Transaction(Database& database) : database_(database) {
    // IMMEDIATE: a transaction that begins by reading can fail with BUSY in its middle, where the
    // busy timeout does not help (sqlite.org/lang_transaction.html).
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    roll_back();
}

void Transaction::commit() {
    CHECK(open_);
    try {
        database_.execute("COMMIT");
        open_ = false;
    } catch (...) {
        roll_back();
        throw;
    }
}

void Transaction::roll_back() noexcept {
    if (!open_) return;
    open_ = false;
    // After a full disk, an I/O error or no memory SQLite may have rolled back by itself, and a
    // second ROLLBACK is an error (sqlite.org/lang_transaction.html, "Response To Errors").
    if (sqlite3_get_autocommit(database_.handle()) != 0) return;
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace callarchive::sqlite
