// Pages as SQLite writes them are read as SQLite reads them; others are no pages, and do no harm.
#include "sqlite/btree_page.h"

#include "index_file.h"
#include "sqlite/index_key.h"

#include <gtest/gtest.h>

#include <compare>
#include <tuple>

namespace callarchive::sqlite {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

auto in_order(const IndexKey& key) {
    return std::tuple{key.first, key.second, key.text};
}

/// Whether the way down from the root that the keys show ends at an entry like this one.
bool is_found(const std::vector<unsigned char>& file, std::size_t page_bytes, std::int64_t root,
              const IndexKey& sought) {
    auto number = static_cast<std::size_t>(root);
    for (int level = 0; level < 8; ++level) {
        const PageBytes bytes = PageBytes{file}.subspan((number - 1) * page_bytes, page_bytes);
        const auto page = BtreePage::at(bytes, 0);
        if (!page || !page->is_of_index()) return false;
        std::size_t cell = 0;
        for (; cell < page->cells(); ++cell) {
            const auto record = page->record(cell);
            const auto key = record ? index_key(*record) : std::nullopt;
            if (!key) return false;
            if (in_order(*key) == in_order(sought)) return true;
            if (in_order(*key) > in_order(sought)) break;
        }
        const auto child = page->child(cell);
        if (!child) return false;
        number = *child;
    }
    return false;
}

class BtreePageOfSizeTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(sizes, BtreePageOfSizeTest, testing::Values(512, 1024, 4096, 65'536));

TEST_P(BtreePageOfSizeTest, each_of_many_entries_is_where_the_keys_lead) {
    std::mt19937 random{5};
    // Of each width that SQLite has for an integer, and both that take no byte at all.
    const std::vector<std::int64_t> numbers{
        0,       1,          -1,        7,         -128,  127,  128,       -32'769,      40'000,
        1 << 23, -(1 << 23), 1LL << 31, 1LL << 40, least, most, 1LL << 47, -(1LL << 47), least + 1};
    std::vector<IndexFile::Entry> entries{{1, 2, ""}, {1, 2, "\xff"}, {1, 2, std::string(3, '\0')}};
    for (int i = 0; i < 5'000; ++i) {
        entries.push_back({.first = numbers[random() % 3],
                           .second = numbers[random() % numbers.size()],
                           .text = drawn_text(random)});
    }
    const IndexFile file{GetParam()};
    file.add(entries);
    const auto bytes = file.bytes();
    const auto page_bytes = static_cast<std::size_t>(GetParam());
    const std::int64_t root = file.root();
    for (const auto& [first, second, text] : entries) {
        EXPECT_TRUE(is_found(bytes, page_bytes, root, {first, second, text})) << text;
        EXPECT_FALSE(is_found(bytes, page_bytes, root, {first, second, text + "."})) << text;
    }
}

/// Everything a page may be asked, for the sanitizers to watch.
std::size_t look_at_all_of(PageBytes bytes, std::size_t reserved) {
    const auto page = BtreePage::at(bytes, reserved);
    if (!page) return 0;
    std::size_t found = 0;
    for (std::size_t cell = 0; cell < page->cells() + 2; ++cell) {
        if (page->child(cell)) ++found;
        const auto record = page->record(cell);
        if (!record) continue;
        EXPECT_LE(record->size(), bytes.size());
        const auto key = index_key(*record);
        if (key && key->text.size() <= record->size()) ++found;
    }
    return found;
}

/// A small index: its root, and the page below where it ends.
struct Pages {
    Pages() {
        std::mt19937 random{6};
        const IndexFile file{512};
        std::vector<IndexFile::Entry> entries;
        entries.reserve(40);
        for (int i = 0; i < 40; ++i)
            entries.push_back({.first = 1, .second = 300, .text = drawn_text(random)});
        file.add(entries);
        const auto bytes = file.bytes();
        root = page(bytes, static_cast<std::size_t>(file.root()));
        leaf = page(bytes, BtreePage::at(root, 0).value().child(0).value());
    }
    static std::vector<unsigned char> page(const std::vector<unsigned char>& file,
                                           std::size_t number) {
        const PageBytes bytes = PageBytes{file}.subspan((number - 1) * 512, 512);
        return {bytes.begin(), bytes.end()};
    }
    std::vector<unsigned char> root, leaf;
};

TEST(BtreePageTest, whatever_one_byte_becomes_nothing_outside_is_read) {
    const Pages pages;
    for (const auto& page : {pages.root, pages.leaf}) {
        ASSERT_GT(look_at_all_of(page, 0), 5U);
        for (std::size_t at = 0; at < page.size(); ++at) {
            std::vector<unsigned char> changed = page;
            for (int value = 0; value < 256; ++value) {
                changed[at] = static_cast<unsigned char>(value);
                static_cast<void>(look_at_all_of(changed, 0));
            }
        }
    }
}

TEST(BtreePageTest, a_page_cut_short_is_none) {
    const Pages pages;
    for (std::size_t size = 0; size < 512; ++size) {
        const std::vector<unsigned char> cut(
            pages.leaf.begin(), pages.leaf.begin() + static_cast<std::ptrdiff_t>(size));
        const std::size_t found = look_at_all_of(cut, 0);
        if (size < 480) {
            EXPECT_EQ(found, 0U) << size;
        }
        EXPECT_FALSE(BtreePage::at(cut, 33)) << size;
    }
    EXPECT_TRUE(BtreePage::at(pages.leaf, 32));
    EXPECT_FALSE(BtreePage::at(pages.leaf, 513));
    EXPECT_FALSE(BtreePage::at(pages.leaf, std::numeric_limits<std::size_t>::max()));
}

TEST(BtreePageTest, any_bytes_do_no_harm) {
    std::mt19937 random{7};
    const Pages pages;
    std::vector<unsigned char> page(1024);
    for (int i = 0; i < 20'000; ++i) {
        for (unsigned char& byte : page)
            byte = static_cast<unsigned char>(random());
        const unsigned char kinds[]{2, 5, 10, 13};
        page[0] = kinds[random() % 4];
        // Few enough cells that they are looked at.
        page[3] = static_cast<unsigned char>(random() % 2);
        static_cast<void>(look_at_all_of(page, random() % 64));
    }
}

TEST(BtreePageTest, what_overflows_or_is_no_text_has_no_key) {
    const IndexFile file;
    file.add({{1, 1, std::string(5'000, 'x')}, {1, 2, std::string(900, 'y')}});
    Database database = file.open(Access::read_write);
    database.execute(
        "CREATE TABLE u (a, b, c); CREATE INDEX j ON u (a, b, c);"
        "INSERT INTO u VALUES (1, 2, 3), (1, NULL, 'x'), (1.5, 2, 'x'), (1, 2, x'00'),"
        "(1, 2, 'x')");
    const std::int64_t other_root =
        database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'j'");
    const auto bytes = file.bytes();
    const auto page = [&](std::int64_t number) {
        return BtreePage::at(
            PageBytes{bytes}.subspan(static_cast<std::size_t>(number - 1) * 4096, 4096), 0);
    };
    const auto strict = page(file.root());
    ASSERT_TRUE(strict && strict->cells() == 2);
    EXPECT_FALSE(strict->record(0));
    EXPECT_EQ(index_key(strict->record(1).value()).value().text, std::string(900, 'y'));
    const auto loose = page(other_root);
    ASSERT_TRUE(loose && loose->cells() == 5);
    int keys = 0;
    for (std::size_t cell = 0; cell < 5; ++cell)
        keys += index_key(loose->record(cell).value()) ? 1 : 0;
    EXPECT_EQ(keys, 1);
}

TEST(IndexKeyTest, a_search_may_have_an_entry_just_where_some_second_number_puts_it) {
    std::vector<IndexKey> keys;
    for (const std::int64_t first : {1, 2, 3}) {
        for (const std::int64_t second : {least, least + 1, std::int64_t{-1}, std::int64_t{0},
                                          std::int64_t{1}, most - 1, most}) {
            for (const char* text : {"", "a", "b", "c"})
                keys.push_back({.first = first, .second = second, .text = text});
        }
    }
    const IndexSearch search{.first = 2, .text = "b"};
    const auto naive = [&](const IndexKey* after, const IndexKey* before) {
        // Any second number that is not next to one of the keys' is like one that is.
        for (const std::int64_t second :
             {least, least + 1, least + 2, std::int64_t{-2}, std::int64_t{-1}, std::int64_t{0},
              std::int64_t{1}, std::int64_t{2}, most - 2, most - 1, most}) {
            const IndexKey one{.first = 2, .second = second, .text = "b"};
            if ((after == nullptr || in_order(*after) < in_order(one)) &&
                (before == nullptr || in_order(one) < in_order(*before))) {
                return true;
            }
        }
        return false;
    };
    const auto limit = [](const IndexKey* key) {
        return key == nullptr ? std::nullopt : std::optional{*key};
    };
    std::vector<const IndexKey*> limits{nullptr};
    for (const IndexKey& key : keys)
        limits.push_back(&key);
    for (const IndexKey* after : limits) {
        for (const IndexKey* before : limits) {
            EXPECT_EQ(search.may_be_between(limit(after), limit(before)), naive(after, before));
        }
    }
}

}  // namespace
}  // namespace callarchive::sqlite
