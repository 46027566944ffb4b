#include "store/migrations.h"

#include "store/archive.h"
#include "store/reader.h"
#include "store/support.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace callarchive {
namespace {

using testing::HasSubstr;

std::string bytes_of(const std::string& path) {
    std::ostringstream bytes;
    bytes << std::ifstream{path, std::ios::binary}.rdbuf();
    return bytes.str();
}

void execute(const std::string& path, const std::string& sql) {
    sqlite::Database{path, {.access = sqlite::Access::read_write_create}}.execute(sql);
}

struct MigrationsTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();

    /// Everybody who opens the file refuses it for the same reason and leaves it as it is.
    void expect_refused(ErrorKind kind, const std::string& words) {
        const std::string before = bytes_of(path);
        const bool has_log = std::filesystem::exists(path + "-wal");
        const auto archive = Archive::open({.path = path}, noon);
        ASSERT_FALSE(archive.ok());
        EXPECT_EQ(archive.error().kind, kind) << archive.error().message;
        EXPECT_THAT(archive.error().message, HasSubstr(words));
        EXPECT_THAT(archive.error().message, HasSubstr(path));
        const auto reader = Reader::open(path);
        ASSERT_FALSE(reader.ok());
        EXPECT_EQ(reader.error().kind, kind) << reader.error().message;
        EXPECT_FALSE(migrate(path, noon).ok());
        EXPECT_FALSE(pending_migrations(path).ok());
        EXPECT_FALSE(acknowledge_gaps(path, noon).ok());
        EXPECT_EQ(bytes_of(path), before);
        EXPECT_EQ(std::filesystem::exists(path + "-wal"), has_log);
        EXPECT_EQ(bytes_of(path + "-wal"), "");
    }
};

TEST_F(MigrationsTest, are_numbered_from_one) {
    int expected = 1;
    for (const Migration& migration : all_migrations())
        EXPECT_EQ(migration.version, expected++);
    EXPECT_EQ(schema_version(), expected - 1);
}

TEST_F(MigrationsTest, make_a_new_file_once) {
    EXPECT_EQ(pending_migrations(path)->size(), all_migrations().size());
    EXPECT_FALSE(std::filesystem::exists(path)) << "looking must not make a file";
    EXPECT_EQ(migrate(path, noon)->size(), all_migrations().size());
    EXPECT_TRUE(pending_migrations(path)->empty());
    EXPECT_TRUE(migrate(path, noon)->empty());
    EXPECT_EQ(value_of(path, "PRAGMA user_version"), std::to_string(schema_version()));
    EXPECT_EQ(value_of(path, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(value_of(path, "SELECT applied_at FROM migration"), "2026-11-23T11:00:00Z");
    EXPECT_EQ(value_of(path, "PRAGMA integrity_check"), "ok");
    EXPECT_TRUE(Reader::open(path).ok());
}

TEST_F(MigrationsTest, an_empty_file_is_a_new_archive) {
    std::ofstream{path};
    EXPECT_EQ(pending_migrations(path)->size(), all_migrations().size());
    EXPECT_EQ(Reader::open(path).error().kind, ErrorKind::damaged);
    EXPECT_TRUE(Archive::open({.path = path}, noon).ok());
    EXPECT_TRUE(Reader::open(path).ok());
}

TEST_F(MigrationsTest, a_missing_file_is_no_archive_to_a_reader) {
    EXPECT_EQ(Reader::open(path).error().kind, ErrorKind::not_found);
    EXPECT_EQ(acknowledge_gaps(path, noon).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(std::filesystem::exists(path));
    const auto nowhere = Archive::open({.path = path + "/x/y.db"}, noon);
    EXPECT_EQ(nowhere.error().kind, ErrorKind::storage);
    EXPECT_THAT(nowhere.error().message, HasSubstr("directory"));
}

TEST_F(MigrationsTest, a_directory_is_told_as_such) {
    std::filesystem::create_directory(path);
    const auto archive = Archive::open({.path = path}, noon);
    EXPECT_EQ(archive.error().kind, ErrorKind::storage);
    EXPECT_THAT(archive.error().message, HasSubstr("is a directory"));
}

TEST_F(MigrationsTest, a_newer_archive_is_refused_untouched) {
    ASSERT_TRUE(migrate(path, noon).ok());
    execute(path, "PRAGMA user_version = 99");
    expect_refused(ErrorKind::too_new, "99");
}

TEST_F(MigrationsTest, another_programs_database_is_refused_untouched) {
    execute(path, "CREATE TABLE notes (text); PRAGMA user_version = 1");
    expect_refused(ErrorKind::damaged, "not a callarchive database");
    execute(path, "PRAGMA application_id = 1234");
    expect_refused(ErrorKind::damaged, "not a callarchive database");
}

TEST_F(MigrationsTest, what_is_no_database_is_refused_untouched) {
    std::ofstream{path} << "hello";
    expect_refused(ErrorKind::damaged, "no callarchive database");
    std::ofstream{path} << std::string(100'000, 'x');
    expect_refused(ErrorKind::damaged, "no callarchive database");
}

TEST_F(MigrationsTest, a_damaged_header_is_refused_untouched) {
    ASSERT_TRUE(migrate(path, noon).ok());
    std::fstream{path, std::ios::in | std::ios::out | std::ios::binary} << "broken";
    expect_refused(ErrorKind::damaged, "damaged");
}

TEST_F(MigrationsTest, a_changed_migration_is_refused_untouched) {
    ASSERT_TRUE(migrate(path, noon).ok());
    execute(path, "UPDATE migration SET checksum = 'tampered'");
    expect_refused(ErrorKind::damaged, "with other content");
    execute(path, "DELETE FROM migration");
    expect_refused(ErrorKind::damaged, "not recorded");
}

}  // namespace
}  // namespace callarchive
