#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callarchive::sqlite {

/// Values one after the other as bytes: of each its type, for texts their length, and its value, so
/// that different values never give the same bytes. The same on every machine.
class ValueBytes {
  public:
    void clear() { bytes_.clear(); }
    void add(std::int64_t value);
    void add(std::string_view text);
    void add(std::nullopt_t);
    void add(const std::string& text) { add(std::string_view{text}); }
    template <typename Value>
    void add(const std::optional<Value>& value) {
        if (value) {
            add(*value);
        } else {
            add(std::nullopt);
        }
    }
    /// Bytes that SQLite calls `type`, which is not that of a text.
    void add_as(int type, std::string_view bytes);

    [[nodiscard]] std::string_view view() const { return bytes_; }

  private:
    void append(int type, std::int64_t value);

    std::string bytes_;
};

}  // namespace callarchive::sqlite
