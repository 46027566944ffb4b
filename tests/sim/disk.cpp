#include "sim/disk.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

namespace callarchive::testing {
namespace {

void put(std::vector<std::uint8_t>& content, std::int64_t offset, const std::uint8_t* bytes,
         std::int64_t count) {
    const auto end = static_cast<std::size_t>(offset + count);
    if (content.size() < end) content.resize(end);
    // Not memcpy: of an empty file without bytes both pointers may be null.
    std::copy_n(bytes, count, content.begin() + offset);
}

}  // namespace

std::int64_t Disk::File::read(std::int64_t offset, std::uint8_t* out, std::int64_t bytes) const {
    const std::int64_t count = std::clamp<std::int64_t>(size() - offset, 0, bytes);
    if (count > 0) std::memcpy(out, seen_.data() + offset, static_cast<std::size_t>(count));
    return count;
}

/// Days of a full disk are ten thousands of commits that write the same places and never sync: of
/// those that come so late in a row only the last is kept for each place.
void Disk::File::add(Change change) {
    unsynced_.push_back(std::move(change));
    if (unsynced_.size() < forget_at_) return;
    std::set<std::pair<std::int64_t, std::size_t>> later;
    std::vector<Change> kept;
    for (auto each = unsynced_.rbegin(); each != unsynced_.rend(); ++each) {
        const bool truncates = each->truncate_to >= 0;
        if (truncates) later.clear();
        if (!truncates && !later.emplace(each->offset, each->bytes.size()).second) continue;
        kept.push_back(std::move(*each));
    }
    std::reverse(kept.begin(), kept.end());
    unsynced_ = std::move(kept);
    forget_at_ = std::max(forget_first_at, 2 * unsynced_.size());
}

void Disk::set_faults(const DiskFaults& next) {
    faults = next;
    since_set_ = 0;
}

DiskOutcome Disk::next_operation() {
    ++operations_;
    ++since_set_;
    if (faults.stop_at != 0 && since_set_ >= faults.stop_at) stopped_ = true;
    if (stopped_) return DiskOutcome::io_error;
    const bool chosen = faults.fail_at != 0 && (since_set_ == faults.fail_at ||
                                                (faults.sticky && since_set_ > faults.fail_at));
    if (chosen || (faults.io_error > 0 && dice_.chance(faults.io_error))) {
        ++failures_;
        return chosen ? faults.failure : DiskOutcome::io_error;
    }
    return DiskOutcome::done;
}

std::int64_t Disk::bytes() const {
    std::int64_t all = 0;
    for (const auto& [name, file] : files_)
        all += file->size();
    return all;
}

DiskOutcome Disk::open(const std::string& name, bool create, std::shared_ptr<File>* file) {
    if (const auto outcome = next_operation(); outcome != DiskOutcome::done) return outcome;
    const auto found = files_.find(name);
    if (found != files_.end()) {
        *file = found->second;
    } else if (create) {
        *file = files_.emplace(name, std::make_shared<File>()).first->second;
    } else {
        file->reset();
    }
    return DiskOutcome::done;
}

DiskOutcome Disk::read(File&) {
    return next_operation();
}

DiskOutcome Disk::write(File& file, std::int64_t offset, const std::uint8_t* bytes,
                        std::int64_t count) {
    if (const auto outcome = next_operation(); outcome != DiskOutcome::done) return outcome;
    const std::int64_t growth = offset + count - file.size();
    if (faults.capacity != 0 && growth > 0 && this->bytes() + growth > faults.capacity) {
        ++failures_;
        return DiskOutcome::full;
    }
    put(file.seen_, offset, bytes, count);
    file.add({.offset = offset, .bytes = {bytes, bytes + count}});
    return DiskOutcome::done;
}

DiskOutcome Disk::truncate(File& file, std::int64_t size) {
    if (const auto outcome = next_operation(); outcome != DiskOutcome::done) return outcome;
    file.seen_.resize(static_cast<std::size_t>(size));
    file.add({.bytes = {}, .truncate_to = size});
    return DiskOutcome::done;
}

DiskOutcome Disk::sync(File& file, bool directory_too) {
    if (const auto outcome = next_operation(); outcome != DiskOutcome::done) {
        // Linux gives a failed page up after telling it once: programs go on seeing it, a later
        // sync says all is well, and it never reaches the medium (lwn.net/Articles/752063).
        if (!stopped_) apply_part(file, 0.3);
        return outcome;
    }
    for (const File::Change& change : file.unsynced_) {
        if (change.truncate_to >= 0) {
            file.medium_.resize(static_cast<std::size_t>(change.truncate_to));
        } else {
            put(file.medium_, change.offset, change.bytes.data(),
                static_cast<std::int64_t>(change.bytes.size()));
        }
    }
    file.unsynced_.clear();
    if (directory_too) {
        for (auto& [name, known] : files_)
            known->entry_durable_ = true;
        removed_.clear();
    }
    return DiskOutcome::done;
}

DiskOutcome Disk::remove(const std::string& name, bool sync_directory) {
    if (const auto outcome = next_operation(); outcome != DiskOutcome::done) return outcome;
    const auto found = files_.find(name);
    if (found == files_.end()) return DiskOutcome::done;
    if (found->second->entry_durable_ && !sync_directory) removed_[name] = found->second;
    files_.erase(found);
    if (sync_directory) {
        for (auto& [other, known] : files_)
            known->entry_durable_ = true;
        removed_.clear();
    }
    return DiskOutcome::done;
}

void Disk::kill() {
    ++epoch_;
    stopped_ = false;
    set_faults({});
}

void Disk::apply_part(File& file, double survives) {
    for (const File::Change& change : file.unsynced_) {
        if (change.truncate_to >= 0) {
            if (dice_.chance(survives)) {
                file.medium_.resize(static_cast<std::size_t>(change.truncate_to));
            }
            continue;
        }
        // Sector by sector, each written or not, whatever came before or after it.
        const auto count = static_cast<std::int64_t>(change.bytes.size());
        for (std::int64_t at = 0; at < count;) {
            const std::int64_t sector_end =
                ((change.offset + at) / sector_bytes + 1) * sector_bytes - change.offset;
            const std::int64_t part = std::min(count, sector_end) - at;
            if (dice_.chance(survives)) {
                put(file.medium_, change.offset + at, change.bytes.data() + at, part);
            }
            at += part;
        }
    }
    file.unsynced_.clear();
}

void Disk::cut_power(double survives) {
    for (auto& [name, file] : removed_) {
        if (!files_.contains(name) && dice_.chance(0.5)) files_[name] = file;
    }
    removed_.clear();
    std::erase_if(files_, [&](const auto& entry) {
        return !entry.second->entry_durable_ && !dice_.chance(survives);
    });
    for (auto& [name, file] : files_) {
        apply_part(*file, survives);
        file->seen_ = file->medium_;
        file->entry_durable_ = true;
    }
    kill();
}

bool Disk::all_synced() const {
    return removed_.empty() && std::all_of(files_.begin(), files_.end(), [](const auto& entry) {
               return entry.second->seen_ == entry.second->medium_ && entry.second->entry_durable_;
           });
}

std::string Disk::unsynced() const {
    std::string all;
    for (const auto& [name, file] : files_) {
        for (const File::Change& change : file->unsynced_) {
            all += "\n    " + name + " at " + std::to_string(change.offset) + ": " +
                   std::to_string(change.bytes.size()) + " bytes";
            if (change.truncate_to >= 0) all += ", cut to " + std::to_string(change.truncate_to);
        }
        if (!file->entry_durable_) all += "\n    " + name + ": its entry";
    }
    for (const auto& [name, file] : removed_)
        all += "\n    " + name + ": its removal";
    for (const auto& [name, file] : files_) {
        if (file->unsynced_.empty() && file->seen_ != file->medium_) {
            all += "\n    " + name + ": a part that a failed sync gave up";
        }
    }
    return all.empty() ? "nothing" : all;
}

std::unique_ptr<Disk> Disk::copy() const {
    auto twin = std::make_unique<Disk>(1);
    for (const auto& [name, file] : files_) {
        auto same = std::make_shared<File>();
        same->seen_ = file->seen_;
        same->medium_ = file->seen_;
        same->entry_durable_ = true;
        twin->files_.emplace(name, std::move(same));
    }
    return twin;
}

std::unique_ptr<Disk> Disk::image_after_power_cut(std::uint64_t seed, double survives) const {
    auto twin = std::make_unique<Disk>(seed);
    for (const auto& [name, file] : files_)
        twin->files_.emplace(name, std::make_shared<File>(*file));
    for (const auto& [name, file] : removed_)
        twin->removed_.emplace(name, std::make_shared<File>(*file));
    twin->cut_power(survives);
    return twin;
}

std::vector<std::uint8_t>* Disk::content(const std::string& name) {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second->seen_;
}

}  // namespace callarchive::testing
