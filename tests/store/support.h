#pragma once

#include "plan/policy.h"
#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/archive.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace callarchive {

/// A directory of its own, gone with everything in it at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "callarchive_store_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string file(const std::string& name = "calls.db") const {
        return (path_ / name).string();
    }

  private:
    std::filesystem::path path_;
};

/// 2026-11-23T11:00:00Z, the middle of a week of the archive's buckets.
inline constexpr Moment noon = moment_from_unix(1'795'431'600);
inline constexpr Seconds hour{3600};
inline constexpr Seconds day{86'400};
inline constexpr Seconds week = 7 * day;

inline Policy week_policy() {
    return {.revisit = {hour, 6 * hour, day, 3 * day, 6 * day},
            .overlap = Seconds{600},
            .poll_interval = Seconds{60},
            .retention = week,
            .window_max = day};
}

inline CallRecord call_record(const std::string& call_id, Moment start) {
    CallRecord record;
    record.call_id = call_id;
    record.media_type = "video";
    record.call_type = "single";
    record.call_result = "normal_end";
    record.room_id = "1001";
    record.caller = "alice";
    record.callees = {{"bob"}};
    record.start = start;
    record.accept = start + Seconds{5};
    record.end = start + Seconds{65};
    record.total_user_number = 2;
    return record;
}

inline Archive open_archive(const std::string& path, Moment now = noon) {
    auto archive = Archive::open({.path = path}, now);
    if (!archive) throw std::runtime_error(archive.error().message);
    return std::move(archive).value();
}

inline SourceNo enroll(Archive& archive, const SourceIdentity& identity, Moment now = noon) {
    auto source = archive.enroll(identity, week_policy(), now);
    if (!source) throw std::runtime_error(source.error().message);
    return *source;
}

inline RecordCounts keep(Archive& archive, SourceNo source, const std::vector<CallRecord>& records,
                         Moment now = noon) {
    auto counts = archive.keep(source, records, {}, now);
    if (!counts) throw std::runtime_error(counts.error().message);
    return *counts;
}

/// An archive whose content is drawn, the same for the same seed.
struct ArchiveOfDice : ::testing::Test {
    explicit ArchiveOfDice(std::uint64_t seed) : random(seed) {}

    TemporaryDirectory directory;
    std::string path = directory.file();
    Archive archive = open_archive(path);
    std::mt19937_64 random;

    std::int64_t upto(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{0, most}(random);
    }
};

inline void flush(Archive& archive) {
    auto done = archive.flush();
    if (!done) throw std::runtime_error(done.error().message);
}

/// What people see: rows of a query over a file, columns joined with '|', NULL as such.
inline std::vector<std::string> rows_of(const std::string& path, const std::string& sql,
                                        int columns = 1) {
    sqlite::Database database{path, {.access = sqlite::Access::read_only}};
    sqlite::Statement statement{database, sql};
    sqlite::Rows rows = statement.query();
    std::vector<std::string> all;
    while (rows.next()) {
        std::string line;
        for (int i = 0; i < columns; ++i) {
            if (i != 0) line += '|';
            line += rows.optional_text(i).value_or("NULL");
        }
        all.push_back(line);
    }
    return all;
}

inline std::string value_of(const std::string& path, const std::string& sql) {
    const auto rows = rows_of(path, sql);
    return rows.empty() ? "(no row)" : rows.front();
}

}  // namespace callarchive
