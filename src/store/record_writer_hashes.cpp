#include "store/record_writer.h"

namespace callarchive {

void RecordWriter::expect_new(const SourceRow& source, const CallRecord& record,
                              RecordHashes& hashes) const {
    make_hashes(source, record, hashes);
    buckets_.expect(hashes.call_id);
    if (record.caller) users_.expect(hashes.caller);
    for (const Fingerprint& callee : hashes.callees)
        users_.expect(callee);
}

void RecordWriter::make_hashes(const SourceRow& source, const CallRecord& record,
                               RecordHashes& hashes) const {
    hashes.are_known = true;
    hashes.call_id = buckets_.hash_of(record.call_id);
    if (record.caller) hashes.caller = users_.fingerprint_of(source.application_no, *record.caller);
    hashes.callees.clear();
    if (!record.callees) return;
    for (const std::string& callee : *record.callees)
        hashes.callees.push_back(users_.fingerprint_of(source.application_no, callee));
}

}  // namespace callarchive
