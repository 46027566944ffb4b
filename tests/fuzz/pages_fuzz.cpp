// Any bytes are a page of a B-tree or they are not: what is told of one lies on it, and a search
// goes on below it only where there is something below.
#include "base/check.h"
#include "sqlite/btree_page.h"
#include "sqlite/index_key.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace {

using namespace callarchive::sqlite;

bool is_within(const unsigned char* begin, std::size_t size, PageBytes page) {
    return begin >= page.data() && begin + size <= page.data() + page.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t reserved = data[0];
    const PageBytes bytes{data + 1, size - 1};
    const auto page = BtreePage::at(bytes, reserved);
    if (!page) return 0;
    const IndexSearch search{.first = 1, .text = "a"};
    std::optional<IndexKey> before;
    for (std::size_t cell = 0; cell <= page->cells(); ++cell) {
        CHECK(!page->is_leaf() || !page->child(cell));
        const auto record = page->record(cell);
        CHECK(!record || (page->is_of_index() && cell < page->cells()));
        const auto key = record ? index_key(*record) : std::nullopt;
        if (record) CHECK(is_within(record->data(), record->size(), bytes));
        if (key) {
            const auto* text = reinterpret_cast<const unsigned char*>(key->text.data());
            CHECK(is_within(text, key->text.size(), *record));
            // Between a key and itself there is nothing.
            CHECK(!search.may_be_between(key, key));
        }
        static_cast<void>(search.may_be_between(before, key));
        before = key;
    }
    CHECK(!page->child(page->cells() + 1) && !page->record(page->cells()));
    return 0;
}
