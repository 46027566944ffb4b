#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive {

/// What a token of JSON is by its first characters. `odd` is what the grammar does not know (NaN,
/// 007, nul): simdjson finds where a token begins and ends before anyone reads it, so such a token
/// costs its own field and no more.
enum class TokenKind { null, boolean, number, string, object, array, odd };

[[nodiscard]] TokenKind kind_of(std::string_view token);

/// Whether it is TokenKind::string, of which most are.
[[nodiscard]] inline bool is_string(std::string_view token) {
    return token.size() > 1 && token.front() == '"' && token.back() == '"';
}

/// The token without the whitespace around it.
[[nodiscard]] std::string_view trimmed(std::string_view token);

/// The text of a JSON string given without its quotes. A lone surrogate becomes U+FFFD, an escape
/// that the grammar does not know stays as it was written.
[[nodiscard]] std::string unescaped(std::string_view inside_quotes);

/// The text a scalar stands for: a string's content, a number or anything else as it was written.
[[nodiscard]] std::string text_of(std::string_view token);

/// What is written between the quotes of a string, or anything else as it was written.
[[nodiscard]] inline std::string_view written_in(std::string_view token) {
    return is_string(token) ? token.substr(1, token.size() - 2) : token;
}

/// As text_of() without a copy, where it is not needed: what has escapes is put into `room` and
/// lasts as long as that stays as it is.
[[nodiscard]] std::string_view text_of(std::string_view token, std::string& room);

/// The whole number a token stands for, where it does: 7, "7", 7.0, 7e2; in the range of 64 bits.
[[nodiscard]] std::optional<std::int64_t> whole_number_of(std::string_view token);

/// Appends `text` as a JSON string, quotes included, escaping no more than the grammar demands.
void append_json_string(std::string& out, std::string_view text);

/// Appends a scalar as valid JSON: an odd token becomes a string of its text.
void append_json_scalar(std::string& out, std::string_view token);

}  // namespace callarchive
