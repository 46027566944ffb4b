#include "simulator/fault_table.h"

namespace callarchive::simulator {

std::span<const FaultInfo> fault_table() {
    static const std::vector<FaultInfo> table = [] {
        std::vector<FaultInfo> all;
        for (const auto part : {answer_faults(), page_faults(), record_faults()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return table;
}

const FaultInfo* find_fault(std::string_view name) {
    for (const FaultInfo& fault : fault_table()) {
        if (fault.name == name) return &fault;
    }
    return nullptr;
}

}  // namespace callarchive::simulator
