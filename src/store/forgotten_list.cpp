#include "store/forgotten_list.h"

#include "sqlite/statement.h"
#include "store/failure.h"
#include "store/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace callarchive {
namespace {

constexpr std::string_view heading =
    "# callarchive: who was forgotten, as keyed hashes. Keep this file beside the archive.\n";
constexpr std::size_t digits = 64;  // of 32 bytes, key and hash alike

bool is_hexadecimal(std::string_view text) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

ForgottenList::Entries ForgottenList::load(sqlite::Database& database) {
    sqlite::Statement all{database, "SELECT key, hash FROM forgotten"};
    Entries entries;
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        entries.insert({.key = std::string{rows.text(0)}, .hash = std::string{rows.text(1)}});
    }
    return entries;
}

void ForgottenList::add(sqlite::Database& database, const Entries& entries) {
    sqlite::Statement insert{database, insert_sealed(sealed_forgotten, "INSERT OR IGNORE")};
    for (const ForgottenEntry& entry : entries)
        insert.execute(entry.key, entry.hash);
}

std::string ForgottenList::text_of(const Entries& entries) {
    if (entries.empty()) return {};
    std::string text{heading};
    for (const ForgottenEntry& entry : entries)
        text += entry.key + ' ' + entry.hash + '\n';
    return text;
}

ForgottenList::Entries ForgottenList::entries_of(const std::string& text) {
    Entries entries;
    std::size_t begin = 0;
    for (int number = 1; begin < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = std::string_view{text}.substr(begin, end - begin);
        begin = end + 1;
        if (line.starts_with('#')) continue;
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view key = line.substr(0, space);
        const std::string_view hash = line.substr(std::min(space + 1, line.size()));
        if (!is_hexadecimal(key) || !is_hexadecimal(hash)) {
            throw Refusal(ErrorKind::damaged,
                          fmt::format("line {} of the list of who was forgotten, beside the "
                                      "archive, is no key and hash; without it they would come "
                                      "back: restore the list from a backup, or remove it where "
                                      "the archive was not restored from one",
                                      number));
        }
        entries.insert({.key = std::string{key}, .hash = std::string{hash}});
    }
    return entries;
}

}  // namespace callarchive
