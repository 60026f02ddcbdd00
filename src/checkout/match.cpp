#include "checkout/match.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "checkout/assignment.h"

namespace vitrina::checkout {
namespace {

constexpr std::size_t kReceiptsToLearn = 8;  // fewer have no rhythm that is not chance
constexpr double kVoteWidthS = 4;            // differences within it vote for one clock
constexpr std::size_t kCandidates = 6;       // clocks that are tried to the end
constexpr int kRefinements = 4;
constexpr double kSpreadMinS = 1;
constexpr double kSpreadMaxS = 20;
constexpr double kSpreadFirstS = 4;     // before it is learnt
constexpr double kSpreadUnknownS = 12;  // of a till of which nothing is known
constexpr double kLeavesUnknownS = 8;
constexpr double kReach = 12;          // spreads beyond which no pair is looked at: e^-12
constexpr double kStayTypicalS = 6;    // shorter stays are rather people who pass
constexpr double kReceiptEveryS = 60;  // at least so many seconds stand for one receipt

double seconds_between(UtcTime from, UtcTime to) {
    return std::chrono::duration<double>(to - from).count();
}

struct Data {
    std::vector<TillReceipt> receipts;  // by instant
    std::vector<TillStay> stays;        // by end
    double chance = 0;                  // receipts a second whose buyer is not among the stays
};

Data sorted(std::span<const TillReceipt> receipts, std::span<const TillStay> stays, double seen) {
    Data data{{receipts.begin(), receipts.end()}, {stays.begin(), stays.end()}, 0};
    std::sort(data.receipts.begin(), data.receipts.end(), [](const auto& a, const auto& b) {
        return std::pair(a.at, a.number) < std::pair(b.at, b.number);
    });
    std::sort(data.stays.begin(), data.stays.end(),
              [](const auto& a, const auto& b) { return std::tie(a.end, a.id) < std::tie(b.end, b.id); });
    // Gaps between receipts of a quiet hour don't count in full: who was not seen came when it was busy.
    double open_s = kReceiptEveryS;
    for (std::size_t i = 1; i < data.receipts.size(); ++i)
        open_s += std::min(kReceiptEveryS, seconds_between(data.receipts[i - 1].at, data.receipts[i].at));
    data.chance = (1 - seen) * static_cast<double>(data.receipts.size()) / open_s;
    return data;
}

/// Calls with each stay that ends within `reach_s` of the receipt's time plus `shift_s`.
template <typename Call>
void near_stays(const Data& data, const TillReceipt& receipt, double shift_s, double reach_s,
                const Call& call) {
    const auto at = [&](double seconds) {
        return receipt.at + std::chrono::milliseconds(std::llround(seconds * 1000));
    };
    auto stay = std::lower_bound(data.stays.begin(), data.stays.end(), at(shift_s - reach_s),
                                 [](const TillStay& a, UtcTime instant) { return a.end < instant; });
    for (const UtcTime last = at(shift_s + reach_s); stay != data.stays.end() && stay->end <= last; ++stay)
        call(static_cast<std::size_t>(stay - data.stays.begin()), seconds_between(receipt.at, stay->end));
}

std::vector<Pairing> pairings(const Data& data, const TillClock& clock, double seen) {
    std::vector<Pairing> pairs;
    for (std::size_t row = 0; row < data.receipts.size(); ++row)
        near_stays(data, data.receipts[row], clock.leaves_s, kReach * clock.spread_s,
                   [&](std::size_t column, double leaves_s) {
                       const TillStay& stay = data.stays[column];
                       const double lasting = seconds_between(stay.begin, stay.end);
                       const double off = std::abs(leaves_s - clock.leaves_s) / clock.spread_s;
                       const double density = std::exp(-off) / (2 * clock.spread_s);
                       const double stands = 1 - std::exp(-lasting / kStayTypicalS);
                       const double weight = seen * stands * density / data.chance;
                       if (weight > 0) pairs.push_back({row, column, weight});
                   });
    return pairs;
}

struct Fit {
    TillClock clock;
    double gain = 0;  // log likelihood over nobody having been seen
};

/// Pairs by a clock, and learns the clock from the pairs, in turn.
Fit refined(const Data& data, double leaves_s, double seen) {
    Fit fit{{leaves_s, kSpreadFirstS, 0}, 0};
    for (int round = 0; round < kRefinements; ++round) {
        const std::vector<Pairing> pairs = pairings(data, fit.clock, seen);
        const auto places = best_assignment(data.receipts.size(), data.stays.size(), pairs);
        std::vector<double> differences;
        fit.gain = 0;
        for (const Pairing& pair : pairs) {
            if (places[pair.row] != pair.column) continue;
            fit.gain += std::log(pair.weight);
            differences.push_back(seconds_between(data.receipts[pair.row].at, data.stays[pair.column].end));
        }
        if (differences.size() < kReceiptsToLearn / 2) break;
        const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
        std::nth_element(differences.begin(), middle, differences.end());
        const double median = *middle;
        const double sum =
            std::accumulate(differences.begin(), differences.end(), 0.0,
                            [&](double so_far, double d) { return so_far + std::abs(d - median); });
        fit.clock = {median,
                     std::clamp(sum / static_cast<double>(differences.size()), kSpreadMinS, kSpreadMaxS),
                     static_cast<std::int64_t>(differences.size())};
    }
    return fit;
}

/// Where most differences agree, the best first, none within two widths of another.
std::vector<double> candidate_clocks(const Data& data, double reach_s) {
    std::vector<double> differences;
    for (const TillReceipt& receipt : data.receipts)
        near_stays(data, receipt, 0, reach_s, [&](std::size_t, double d) { differences.push_back(d); });
    std::sort(differences.begin(), differences.end());
    struct Vote {
        std::size_t count;
        double middle;
    };
    std::vector<Vote> votes;
    votes.reserve(differences.size());
    for (std::size_t begin = 0, end = 0; begin < differences.size(); ++begin) {
        while (end < differences.size() && differences[end] <= differences[begin] + kVoteWidthS)
            ++end;
        votes.push_back({end - begin, differences[begin + (end - begin) / 2]});
    }
    std::stable_sort(votes.begin(), votes.end(),
                     [](const Vote& a, const Vote& b) { return a.count > b.count; });
    std::vector<double> chosen;
    for (const Vote& vote : votes) {
        if (chosen.size() == kCandidates) break;
        if (std::all_of(chosen.begin(), chosen.end(),
                        [&](double other) { return std::abs(other - vote.middle) > 2 * kVoteWidthS; }))
            chosen.push_back(vote.middle);
    }
    return chosen;
}

std::optional<TillClock> learn_clock(const Data& data, const MatchOptions& options) {
    if (data.receipts.size() < kReceiptsToLearn || data.stays.size() < kReceiptsToLearn)
        return options.before;
    std::vector<double> candidates =
        candidate_clocks(data, std::chrono::duration<double>(options.clock_error_max).count());
    if (options.before) candidates.push_back(options.before->leaves_s);
    std::optional<Fit> best;
    for (const double candidate : candidates) {
        const Fit fit = refined(data, candidate, options.seen);
        if (fit.clock.pairs >= static_cast<std::int64_t>(kReceiptsToLearn / 2) &&
            (!best || fit.gain > best->gain))
            best = fit;
    }
    return best ? std::optional(best->clock) : options.before;
}

}  // namespace

TillMatches match_receipts(std::span<const TillReceipt> receipts, std::span<const TillStay> stays,
                           const MatchOptions& options) {
    TillMatches result;
    if (receipts.empty() || stays.empty()) return result;
    const Data data = sorted(receipts, stays, options.seen);
    result.clock = learn_clock(data, options);
    const TillClock clock = result.clock.value_or(TillClock{kLeavesUnknownS, kSpreadUnknownS, 0});
    const std::vector<Pairing> pairs = pairings(data, clock, options.seen);
    const auto places = best_assignment(data.receipts.size(), data.stays.size(), pairs);
    const auto probabilities = pair_probabilities(data.receipts.size(), data.stays.size(), pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const Pairing& pair = pairs[i];
        if (places[pair.row] != pair.column) continue;
        const TillStay& stay = data.stays[pair.column];
        result.matches.push_back({data.receipts[pair.row].number, stay.id, stay.person, probabilities[i]});
    }
    std::sort(result.matches.begin(), result.matches.end(),
              [](const auto& a, const auto& b) { return a.receipt < b.receipt; });
    return result;
}

}  // namespace vitrina::checkout
