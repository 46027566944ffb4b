#include "store/replace_ids.h"

#include "api/dialect.h"
#include "api/json_text.h"
#include "api/record_fields.h"

namespace callarchive {
namespace {

// JSON within a text within JSON: nobody nests it deeper but to exhaust the stack.
constexpr int nested_texts_max = 8;

std::optional<std::string> replaced_in_text(std::string_view text, const Replacement& replacement,
                                            int nested);

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool ends_scalar(char c) {
    return is_space(c) || c == ',' || c == ':' || c == '{' || c == '}' || c == '[' || c == ']' ||
           c == '"';
}

/// A field of a call whose value is known to be no user.
bool is_no_user(std::string_view name) {
    for (const Dialect dialect : {Dialect::v1, Dialect::v4}) {
        const auto field = field_of(dialect, name);
        if (field && *field != Field::caller && *field != Field::callees) return true;
    }
    return false;
}

/// Goes through the tokens of a JSON text once, copying all but what is replaced.
class Pass {
  public:
    Pass(std::string_view json, const Replacement& replacement, int nested)
        : json_(json), replacement_(replacement), nested_(nested) {}

    std::optional<std::string> run() {
        while (at_ < json_.size()) {
            const char c = json_[at_];
            if (c == '"') {
                text();
            } else if (ends_scalar(c)) {
                punctuation(c);
            } else {
                scalar();
            }
        }
        if (copied_ == 0) return std::nullopt;
        return std::move(out_.append(json_.substr(copied_)));
    }

  private:
    void punctuation(char c) {
        ++at_;
        if (c == '{' || c == '[') ++depth_;
        if (c == '}' || c == ']') --depth_;
        if (c == ',' && depth_ == 1) skipping_ = false;
    }

    void text() {
        const std::size_t begin = at_++;
        while (at_ < json_.size() && json_[at_] != '"')
            at_ += json_[at_] == '\\' ? 2 : 1;
        if (at_ >= json_.size()) {
            at_ = json_.size();
            return;
        }
        ++at_;
        const std::string meant = unescaped(json_.substr(begin + 1, at_ - begin - 2));
        if (depth_ == 1 && is_key()) skipping_ = is_no_user(meant);
        if (skipping_) return;
        if (const auto other = replaced_in_text(meant, replacement_, nested_ + 1)) {
            put(begin, *other);
        }
    }

    void scalar() {
        const std::size_t begin = at_;
        while (at_ < json_.size() && !ends_scalar(json_[at_]))
            ++at_;
        const std::string_view token = json_.substr(begin, at_ - begin);
        const TokenKind kind = kind_of(token);
        if (skipping_ || kind == TokenKind::null || kind == TokenKind::boolean) return;
        if (const auto other = replacement_(token)) put(begin, *other);
    }

    [[nodiscard]] bool is_key() const {
        std::size_t next = at_;
        while (next < json_.size() && is_space(json_[next]))
            ++next;
        return next < json_.size() && json_[next] == ':';
    }

    void put(std::size_t begin, const std::string& text) {
        out_.append(json_.substr(copied_, begin - copied_));
        append_json_string(out_, text);
        copied_ = at_;
    }

    std::string_view json_;
    const Replacement& replacement_;
    int nested_;
    std::size_t at_ = 0;
    std::size_t copied_ = 0;  ///< how much of the input the output stands for; 0: nothing replaced
    int depth_ = 0;
    bool skipping_ = false;
    std::string out_;
};

std::optional<std::string> replaced_in_text(std::string_view text, const Replacement& replacement,
                                            int nested) {
    if (auto other = replacement(text)) return other;
    const bool may_be_json = text.starts_with('{') || text.starts_with('[');
    if (!may_be_json || nested > nested_texts_max) return std::nullopt;
    return Pass{text, replacement, nested}.run();
}

}  // namespace

std::optional<std::string> replaced_id(std::string_view text, const Replacement& replacement) {
    return replaced_in_text(text, replacement, 0);
}

std::optional<std::string> replaced_in_json(std::string_view json, const Replacement& replacement) {
    return Pass{json, replacement, 0}.run();
}

std::vector<std::string> texts_of_json_array(std::string_view json) {
    std::vector<std::string> texts;
    std::size_t at = 0;
    while ((at = json.find('"', at)) != std::string_view::npos) {
        const std::size_t begin = ++at;
        while (at < json.size() && json[at] != '"')
            at += json[at] == '\\' ? 2 : 1;
        if (at >= json.size()) break;
        texts.push_back(unescaped(json.substr(begin, at - begin)));
        ++at;
    }
    return texts;
}

}  // namespace callarchive
