// A report as a page of its own: HTML that needs nothing else, reads no other address, runs no program, and
// is printed as it is. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "report/period_report.h"

namespace vitrina::report {

enum class PageLanguage : std::uint8_t { kEnglish, kRussian };

/// UTF-8. What is simulated says so above everything else, and on each printed page.
[[nodiscard]] std::string page_of(const PeriodReport& report, PageLanguage language);

/// A line: "Corner shop: week of 16 Nov 2026 – 22 Nov 2026".
[[nodiscard]] std::string title_of(const PeriodReport& report, PageLanguage language);

/// What was counted, in a few lines of text.
[[nodiscard]] std::string summary_of(const PeriodReport& report, PageLanguage language);

}  // namespace vitrina::report
