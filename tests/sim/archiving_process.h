#pragma once

#include "sim/disk.h"
#include "sim/disk_vfs.h"
#include "store/support.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace callarchive::testing {

/// A process that archives onto a disk, and dies as often as it is told.
class ArchivingProcess {
  public:
    static constexpr const char* file_name = "calls.db";

    explicit ArchivingProcess(Disk& disk) : disk_(disk), vfs_(disk) { start(); }

    void start() {
        auto opened = Archive::open(
            {.path = file_name, .cache_bytes = 2 << 20, .vfs = vfs_.name(), .forgotten_list = {}},
            noon);
        if (!opened) throw std::runtime_error(opened.error().message);
        archive_.emplace(std::move(opened).value());
        source_ = enroll(*archive_, {.name = "production", .sdk_app_id = 1400000001});
    }
    void die() {
        disk_.kill();
        archive_.reset();
    }
    /// Ends in order, which brings the log into the database.
    void end() { archive_.reset(); }

    /// Whether they were made durable.
    bool keep_calls(const std::string& name, int count) {
        std::vector<CallRecord> records;
        for (int i = 0; i < count; ++i)
            records.push_back(call_record(name + "-" + std::to_string(i), noon - hour));
        if (!archive_->keep(source_, records, {}, noon)) return false;
        return archive_->flush().ok();
    }

  private:
    Disk& disk_;
    DiskVfs vfs_;
    std::optional<Archive> archive_;
    SourceNo source_{};
};

}  // namespace callarchive::testing
