#include "evaluate/counting.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <tuple>
#include <utility>

namespace vitrina::evaluate {
namespace {

std::vector<Visit> visits_to(const std::vector<Visit>& visits, const std::string& zone) {
    std::vector<Visit> some;
    std::copy_if(visits.begin(), visits.end(), std::back_inserter(some),
                 [&](const Visit& visit) { return visit.zone == zone; });
    const auto key = [](const Visit& visit) { return std::tuple(visit.begin, visit.end, visit.person); };
    std::sort(some.begin(), some.end(), [&](const Visit& a, const Visit& b) { return key(a) < key(b); });
    return some;
}

/// Two stays with some time in common.
struct StayPair {
    double share = 0;  // of the time that either lasted
    std::size_t truth = 0;
    std::size_t result = 0;
};

std::vector<StayPair> overlapping(const std::vector<Visit>& truth, const std::vector<Visit>& result) {
    std::vector<StayPair> pairs;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        for (std::size_t j = 0; j < result.size() && result[j].begin < truth[i].end; ++j) {
            const Duration common =
                std::min(truth[i].end, result[j].end) - std::max(truth[i].begin, result[j].begin);
            if (common <= Duration{}) continue;
            const Duration either =
                std::max(truth[i].end, result[j].end) - std::min(truth[i].begin, result[j].begin);
            pairs.push_back({to_seconds(common) / to_seconds(either), i, j});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const StayPair& a, const StayPair& b) { return a.share > b.share; });
    return pairs;
}

void compare_stays(const std::vector<Visit>& truth, const std::vector<Visit>& result, ZoneError& error) {
    std::vector<bool> truth_taken(truth.size());
    std::vector<bool> result_taken(result.size());
    double off_s = 0;
    for (const StayPair& pair : overlapping(truth, result)) {
        if (truth_taken[pair.truth] || result_taken[pair.result]) continue;
        truth_taken[pair.truth] = true;
        result_taken[pair.result] = true;
        const Duration right = truth[pair.truth].end - truth[pair.truth].begin;
        const Duration found = result[pair.result].end - result[pair.result].begin;
        off_s += std::abs(to_seconds(found - right));
        ++error.stays_matched;
    }
    if (error.stays_matched > 0) error.stay_error_s = off_s / static_cast<double>(error.stays_matched);
}

/// Of nothing nothing is a share.
std::optional<double> share_of_truth(double part, double whole) {
    return whole > 0 ? std::optional<double>(part / whole) : std::nullopt;
}

}  // namespace

CountingErrors counting_errors(const Counted& truth, const Counted& result) {
    VITRINA_ASSERT(truth.totals.lines.size() == result.totals.lines.size() &&
                   truth.totals.zones.size() == result.totals.zones.size());
    CountingErrors errors;
    errors.lines.reserve(truth.totals.lines.size());
    for (std::size_t i = 0; i < truth.totals.lines.size(); ++i) {
        const insight::LineSummary& right = truth.totals.lines[i];
        const insight::LineSummary& found = result.totals.lines[i];
        const auto wrong =
            static_cast<double>(std::abs(found.in - right.in) + std::abs(found.out - right.out));
        errors.lines.push_back({right.line, right.in, found.in, right.out, found.out,
                                share_of_truth(wrong, static_cast<double>(right.in + right.out))});
    }
    errors.zones.reserve(truth.totals.zones.size());
    for (std::size_t i = 0; i < truth.totals.zones.size(); ++i) {
        const insight::ZoneSummary& right = truth.totals.zones[i];
        const insight::ZoneSummary& found = result.totals.zones[i];
        const double dwell_s = to_seconds(right.dwell_total);
        ZoneError& error = errors.zones.emplace_back();
        error.zone = right.zone;
        error.visits_truth = right.visits;
        error.visits_result = found.visits;
        error.dwell_truth = right.dwell_total;
        error.dwell_result = found.dwell_total;
        error.error = share_of_truth(to_seconds(found.dwell_total) - dwell_s, dwell_s);
        compare_stays(visits_to(truth.visits, right.zone), visits_to(result.visits, right.zone), error);
    }
    return errors;
}

}  // namespace vitrina::evaluate
