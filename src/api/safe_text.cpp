#include "api/safe_text.h"

#include <fmt/format.h>

#include <iterator>

namespace callarchive {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

// A requestId has 32 characters, a callId 36, a key 64, a UserSig 150 and more.
constexpr std::size_t secret_length_min = 48;

bool may_be_part_of_secret(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' ||
           c == '-' || c == '_' || c == '+' || c == '/' || c == '=' || c == '%';
}

bool is_continuation(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::size_t secret_run(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && may_be_part_of_secret(text[end]))
        ++end;
    return end - at;
}

/// U+0080 to U+009F steer terminals just as the first 32 do.
bool is_c1_control(std::string_view character) {
    return character.size() == 2 && character[0] == '\xC2' &&
           static_cast<unsigned char>(character[1]) < 0xA0U;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(at);
    if (lead < 0x80U) return 1;
    if (lead < 0xC2U || lead > 0xF4U || !is_continuation(text, at + 1)) return 0;
    if (lead < 0xE0U) return 2;
    const unsigned second = byte(at + 1);
    // Overlong forms, surrogates and what lies above U+10FFFF (RFC 3629, 4).
    if ((lead == 0xE0U && second < 0xA0U) || (lead == 0xEDU && second > 0x9FU) ||
        (lead == 0xF0U && second < 0x90U) || (lead == 0xF4U && second > 0x8FU)) {
        return 0;
    }
    if (!is_continuation(text, at + 2)) return 0;
    if (lead < 0xF0U) return 3;
    return is_continuation(text, at + 3) ? 4 : 0;
}

std::string safe_excerpt(std::string_view text, std::size_t bytes_max) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        if (out.size() >= bytes_max) return out + "…";
        // Redaction comes before cutting: half a secret is a secret too.
        if (const std::size_t run = secret_run(text, at); run != 0) {
            if (run >= secret_length_min) {
                out += "***";
            } else {
                out += text.substr(at, run);
            }
            at += run;
            continue;
        }
        const std::size_t length = utf8_length(text, at);
        const auto code = static_cast<unsigned char>(text[at]);
        if (text[at] == '\n') {
            out += "\\n";
        } else if (length == 0 || code < 0x20U || code == 0x7FU) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
        } else if (is_c1_control(text.substr(at, length))) {
            fmt::format_to(std::back_inserter(out), "\\u00{:02x}",
                           static_cast<unsigned char>(text[at + 1]));
        } else {
            out += text.substr(at, length);
        }
        at += length == 0 ? 1 : length;
    }
    return out;
}

std::string repaired_json(std::string_view json) {
    std::string out;
    out.reserve(json.size() + json.size() / 8);
    bool in_string = false;
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        const std::size_t length = utf8_length(json, at);
        if (length == 0) {
            out += replacement_character;
            ++at;
        } else if (in_string && static_cast<unsigned char>(c) < 0x20U) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
            ++at;
        } else if (in_string && c == '\\' && at + 1 < json.size() &&
                   (json[at + 1] == '"' || json[at + 1] == '\\')) {
            out += json.substr(at, 2);
            at += 2;
        } else {
            if (c == '"') in_string = !in_string;
            out += json.substr(at, length);
            at += length;
        }
    }
    return out;
}

}  // namespace callarchive
