// Receipts of a simulated shop matched to those who were seen at its tills, as the running shop matches them:
// each till's days one after the other, each with what its clock was found to be the day before.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkout/match.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "truth.h"

namespace vitrina::bench {

struct TillMatch {
    int tills = 0;
    int receipts = 0;
    int matched = 0;
    int buyer = 0;  // to whom it was printed
    int party = 0;  // or who came with him
    double promised = 0;
};

/// The night in which days are cut.
inline std::int64_t till_day_of(double at_s) {
    constexpr double kCutS = 4 * sim::kHourS;
    return static_cast<std::int64_t>(std::floor((at_s - kCutS) / sim::kDayS));
}

inline UtcTime utc_of(double at_s) {
    return UtcTime(std::chrono::milliseconds(std::llround(at_s * 1000)));
}

/// Of visits by those who are known to work there nothing is taken.
inline TillMatch match_tills(const Layout& layout, const std::vector<Visit>& visits, const Truth& truth) {
    struct Day {
        std::vector<checkout::TillReceipt> receipts;
        std::vector<checkout::TillStay> stays;
    };
    std::map<std::string, std::string> till_of;
    for (const Zone& zone : layout.zones)
        if (zone.kind == ZoneKind::kService) till_of[zone.name] = zone.till;
    std::map<std::string, std::map<std::int64_t, Day>> days;
    for (std::size_t i = 0; i < truth.printed.size(); ++i) {
        const TrueReceipt& receipt = truth.printed[i];
        days[receipt.till][till_day_of(receipt.stamped_s)].receipts.push_back(
            {static_cast<std::int64_t>(i), utc_of(receipt.stamped_s)});
    }
    std::map<PersonId, PersonId> person_of;  // of who was seen as a number
    for (const Visit& visit : visits) {
        const auto till = till_of.find(visit.zone);
        const auto person = truth.numbers.find(visit.person);
        if (till == till_of.end() || person == truth.numbers.end()) continue;
        if (!truth.parties.contains(person->second)) continue;
        const double end_s = to_seconds(visit.end);
        auto& stays = days[till->second][till_day_of(end_s)].stays;
        stays.push_back({std::to_string(visit.person) + " " + std::to_string(end_s), visit.person,
                         utc_of(to_seconds(visit.begin)), utc_of(end_s)});
        person_of[visit.person] = person->second;
    }
    TillMatch found;
    found.tills = static_cast<int>(days.size());
    for (const auto& [till, of_till] : days) {
        checkout::MatchOptions options;
        for (const auto& [number, day] : of_till) {
            const checkout::TillMatches matches = checkout::match_receipts(day.receipts, day.stays, options);
            if (matches.clock) options.before = matches.clock;
            found.receipts += static_cast<int>(day.receipts.size());
            for (const checkout::ReceiptMatch& match : matches.matches) {
                const PersonId buyer = truth.printed[static_cast<std::size_t>(match.receipt)].buyer;
                const PersonId told = person_of.at(match.person);
                ++found.matched;
                found.promised += match.probability;
                found.buyer += told == buyer ? 1 : 0;
                found.party += truth.parties.at(told) == truth.parties.at(buyer) ? 1 : 0;
            }
        }
    }
    return found;
}

}  // namespace vitrina::bench
