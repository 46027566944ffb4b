#include "store/unknown_names.h"

#include "sqlite/statement.h"

#include <string>

namespace callarchive {
namespace {

// Nobody reads more; there are hundreds where the service sent nonsense.
constexpr int known_max = 20;

bool is_known(sqlite::Database& database, const std::string& sql, const std::string& name) {
    sqlite::Statement find{database, sql};
    return find.query(name).next();
}

}  // namespace

std::vector<UnknownName> unknown_names(sqlite::Database& database, const CallFilter& filter) {
    std::vector<UnknownName> unknown;
    const auto look_for_word = [&](const char* option, const std::string& table,
                                   const std::optional<std::string>& name) {
        if (!name || is_known(database, "SELECT 1 FROM " + table + " WHERE name = ?", *name))
            return;
        UnknownName one{.option = option, .name = *name};
        sqlite::Statement list{database, "SELECT name FROM " + table + " ORDER BY no LIMIT ?"};
        sqlite::Rows rows = list.query(known_max);
        while (rows.next())
            one.known.emplace_back(rows.text(0));
        unknown.push_back(std::move(one));
    };
    const auto look_for_user = [&](const char* option, const std::optional<std::string>& name) {
        if (!name || is_known(database, "SELECT 1 FROM user WHERE user_id = ?", *name)) return;
        unknown.push_back({.option = option, .name = *name});
    };
    look_for_user("--user", filter.user);
    look_for_user("--caller", filter.caller);
    look_for_user("--callee", filter.callee);
    look_for_word("--result", "call_result", filter.result);
    look_for_word("--type", "call_type", filter.type);
    look_for_word("--media", "media_type", filter.media);
    return unknown;
}

}  // namespace callarchive
