#include "engine/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace callarchive {
namespace {

// Twenty million records in one query at the default page size: more than a retention can hold.
constexpr int pages_max = 200'000;
constexpr std::size_t ids_in_generation = 50'000;

}  // namespace

std::optional<int> Scan::next_page() {
    const int in_flight_max = limits_.one_by_one ? 1 : limits_.concurrency;
    if (verdict_ != Verdict::reading || in_flight_ >= in_flight_max) return std::nullopt;
    if (!to_ask_again_.empty()) {
        const int page = *to_ask_again_.begin();
        to_ask_again_.erase(to_ask_again_.begin());
        ++in_flight_;
        return page;
    }
    // Ahead of what has been weighed: as far as the total says there is something; without a total
    // to go by, as many pages as have come already, so that long answers are read in parallel and
    // short ones cost no request in vain.
    const bool guided = limits_.total_meaning != TotalMeaning::unreliable && total_;
    const int ahead =
        guided ? std::max(1, pages_expected_ - contiguous_) : std::max(1, contiguous_);
    if (next_unasked_ > contiguous_ + ahead) return std::nullopt;
    if (end_ && next_unasked_ >= *end_) return std::nullopt;
    ++in_flight_;
    return next_unasked_++;
}

bool Scan::nears_end() const {
    if (end_) return true;
    // Without a total to go by the end shows only when it is there.
    if (contiguous_ == 0 || !total_ || limits_.total_meaning == TotalMeaning::unreliable) {
        return false;
    }
    return next_unasked_ + limits_.concurrency > pages_expected_;
}

void Scan::ask_again(int page) {
    --in_flight_;
    to_ask_again_.insert(page);
}

void Scan::receive(int page, Page answer) {
    --in_flight_;
    ++pages_read_;
    PageFacts facts{.ids = {},
                    .rows = static_cast<std::int64_t>(answer.rows()),
                    .total = answer.total,
                    .page = answer.page};
    facts.ids.reserve(answer.records.size() + answer.known.size());
    for (const CallRecord& record : answer.records) {
        facts.ids.push_back(hash_of_call_id(record.call_id));
    }
    facts.ids.insert(facts.ids.end(), answer.known.begin(), answer.known.end());
    known_ += static_cast<std::int64_t>(answer.known.size());
    foreign_.insert(answer.foreign_sdk_app_ids.begin(), answer.foreign_sdk_app_ids.end());
    if (records_.empty()) {
        records_ = std::move(answer.records);
    } else {
        std::move(answer.records.begin(), answer.records.end(), std::back_inserter(records_));
    }
    std::move(answer.rejected.begin(), answer.rejected.end(), std::back_inserter(rejected_));
    if (verdict_ != Verdict::reading) return;
    if (facts.rows == 0) end_ = std::min(end_.value_or(page), page);
    if (answer.no_records && facts.rows != 0) end_ = std::min(end_.value_or(page + 1), page + 1);
    arrived_.emplace(page, std::move(facts));
    read_in_order();
    judge();
}

void Scan::read_in_order() {
    while (!arrived_.empty() && arrived_.begin()->first == contiguous_ + 1 &&
           verdict_ == Verdict::reading && (!end_ || contiguous_ + 1 <= *end_)) {
        const auto next = arrived_.extract(arrived_.begin());
        ++contiguous_;
        weigh(next.key(), next.mapped());
    }
}

/// Whether the `known` records of the page are its first, and the last ones that came before it, in
/// the same order: so many more arrived in between than left.
bool Scan::moved_on(const PageFacts& facts, std::int64_t known) const {
    if (!limits_.one_by_one || known > std::ssize(newest_ids_)) return false;
    // A whole page once more: records do not arrive so fast.
    if (known == facts.rows && facts.rows >= rows_of_first_page_) return false;
    return std::equal(newest_ids_.end() - known, newest_ids_.end(), facts.ids.begin());
}

