#include "simulator/query_text.h"

#include <charconv>

namespace callarchive::simulator {
namespace {

/// Percent signs alone: a plus is left alone because some encoders mean it literally.
std::string decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            const auto [end, error] = std::from_chars(&text[i + 1], &text[i + 1] + 2, value, 16);
            if (error == std::errc{} && end == &text[i + 1] + 2) {
                decoded += static_cast<char>(value);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

}  // namespace

std::map<std::string, std::string, std::less<>> parse_query(std::string_view query) {
    std::map<std::string, std::string, std::less<>> parameters;
    while (!query.empty()) {
        const std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        const std::size_t equals = std::min(one.find('='), one.size());
        parameters.emplace(decode(one.substr(0, equals)),
                           decode(one.substr(std::min(equals + 1, one.size()))));
    }
    return parameters;
}

std::optional<std::uint64_t> to_uint64(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace callarchive::simulator
