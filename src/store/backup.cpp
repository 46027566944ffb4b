#include "store/backup.h"

#include "sqlite/backup.h"
#include "sqlite/database.h"
#include "sqlite/read_watch.h"
#include "store/failure.h"
#include "store/open_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace callarchive {
namespace {

// 4 MiB: often enough for a progress bar, seldom enough to cost nothing.
constexpr int pages_at_once = 1024;

void observe(const BackupObserver& observer, const BackupProgress& progress) {
    if (!observer(progress)) throw Refusal(ErrorKind::temporary, "it was interrupted");
}

std::int64_t calls_counted_by_writer(sqlite::Database& database) {
    return database.integer("SELECT sum(call_count) FROM application");
}

std::int64_t copy_pages(sqlite::Database& from, const std::string& copy,
                        const BackupObserver& observer) {
    sqlite::Database to{copy, {.access = sqlite::Access::read_write}};
    // Nothing of a copy that fails is used, so it needs neither a journal on disk nor to be synced
    // on the way. (OFF is not allowed to a defensive connection, and this journal stays empty.)
    to.execute("PRAGMA journal_mode = MEMORY");
    to.execute("PRAGMA synchronous = OFF");
    const std::int64_t page_bytes = from.integer("PRAGMA page_size");
    sqlite::Backup backup{from, to};
    while (backup.step(pages_at_once)) {
        const std::int64_t total = backup.pages_total();
        observe(observer, {.bytes_done = (total - backup.pages_left()) * page_bytes,
                           .bytes_total = total * page_bytes});
    }
    const std::int64_t bytes = backup.pages_total() * page_bytes;
    backup.finish();
    return bytes;
}

void check_copy(sqlite::Database& copy, int version, std::int64_t calls) {
    if (const std::string found = copy.text("PRAGMA quick_check(1)"); found != "ok") {
        throw Refusal(ErrorKind::damaged,
                      "the copy is damaged, and so probably is the archive; run `callarchive "
                      "verify`: " +
                          found);
    }
    if (checked_version(copy) != version) {
        throw Refusal(ErrorKind::damaged, "the copy has another schema version than the archive");
    }
    const std::int64_t copied = copy.integer("SELECT count(*) FROM call");
    if (copied != calls || calls_counted_by_writer(copy) != calls) {
        throw Refusal(ErrorKind::damaged,
                      fmt::format("the copy has {} calls, the archive counted {}; run `callarchive "
                                  "verify`",
                                  copied, calls));
    }
}

}  // namespace

Result<BackupSummary> copy_archive(const std::string& path, const std::string& copy,
                                   const BackupObserver& observer) {
    return guarded("copying " + path, [&] {
        sqlite::Database from = open_current(path, sqlite::Access::read_only);
        // One snapshot for all portions, though the daemon goes on writing between them: without
        // it every commit of the daemon would make the copy begin anew, and a large one never end.
        from.execute("BEGIN");
        const int version = checked_version(from);
        const std::int64_t calls = calls_counted_by_writer(from);
        const std::int64_t bytes = copy_pages(from, copy, observer);
        from.execute("COMMIT");

        observe(observer, {.bytes_done = bytes, .bytes_total = bytes, .checking = true});
        bool interrupted = false;
        sqlite::ReadWatch reads{[&](std::int64_t read) {
            if (!observer(
                    {.bytes_done = std::min(read, bytes), .bytes_total = bytes, .checking = true}))
                interrupted = true;
            return !interrupted;
        }};
        try {
            sqlite::Database to{copy, {.access = sqlite::Access::read_write, .vfs = reads.vfs()}};
            // The copied header asks for a write-ahead log, which cannot be made on a read-only
            // medium. The writer turns it on again.
            to.execute("PRAGMA journal_mode = DELETE");
            check_copy(to, version, calls);
        } catch (const std::exception&) {
            if (interrupted) throw Refusal(ErrorKind::temporary, "it was interrupted");
            throw;
        }
        observe(observer, {.bytes_done = bytes, .bytes_total = bytes, .checking = true});
        return BackupSummary{.calls = calls, .bytes = bytes};
    });
}

}  // namespace callarchive