void Scan::weigh(int page, const PageFacts& facts) {
    std::int64_t known = 0;
    for (const std::size_t id : facts.ids)
        known += seen(id) ? 1 : 0;
    for (const std::size_t id : facts.ids)
        remember(id);
    std::int64_t new_rows = facts.rows;
    if (known != 0) {
        if (moved_on(facts, known)) {
            has_moved_on_ = true;
            new_rows -= known;
        } else {
            shifted_ = true;
            if (known == facts.rows) {
                verdict_ = Verdict::repeating;
                return;
            }
        }
    }
    if (limits_.one_by_one) {
        if (page == 1) rows_of_first_page_ = facts.rows;
        const std::int64_t again = facts.rows - new_rows;
        newest_ids_.insert(newest_ids_.end(), facts.ids.begin() + again, facts.ids.end());
        const std::int64_t surplus = std::ssize(newest_ids_) - rows_of_first_page_;
        if (surplus > 0) newest_ids_.erase(newest_ids_.begin(), newest_ids_.begin() + surplus);
    }
    rows_ += new_rows;
    // The total of the empty page at the end may be 0 or missing; it says nothing of the pages.
    if (facts.rows != 0 && facts.total) {
        // Of what goes from the pages that were read, each pulls another from one page not yet read
        // to one that was: the total alone shows it.
        total_fell_ = total_fell_ || (total_ && *facts.total < *total_);
        total_ = facts.total;
        if (!total_at_first_) total_at_first_ = facts.total;
        if (*facts.total < rows_ && page > 1) limits_.total_meaning = TotalMeaning::unreliable;
    }
    if (page == 1 && total_ && facts.rows > 0) {
        // The page size may be capped silently: the page itself says how many fit.
        const std::int64_t pages = (*total_ + facts.rows - 1) / facts.rows;
        pages_expected_ = static_cast<int>(std::min<std::int64_t>(pages, pages_max));
    }
    // "When page > 0 there is more data". Taken as the end only where the total agrees, for an API
    // that always answers 0 would else end every answer after its first page; and on the first page
    // only where the total is known not to count the page. Otherwise the next page is asked for.
    const bool total_reached =
        limits_.total_meaning != TotalMeaning::unreliable && total_ && rows_ >= *total_;
    const bool total_says_more_than_the_page =
        page > 1 || limits_.total_meaning == TotalMeaning::counts_query;
    if (facts.rows != 0 && facts.page && *facts.page <= 0 && total_reached &&
        total_says_more_than_the_page) {
        end_ = std::min(end_.value_or(page + 1), page + 1);
    }
}

void Scan::judge() {
    if (verdict_ != Verdict::reading) return;
    if (end_ && contiguous_ >= *end_ - 1) {
        if (shifted_ || (total_fell_ && total_counts())) {
            verdict_ = Verdict::shifted;
        } else if (total_counts() && rows_ < total_due()) {
            verdict_ = Verdict::disagrees;
        } else {
            verdict_ = Verdict::complete;
            if (total_counts() && rows_ == *total_ && *end_ > 2) {
                limits_.total_meaning = TotalMeaning::counts_query;
            }
        }
        return;
    }
    const bool known_too_large = limits_.total_meaning == TotalMeaning::counts_query && total_ &&
                                 *total_ > limits_.records_max;
    if (limits_.may_split && (known_too_large || rows_ > limits_.records_max)) {
        verdict_ = Verdict::too_large;
    } else if (contiguous_ >= pages_max) {
        verdict_ = Verdict::endless;
    }
}

bool Scan::total_counts() const {
    return limits_.total_meaning != TotalMeaning::unreliable && total_;
}

/// What arrived after the first page need not be among what came.
std::int64_t Scan::total_due() const {
    return limits_.one_by_one ? *total_at_first_ : *total_;
}

bool Scan::seen(std::size_t id) const {
    return ids_now_.contains(id) || ids_before_.contains(id);
}

void Scan::remember(std::size_t id) {
    if (ids_now_.size() >= ids_in_generation) {
        ids_before_ = std::exchange(ids_now_, {});
    }
    ids_now_.insert(id);
}

std::string Scan::explanation() const {
    switch (verdict_) {
        case Verdict::reading:
        case Verdict::complete:
            return {};
        case Verdict::too_large:
            return fmt::format("more than {} records in one window", limits_.records_max);
        case Verdict::shifted:
            return "records moved from page to page while they were read";
        case Verdict::disagrees:
            return fmt::format("{} records came where the API's totalNum says {}", rows_,
                               total_ ? total_due() : 0);
        case Verdict::repeating:
            return fmt::format("page {} repeats the pages before it", contiguous_);
        case Verdict::endless:
            return fmt::format("more than {} pages in one answer", pages_max);
    }
    return {};
}

std::vector<CallRecord> Scan::take_records() {
    return std::exchange(records_, {});
}

std::int64_t Scan::take_known() {
    return std::exchange(known_, 0);
}

std::vector<RejectedRecord> Scan::take_rejected() {
    return std::exchange(rejected_, {});
}

FilterEvidence evidence_in(const std::vector<CallRecord>& records, const Window& asked) {
    FilterEvidence found;
    for (const CallRecord& record : records) {
        if (!record.start || !record.end || *record.end < *record.start) continue;
        // A second's grace on both sides: bounds may be inclusive.
        const bool started_inside = asked.holds(*record.start);
        const bool ended_inside = asked.holds(*record.end);
        if (started_inside && *record.end > asked.to + Seconds{1}) ++found.ended_after;
        if (ended_inside && *record.start < asked.from - Seconds{1}) ++found.started_before;
    }
    return found;
}

}  // namespace callarchive
