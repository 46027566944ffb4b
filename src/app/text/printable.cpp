#include "app/text/printable.h"

#include <fmt/format.h>
#include <wchar.h>

#include <optional>

namespace callarchive {
namespace {

// A character of four bytes with a few accents of two.
constexpr std::size_t bytes_of_column_max = 16;

struct Decoded {
    char32_t character;
    std::size_t bytes;
};

/// The first character; nothing where the bytes are no UTF-8 (RFC 3629).
std::optional<Decoded> decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return Decoded{first, 1};
    const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return std::nullopt;
    char32_t character = first & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
        character = (character << 6U) | (byte(i) & 0x3FU);
    }
    const char32_t smallest = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
    if (character < smallest || character > 0x10FFFF) return std::nullopt;
    if (character >= 0xD800 && character <= 0xDFFF) return std::nullopt;
    return Decoded{character, bytes};
}

/// What shows nothing by itself. Joiners are left alone: languages and emoji need them.
bool is_invisible(char32_t c) {
    return c == 0xAD || c == 0x180E || c == 0x200B || (c >= 0x2060 && c <= 0x2064) ||
           (c >= 0x206A && c <= 0x206F) || (c >= 0xFFF9 && c <= 0xFFFB);
}

/// Hebrew to Arabic, their presentation forms, and what lies further out.
bool is_right_to_left(char32_t c) {
    return (c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00) ||
           (c >= 0xFE70 && c < 0xFF00) || (c >= 0x10800 && c < 0x11000) ||
           (c >= 0x1E800 && c < 0x1F000);
}

bool must_be_escaped(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||  // C0, DEL, C1
           (c >= 0x200E && c <= 0x200F) ||         // direction marks
           (c >= 0x2028 && c <= 0x202E) ||         // separators, embeddings, overrides
           (c >= 0x2066 && c <= 0x2069) || c == 0x061C || c == 0xFEFF || is_invisible(c);
}

std::size_t width_of(char32_t c) {
    const int width = ::wcwidth(static_cast<wchar_t>(c));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (!decoded) {
            safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (must_be_escaped(decoded->character)) {
            const auto code = static_cast<unsigned>(decoded->character);
            safe += code < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
        } else {
            safe += text.substr(0, decoded->bytes);
        }
        text.remove_prefix(decoded->bytes);
    }
    return safe;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (!decoded) return false;
        text.remove_prefix(decoded->bytes);
    }
    return true;
}

std::string printable_json(std::string_view json) {
    std::string safe;
    safe.reserve(json.size());
    while (!json.empty()) {
        const auto decoded = decode(json);
        const std::size_t bytes = decoded ? decoded->bytes : 1;
        const bool is_escaped =
            decoded && decoded->character >= 0x7F && must_be_escaped(decoded->character);
        if (is_escaped) {
            safe += fmt::format("\\u{:04x}", static_cast<unsigned>(decoded->character));
        } else {
            safe += json.substr(0, bytes);
        }
        json.remove_prefix(bytes);
    }
    return safe;
}

bool has_right_to_left(std::string_view text) {
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (decoded && is_right_to_left(decoded->character)) return true;
        text.remove_prefix(decoded ? decoded->bytes : 1);
    }
    return false;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto decoded = decode(text);
        columns += decoded ? width_of(decoded->character) : 1;
        text.remove_prefix(decoded ? decoded->bytes : 1);
    }
    return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
    // Longer than any text of so many columns that somebody can read.
    const std::size_t bytes_max = columns * bytes_of_column_max;
    const std::size_t whole = text.size() <= bytes_max ? columns_of(text) : columns + 1;
    if (whole <= columns) return std::string{text} + std::string(columns - whole, ' ');
    if (columns == 0) return {};
    std::string cut;
    std::size_t taken = 0;
    while (!text.empty()) {
        const auto decoded = decode(text);
        const std::size_t width = decoded ? width_of(decoded->character) : 1;
        if (taken + width > columns - 1 || cut.size() >= bytes_max) break;
        const std::size_t bytes = decoded ? decoded->bytes : 1;
        cut += text.substr(0, bytes);
        text.remove_prefix(bytes);
        taken += width;
    }
    return cut + "…" + std::string(columns - 1 - taken, ' ');
}

}  // namespace callarchive
