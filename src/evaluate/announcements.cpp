#include "evaluate/announcements.h"

#include <algorithm>
#include <vector>

namespace vitrina::evaluate {
namespace {

constexpr int kChanceSteps = 20;

bool has_within(const std::vector<std::int64_t>& sorted, std::int64_t from, std::int64_t to) {
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), from);
    return found != sorted.end() && *found <= to;
}

}  // namespace

Announcements judge_announcements(std::span<const WatchedMinute> minutes, double chance,
                                  const AnnouncementRules& rules) {
    std::vector<std::int64_t> alarms;
    std::vector<std::int64_t> said;
    std::optional<std::int64_t> last_over;
    for (const WatchedMinute& one : minutes) {
        const bool is_calm = !last_over || one.minute - *last_over > rules.calm;
        if (one.is_over) {
            if (is_calm) alarms.push_back(one.minute);
            last_over = one.minute;
            continue;
        }
        const bool is_paused = !said.empty() && one.minute - said.back() < rules.pause;
        if (is_calm && !is_paused && one.chance && *one.chance >= chance) said.push_back(one.minute);
    }
    Announcements found;
    found.alarms = static_cast<int>(alarms.size());
    found.said = static_cast<int>(said.size());
    for (const std::int64_t alarm : alarms)
        found.announced += has_within(said, alarm - rules.last, alarm - rules.first) ? 1 : 0;
    for (const std::int64_t minute : said)
        found.wrong += has_within(alarms, minute + 1, minute + rules.last) ? 0 : 1;
    return found;
}

BestAnnouncements best_announcements(std::span<const WatchedMinute> minutes, double wrong_max,
                                     const AnnouncementRules& rules) {
    BestAnnouncements best;
    best.found = judge_announcements(minutes, 2, rules);  // nothing is that likely
    for (int step = kChanceSteps; step > 0; --step) {
        const double chance = static_cast<double>(step) / kChanceSteps;
        const Announcements found = judge_announcements(minutes, chance, rules);
        if (found.wrong_share() <= wrong_max && found.announced > best.found.announced)
            best = {chance, found};
    }
    return best;
}

}  // namespace vitrina::evaluate
