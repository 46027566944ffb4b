#include "sqlite/index_key.h"

#include "sqlite/varint.h"

#include <array>
#include <cstddef>
#include <limits>

namespace callarchive::sqlite {
namespace {

using Bytes = std::span<const unsigned char>;

// Serial types (sqlite.org/fileformat2.html, "Record Format"): from 1 to 6 an integer of so many
// bytes, 8 and 9 the integers 0 and 1 without any, odd ones from 13 on a text of (type - 13) / 2.
constexpr std::array<std::size_t, 7> integer_bytes{0, 1, 2, 3, 4, 6, 8};
constexpr std::uint64_t zero = 8, one = 9, empty_text = 13;

std::optional<std::int64_t> take_integer(std::uint64_t type, Bytes& body) {
    if (type == zero || type == one) return type == one ? 1 : 0;
    if (type == 0 || type >= integer_bytes.size()) return std::nullopt;
    const std::size_t bytes = integer_bytes.at(type);
    if (body.size() < bytes) return std::nullopt;
    // Two's complement: the sign is the first bit's.
    std::uint64_t number = body[0] >= 0x80 ? std::numeric_limits<std::uint64_t>::max() : 0;
    for (const unsigned char byte : body.first(bytes))
        number = number << 8 | byte;
    body = body.subspan(bytes);
    return static_cast<std::int64_t>(number);
}

std::optional<std::string_view> take_text(std::uint64_t type, Bytes body) {
    if (type < empty_text || type % 2 == 0) return std::nullopt;
    const std::uint64_t bytes = (type - empty_text) / 2;
    if (bytes > body.size()) return std::nullopt;
    return std::string_view{reinterpret_cast<const char*>(body.data()),
                            static_cast<std::size_t>(bytes)};
}

}  // namespace

std::optional<IndexKey> index_key(Bytes record) {
    Bytes types = record;
    const auto header_bytes = take_varint(types);
    const std::size_t taken = record.size() - types.size();
    if (!header_bytes || *header_bytes > record.size() || *header_bytes < taken) {
        return std::nullopt;
    }
    types = types.first(static_cast<std::size_t>(*header_bytes) - taken);
    Bytes body = record.subspan(static_cast<std::size_t>(*header_bytes));
    const auto first_type = take_varint(types);
    const auto second_type = take_varint(types);
    const auto text_type = take_varint(types);
    if (!first_type || !second_type || !text_type) return std::nullopt;
    const auto first = take_integer(*first_type, body);
    if (!first) return std::nullopt;
    const auto second = take_integer(*second_type, body);
    if (!second) return std::nullopt;
    const auto text = take_text(*text_type, body);
    if (!text) return std::nullopt;
    return IndexKey{.first = *first, .second = *second, .text = *text};
}

bool IndexSearch::may_be_between(const std::optional<IndexKey>& after,
                                 const std::optional<IndexKey>& before) const {
    // The least and the largest second number with which it stands there.
    std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (after) {
        if (after->first > first) return false;
        if (after->first == first) {
            least = after->second;
            if (text <= after->text) {
                if (least == most) return false;
                ++least;
            }
        }
    }
    if (before) {
        if (before->first < first) return false;
        if (before->first == first) {
            if (text >= before->text && before->second == std::numeric_limits<std::int64_t>::min())
                return false;
            most = text < before->text ? before->second : before->second - 1;
        }
    }
    return least <= most;
}

}  // namespace callarchive::sqlite
