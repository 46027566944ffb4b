#pragma once

#include "base/result.h"
#include "base/time.h"
#include "simulator/random.h"

#include <string>
#include <string_view>
#include <vector>

namespace callarchive::simulator {

enum class Filter { start, end, start_and_end };
enum class PageField { zero_at_last, echo, zero, next };
enum class EndSignal { code, empty };
enum class Total { query, page, missing, wrong };
enum class Order { ascending, descending, shuffled, unstable };
enum class Publication { at_end, at_start, late };
enum class Basis { start, end };

/// One reading of everything the vendor does not document. The defaults are the plainest one.
struct Personality {
    /// Which time startTimestamp and endTimestamp are compared with.
    Filter filter = Filter::start;
    bool from_inclusive = true;
    bool to_inclusive = true;
    /// What the answer's `page` says: the page's number while there is more and then 0; always the
    /// page's number; always 0; the next page's number while there is more and then 0.
    PageField page_field = PageField::zero_at_last;
    /// How a page beyond the last one, or an empty window, looks: an error code or an empty list.
    EndSignal end = EndSignal::code;
    Total total = Total::query;
    /// A ceiling that silently lowers the page size asked for; 0: none.
    std::int64_t page_size_max = 0;
    Order order = Order::ascending;
    /// Whether records that arrive while pages are read shift the pages. Where not, page 1 fixes
    /// the result for a short while.
    bool drift = false;
    /// Every page is the first one.
    bool ignore_page = false;
    /// When a record appears: at the end of its call, at its start (and it is completed at the
    /// end), or at the end plus a random part of the delay (mostly short).
    Publication publication = Publication::at_end;
    Milliseconds publication_delay{0};
    /// Shares of the calls that change after they appeared: other result and participants once,
    /// to and fro for ever, another start time once.
    double revised_share = 0;
    double flipping_share = 0;
    double moved_share = 0;
    /// How long after a call's end a change happens; 0: a fiftieth of the retention.
    Milliseconds revision_delay{0};
    /// What the retention counts from.
    Basis retention_from = Basis::start;
};

/// Sets one trait by its name, as on the command line: `filter`, `end`. The message of the error
/// says what is allowed.
[[nodiscard]] Result<Done> set_trait(Personality& personality, std::string_view name,
                                     std::string_view value);

/// Reads `filter=end,order=desc`, or `random` (drawn from `seed`).
[[nodiscard]] Result<Personality> parse_personality(const std::vector<std::string>& texts,
                                                    std::uint64_t seed, Milliseconds retention);

/// `name: values: meaning`, one line for each trait.
[[nodiscard]] std::string traits_help();

/// A reading in which about half of the traits are out of the ordinary. `ignore-page` and a wrong
/// total are left out: no client can be complete under the one, or trust the other.
[[nodiscard]] Personality random_personality(Draw& draw, Milliseconds retention);

}  // namespace callarchive::simulator
