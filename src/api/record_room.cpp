#include "api/record_room.h"

#include <utility>

namespace callarchive {
namespace {

/// The last of them, or a new one.
template <typename T>
T taken_from(std::vector<T>& kept) {
    if (kept.empty()) return {};
    T last = std::move(kept.back());
    kept.pop_back();
    return last;
}

/// Its memory too, which an assignment of {} would keep.
template <typename T>
void give_back(std::vector<T>& kept) {
    std::vector<T>{}.swap(kept);
}

}  // namespace

std::vector<Glance>& RecordRoom::glances() {
    if (glances_.capacity() > records_kept_max) give_back(glances_);
    glances_.clear();
    glances_.reserve(records_kept_max);
    return glances_;
}

std::vector<CallRecord> RecordRoom::records(std::size_t expected) {
    std::vector<CallRecord> records = std::exchange(records_, {});
    // Polls bring a few at a time, and are what comes for most of a day.
    if (records.capacity() / 4 > expected) give_back(records);
    records.reserve(expected);
    return records;
}

std::string RecordRoom::call_id() {
    return taken_from(call_ids_);
}

std::vector<std::string> RecordRoom::callees() {
    return taken_from(callees_);
}

void RecordRoom::take_back(std::vector<CallRecord> records) {
    call_ids_.clear();
    callees_.clear();
    if (records.capacity() > records_kept_max) return;
    for (CallRecord& record : records) {
        if (record.call_id.capacity() <= id_bytes_kept_max) {
            record.call_id.clear();
            call_ids_.push_back(std::move(record.call_id));
        }
        if (record.callees && record.callees->capacity() <= callees_kept_max) {
            record.callees->clear();
            callees_.push_back(*std::move(record.callees));
        }
    }
    records.clear();
    records_ = std::move(records);
}

std::size_t RecordRoom::bytes() const {
    return glances_.capacity() * sizeof(Glance) + records_.capacity() * sizeof(CallRecord) +
           call_ids_.capacity() * (sizeof(std::string) + id_bytes_kept_max) +
           callees_.capacity() *
               (sizeof(std::vector<std::string>) + callees_kept_max * sizeof(std::string));
}

}  // namespace callarchive
