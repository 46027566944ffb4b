#pragma once

#include "store/archive.h"
#include "store/forget.h"
#include "store/support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace callarchive {

inline const SourceIdentity first{.name = "first", .sdk_app_id = 1400000001};
inline const SourceIdentity second{.name = "second", .sdk_app_id = 1400000002};
inline const std::string key(64, 'a');

struct ForgetTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.file();
    std::string list{};

    /// As a life of the daemon: opens, keeps, closes.
    RecordCounts put(const std::vector<CallRecord>& records,
                     const std::vector<RejectedRecord>& odd = {},
                     const SourceIdentity& identity = first) {
        auto archive = Archive::open({.path = path, .forgotten_list = list}, noon);
        if (!archive) throw std::runtime_error(archive.error().message);
        const SourceNo source = enroll(*archive, identity);
        const auto counts = archive->keep(source, records, odd, noon);
        if (!counts) throw std::runtime_error(counts.error().message);
        flush(*archive);
        return *counts;
    }
    Result<Forgetting> prepare(const std::string& user,
                               const std::optional<std::string>& app = {}) {
        return Forgetting::prepare(path, {.user = user, .app = app, .new_key = key, .list = list});
    }
    /// Gives back the pseudonym.
    std::string forget(const std::string& user, const std::optional<std::string>& app = {}) {
        auto forgetting = prepare(user, app);
        if (!forgetting) throw std::runtime_error(forgetting.error().message);
        if (!forgetting->commit()) throw std::runtime_error("commit");
        list = forgetting->forgotten_list();
        EXPECT_TRUE(*forgetting->empty_log());
        return forgetting->pseudonym();
    }
    std::vector<std::string> rows(const std::string& sql, int columns = 1) {
        return rows_of(path, sql, columns);
    }
    [[nodiscard]] std::string bytes() const {
        std::ostringstream all;
        for (const char* suffix : {"", "-wal"}) {
            all << std::ifstream{path + suffix, std::ios::binary}.rdbuf();
        }
        return std::move(all).str();
    }
    /// Everything the views show of calls and users, with names of people replaced.
    std::vector<std::string> sums() {
        return rows(
            "SELECT (SELECT group_concat(calls || ' ' || answered || ' ' || talk_seconds) FROM "
            "rollup_hour), (SELECT group_concat(call_count) FROM application), "
            "(SELECT count(*) FROM call_users), (SELECT count(*) FROM user)",
            4);
    }
};

inline CallRecord call_of(const std::string& id, const std::string& caller,
                          const std::vector<std::string>& callees) {
    CallRecord record = call_record(id, noon - hour);
    record.caller = caller;
    record.callees = callees;
    return record;
}

}  // namespace callarchive
