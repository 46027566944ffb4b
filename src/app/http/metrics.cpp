#include "app/http/metrics.h"

#include "app/version.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>

namespace callarchive {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const prometheus::Histogram::BucketBoundaries seconds_buckets{0.01, 0.025, 0.05, 0.1, 0.25,
                                                              0.5,  1,     2.5,  5,   10};

constexpr std::array request_outcomes{RequestOutcome::ok,         RequestOutcome::network,
                                      RequestOutcome::http_error, RequestOutcome::throttled,
                                      RequestOutcome::rejected,   RequestOutcome::service_error,
                                      RequestOutcome::malformed};
constexpr std::array window_outcomes{WindowOutcome::complete, WindowOutcome::split,
                                     WindowOutcome::incomplete, WindowOutcome::failed};

std::string label_of_reason(GapReason reason) {
    return reason == GapReason::unread ? "unread" : "early";
}

}  // namespace

std::string label_of(RequestOutcome outcome) {
    switch (outcome) {
        case RequestOutcome::ok:
            return "ok";
        case RequestOutcome::network:
            return "network";
        case RequestOutcome::http_error:
            return "http_error";
        case RequestOutcome::throttled:
            return "throttled";
        case RequestOutcome::rejected:
            return "rejected";
        case RequestOutcome::service_error:
            return "service_error";
        case RequestOutcome::malformed:
            return "malformed";
    }
    return "service_error";
}

std::string label_of(WindowOutcome outcome) {
    switch (outcome) {
        case WindowOutcome::complete:
            return "complete";
        case WindowOutcome::split:
            return "split";
        case WindowOutcome::incomplete:
            return "incomplete";
        case WindowOutcome::failed:
            return "failed";
    }
    return "failed";
}

struct Metrics::Families {
    prometheus::Registry registry;

    Family<Counter>& counter(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
    Family<Gauge>& gauge(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }

    Family<Gauge>& build_info = gauge("callarchive_build_info", "The running version; always 1.");
    Family<Counter>& records_new =
        counter("callarchive_records_new_total", "Calls archived for the first time.");
    Family<Counter>& records_unchanged =
        counter("callarchive_records_unchanged_total", "Calls read again and found unchanged.");
    Family<Counter>& records_revised =
        counter("callarchive_records_revised_total", "Calls read again with other content.");
    Family<Counter>& records_rejected =
        counter("callarchive_records_rejected_total", "Distinct records that cannot be calls.");
    Family<Counter>& requests = counter("callarchive_requests_total", "Requests by outcome.");
    Family<Histogram>& request_duration = prometheus::BuildHistogram()
                                              .Name("callarchive_request_duration_seconds")
                                              .Help("Time from sending a request to its end.")
                                              .Register(registry);
    Family<Counter>& windows = counter("callarchive_windows_total", "Windows by outcome.");
    Family<Gauge>& cursor = gauge("callarchive_cursor_timestamp_seconds",
                                  "Everything before it is final or a recorded gap.");
    Family<Gauge>& head = gauge("callarchive_head_timestamp_seconds",
                                "Everything before it was read at least once or is a gap.");
    Family<Gauge>& margin =
        gauge("callarchive_margin_seconds",
              "Time until the oldest moment that was never read leaves the API's window.");
    Family<Counter>& gap_seconds =
        counter("callarchive_gap_seconds_total", "Seconds of history lost, by reason.");
    Family<Gauge>& last_success =
        gauge("callarchive_last_success_timestamp_seconds", "When a window was last read whole.");
    Family<Gauge>& archive_records = gauge("callarchive_archive_records", "Calls in the archive.");
    Family<Gauge>& archive_bytes =
        gauge("callarchive_archive_bytes", "Size of the database's files.");
};

namespace {

prometheus::Labels of(const SourceIdentity& source) {
    return {{"app", source.name}};
}

double seconds_of(Moment moment) {
    return static_cast<double>(unix_seconds(moment));
}

}  // namespace

Metrics::Metrics() : families_(std::make_unique<Families>()) {
    families_->build_info.Add({{"version", version()}}).Set(1);
    families_->archive_bytes.Add({});
}

Metrics::~Metrics() = default;

void Metrics::introduce(const SourceIdentity& source) {
    Families& f = *families_;
    for (auto* family :
         {&f.records_new, &f.records_unchanged, &f.records_revised, &f.records_rejected}) {
        family->Add(of(source));
    }
    for (const RequestOutcome outcome : request_outcomes) {
        f.requests.Add({{"app", source.name}, {"outcome", label_of(outcome)}});
    }
    for (const WindowOutcome outcome : window_outcomes) {
        f.windows.Add({{"app", source.name}, {"outcome", label_of(outcome)}});
    }
    for (const GapReason reason : {GapReason::unread, GapReason::early}) {
        f.gap_seconds.Add({{"app", source.name}, {"reason", label_of_reason(reason)}});
    }
    f.request_duration.Add(of(source), seconds_buckets);
}

void Metrics::retire(const SourceIdentity& source) {
    Families& f = *families_;
    for (auto* family : {&f.cursor, &f.head, &f.margin, &f.archive_records, &f.last_success}) {
        family->Remove(&family->Add(of(source)));
    }
}

void Metrics::on_request(const SourceIdentity& source, const RequestReport& report) {
    families_->requests.Add({{"app", source.name}, {"outcome", label_of(report.outcome)}})
        .Increment();
    families_->request_duration.Add(of(source), seconds_buckets)
        .Observe(std::chrono::duration<double>(report.duration).count());
}

void Metrics::on_window(const SourceIdentity& source, const WindowReport& report) {
    Families& f = *families_;
    f.windows.Add({{"app", source.name}, {"outcome", label_of(report.outcome)}}).Increment();
    f.records_new.Add(of(source)).Increment(static_cast<double>(report.counts.added));
    f.records_unchanged.Add(of(source)).Increment(static_cast<double>(report.counts.unchanged));
    f.records_revised.Add(of(source)).Increment(static_cast<double>(report.counts.revised));
    f.records_rejected.Add(of(source)).Increment(static_cast<double>(report.counts.rejected));
}

void Metrics::on_failure(const SourceIdentity&, const FailureReport&) {}

void Metrics::on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) {
    for (const Segment& segment : lost) {
        families_->gap_seconds
            .Add({{"app", source.name}, {"reason", label_of_reason(segment.reason)}})
            .Increment(static_cast<double>(segment.span.length().count()));
    }
}

void Metrics::on_notice(const SourceIdentity&, const NoticeReport&) {}

void Metrics::on_cycle(const SourceReport&) {}

void Metrics::update(const SourceReport& report, std::int64_t records) {
    Families& f = *families_;
    const auto labels = of(report.identity);
    f.cursor.Add(labels).Set(seconds_of(report.cursor));
    f.head.Add(labels).Set(seconds_of(report.head));
    f.margin.Add(labels).Set(static_cast<double>(report.margin.count()));
    f.archive_records.Add(labels).Set(static_cast<double>(records));
    if (report.last_success) f.last_success.Add(labels).Set(seconds_of(*report.last_success));
}

void Metrics::set_archive_bytes(std::int64_t bytes) {
    families_->archive_bytes.Add({}).Set(static_cast<double>(bytes));
}

std::string Metrics::text() const {
    return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

}  // namespace callarchive
