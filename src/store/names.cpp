#include "store/names.h"

#include "base/check.h"

#include <bit>
#include <utility>

namespace callarchive {
namespace {

// The service sets no limit to a user id, and slots of a megabyte each would be no small memory.
constexpr std::size_t remembered_bytes_max = 256;

}  // namespace

Names::Names(sqlite::Database& database, std::string sql, std::size_t slots)
    : database_(database), sql_(std::move(sql)), slots_(slots) {
    CHECK(std::has_single_bit(slots));
}

void Names::forget() {
    for (Slot& slot : slots_)
        slot.number.reset();
}

std::optional<std::string> Names::look_up(std::int64_t number) {
    if (!find_) find_.emplace(database_, sql_);
    sqlite::Rows rows = find_->query(number);
    return rows.next() ? rows.optional_text(0) : std::nullopt;
}

std::optional<std::string_view> Names::of(const std::optional<std::int64_t>& number) {
    if (!number) return std::nullopt;
    // Numbers are given in sequence, so those of one day are spread evenly over the slots.
    Slot& slot = slots_[static_cast<std::uint64_t>(*number) & (slots_.size() - 1)];
    if (slot.number != number) {
        std::optional<std::string> text = look_up(*number);
        if (text && text->size() > remembered_bytes_max) {
            long_one_ = std::move(*text);
            return long_one_;
        }
        slot.text = std::move(text);
        slot.number = number;
    }
    return slot.text;
}

}  // namespace callarchive
