#pragma once

#include "sqlite/database.h"

namespace callarchive::sqlite {

/// While it lives, statements of this connection may write to the tables of SQLite itself, which
/// every Database refuses else (sqlite.org/c3ref/c_dbconfig_defensive.html): for a migration that
/// changes a table's definition and not its rows.
class SchemaEdit {
  public:
    explicit SchemaEdit(Database& database);
    SchemaEdit(const SchemaEdit&) = delete;
    SchemaEdit& operator=(const SchemaEdit&) = delete;
    ~SchemaEdit();

  private:
    Database& database_;
};

}  // namespace callarchive::sqlite
