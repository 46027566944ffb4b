#include "app/doctor/storage_checks.h"

#include "store/migrations.h"
#include "store/reader.h"
#include "sys/write_access.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace callarchive {
namespace {

using Verdict = Finding::Verdict;

constexpr std::int64_t space_needed = 64LL << 20;
// About half a million calls.
constexpr std::int64_t space_wanted = 1LL << 30;
constexpr std::int64_t files_wanted = 100;
// A commit waits for several of these; the newest moments are committed once in a poll interval.
constexpr std::chrono::milliseconds speed_wanted{200};

std::string bytes_text(std::int64_t bytes) {
    if (bytes >= 1LL << 30)
        return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1 << 30));
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

/// Of a file that this user can read and write.
Finding check_rights(const std::string& path) {
    const auto rights = rights_of(path);
    if (!rights.ok()) {
        if (rights.error().kind == ErrorKind::not_found)
            return {Verdict::good, "file rights", path + " is not made yet"};
        return {Verdict::failure, "file rights", rights.error().message,
                "check the rights of the folders above it, and archive.path"};
    }
    const std::string found = fmt::format("{} has mode {:04o}", path, rights->mode);
    if (!rights->own) {
        return {
            Verdict::advice, "file rights", found + " and belongs to another user",
            "run this, and sync, as the service's user: files that another one makes the daemon "
            "may not open"};
    }
    // Where others cannot enter the folder, the file's own mode is of no use to them.
    const auto folder = rights_of(std::filesystem::absolute(path).parent_path());
    const bool others_enter = !folder.ok() || (folder->mode & 01U) != 0;
    if (others_enter && (rights->mode & 04U) != 0) {
        return {Verdict::advice, "file rights",
                found + ": everybody on this machine can read who called whom",
                fmt::format("chmod o= {}", path)};
    }
    return {Verdict::good, "file rights", found};
}

Finding check_database(const std::string& path) {
    const auto pending = pending_migrations(path);
    if (!pending.ok()) {
        const bool no_archive = pending.error().kind == ErrorKind::damaged ||
                                pending.error().kind == ErrorKind::too_new;
        return {Verdict::failure, "database", pending.error().message,
                no_archive
                    ? "give archive.path another name, or restore a backup; nothing was changed"
                    : "mend what the message names; `journalctl -k` has a disk's own words"};
    }
    if (static_cast<int>(pending->size()) == schema_version()) {
        return {Verdict::good, "database", "none yet: `run` or `sync` makes it"};
    }
    if (!pending->empty()) {
        return {Verdict::good, "database",
                fmt::format("will be brought to schema version {} by the next `run` or `sync`",
                            schema_version())};
    }
    auto reader = Reader::open(path);
    std::string problem;
    if (reader.ok()) {
        const auto sources = reader->status();
        if (sources.ok()) {
            std::int64_t records = 0;
            for (const SourceStatus& source : *sources)
                records += source.records;
            return {Verdict::good, "database",
                    fmt::format("schema version {}, {} calls of {} application{}", schema_version(),
                                records, sources->size(), sources->size() == 1 ? "" : "s")};
        }
        problem = sources.error().message;
    } else {
        problem = reader.error().message;
    }
    return {Verdict::failure, "database", problem, "callarchive verify tells more"};
}

Finding check_folder(const std::filesystem::path& folder, const DiskFacts& facts,
                     const std::optional<WriteTrouble>& trouble,
                     const Result<std::chrono::microseconds>& speed) {
    const char* subject = "archive folder";
    if (facts.over_network) {
        return {Verdict::failure, subject, folder.string() + " lies on a network file system",
                "use a local disk: SQLite's write-ahead log needs shared memory "
                "(sqlite.org/wal.html)"};
    }
    if (trouble) {
        return {Verdict::failure, subject, trouble->found,
                facts.read_only
                    ? trouble->remedy
                    : "run this as the service's user (sudo -u callarchive callarchive doctor); "
                      "if that is what you do, " +
                          trouble->remedy};
    }
    if (!speed.ok()) {
        return {
            Verdict::failure, subject, speed.error().message,
            speed.error().kind == ErrorKind::storage_full
                ? "make room, free inodes, or raise the quota"
                : "`journalctl -k` has the disk's own words; let archive.path point to another"};
    }
    return {Verdict::good, subject, folder.string() + " is local and can be written to"};
}

}  // namespace

Finding judge_space(const DiskFacts& facts) {
    const std::string found =
        fmt::format("{} of {} free", bytes_text(facts.bytes_free), bytes_text(facts.bytes_total));
    const std::string remedy = "make room, or let archive.path point to a larger disk";
    if (facts.bytes_free < space_needed) return {Verdict::failure, "disk space", found, remedy};
    if (facts.files_free >= 0 && facts.files_free < files_wanted) {
        return {Verdict::failure, "disk space",
                found + fmt::format(", but only {} more files", facts.files_free),
                "delete files: the file system has no inodes left"};
    }
    if (facts.in_memory) {
        return {Verdict::advice, "disk space", found + ", in memory",
                "let archive.path point to a disk: this archive is gone with the next start"};
    }
    if (facts.bytes_free < space_wanted) return {Verdict::advice, "disk space", found, remedy};
    return {Verdict::good, "disk space", found};
}

Finding judge_speed(std::chrono::microseconds durable_write) {
    const std::string found = fmt::format("a write is durable after {:.1f} ms",
                                          static_cast<double>(durable_write.count()) / 1000);
    if (durable_write <= speed_wanted) return {Verdict::good, "disk speed", found};
    return {Verdict::advice, "disk speed", found,
            "expect slow catching up; look for what else keeps the disk busy, or use another one"};
}

Findings check_storage(const Config& config) {
    Findings findings;
    const std::filesystem::path path{config.archive_path};
    std::error_code error;
    const auto folder = std::filesystem::absolute(path, error).parent_path();
    const auto facts = look_at_disk(folder);
    if (!facts.ok()) {
        findings.push_back({Verdict::failure, "archive folder", facts.error().message,
                            fmt::format("install -d -m 0750 -o callarchive -g callarchive {}; the "
                                        "systemd unit does it by itself",
                                        folder.string())});
        return findings;
    }
    const auto trouble = write_trouble(path);
    const auto speed = time_durable_write(folder);
    findings.push_back(check_folder(folder, *facts, trouble, speed));
    findings.push_back(judge_space(*facts));
    if (speed.ok()) findings.push_back(judge_speed(*speed));
    if (trouble) {
        findings.push_back({Verdict::skipped, "database", "this user cannot open it, see above"});
        return findings;
    }
    findings.push_back(check_rights(config.archive_path));
    findings.push_back(check_database(config.archive_path));
    return findings;
}

}  // namespace callarchive
