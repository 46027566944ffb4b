#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callarchive::simulator {

/// JSON is written by appending: a page of a hundred records must cost tens of microseconds.
inline void append_number(std::string& out, std::int64_t number) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    static_cast<void>(error);
    out.append(digits.data(), end);
}

/// With quotes; requires valid UTF-8.
inline void append_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr std::string_view hex = "0123456789abcdef";
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4U];
            out += hex[static_cast<unsigned char>(c) & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

inline void append_list(std::string& out, const std::vector<std::string>& texts) {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i != 0) out += ',';
        append_text(out, texts[i]);
    }
    out += ']';
}

/// Writes the members of one object straight into the answer.
class ObjectWriter {
  public:
    explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
    ObjectWriter(const ObjectWriter&) = delete;
    ObjectWriter& operator=(const ObjectWriter&) = delete;
    ~ObjectWriter() { out_ += '}'; }

    void text(std::string_view name, std::string_view value) {
        key(name);
        append_text(out_, value);
    }
    void number(std::string_view name, std::int64_t value) {
        key(name);
        append_number(out_, value);
    }
    void list(std::string_view name, const std::vector<std::string>& values) {
        key(name);
        append_list(out_, values);
    }
    /// `json` is written as it is.
    void raw(std::string_view name, std::string_view json) {
        key(name);
        out_ += json;
    }

  private:
    void key(std::string_view name) {
        if (!first_) out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += name;
        out_ += "\":";
    }

    std::string& out_;
    bool first_ = true;
};

/// One member of an object, its value as JSON.
struct Field {
    std::string name;
    std::string json;
};

/// Collects the members of an object instead, so that a fault can spoil them.
class FieldCollector {
  public:
    explicit FieldCollector(std::vector<Field>& fields) : fields_(fields) {}

    void text(std::string_view name, std::string_view value) { append_text(add(name), value); }
    void number(std::string_view name, std::int64_t value) { append_number(add(name), value); }
    void list(std::string_view name, const std::vector<std::string>& values) {
        append_list(add(name), values);
    }
    void raw(std::string_view name, std::string_view json) { add(name) = json; }

  private:
    std::string& add(std::string_view name) {
        return fields_.emplace_back(Field{std::string{name}, {}}).json;
    }

    std::vector<Field>& fields_;
};

inline void append_fields(std::string& out, const std::vector<Field>& fields) {
    ObjectWriter writer{out};
    for (const Field& field : fields)
        writer.raw(field.name, field.json);
}

}  // namespace callarchive::simulator
