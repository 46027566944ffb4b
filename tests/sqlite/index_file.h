#pragma once

#include "sqlite/database.h"
#include "sqlite/file_bytes.h"
#include "sqlite/statement.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace callarchive::sqlite {

/// A database with an index over two integers and a text, as SQLite makes it, in a folder of its
/// own.
class IndexFile {
  public:
    struct Entry {
        std::int64_t first, second;
        std::string text;
    };

    explicit IndexFile(int page_bytes = 4096) {
        Database database{path(), {.access = Access::read_write_create}};
        database.execute("PRAGMA page_size = " + std::to_string(page_bytes));
        database.execute(
            "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT) STRICT; CREATE INDEX i ON t (a, b, c)");
    }
    IndexFile(const IndexFile&) = delete;
    IndexFile& operator=(const IndexFile&) = delete;
    ~IndexFile() { std::filesystem::remove_all(folder_); }

    void add(const std::vector<Entry>& entries) const {
        Database database = open(Access::read_write);
        database.execute("BEGIN");
        Statement insert{database, "INSERT INTO t VALUES (?, ?, ?)"};
        for (const Entry& entry : entries)
            insert.execute(entry.first, entry.second, entry.text);
        database.execute("COMMIT");
    }

    [[nodiscard]] Database open(Access access = Access::read_only) const {
        return Database{path(), {.access = access}};
    }
    [[nodiscard]] std::int64_t root() const {
        Database database = open();
        return database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'i'");
    }
    [[nodiscard]] std::string path() const { return folder_ / "x.db"; }

    [[nodiscard]] std::vector<unsigned char> bytes() const {
        std::ifstream file{path(), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    }
    void write(const std::vector<unsigned char>& bytes) const {
        std::ofstream file{path(), std::ios::binary | std::ios::trunc};
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }

  private:
    static std::filesystem::path new_folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "callarchive_index_XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }

    std::filesystem::path folder_ = new_folder();
};

/// A text like a call's id.
inline std::string drawn_text(std::mt19937& random) {
    std::string text;
    for (int i = 0; i < 36; ++i)
        text += "0123456789abcdef"[random() % 16];
    return text;
}

/// Many of two applications in forty weeks.
inline std::vector<IndexFile::Entry> entries_of_weeks(std::mt19937& random) {
    std::vector<IndexFile::Entry> entries;
    for (int i = 0; i < 20'000; ++i) {
        const auto week = static_cast<std::int64_t>(random() % 40);
        // One far away, and years without any in between.
        entries.push_back({.first = 1 + static_cast<std::int64_t>(random() % 2),
                           .second = week == 0 ? -1 : 2'900 + week + (week > 20 ? 150 : 0),
                           .text = drawn_text(random)});
    }
    return entries;
}

/// Has the system forget the file; false where it keeps it (in a tmpfs, say). No connection to it
/// may be open.
inline bool forget(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
    const Database database{path, {}};
    const auto bytes = FileBytes::of(database);
    return bytes && !bytes->is_in_memory(bytes->size() - 1) &&
           !bytes->is_in_memory(bytes->size() / 2);
}

}  // namespace callarchive::sqlite
