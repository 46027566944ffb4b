#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace callarchive::sqlite {

/// What an entry of an index over (INTEGER, INTEGER, TEXT, …) begins with; the text is compared
/// byte by byte (BINARY).
struct IndexKey {
    std::int64_t first;
    std::int64_t second;
    std::string_view text;
};

/// Read from a record (sqlite.org/fileformat2.html, "Record Format"), of which the text stays a
/// view. Nothing where it holds anything else; any bytes will do.
[[nodiscard]] std::optional<IndexKey> index_key(std::span<const unsigned char> record);

/// Which entries are meant: with this first number and this text, whatever the second number is.
struct IndexSearch {
    std::int64_t first;
    std::string_view text;

    [[nodiscard]] bool is_met_by(const IndexKey& key) const {
        return key.first == first && key.text == text;
    }
    /// Whether one can stand after `after` and before `before`; nothing there is no limit.
    [[nodiscard]] bool may_be_between(const std::optional<IndexKey>& after,
                                      const std::optional<IndexKey>& before) const;
};

}  // namespace callarchive::sqlite
