#pragma once

#include "app/config/config.h"
#include "app/doctor/finding.h"
#include "sys/disk.h"

#include <chrono>

namespace callarchive {

/// The archive's folder, its disk, and the database. Changes nothing; a file that is made to try
/// the disk is gone afterwards.
[[nodiscard]] Findings check_storage(const Config& config);

// What is made of the facts, apart from finding them.
[[nodiscard]] Finding judge_space(const DiskFacts& facts);
[[nodiscard]] Finding judge_speed(std::chrono::microseconds durable_write);

}  // namespace callarchive
