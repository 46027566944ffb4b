#pragma once

#include "store/statistics.h"

#include <string>

namespace callarchive {

enum class CalendarUnit { day, hour };

/// Days or hours in UTC, or in the machine's zone: with its summer time, and with offsets that are
/// no whole hours.
[[nodiscard]] Calendar calendar_of(CalendarUnit unit, bool local);

/// `2026-11-23`, or `2026-11-23 10:00`, in the same zone; hours of the machine's with their
/// distance from UTC: `2026-11-23 10:00+0100`.
[[nodiscard]] std::string label_of(const Window& span, CalendarUnit unit, bool local);

}  // namespace callarchive
