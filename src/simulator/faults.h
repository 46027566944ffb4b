#pragma once

#include "base/result.h"
#include "base/time.h"
#include "simulator/fault_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callarchive::simulator {

enum class PageAt { any, first, middle, last };

/// When a fault happens. All conditions must hold.
struct FaultRule {
    const FaultInfo* fault = nullptr;
    double probability = 1;  ///< per answer; for faults of records: per record
    /// Since the service began; with `every`, since the beginning of each such period.
    Milliseconds from{0};
    Milliseconds to = Milliseconds::max();
    Milliseconds every{0};
    std::int64_t times = INT64_MAX;  ///< how often it still happens
    PageAt page = PageAt::any;
    std::optional<std::int64_t> app;
    std::optional<Dialect> dialect;
    /// Whether the same records are struck every time they are served.
    bool sticky = false;
    std::string field;  ///< for faults that spoil a field: this one
};

/// Reads `NAME[=PROBABILITY][,from=5s][,to=9s][,every=1m][,times=3][,page=last][,app=ID]
/// [,dialect=v4][,sticky=true][,field=endTs]`.
[[nodiscard]] Result<FaultRule> parse_fault(std::string_view text);

/// Where and when an answer is made.
struct Occasion {
    Milliseconds since_start{0};
    std::uint64_t request = 0;  ///< counts all requests
    std::int64_t app = 0;
    Dialect dialect = Dialect::v1;
    bool first_page = true;
    bool last_page = true;
};

/// The rules in force, and the dice. What happens is a function of the seed and the order of
/// requests.
class Faults {
  public:
    explicit Faults(std::uint64_t seed) : seed_(seed) {}

    void add(FaultRule rule) { rules_.push_back(std::move(rule)); }
    void remove(std::string_view name);
    void clear() { rules_.clear(); }
    [[nodiscard]] const std::vector<FaultRule>& rules() const { return rules_; }

    /// One fault that happens, with the dice for its details.
    struct Hit {
        const FaultInfo* fault;
        Draw draw;
    };
    /// The faults of this answer, in the order of the rules; those of records left out.
    [[nodiscard]] std::vector<Hit> strike(const Occasion& occasion);

    /// The rules that may strike records of this answer; empty in the common case.
    [[nodiscard]] std::vector<FaultRule*> record_rules(const Occasion& occasion);
    /// Whether a rule strikes this record, and its dice.
    [[nodiscard]] std::optional<Draw> strike_record(FaultRule& rule, const Occasion& occasion,
                                                    std::uint64_t key) const;

  private:
    [[nodiscard]] static bool applies(const FaultRule& rule, const Occasion& occasion);

    std::uint64_t seed_;
    std::vector<FaultRule> rules_;
};

}  // namespace callarchive::simulator
