#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace callarchive {

/// A column ending in `_at` as the views compute it: strftime('%Y-%m-%dT%H:%M:%SZ', …,
/// 'unixepoch'), but a tenth of the time. Nothing for NULL and outside of SQLite's calendar, which
/// ends with the year 9999 (sqlite.org/lang_datefunc.html).
class ViewTime {
  public:
    void set(const std::optional<std::int64_t>& unix_seconds);
    [[nodiscard]] std::optional<std::string_view> text() const {
        if (size_ == 0) return std::nullopt;
        return std::string_view{text_.data(), size_};
    }

  private:
    void set_day(std::int64_t day);

    std::optional<std::int64_t> unix_seconds_{};  ///< that text_ tells
    std::array<char, 24> text_{};
    std::size_t size_ = 0;
    std::size_t day_size_ = 0;  ///< of the date that text_ begins with; 0: none yet
    std::int64_t day_ = 0;
};

}  // namespace callarchive
