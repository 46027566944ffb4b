#pragma once

#include "sim/scenario.h"
#include "sim/served_records.h"
#include "sim/snapshot.h"
#include "simulator/service.h"

#include <string>
#include <vector>

namespace callarchive::testing {

/// A time in which something kept the daemon from reading.
struct Disturbance {
    Instant from;
    Instant to;
};

/// Knows the truth and the promises, and nothing of how the product keeps them.
class Oracle {
  public:
    Oracle(const Scenario& scenario, simulator::Service& service, const ServedRecords& served,
           Instant began);

    /// What holds at every moment: the file is sound, no call twice, nothing that was there is
    /// gone, the ledger has no holes and never goes back, and nothing is missing that was told as
    /// done.
    void check_state(const Snapshot& snapshot, Instant now);

    /// What has reached the medium: from here on it must stay. A commit that failed may be seen in
    /// the file for a while; it was not told to anybody.
    void remember(Snapshot durable) { last_ = std::move(durable); }

    /// The daemon told of so many new calls, and of a cursor.
    void told_added(std::int64_t calls) { told_added_ += calls; }
    void told_cursor(const std::string& source, std::int64_t cursor);

    /// All that is claimed to have been read is there.
    void check_claims(const Snapshot& snapshot, Instant now);

    /// What is stored is what was served.
    void check_content(const Snapshot& snapshot);

    /// A gap lies only where nobody could have read.
    void check_gaps(const Snapshot& snapshot, const std::vector<Disturbance>& disturbances,
                    Instant now);

    /// After a calm time all is read and known to be.
    void check_settled(const Snapshot& snapshot, Instant now);

    [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
    void violated(std::string what);
    [[nodiscard]] std::int64_t claims_checked() const { return claims_checked_; }

    /// When the API first answered at all.
    Instant first_answer = Instant::max();

  private:
    void check_ledger(const std::string& name, const Snapshot::Source& source, Instant now);
    void check_progress(const std::string& name, const Snapshot::Source& before,
                        const Snapshot::Source& after);
    [[nodiscard]] bool claimed(const Snapshot::Stretch& stretch, std::int64_t position,
                               const simulator::TruthCall& call) const;
    /// Whether the call had come to its last version before it was read.
    [[nodiscard]] bool settled_before(std::int64_t read_at, const simulator::TruthCall& call) const;

    const Scenario& scenario_;
    simulator::Service& service_;
    const ServedRecords& served_;
    Instant began_;
    Snapshot last_;
    std::int64_t told_added_ = 0;
    std::map<std::string, std::int64_t> told_cursors_;
    std::vector<std::string> violations_;
    std::int64_t claims_checked_ = 0;
};

}  // namespace callarchive::testing
