#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace callarchive {

/// Text that must not be seen: a key, a UserSig, an address that carries one. It prints as `***`
/// and its memory is overwritten when it goes away.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// The text itself; the one place to search for when asking who can see a secret.
    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;

  private:
    void wipe() noexcept;

    std::string text_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

}  // namespace callarchive
