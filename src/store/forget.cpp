#include "store/forget.h"

#include "sqlite/statement.h"
#include "sqlite/transaction.h"
#include "store/failure.h"
#include "store/forgotten_list.h"
#include "store/open_file.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace callarchive {
namespace {

sqlite::Database open_to_forget(const std::string& path) {
    sqlite::Database database = open_current(path, sqlite::Access::read_write);
    database.execute("PRAGMA synchronous = FULL");
    // What is deleted or overwritten is zeroed instead of being left in unused space
    // (sqlite.org/pragma.html#pragma_secure_delete).
    database.execute("PRAGMA secure_delete = ON");
    return database;
}

std::optional<std::int64_t> sdk_app_id_of(sqlite::Database& database,
                                          const std::optional<std::string>& app) {
    if (!app) return std::nullopt;
    sqlite::Statement find{database,
                           "SELECT a.sdk_app_id FROM source AS s JOIN application AS a "
                           "ON a.application_no = s.application_no WHERE s.name = ?"};
    sqlite::Rows rows = find.query(*app);
    if (!rows.next()) {
        throw Refusal(ErrorKind::invalid_input,
                      fmt::format("the archive has no application '{}'; `callarchive status` "
                                  "lists them",
                                  *app));
    }
    return rows.integer(0);
}

/// Whether anything was forgotten of a user there, or anywhere.
bool is_forgotten(sqlite::Database& database, const ForgottenList::Entries& entries,
                  ForgottenIn where, const std::string& user) {
    Pseudonyms pseudonyms{entries};
    if (where) return pseudonyms.of(*where, user).has_value();
    sqlite::Statement all{database, "SELECT sdk_app_id FROM application"};
    sqlite::Rows rows = all.query();
    while (rows.next()) {
        if (pseudonyms.of(rows.integer(0), user)) return true;
    }
    return false;
}

void refuse_pseudonym(const ForgottenList::Entries& entries, const std::string& user) {
    for (const ForgottenEntry& entry : entries) {
        if (pseudonym_of(entry) != user) continue;
        throw Refusal(
            ErrorKind::invalid_input,
            fmt::format("{} is the pseudonym of somebody who was forgotten already", user));
    }
}

}  // namespace

struct Forgetting::State {
    explicit State(const std::string& path)
        : database(open_to_forget(path)), transaction(database) {}

    sqlite::Database database;
    sqlite::Transaction transaction;
    RewriteCounts counts;
    std::string pseudonym;
    std::string list;
    bool done_already = false;
    std::int64_t identifiers_left = 0;
};

Forgetting::Forgetting(std::unique_ptr<State> state) : state_(std::move(state)) {}
Forgetting::Forgetting(Forgetting&&) noexcept = default;
Forgetting::~Forgetting() = default;

Result<Forgetting> Forgetting::prepare(const std::string& path, const ForgetRequest& request) {
    return guarded("forgetting in " + path, [&] {
        auto state = std::make_unique<State>(path);
        sqlite::Database& database = state->database;
        ForgottenList::Entries entries = ForgottenList::load(database);
        entries.merge(ForgottenList::entries_of(request.list));
        refuse_pseudonym(entries, request.user);
        const ForgottenIn where = sdk_app_id_of(database, request.app);
        const bool known = is_forgotten(database, entries, where, request.user);
        // One key for all entries. Who was forgotten everywhere keeps that pseudonym in each
        // application: another one would make every call that is read again a revision.
        const std::string key = entries.empty() ? request.new_key : entries.begin()->key;
        if (!where || !known) entries.insert(forgotten_entry(key, where, request.user));
        Pseudonyms pseudonyms{entries};
        state->counts = rewrite_all(database, [&](std::int64_t sdk_app_id) -> Replacement {
            if (where && *where != sdk_app_id) return {};
            return [&, sdk_app_id](std::string_view id) {
                return id == request.user ? pseudonyms.of(sdk_app_id, id) : std::nullopt;
            };
        });
        if (state->counts == RewriteCounts{} && !known) {
            throw Refusal(ErrorKind::not_found,
                          fmt::format("nobody is called '{}'{}", request.user,
                                      request.app ? fmt::format(" in '{}'", *request.app) : ""));
        }
        state->done_already = state->counts == RewriteCounts{};
        // Where there is no application with this number the entry for all of them is found.
        state->pseudonym = pseudonyms.of(where.value_or(0), request.user).value_or("");
        ForgottenList::add(database, entries);
        state->list = ForgottenList::text_of(entries);
        sqlite::Statement left{database,
                               "SELECT (SELECT count(*) FROM call WHERE call_id = ?1) + (SELECT "
                               "count(*) FROM call WHERE room_id = ?1 AND call_id <> ?1)"};
        sqlite::Rows rows = left.query(request.user);
        if (rows.next()) state->identifiers_left = rows.integer(0);
        return Forgetting{std::move(state)};
    });
}

const RewriteCounts& Forgetting::counts() const {
    return state_->counts;
}

const std::string& Forgetting::pseudonym() const {
    return state_->pseudonym;
}

bool Forgetting::is_done_already() const {
    return state_->done_already;
}

std::int64_t Forgetting::identifiers_left() const {
    return state_->identifiers_left;
}

const std::string& Forgetting::forgotten_list() const {
    return state_->list;
}

Result<Done> Forgetting::commit() {
    return guarded("forgetting in " + state_->database.path(),
                   [&] { state_->transaction.commit(); });
}

Result<bool> Forgetting::empty_log() {
    return guarded("emptying the write-ahead log of " + state_->database.path(), [&] {
        // The first column is 1 where a reader or writer was in the way
        // (sqlite.org/pragma.html#pragma_wal_checkpoint).
        return state_->database.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
    });
}

Result<Done> Forgetting::compact() {
    return guarded("writing " + state_->database.path() + " anew",
                   [&] { state_->database.execute("VACUUM"); });
}

}  // namespace callarchive
