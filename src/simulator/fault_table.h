#pragma once

#include "simulator/dialect.h"
#include "simulator/message.h"
#include "simulator/random.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callarchive::simulator {

/// One record that is about to be spoiled.
struct SpoiledRecord {
    Dialect dialect;
    std::vector<Field> fields;
    /// Written in the record's place: something that is no object.
    std::optional<std::string> instead;
    /// The field to spoil, spelled as the dialect does; empty: any.
    std::string_view wanted;
};

/// One envelope that is about to be spoiled.
struct SpoiledEnvelope {
    Dialect dialect;
    EnvelopeFields fields;
    std::int64_t page;
    /// The data is left out, or written as this.
    bool no_data = false;
    std::optional<std::string> instead_of_data;
};

/// What a fault does to the rows of a page.
enum class RowFault { none, outside, duplicate, changed, over };

/// One way to misbehave. Exactly one of the last five says how.
struct FaultInfo {
    std::string_view name;
    std::string_view does;
    void (*answer)(Response&, Draw&) = nullptr;
    void (*envelope)(SpoiledEnvelope&, Draw&) = nullptr;
    void (*record)(SpoiledRecord&, Draw&) = nullptr;
    RowFault rows = RowFault::none;
    Meaning meaning = Meaning::ok;
};

/// All of them; to add a fault is to add a row.
[[nodiscard]] std::span<const FaultInfo> fault_table();
[[nodiscard]] const FaultInfo* find_fault(std::string_view name);

/// Rows of the table by what they spoil; joined by fault_table().
[[nodiscard]] std::span<const FaultInfo> answer_faults();
[[nodiscard]] std::span<const FaultInfo> page_faults();
[[nodiscard]] std::span<const FaultInfo> record_faults();

}  // namespace callarchive::simulator
