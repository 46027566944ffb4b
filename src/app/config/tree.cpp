#include "app/config/tree.h"

#include "app/text/printable.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <utility>

namespace callarchive {
namespace {

constexpr std::size_t depth_max = 16;

struct Refused {
    YAML::Mark mark;
    std::string text;
};

/// Refuses any content at all.
class SecondDocument : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& mark) override {
        throw Refused{mark, "found a second document (after ---); allowed: one"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// Builds the tree from the parser's events; yaml-cpp's own nodes know neither where a key stands
/// nor that it was given twice.
class Builder : public YAML::EventHandler {
  public:
    explicit Builder(std::string source) : source_(std::move(source)) {}

    [[nodiscard]] Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, std::monostate{}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refused{mark, "found an alias (*name); write the value out"};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        // yaml-cpp passes them on as they are; whatever shows the value would show them too.
        if (!is_utf8(value)) throw Refused{mark, not_utf8};
        // `!` marks a quoted text; a plain `~` or `null` never comes here as a scalar with a tag.
        if (tag != "!" && (value == "~" || value == "null" || value.empty())) {
            return add(mark, std::monostate{});
        }
        add(mark, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, Node::Sequence{});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, Node::Mapping{});
    }
    void OnMapEnd() override { close(); }

  private:
    struct Level {
        Node node;
        std::optional<Node::Entry> entry;  ///< a key that waits for its value
    };

    [[nodiscard]] Location at(const YAML::Mark& mark) const {
        return {.source = source_, .line = mark.line + 1, .column = mark.column + 1};
    }

    template <typename Value>
    void open(const YAML::Mark& mark, Value value) {
        if (levels_.size() >= depth_max) throw Refused{mark, "nested too deeply"};
        levels_.push_back({.node = {.location = at(mark), .value = std::move(value)}, .entry = {}});
    }
    void close() {
        Node node = std::move(levels_.back().node);
        levels_.pop_back();
        place(std::move(node));
    }
    template <typename Value>
    void add(const YAML::Mark& mark, Value value) {
        Level* level = levels_.empty() ? nullptr : &levels_.back();
        if (level != nullptr && level->node.mapping() != nullptr && !level->entry) {
            Node key{.location = at(mark), .value = std::move(value)};
            if (key.scalar() == nullptr) throw Refused{mark, "a key must be a text"};
            level->entry = Node::Entry{.key = *key.scalar(), .location = key.location, .node = {}};
            return;
        }
        place(Node{.location = at(mark), .value = std::move(value)});
    }
    void place(Node node) {
        if (levels_.empty()) {
            root_ = std::move(node);
            return;
        }
        Level& level = levels_.back();
        if (auto* sequence = std::get_if<Node::Sequence>(&level.node.value)) {
            sequence->push_back(std::move(node));
            return;
        }
        if (!level.entry) {
            throw Refused{YAML::Mark::null_mark(), "a key must be a text"};
        }
        level.entry->node = std::move(node);
        std::get<Node::Mapping>(level.node.value).push_back(*std::move(level.entry));
        level.entry.reset();
    }

    std::string source_;
    Node root_;
    std::vector<Level> levels_;
};

}  // namespace

std::string Location::text() const {
    const std::string shown = printable(source);
    return line == 0 ? shown : fmt::format("{}:{}:{}", shown, line, column);
}

std::string Problem::line() const {
    return key.empty() ? fmt::format("{}: {}", location.text(), text)
                       : fmt::format("{}: {}: {}", location.text(), key, text);
}

std::string_view Node::kind() const {
    if (scalar() != nullptr) return "a text";
    if (sequence() != nullptr) return "a list";
    if (mapping() != nullptr) return "a mapping";
    return "nothing";
}

const Node* Node::find(std::string_view key) const {
    const Mapping* entries = mapping();
    if (entries == nullptr) return nullptr;
    for (const Entry& entry : *entries) {
        if (entry.key == key) return &entry.node;
    }
    return nullptr;
}

std::variant<Node, Problem> parse_yaml(const std::string& text, const std::string& source) {
    const auto problem = [&](const YAML::Mark& mark, const std::string& what) {
        return Problem{
            .location = {.source = source, .line = mark.line + 1, .column = mark.column + 1},
            .key = {},
            .text = what};
    };
    std::istringstream stream{text};
    Builder builder{source};
    try {
        YAML::Parser parser{stream};
        if (!parser.HandleNextDocument(builder)) {
            return Node{.location = {.source = source, .line = 1, .column = 1}, .value = {}};
        }
        // What stands after a `---` would otherwise be settings that nobody reads.
        SecondDocument second;
        parser.HandleNextDocument(second);
    } catch (const YAML::Exception& error) {
        return problem(error.mark, "this is no YAML: " + error.msg);
    } catch (const Refused& refused) {
        return problem(refused.mark, refused.text);
    }
    return builder.take();
}

}  // namespace callarchive
