#include "api/json_structure.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace callarchive {
namespace {

/// Walks over the text once, and remembers of each open bracket only of which kind it is.
class StructureWalk {
  public:
    explicit StructureWalk(std::string_view text) : text_(text) {}

    bool whole() {
        if (!value()) return false;
        while (!objects_.empty()) {
            if (!next_member()) return false;
        }
        skip_space();
        return at_ == text_.size();
    }

  private:
    /// Goes past a scalar, or past the opening bracket of anything else and on to its first value.
    bool value() {
        while (true) {
            skip_space();
            switch (peek()) {
                case '{':
                    ++at_;
                    objects_.push_back(true);
                    if (closes('}')) return true;
                    if (!key()) return false;
                    break;
                case '[':
                    ++at_;
                    objects_.push_back(false);
                    if (closes(']')) return true;
                    break;
                case '"':
                    return string();
                default:
                    return scalar();
            }
        }
    }

    /// After a value inside brackets: goes past the next value, or the closing bracket.
    bool next_member() {
        const bool object = objects_.back();
        if (closes(object ? '}' : ']')) return true;
        return take(',') && (!object || key()) && value();
    }

    bool key() {
        skip_space();
        return peek() == '"' && string() && take(':');
    }

    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return true;
            }
        }
        return false;
    }

    bool scalar() {
        const std::size_t end = std::min(text_.find_first_of("{}[],:\" \t\r\n", at_), text_.size());
        const bool any = end > at_;
        at_ = end;
        return any;
    }

    bool closes(char bracket) {
        if (!take(bracket)) return false;
        objects_.pop_back();
        return true;
    }

    bool take(char expected) {
        skip_space();
        if (peek() != expected) return false;
        ++at_;
        return true;
    }

    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    /// NUL at the end; JSON has none outside of strings.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<bool> objects_;  ///< of each open bracket, whether it is that of an object
};

}  // namespace

bool has_json_structure(std::string_view text) {
    return StructureWalk{text}.whole();
}

}  // namespace callarchive
