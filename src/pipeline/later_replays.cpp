#include "pipeline/later_replays.h"

#include <algorithm>

#include "domain/plan.h"

namespace vitrina::pipeline {

bool LaterReplays::is_correction(const ReplayOptions& options) {
    return options.camera == kPlanCamera && !options.places;
}

void LaterReplays::correct(ReplayOptions options, Time now) {
    const Time newest = now + kReplayAgainAfter - kCorrectionsTogether;
    for (auto& [due, waiting] : waiting_)
        if (is_correction(waiting) && due > newest) {
            waiting.from = std::min(waiting.from, options.from);
            return;
        }
    put(std::move(options), now);
}

std::vector<ReplayOptions> LaterReplays::take_due(Time now) {
    const bool may_correct = !correcting_ && now >= rested_;
    const auto rest = std::stable_partition(waiting_.begin(), waiting_.end(), [&](const auto& waiting) {
        return waiting.first <= now && (may_correct || !is_correction(waiting.second));
    });
    std::vector<ReplayOptions> due;
    for (auto waiting = waiting_.begin(); waiting != rest; ++waiting) {
        ReplayOptions& options = waiting->second;
        const auto known = std::find_if(due.begin(), due.end(), is_correction);
        if (is_correction(options) && known != due.end())
            known->from = std::min(known->from, options.from);
        else
            due.push_back(std::move(options));
    }
    waiting_.erase(waiting_.begin(), rest);
    correcting_ = correcting_ || std::any_of(due.begin(), due.end(), is_correction);
    return due;
}

void LaterReplays::done(Duration took, Time now) {
    correcting_ = false;
    rested_ = now + std::chrono::duration_cast<Time::duration>(kCorrectionRest * took);
}

}  // namespace vitrina::pipeline
