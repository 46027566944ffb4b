#include "sys/disk.h"

#include "temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace callarchive {
namespace {

TEST(Disk, ALocalFolderHasFactsAndTakesWrites) {
    const TemporaryFolder folder;
    const auto facts = look_at_disk(folder.path());
    ASSERT_TRUE(facts.ok()) << facts.error().message;
    EXPECT_GT(facts->bytes_total, 0);
    EXPECT_GE(facts->bytes_total, facts->bytes_free);
    EXPECT_FALSE(facts->over_network);
    EXPECT_FALSE(facts->read_only);
    const auto took = time_durable_write(folder.path());
    ASSERT_TRUE(took.ok()) << took.error().message;
    EXPECT_GE(took->count(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "it has left its file behind";
}

TEST(Disk, MemoryIsToldFromDisks) {
    const auto facts = look_at_disk("/dev/shm");
    if (!facts.ok()) GTEST_SKIP() << "there is no /dev/shm";
    EXPECT_TRUE(facts->in_memory);
}

TEST(Disk, AFolderThatIsNotThereIsAnErrorThatNamesIt) {
    const TemporaryFolder folder;
    const auto nowhere = folder.path() / "nowhere";
    for (const std::string& message :
         {look_at_disk(nowhere).error().message, time_durable_write(nowhere).error().message,
          rights_of(nowhere).error().message}) {
        EXPECT_NE(message.find(nowhere.string()), std::string::npos) << message;
    }
    EXPECT_EQ(rights_of(nowhere).error().kind, ErrorKind::not_found);
}

TEST(Disk, WhatCannotBeLookedAtIsNotTakenForMissing) {
    const TemporaryFolder folder;
    std::ofstream{folder.path() / "file"} << "x";
    const auto rights = rights_of(folder.path() / "file" / "calls.db");
    ASSERT_FALSE(rights.ok());
    EXPECT_EQ(rights.error().kind, ErrorKind::storage);
    EXPECT_NE(rights.error().message.find("Not a directory"), std::string::npos)
        << rights.error().message;
}

TEST(Disk, RightsAreThoseOfTheFile) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "file";
    std::ofstream{path} << "x";
    ASSERT_EQ(::chmod(path.c_str(), 0440), 0);
    const auto rights = rights_of(path);
    ASSERT_TRUE(rights.ok());
    EXPECT_EQ(rights->mode, 0440U);
    EXPECT_TRUE(rights->own);
    EXPECT_TRUE(rights->readable);
    // Nothing is forbidden to root.
    EXPECT_EQ(rights->writable, ::geteuid() == 0);
}

}  // namespace
}  // namespace callarchive
