#pragma once

#include "sim/dice.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace callarchive::testing {

/// What the disk does with one operation.
enum class DiskOutcome { done, io_error, full };

/// Which operations of the disk go wrong. Counted from when the plan is set.
struct DiskFaults {
    double io_error = 0;       ///< share of operations that fail
    std::int64_t fail_at = 0;  ///< operation number k fails (from 1; 0: none)
    bool sticky = false;       ///< ... and all after it
    DiskOutcome failure = DiskOutcome::io_error;
    std::int64_t capacity = 0;  ///< bytes of all files together; 0: endless
    std::int64_t stop_at = 0;   ///< the machine stops at operation k: nothing works any more
};

/// A disk with a cache in front: what was written and not synced may be lost, in any part, when
/// power fails. The smallest unit that is written whole or not at all is a sector.
class Disk {
  public:
    static constexpr std::int64_t sector_bytes = 512;

    explicit Disk(std::uint64_t seed) : dice_(seed) {}

    /// One file, as programs see it and as it is on the medium.
    class File {
      public:
        [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(seen_.size()); }
        /// Bytes read; fewer than asked for at the end of the file.
        std::int64_t read(std::int64_t offset, std::uint8_t* out, std::int64_t bytes) const;

      private:
        friend class Disk;
        static constexpr std::size_t forget_first_at = 16'384;
        struct Change {
            std::int64_t offset = 0;
            std::vector<std::uint8_t> bytes;
            std::int64_t truncate_to = -1;  ///< a truncation, where not negative
        };
        void add(Change change);

        std::vector<std::uint8_t> seen_;
        std::vector<std::uint8_t> medium_;
        std::vector<Change> unsynced_;
        std::size_t forget_at_ = forget_first_at;
        bool entry_durable_ = false;  ///< whether the directory on the medium knows the file
    };

    // What programs do. All but exists() count as operations and may fail.
    DiskOutcome open(const std::string& name, bool create, std::shared_ptr<File>* file);
    DiskOutcome read(File& file);  ///< before File::read
    DiskOutcome write(File& file, std::int64_t offset, const std::uint8_t* bytes,
                      std::int64_t count);
    DiskOutcome truncate(File& file, std::int64_t size);
    DiskOutcome sync(File& file, bool directory_too);
    DiskOutcome remove(const std::string& name, bool sync_directory);
    [[nodiscard]] bool exists(const std::string& name) const { return files_.contains(name); }

    // What happens to it.
    DiskFaults faults;
    /// Operations since the faults were set by set_faults(), and of all kinds since the beginning.
    void set_faults(const DiskFaults& next);
    [[nodiscard]] std::int64_t operations() const { return operations_; }
    [[nodiscard]] bool stopped() const { return stopped_; }
    [[nodiscard]] std::int64_t failures() const { return failures_; }
    [[nodiscard]] std::int64_t bytes() const;

    /// The process died, or the machine: handles opened before do nothing any more.
    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
    /// Everything written is kept, as after kill -9.
    void kill();
    /// Of what was not synced a random part is lost. `survives` is how likely each sector stays.
    void cut_power(double survives);
    /// As cut_power(), on a copy: this disk goes on.
    [[nodiscard]] std::unique_ptr<Disk> image_after_power_cut(std::uint64_t seed,
                                                              double survives) const;
    /// Whether a power cut now would lose nothing.
    [[nodiscard]] bool all_synced() const;
    /// What a power cut could take, for a trace.
    [[nodiscard]] std::string unsynced() const;
    /// A copy of all files as programs see them now.
    [[nodiscard]] std::unique_ptr<Disk> copy() const;

    /// For tests that damage a file on purpose.
    [[nodiscard]] std::vector<std::uint8_t>* content(const std::string& name);

  private:
    [[nodiscard]] DiskOutcome next_operation();
    /// Lets a random part of what is not synced reach the medium, and forgets the rest.
    void apply_part(File& file, double survives);

    std::map<std::string, std::shared_ptr<File>> files_;
    /// Files removed whose entry may still be on the medium.
    std::map<std::string, std::shared_ptr<File>> removed_;
    Dice dice_;
    std::int64_t operations_ = 0;
    std::int64_t since_set_ = 0;
    std::int64_t failures_ = 0;
    std::uint64_t epoch_ = 0;
    bool stopped_ = false;
};

}  // namespace callarchive::testing
