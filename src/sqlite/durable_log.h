#pragma once

namespace callarchive::sqlite {

class Database;

/// Makes sure that what this connection sees in the write-ahead log is on the disk too. For whoever
/// opens a log that a process left behind: after a failed fsync Linux shows programs what it could
/// not write as if it were written, and a later fsync says that all is well
/// (lwn.net/Articles/752063). SQLite takes such a commit for a good one when it opens the log, adds
/// to it, and at a power cut everything behind the hole is gone.
///
/// Costs a write of the log; takes the write lock meanwhile. Throws Failure.
void make_log_durable(Database& database);

}  // namespace callarchive::sqlite
