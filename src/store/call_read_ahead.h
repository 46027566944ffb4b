#pragma once

#include "sqlite/database.h"
#include "sqlite/index_read_ahead.h"

#include <string>
#include <vector>

namespace callarchive {

/// Has the system read what looking for a call id needs of all weeks at once, for the first
/// question to a file that nobody may have read since the machine was started. Each week is another
/// place of the index call_by_id, with two or three pages that are asked for one after the other:
/// four hundred for a call of three years ago, four seconds where a read takes 10 ms. Only a hint:
/// where it cannot be given nothing happens.
class CallReadAhead {
  public:
    /// Begins, and waits for next to nothing: there is time for other work until finish(). Both
    /// must outlive it. Throws where SQLite cannot read the file.
    CallReadAhead(sqlite::Database& database, const std::string& call_id);

    /// Waits until everything was read that could be foreseen.
    void finish();

  private:
    std::vector<sqlite::IndexReadAhead> indexes_{};  ///< one for each application
};

}  // namespace callarchive
