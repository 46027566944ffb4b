#include "store/call_read_ahead.h"

#include "sqlite/file_pages.h"
#include "sqlite/statement.h"

#include <cstdint>

namespace callarchive {
namespace {

// Nobody has more; were there any, they would only be waited for as ever.
constexpr int applications_max = 16;

}  // namespace

CallReadAhead::CallReadAhead(sqlite::Database& database, const std::string& call_id) {
    const auto file = sqlite::FileBytes::of(database);
    if (!file || file->seems_all_in_memory()) return;
    const auto pages = sqlite::FilePages::of(*file);
    if (!pages) return;

    std::int64_t index_root = 0;
    std::vector<std::int64_t> table_roots;
    sqlite::Statement find{database,
                           "SELECT rootpage, type = 'index' FROM sqlite_schema "
                           "WHERE name IN ('call_by_id', 'call', 'user')"};
    sqlite::Rows roots = find.query();
    while (roots.next()) {
        if (roots.integer(1) != 0) {
            index_root = roots.integer(0);
        } else {
            table_roots.push_back(roots.integer(0));
        }
    }
    sqlite::Statement list{database, "SELECT application_no FROM application LIMIT ?"};
    sqlite::Rows applications = list.query(applications_max);
    while (applications.next()) {
        sqlite::IndexReadAhead index{
            *pages, index_root, {.first = applications.integer(0), .text = call_id}};
        if (index.is_needed()) indexes_.push_back(std::move(index));
    }
    if (indexes_.empty()) return;
    for (const std::int64_t root : table_roots)
        pages->begin_reading_below(root);
}

void CallReadAhead::finish() {
    for (sqlite::IndexReadAhead& index : indexes_)
        index.finish();
}

}  // namespace callarchive
