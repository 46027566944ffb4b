#include "store/backup.h"

#include "app/commands/command.h"
#include "app/commands/command_line.h"
#include "app/commands/progress.h"
#include "app/commands/terminal.h"
#include "app/text/printable.h"
#include "sys/beside.h"
#include "sys/new_file.h"
#include "sys/signals.h"
#include "sys/system_clock.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <system_error>

namespace callarchive {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string destination;
    bool force = false;
};

constexpr Milliseconds shown_every{100};

std::string megabytes(std::int64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

/// Why nothing may be written there; empty if it may. `--force` allows to replace an old backup,
/// never the archive.
std::string objection_to(const Options& options, const fs::path& archive) {
    const fs::path destination = options.destination;
    const std::string shown = printable(options.destination);
    std::error_code error;
    const fs::path resolved = path_beside(destination, "");
    for (const char* suffix : {"", "-wal", "-shm", "-journal", ".lock", ".forgotten"}) {
        const fs::path own = path_beside(archive, suffix);
        if (resolved == own || fs::equivalent(destination, own, error)) {
            return fmt::format("{} belongs to the archive itself; give the backup another name",
                               shown);
        }
    }
    const auto status = fs::symlink_status(destination, error);
    if (status.type() == fs::file_type::not_found) {
        // SQLite would take what an earlier database left there for a part of this one.
        for (const char* suffix : {"-wal", "-journal"}) {
            if (fs::exists(options.destination + suffix, error)) {
                return fmt::format(
                    "{}{} belongs to another database; remove it, or choose another "
                    "name for the backup",
                    shown, suffix);
            }
        }
        return {};
    }
    if (!fs::is_regular_file(status)) {
        return fmt::format("{} is no regular file; name the file the backup is to become", shown);
    }
    if (!options.force) return fmt::format("{} exists already; --force replaces it", shown);
    for (const char* suffix : {"-wal", "-journal"}) {
        if (fs::exists(options.destination + suffix, error)) {
            return fmt::format("{} is in use: there is {}{}; choose another name", shown, shown,
                               suffix);
        }
    }
    return {};
}

/// A copy that cannot succeed had better not fill the disk first: it may be the archive's own.
Result<Done> check_space(const fs::path& destination, const fs::path& archive) {
    std::error_code error;
    const auto needed = fs::file_size(archive, error);
    if (error) return Done{};  // told by whoever opens it
    const auto space = fs::space(fs::absolute(destination, error).parent_path(), error);
    if (error || space.available > needed) return Done{};
    return Error{ErrorKind::storage_full,
                 fmt::format("no space for the backup: it takes {}, and {} is free beside {}",
                             megabytes(static_cast<std::int64_t>(needed)),
                             megabytes(static_cast<std::int64_t>(space.available)),
                             printable(destination.string()))};
}

/// A line that is rewritten while the copy grows.
class CopyProgress {
  public:
    ~CopyProgress() { clear(); }

    void show(const BackupProgress& progress) {
        if (!error_is_terminal()) return;
        const Monotonic now = clock_.monotonic();
        const bool is_news = !shown_ || progress.checking != checking_;
        if (!is_news && now - last_ < shown_every) return;
        last_ = now;
        shown_ = true;
        checking_ = progress.checking;
        const double done = progress.bytes_total == 0
                                ? 0.0
                                : static_cast<double>(progress.bytes_done) /
                                      static_cast<double>(progress.bytes_total);
        const std::string numbers =
            progress.checking
                ? fmt::format("{:3.0f} %  checking the copy", done * 100)
                : fmt::format("{:3.0f} %  {} of {}", done * 100, megabytes(progress.bytes_done),
                              megabytes(progress.bytes_total));
        fmt::print(stderr, "\r{}\x1b[K", progress_line(done, numbers, error_columns()));
        std::fflush(stderr);
    }
    void clear() {
        if (!shown_) return;
        fmt::print(stderr, "\r\x1b[K");
        std::fflush(stderr);
        shown_ = false;
    }

  private:
    SystemClock clock_;
    Monotonic last_{};
    bool shown_ = false, checking_ = false;
};

Result<BackupSummary> back_up(const fs::path& archive, const Options& options) {
    auto signals = Signals::receive();
    if (!signals.ok()) return std::move(signals).error();
    if (auto space = check_space(options.destination, archive); !space.ok()) {
        return std::move(space).error();
    }
    auto file = NewFile::begin(options.destination);
    if (!file.ok()) return std::move(file).error();

    CopyProgress shown;
    auto copied = copy_archive(archive, file->partial_path(), [&](const BackupProgress& progress) {
        shown.show(progress);
        return !signals->take();
    });
    if (!copied.ok()) return copied;
    // Whoever may read the archive may read its backups.
    std::error_code error;
    const auto mode = fs::status(archive, error).permissions();
    auto published =
        file->publish(options.force ? NewFile::Existing::replace : NewFile::Existing::refuse,
                      error ? 0600U : static_cast<unsigned>(mode) & 0666U);
    if (!published.ok()) return std::move(published).error();
    return copied;
}

int backup(Invocation& invocation, const Options& options) {
    const auto config = configured(invocation, Secrets::not_needed);
    if (!config) return invocation.status;
    if (const std::string why = objection_to(options, config->archive_path); !why.empty()) {
        fmt::print(stderr, "callarchive: {}\n", why);
        return ExitStatus::failed;
    }
    const auto done = back_up(config->archive_path, options);
    if (!done.ok()) return tell(done.error());
    Output out;
    out.write(fmt::format("{}: {} calls, {}\n", printable(options.destination), done->calls,
                          megabytes(done->bytes)));
    return out.finish() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

void add_backup(CLI::App& program, Invocation& invocation) {
    CommandSyntax command{program, "backup",
                          "Writes a consistent, checked copy of the archive while the daemon runs"};
    const auto options = std::make_shared<Options>();
    command.option("DEST", options->destination, "The file the copy is to become").required();
    command.flag("--force", options->force, "Replace DEST where it exists");
    command.runs([&invocation, options] { invocation.status = backup(invocation, *options); });
}

}  // namespace callarchive
