#pragma once

#include "api/json_walk.h"

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

/// The text of a key as it was meant. `key` is what for_each_member() gives.
[[nodiscard]] std::string key_of(const char* key);

/// The key as it stands between its quotes.
[[nodiscard]] std::string_view raw_key_of(const char* key);

/// Goes past a value and appends it as compact JSON with sorted keys. What is nested more deeply
/// than a sane answer ever is comes out as a string of its bytes. Fails where the JSON is broken.
[[nodiscard]] simdjson::error_code append_canonical(std::string& out, JsonWalk& walk);

/// Goes past a value that nobody reads; `text` has its bytes as they were sent. Fails where the
/// JSON is broken: brackets that are missing in it would be taken from what follows.
[[nodiscard]] simdjson::error_code pass_value(JsonWalk& walk, std::string_view& text);

}  // namespace callarchive
