#include "sqlite/schema_edit.h"

#include <sqlite3.h>

namespace callarchive::sqlite {

SchemaEdit::SchemaEdit(Database& database) : database_(database) {
    sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
}

SchemaEdit::~SchemaEdit() {
    sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

}  // namespace callarchive::sqlite
