#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callarchive {

/// A JSON object under construction: the keys come out sorted, so that the same content always
/// gives the same text, in whatever order it was sent.
class SortedObject {
  public:
    /// `value` is valid JSON. A key given several times with different values becomes the array of
    /// them, in the order given.
    void add(std::string key, std::string value);

    [[nodiscard]] bool empty() const { return members_.empty(); }

    /// The object's compact text. Ends its use.
    [[nodiscard]] std::string text() &&;

  private:
    std::vector<std::pair<std::string, std::string>> members_;
};

/// The text of a key as it was meant.
[[nodiscard]] std::string key_of(simdjson::ondemand::raw_json_string key);

/// The key as it stands between its quotes. Requires what simdjson has made sure of: that the
/// closing quote is there.
[[nodiscard]] std::string_view raw_key_of(simdjson::ondemand::raw_json_string key);

/// The first token of a value, which is the whole of it for a scalar. May be called again.
[[nodiscard]] simdjson::error_code token_of(simdjson::ondemand::value& value,
                                            std::string_view& token);

/// Appends the value as compact JSON with sorted keys. What is nested more deeply than a sane
/// answer ever is comes out as a string of its bytes. Fails where the JSON is broken.
[[nodiscard]] simdjson::error_code append_canonical(std::string& out,
                                                    simdjson::ondemand::value value);

[[nodiscard]] simdjson::error_code append_canonical(std::string& out,
                                                    simdjson::ondemand::array array);

/// The bytes of a value as they were sent. Fails where the JSON is broken: whoever ignores a value
/// must call it, or brackets that are missing in it are taken from what follows.
[[nodiscard]] simdjson::error_code raw_text_of(simdjson::ondemand::value value,
                                               std::string_view& text);

}  // namespace callarchive
