// What is read ahead is what SQLite then needs.
#include "sqlite/index_read_ahead.h"

#include "index_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace callarchive::sqlite {
namespace {

/// Whether every page on the way to the search's place with this second number is in memory.
bool is_way_in_memory(const FilePages& pages, std::int64_t root, const IndexKey& sought) {
    std::vector<unsigned char> buffer;
    std::int64_t number = root;
    for (int level = 0; level < 8; ++level) {
        if (!pages.is_in_memory(number)) return false;
        const auto page = pages.read(number, buffer);
        if (!page) return false;
        std::size_t cell = 0;
        for (; cell < page->cells(); ++cell) {
            const auto key = index_key(page->record(cell).value());
            if (std::tie(sought.first, sought.second, sought.text) <=
                std::tie(key->first, key->second, key->text)) {
                break;
            }
        }
        const auto child = page->child(cell);
        if (!child) return true;
        number = *child;
    }
    return false;
}

void read_ahead(const Database& database, std::int64_t root, const IndexSearch& search) {
    const auto file = FileBytes::of(database);
    const auto pages = file ? FilePages::of(*file) : std::nullopt;
    if (!pages) return;
    IndexReadAhead ahead{*pages, root, search};
    if (ahead.is_needed()) ahead.finish();
}

TEST(IndexReadAheadTest, every_place_of_a_text_that_is_nowhere_is_in_memory_afterwards) {
    std::mt19937 random{3};
    const IndexFile file{512};
    const auto entries = entries_of_weeks(random);
    file.add(entries);
    std::set<std::int64_t> seconds;
    for (const auto& entry : entries)
        seconds.insert(entry.second);
    const std::int64_t root = file.root();
    for (int i = 0; i < 5; ++i) {
        if (!forget(file.path())) GTEST_SKIP() << "the system does not forget files here";
        const Database database = file.open();
        const FilePages pages = FilePages::of(FileBytes::of(database).value()).value();
        const std::string text = drawn_text(random);
        const IndexKey newest{.first = 2, .second = *seconds.rbegin(), .text = text};
        EXPECT_FALSE(is_way_in_memory(pages, root, newest));
        read_ahead(database, root, {.first = 2, .text = text});
        for (const std::int64_t second : seconds) {
            EXPECT_TRUE(is_way_in_memory(pages, root, {2, second, text})) << second;
            EXPECT_TRUE(is_way_in_memory(pages, root, {2, second - 1, text})) << second;
        }
        const IndexReadAhead again{pages, root, {.first = 2, .text = text}};
        EXPECT_FALSE(again.is_needed());
    }
}

TEST(IndexReadAheadTest, an_entry_that_is_met_ends_it) {
    std::mt19937 random{4};
    const IndexFile file{512};
    const auto entries = entries_of_weeks(random);
    file.add(entries);
    const std::int64_t root = file.root();
    const auto newest =
        std::max_element(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
            return std::tie(a.first, a.second, a.text) < std::tie(b.first, b.second, b.text);
        });
    if (!forget(file.path())) GTEST_SKIP() << "the system does not forget files here";
    const Database database = file.open();
    const FilePages pages = FilePages::of(FileBytes::of(database).value()).value();
    read_ahead(database, root, {.first = newest->first, .text = newest->text});
    EXPECT_TRUE(is_way_in_memory(pages, root, {newest->first, newest->second, newest->text}));
    EXPECT_FALSE(is_way_in_memory(pages, root, {newest->first, -1, newest->text}));
}

TEST(IndexReadAheadTest, a_damaged_file_ends_it) {
    std::mt19937 random{5};
    const IndexFile file{512};
    file.add(entries_of_weeks(random));
    const std::int64_t root = file.root();
    const auto whole = file.bytes();
    for (int i = 0; i < 300; ++i) {
        auto damaged = whole;
        // The header is left as it is, so that SQLite opens the file.
        for (int flips = 1 << random() % 14; flips > 0; --flips)
            damaged[512 + random() % (damaged.size() - 512)] ^=
                static_cast<unsigned char>(random());
        if (random() % 4 == 0) damaged.resize(512 + random() % damaged.size());
        file.write(damaged);
        static_cast<void>(forget(file.path()));
        const Database database = file.open();
        for (const std::int64_t from :
             {root, root + 1, std::int64_t{0}, std::int64_t{1}, std::int64_t{-5},
              std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
            read_ahead(database, from, {.first = 1, .text = drawn_text(random)});
        }
    }
}

TEST(IndexReadAheadTest, a_tree_that_bites_its_tail_ends) {
    const IndexFile file;
    file.add({{1, 1, "a"}});
    const std::int64_t root = file.root();
    auto bytes = file.bytes();
    constexpr unsigned char tail = 250;
    bytes.resize(std::size_t{tail} * 4096);
    for (const auto number : {static_cast<std::size_t>(root), std::size_t{tail}}) {
        // No cell, and the last page below all of it.
        const std::size_t page = (number - 1) * 4096;
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page), 4096, 0);
        bytes[page] = 2;
        bytes[page + 11] = tail;
    }
    file.write(bytes);
    static_cast<void>(forget(file.path()));
    read_ahead(file.open(), root, {.first = 1, .text = "a"});
}

TEST(FilePagesTest, a_header_without_sense_has_none) {
    const IndexFile file;
    file.add({{1, 1, "a"}});
    const Database database = file.open();
    const FileBytes bytes = FileBytes::of(database).value();
    EXPECT_EQ(FilePages::of(bytes).value().page_bytes(), 4096U);
    auto changed = file.bytes();
    for (const int size : {0, 2, 256, 511, 4097, 65'535}) {
        changed[16] = static_cast<unsigned char>(size >> 8);
        changed[17] = static_cast<unsigned char>(size & 0xFF);
        file.write(changed);
        EXPECT_FALSE(FilePages::of(bytes)) << size;
    }
    changed[16] = 0, changed[17] = 1;
    file.write(changed);
    EXPECT_EQ(FilePages::of(bytes).value().page_bytes(), 65'536U);
    file.write({});
    EXPECT_FALSE(FilePages::of(bytes));
}

}  // namespace
}  // namespace callarchive::sqlite
