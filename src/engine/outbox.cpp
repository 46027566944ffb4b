#include "engine/outbox.h"

#include <utility>

namespace callarchive {
namespace {

// 50,000 rows is where larger transactions stop paying (docs/database.md); two seconds is what a
// kill may cost of what was fetched.
constexpr std::int64_t rows_max = 50'000;
constexpr Milliseconds age_max{2'000};

}  // namespace

void Outbox::add(Monotonic now, std::function<void()> told) {
    if (told_.empty()) oldest_ = now;
    told_.push_back(std::move(told));
}

Monotonic Outbox::due() const {
    return pending() ? oldest_ + age_max : Monotonic::max();
}

Result<Done> Outbox::settle(Monotonic now, bool live) {
    if (!pending()) return Done{};
    if (!live && now < due() && archive_.unflushed_rows() < rows_max) return Done{};
    return flush();
}

Result<Done> Outbox::flush() {
    auto flushed = archive_.flush();
    if (!flushed.ok()) {
        give_up();
        return flushed;
    }
    // Taken out first: a report may lead to the next write.
    const auto told = std::exchange(told_, {});
    for (const auto& tell : told)
        tell();
    return Done{};
}

void Outbox::give_up() {
    archive_.roll_back();
    told_.clear();
}

}  // namespace callarchive
