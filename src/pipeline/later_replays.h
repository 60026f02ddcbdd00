// Facts that are to be computed again once what they come from is settled, and when. One thread at a time:
// who has it guards it.
#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "base/time.h"
#include "pipeline/replay.h"

namespace vitrina::pipeline {

/// What was not over when facts were computed again is looked at once more. Longer than paths take to the
/// disk (15 s), what is known of their end then (replay.cpp: 15 s on the floor plan, which is 6 s behind),
/// and kCorrectionsTogether.
inline constexpr std::chrono::seconds kReplayAgainAfter{50};
/// Corrections of who is who on the floor plan that come so soon after one another wait for one another.
inline constexpr std::chrono::seconds kCorrectionsTogether{10};
/// After a correction there is none for so many times as long as it took: a tenth of a core at most.
inline constexpr int kCorrectionRest = 10;

class LaterReplays {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void put(ReplayOptions options, Time now) {
        waiting_.emplace_back(now + kReplayAgainAfter, std::move(options));
    }
    /// A replay of the whole floor plan, for who is who there: together with one that waits, where that has
    /// long to wait yet.
    void correct(ReplayOptions options, Time now);
    /// What is due, no longer waiting; one correction at most, and none before the last was done().
    [[nodiscard]] std::vector<ReplayOptions> take_due(Time now);
    /// A correction took this long.
    void done(Duration took, Time now);

    [[nodiscard]] static bool is_correction(const ReplayOptions& options);

  private:
    std::vector<std::pair<Time, ReplayOptions>> waiting_;
    bool correcting_ = false;
    Time rested_;  // no correction before it
};

}  // namespace vitrina::pipeline
