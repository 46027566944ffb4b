#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace callarchive::sqlite {

class Database;

/// The bytes of a database's file as the system has them, past SQLite: to have some of them read
/// ahead, many places at a time, which SQLite never asks for. Of the file alone, while newer
/// versions of its pages may lie in the write-ahead log: good for hints and for nothing else.
///
/// It uses the descriptor that SQLite has open and neither opens nor closes any, because closing
/// one, even one of its own, would drop all locks of the process on the file
/// (sqlite.org/howtocorrupt.html, 2.2). Good while the database stays open.
class FileBytes {
  public:
    /// Nothing where there is no such descriptor among the first ones of the process: a database in
    /// memory, say, or of a VFS that keeps its files elsewhere.
    [[nodiscard]] static std::optional<FileBytes> of(const Database& database);

    [[nodiscard]] std::int64_t size() const { return size_; }

    /// Has the system begin to read them, and no more than them, and does not wait. It may refuse,
    /// and nobody hears of it.
    void begin_reading(std::int64_t at, std::int64_t bytes) const;

    /// Reads all of `to`, waiting for the disk if need be; false where that fails.
    [[nodiscard]] bool read(std::int64_t at, std::span<unsigned char> to) const;

    /// Whether this byte can be read without waiting for the disk; false where the file system
    /// cannot tell.
    [[nodiscard]] bool is_in_memory(std::int64_t at) const;
    /// Whether that holds for bytes from all over the file: then hardly anything is left to be
    /// read. Takes some microseconds.
    [[nodiscard]] bool seems_all_in_memory() const;

  private:
    FileBytes(int descriptor, std::int64_t size) : descriptor_(descriptor), size_(size) {}

    int descriptor_;
    std::int64_t size_;
};

}  // namespace callarchive::sqlite
