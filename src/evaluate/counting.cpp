#include "evaluate/counting.h"

#include <algorithm>
#include <cstdlib>

namespace vitrina::evaluate {

CountingErrors counting_errors(const insight::Summary& truth, const insight::Summary& result) {
    VITRINA_ASSERT(truth.lines.size() == result.lines.size() && truth.zones.size() == result.zones.size());
    CountingErrors errors;
    errors.lines.reserve(truth.lines.size());
    for (std::size_t i = 0; i < truth.lines.size(); ++i) {
        const insight::LineSummary& right = truth.lines[i];
        const insight::LineSummary& found = result.lines[i];
        const auto wrong =
            static_cast<double>(std::abs(found.in - right.in) + std::abs(found.out - right.out));
        errors.lines.push_back({right.line, right.in, found.in, right.out, found.out,
                                wrong / std::max(1.0, static_cast<double>(right.in + right.out))});
    }
    errors.zones.reserve(truth.zones.size());
    for (std::size_t i = 0; i < truth.zones.size(); ++i) {
        const insight::ZoneSummary& right = truth.zones[i];
        const insight::ZoneSummary& found = result.zones[i];
        const double dwell_s = to_seconds(right.dwell_total);
        errors.zones.push_back({right.zone, right.visits, found.visits, right.dwell_total, found.dwell_total,
                                (to_seconds(found.dwell_total) - dwell_s) / (dwell_s > 0 ? dwell_s : 1)});
    }
    return errors;
}

}  // namespace vitrina::evaluate
