#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive {

/// One question asked of the whole archive.
struct Check {
    std::string name;
    std::int64_t looked_at = 0;           ///< rows, or pages
    std::int64_t found = 0;               ///< how many are wrong; 0: all is well
    std::vector<std::string> findings{};  ///< the first of them, in words
    void find(std::string finding);
};

struct Verification {
    std::vector<Check> checks;
    std::int64_t calls = 0;
    [[nodiscard]] bool is_sound() const;
};

/// Asked now and then, with the name of the check under way and how much of all is done (0–1);
/// false ends the verification with an error. Must not throw.
using VerifyObserver = std::function<bool(std::string_view check, double done)>;

/// Reads the whole archive as it is at one moment, whoever writes it meanwhile, and tells whether
/// it says the same everywhere: pages and indexes, schema, references, the seals of rows, one row
/// for each call, participants and hourly sums against the calls, revisions, coverage. Damage is a
/// result, not an error; errors: not_found, too_new, what kept it from reading.
[[nodiscard]] Result<Verification> verify_archive(const std::string& path,
                                                  const VerifyObserver& observer);

}  // namespace callarchive
