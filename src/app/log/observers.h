#pragma once

#include "engine/observer.h"

#include <vector>

namespace callarchive {

/// Passes everything on to several observers, in order.
class Observers : public Observer {
  public:
    void add(Observer& observer) { observers_.push_back(&observer); }

    void on_request(const SourceIdentity& source, const RequestReport& report) override {
        for (Observer* observer : observers_)
            observer->on_request(source, report);
    }
    void on_window(const SourceIdentity& source, const WindowReport& report) override {
        for (Observer* observer : observers_)
            observer->on_window(source, report);
    }
    void on_failure(const SourceIdentity& source, const FailureReport& report) override {
        for (Observer* observer : observers_)
            observer->on_failure(source, report);
    }
    void on_gaps(const SourceIdentity& source, const std::vector<Segment>& lost) override {
        for (Observer* observer : observers_)
            observer->on_gaps(source, lost);
    }
    void on_notice(const SourceIdentity& source, const NoticeReport& report) override {
        for (Observer* observer : observers_)
            observer->on_notice(source, report);
    }
    void on_cycle(const SourceReport& report) override {
        for (Observer* observer : observers_)
            observer->on_cycle(report);
    }

  private:
    std::vector<Observer*> observers_;
};

}  // namespace callarchive
