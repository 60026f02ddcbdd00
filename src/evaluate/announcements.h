// How many alarms were announced in time, and how many announcements were false: what is said minute by
// minute of something that may come, beside whether it came. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vitrina::evaluate {

/// A minute in which somebody could be told.
struct WatchedMinute {
    std::int64_t minute = 0;
    bool is_over = false;          // it is there now: the queue is too long
    std::optional<double> chance;  // that it comes in the time that is announced; nothing: not asked now
};

struct AnnouncementRules {
    int first = 5;   // minutes: said later, it is no announcement
    int last = 20;   // and what comes later than this was not announced
    int calm = 10;   // without it, until it is another one
    int pause = 15;  // between two announcements
};

struct Announcements {
    int alarms = 0;     // it came, after calm
    int announced = 0;  // of them
    int said = 0;       // in calm
    int wrong = 0;      // of these: it didn't come by AnnouncementRules::last
    [[nodiscard]] double share() const { return alarms == 0 ? 0 : static_cast<double>(announced) / alarms; }
    [[nodiscard]] double wrong_share() const { return said == 0 ? 0 : static_cast<double>(wrong) / said; }
};

/// Minutes in the order of time, gaps allowed. It is announced where the chance is `chance` or more.
[[nodiscard]] Announcements judge_announcements(std::span<const WatchedMinute> minutes, double chance,
                                                const AnnouncementRules& rules = {});

struct BestAnnouncements {
    double chance = 1;
    Announcements found;
};
/// By the chance, of twentieths, with which most are announced at no more than this share of wrong ones.
[[nodiscard]] BestAnnouncements best_announcements(std::span<const WatchedMinute> minutes, double wrong_max,
                                                   const AnnouncementRules& rules = {});

}  // namespace vitrina::evaluate
