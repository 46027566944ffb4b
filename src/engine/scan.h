#pragma once

#include "api/answer.h"
#include "api/record.h"
#include "base/hash_set.h"
#include "plan/ledger.h"
#include "plan/window.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace callarchive {

/// What is known of the API's totalNum from earlier scans of the same application.
enum class TotalMeaning {
    unknown,  ///< a hint: it steers how many pages are asked at once, and must agree at the end
    counts_query,  ///< has agreed with a query of several pages: also says early that one is too
                   ///< large
    unreliable,    ///< provably counts something else: not looked at
};

struct ScanLimits {
    int page_size = 100;
    int concurrency = 4;
    std::int64_t records_max =
        5000;  ///< more make the scan end as too_large, where it may be split
    bool may_split = true;
    TotalMeaning total_meaning = TotalMeaning::unknown;
    /// Asks for a page once the one before it is there. What arrives meanwhile then only moves the
    /// rest on by as many, the next page begins with the last records of the one before, and
    /// nothing that was there at the first page can be missed: that is no shift then.
    bool one_by_one = false;
};

/// One query read page by page: decides which page to ask for next and whether what came is all
/// there is. Pages may be in flight together and arrive in any order. Knows no network and no time.
class Scan {
  public:
    enum class Verdict {
        reading,   ///< not at its end yet
        complete,  ///< the API said there is no more, and its total agrees where it means something
        too_large,  ///< more records than records_max: split the window
        shifted,  ///< records came or went while it was read: others may have slipped between pages
        disagrees,  ///< fewer records came than the total says
        repeating,  ///< a page brought nothing but what the pages before it had: `page` is ignored
        endless,    ///< more pages than any honest answer has
    };

    explicit Scan(const ScanLimits& limits) : limits_(limits) {}

    /// The next page to ask for now, if any; it counts as in flight from here on.
    [[nodiscard]] std::optional<int> next_page();

    /// All but the last few of its pages have been asked for, as far as is known: what is read next
    /// may begin.
    [[nodiscard]] bool nears_end() const;

    /// A page arrived.
    void receive(int page, Page answer);

    /// A page's request failed; next_page() will give it out again.
    void ask_again(int page);

    [[nodiscard]] Verdict verdict() const { return verdict_; }
    [[nodiscard]] std::string explanation() const;

    /// What came since the last take, for the archive.
    [[nodiscard]] std::vector<CallRecord> take_records();
    [[nodiscard]] std::vector<RejectedRecord> take_rejected();
    /// How many known records came since the last take.
    [[nodiscard]] std::int64_t take_known();

    [[nodiscard]] TotalMeaning total_meaning() const { return limits_.total_meaning; }
    /// There was more than one page, and no total that would have shown that records went
    /// meanwhile.
    [[nodiscard]] bool could_miss_a_shift() const { return contiguous_ > 2 && !total_counts(); }
    /// Read one by one, records arrived meanwhile and moved the rest on.
    [[nodiscard]] bool has_moved_on() const { return has_moved_on_; }
    [[nodiscard]] int pages() const { return pages_read_; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }
    [[nodiscard]] const std::set<std::int64_t>& foreign_sdk_app_ids() const { return foreign_; }

  private:
    struct PageFacts {
        std::vector<std::size_t> ids;  ///< hashes of the page's call ids
        std::int64_t rows = 0;
        std::optional<std::int64_t> total;
        std::optional<std::int64_t> page;
    };

    void read_in_order();
    void weigh(int page, const PageFacts& facts);
    [[nodiscard]] bool moved_on(const PageFacts& facts, std::int64_t known) const;
    void judge();
    [[nodiscard]] bool total_counts() const;
    [[nodiscard]] std::int64_t total_due() const;
    [[nodiscard]] bool seen(std::size_t id) const;
    void remember(std::size_t id);

    ScanLimits limits_;
    Verdict verdict_ = Verdict::reading;
    std::vector<CallRecord> records_;
    std::vector<RejectedRecord> rejected_;
    std::int64_t known_ = 0;
    std::set<std::int64_t> foreign_;

    std::set<int> to_ask_again_;
    int next_unasked_ = 1;
    int in_flight_ = 0;
    std::map<int, PageFacts> arrived_;  ///< pages that wait for one before them
    int contiguous_ = 0;                ///< pages 1 to this have been weighed
    int pages_expected_ = 1;            ///< as the total says; a hint
    std::optional<int> end_;            ///< the first page that holds nothing
    int pages_read_ = 0;

    std::int64_t rows_ = 0;  ///< of the weighed pages
    std::optional<std::int64_t> total_;
    // Where pages are read one by one:
    std::optional<std::int64_t> total_at_first_;
    std::int64_t rows_of_first_page_ = 0;
    std::vector<std::size_t> newest_ids_;  ///< in the order they came, a page of them
    bool has_moved_on_ = false;
    bool shifted_ = false;     ///< a record came on two pages, and not by moving on
    bool total_fell_ = false;  ///< from one page to the next
    // Ids of the newest pages; two generations, so that a long sweep does not remember them all.
    HashSet ids_now_;
    HashSet ids_before_;
};

/// Counts what a window's records say of the filter: calls that straddle its bounds. The bounds are
/// those that were asked for.
[[nodiscard]] FilterEvidence evidence_in(const std::vector<CallRecord>& records,
                                         const Window& asked);

}  // namespace callarchive
