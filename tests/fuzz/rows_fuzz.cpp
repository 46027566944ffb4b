// Any rows are a ledger in a file to be judged: no crash; what makes no sense is damage, and what
// is taken for a ledger is one, can be planned with and stored again.
#include "base/check.h"
#include "plan/plan.h"
#include "sqlite/database.h"
#include "sqlite/statement.h"
#include "store/archive.h"
#include "store/seal.h"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace {

using namespace callarchive;

constexpr Moment now = moment_from_unix(1'700'000'000);
const Policy policy{.revisit = {Seconds{3'600}, Seconds{518'400}},
                    .overlap = Seconds{600},
                    .poll_interval = Seconds{60},
                    .retention = Seconds{604'800},
                    .window_max = Seconds{86'400}};

/// Numbers near those that make sense, and now and then any.
class Numbers {
  public:
    Numbers(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    [[nodiscard]] bool any_left() const { return size_ > 0; }
    std::uint8_t byte() {
        if (size_ == 0) return 0;
        --size_;
        return *data_++;
    }
    std::string sql(std::int64_t near) {
        const std::uint8_t kind = byte();
        if (kind < 16) return "NULL";
        if (kind < 24) return "9223372036854775807";
        if (kind < 32) return "-9223372036854775807";
        const std::int64_t step = kind < 64 ? 1 : 3'600;
        return std::to_string(near + (static_cast<std::int64_t>(byte()) - 128) * step);
    }
    std::string one_of(const char* a, const char* b, const char* c) {
        const int which = byte() % 3;
        return which == 0 ? a : which == 1 ? b : c;
    }

  private:
    const std::uint8_t* data_;
    std::size_t size_;
};

struct World {
    World() {
        unlink(path.c_str());
        auto opened = Archive::open({.path = path, .cache_bytes = 1 << 20}, now);
        CHECK(opened.ok());
        archive.emplace(*std::move(opened));
        const auto enrolled = archive->enroll({.name = "fuzz", .sdk_app_id = 1}, policy, now);
        CHECK(enrolled.ok() && archive->flush().ok());
        source = *enrolled;
        editor.emplace(path, sqlite::OpenOptions{.access = sqlite::Access::read_write});
        editor->execute("PRAGMA synchronous = OFF");
        add_row_seal(*editor);
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        editor.reset();
        archive.reset();
        for (const char* suffix : {"", "-wal", "-shm", ".lock"})
            unlink((path + suffix).c_str());
    }

    std::string path = "/dev/shm/callarchive-rows-" + std::to_string(getpid()) + ".db";
    std::optional<Archive> archive;
    std::optional<sqlite::Database> editor;
    SourceNo source{};
};

std::string sealed(const SealedTable& table) {
    return "UPDATE " + std::string{table.name} + " SET seal = row_seal(" +
           std::string{table.columns} + ");";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    Numbers numbers{data, size};
    const std::int64_t beginning = unix_seconds(now) - policy.retention.count();
    std::string sql =
        "BEGIN; DELETE FROM coverage_segment; UPDATE OR IGNORE source SET beginning_ts = " +
        numbers.sql(beginning) + ", sweep_from_ts = " + numbers.sql(beginning) +
        ", sweep_as_of_ts = " + numbers.sql(unix_seconds(now)) +
        ", ended_after = " + numbers.sql(0) + ";";
    for (int i = 0; i < 12 && numbers.any_left(); ++i) {
        // What the schema itself refuses is left out.
        sql +=
            "INSERT OR IGNORE INTO coverage_segment (source_no, from_ts, to_ts, read_ts, state, "
            "reason, detected_ts, last_read_age, seal) VALUES (" +
            std::to_string(world.source) + ", " +
            numbers.sql(beginning + std::int64_t{i} * 50'000) + ", " +
            numbers.sql(beginning + std::int64_t{i + 1} * 50'000) + ", " +
            numbers.sql(unix_seconds(now)) + ", " + numbers.one_of("'open'", "'final'", "'gap'") +
            ", " + numbers.one_of("NULL", "'unread'", "'early'") + ", " +
            numbers.sql(unix_seconds(now)) + ", " + numbers.sql(3'600) + ", 0);";
    }
    // Ends what the input before began, and forgets the coverage that is remembered.
    world.archive->roll_back();
    world.editor->execute(sql + sealed(sealed_source) + sealed(sealed_segment) + "COMMIT");
    const auto ledger = world.archive->ledger(world.source);
    if (!ledger.ok()) {
        CHECK(ledger.error().kind == ErrorKind::damaged && !ledger.error().message.empty());
        return 0;
    }
    Moment end = ledger->coverage.beginning();
    for (const Segment& segment : ledger->coverage.segments()) {
        CHECK(segment.span.from == end && !segment.span.empty());
        end = segment.span.to;
    }
    for (const PlannedWindow& planned : plan(*ledger, now, policy))
        CHECK(!planned.window.empty());
    CHECK(world.archive->store_ledger(world.source, *ledger).ok());
    return 0;
}
