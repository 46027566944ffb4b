#pragma once

#include "app/config/tree.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// Reads the keys of one mapping, each with its type and range; what is wrong is added to the
/// problems and the default stays.
class Section {
  public:
    /// `node` may be null or absent: all defaults. Unknown keys and keys given twice are problems.
    Section(std::vector<Problem>& problems, const Node* node, std::string path,
            std::vector<std::string> known);

    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] bool given(std::string_view key) const { return find(key) != nullptr; }

    void read_text(std::string_view key, std::string& value) const;
    void read_word(std::string_view key, std::string& value,
                   const std::vector<std::string>& allowed) const;
    template <typename Integer>
    void read_integer(std::string_view key, Integer& value, std::int64_t least,
                      std::int64_t most) const {
        if (const auto read = integer(key, least, most)) value = static_cast<Integer>(*read);
    }
    void read_bytes(std::string_view key, std::int64_t& value, std::int64_t least,
                    std::int64_t most) const;
    void read_duration(std::string_view key, Milliseconds& value) const;
    /// Whole seconds, at least one.
    void read_seconds(std::string_view key, Seconds& value) const;
    void read_list_of_seconds(std::string_view key, std::vector<Seconds>& value) const;

    void problem(std::string_view key, const std::string& text) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;

  private:
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                      std::int64_t most) const;
    [[nodiscard]] const std::string* scalar(std::string_view key, std::string_view allowed) const;
    [[nodiscard]] std::optional<Seconds> seconds_of(const std::string& text, const Node& node,
                                                    std::string_view key) const;

    std::vector<Problem>& problems_;
    const Node* node_;
    std::string path_;
};

}  // namespace callarchive
