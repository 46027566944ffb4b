// What a failed sync leaves behind: bytes that programs see and the disk never gets.
#include "sim/archiving_process.h"
#include "sim/snapshot.h"

#include <set>
#include <string>

namespace callarchive::testing {
namespace {

std::set<std::string> first_calls_in(Disk& disk) {
    const Snapshot snapshot = take_snapshot(disk, ArchivingProcess::file_name, Depth::content);
    EXPECT_TRUE(snapshot.problems.empty()) << snapshot.problems.front();
    std::set<std::string> names;
    for (const auto& [id, call] : snapshot.calls)
        names.insert(id.substr(0, id.find('-')));
    return names;
}

enum class After {
    nothing,  ///< the process goes on
    kill,     ///< it is killed, and another begins with what is to be seen
};

/// Lets operation k fail while the second of three portions is kept, or when the process ends after
/// it. False where there is no such operation.
bool fail_at(std::int64_t k, After after, bool at_the_end) {
    Disk disk{static_cast<std::uint64_t>(k)};
    ArchivingProcess process{disk};
    EXPECT_TRUE(process.keep_calls("first", 40));
    if (!at_the_end) disk.set_faults({.fail_at = k});
    const bool second_kept = process.keep_calls("second", 40);
    if (at_the_end) {
        disk.set_faults({.fail_at = k});
        process.end();
    }
    const bool failed = disk.failures() > 0;
    disk.set_faults({});
    std::set<std::string> durable;
    if (at_the_end || after == After::kill) {
        process.die();
        process.start();
        // What the new process finds it takes for read, and never asks for again.
        durable = first_calls_in(*disk.copy());
    }
    EXPECT_TRUE(process.keep_calls("third", 5));
    durable.insert({"first", "third"});
    if (second_kept) durable.insert("second");
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto image = disk.image_after_power_cut(seed, seed == 1 ? 0.0 : 0.5);
        const auto left = first_calls_in(*image);
        for (const std::string& name : durable) {
            EXPECT_TRUE(left.contains(name)) << name << " is gone, operation " << k;
        }
    }
    return failed;
}

int fail_everywhere(After after, bool at_the_end) {
    std::int64_t k = 1;
    while (fail_at(k, after, at_the_end) && !::testing::Test::HasFailure())
        ++k;
    return static_cast<int>(k - 1);
}

TEST(FailedSync, ACommitThatFailedIsNothingToBuildUpon) {
    EXPECT_GT(fail_everywhere(After::nothing, false), 5);
}

TEST(FailedSync, WhatAKilledProcessCouldNotSyncIsSyncedByTheNextBeforeItAddsToIt) {
    EXPECT_GT(fail_everywhere(After::kill, false), 5);
}

TEST(FailedSync, ALogThatCouldNotBeBroughtIntoTheDatabaseStays) {
    EXPECT_GT(fail_everywhere(After::kill, true), 5);
}

}  // namespace
}  // namespace callarchive::testing
