#pragma once

#include "sim/disk.h"

#include <memory>
#include <string>

struct sqlite3_vfs;

namespace callarchive::testing {

/// Makes a disk known to SQLite under a name of its own for as long as this lives. Without shared
/// memory: one connection at a time (sqlite.org/wal.html#noshm). Every connection must be closed
/// before; closing one whose process "died" does nothing to the disk.
class DiskVfs {
  public:
    explicit DiskVfs(Disk& disk);
    ~DiskVfs();
    DiskVfs(const DiskVfs&) = delete;
    DiskVfs& operator=(const DiskVfs&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    std::string name_;
    std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace callarchive::testing
