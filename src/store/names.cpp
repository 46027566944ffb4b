#include "store/names.h"

#include <utility>

namespace callarchive {
namespace {

// The service sets no limit to a user id, and slots of a megabyte each would be no small memory.
constexpr std::size_t remembered_bytes_max = 256;

}  // namespace

Names::Names(sqlite::Database& database, const char* sql, std::size_t slots)
    : find_(database, sql), slots_(slots) {}

std::optional<std::string_view> Names::of(const std::optional<std::int64_t>& number) {
    if (!number) return std::nullopt;
    // Numbers are given in sequence, so those of one day are spread evenly over the slots.
    Slot& slot = slots_[static_cast<std::uint64_t>(*number) % slots_.size()];
    if (slot.number != number) {
        sqlite::Rows rows = find_.query(*number);
        std::optional<std::string> text = rows.next() ? rows.optional_text(0) : std::nullopt;
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
