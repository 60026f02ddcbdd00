#include "privacy/recogniser.h"

#include <algorithm>

#include "perceive/face_reader.h"

namespace vitrina::privacy {

std::string_view to_text(Mode mode) {
    switch (mode) {
        case Mode::kAnonymous:
            return "anonymous";
        case Mode::kPseudonymous:
            return "pseudonymous";
        case Mode::kRecognition:
            break;
    }
    return "recognition";
}

std::string_view to_text(Whom whom) {
    return whom == Whom::kAll ? "all" : "enrolled-and-watchlist";
}

Recogniser::Recogniser(const Gallery& gallery, Options options)
    : gallery_(gallery), options_(std::move(options)) {}

Recogniser::Outcome Recogniser::look(const FaceLook& look) {
    Outcome outcome;
    if (options_.mode == Mode::kAnonymous || look.descriptor.empty() || !(look.quality.worth >= kWorthMin))
        return outcome;
    const auto threshold = options_.threshold(look.made_by);
    if (!threshold) return outcome;
    forget(look.at);
    if (visitors_.size() >= kVisitorsMax && !visitors_.contains({look.camera, look.person})) {
        const auto oldest =
            std::min_element(visitors_.begin(), visitors_.end(),
                             [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
        visitors_.erase(oldest);
    }
    Visitor& visitor = visitors_[{look.camera, look.person}];
    visitor.last = std::max(visitor.last, look.at);
    ++visitor.looks;
    if (options_.mode == Mode::kPseudonymous) {
        look_for_today(look, *threshold, visitor, outcome);
        return outcome;
    }
    look_for_watched(look, *threshold, visitor, outcome);
    if (!visitor.known) look_for_known(look, *threshold, visitor, outcome);
    return outcome;
}

void Recogniser::look_for_watched(const FaceLook& look, double threshold, Visitor& visitor,
                                  Outcome& outcome) const {
    const auto likest = gallery_.likest(Gallery::Among::kWatched, look.made_by, look.descriptor, threshold);
    if (likest.empty()) return;
    const Likeness& first = likest.front();
    if (visitor.watched.insert(first.person).second) outcome.watched = first;
}

void Recogniser::look_for_known(const FaceLook& look, double threshold, Visitor& visitor,
                                Outcome& outcome) const {
    auto likest = gallery_.likest(Gallery::Among::kKnown, look.made_by, look.descriptor, threshold);
    // Who was only seen, in an earlier mode perhaps, is known where all are, and nowhere else.
    if (options_.whom == Whom::kAll) {
        auto seen = gallery_.likest(Gallery::Among::kSeen, look.made_by, look.descriptor, threshold);
        if (likest.empty() || (!seen.empty() && seen.front().likeness > likest.front().likeness))
            likest = std::move(seen);
    }
    if (!likest.empty()) {
        visitor.known = likest.front().person;
        outcome.known = likest.front();
    } else if (options_.whom == Whom::kAll && visitor.looks >= kLooksToKnow) {
        outcome.is_newcomer = true;
    }
}

void Recogniser::look_for_today(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome) {
    const auto likeness_of = [&](const OfToday& other) {
        return other.made_by == look.made_by && other.descriptor.size() == look.descriptor.size()
                   ? perceive::likeness(other.descriptor, look.descriptor)
                   : -1;
    };
    if (visitor.today) return;
    std::size_t likest = today_.size();
    double most = threshold;
    for (std::size_t i = 0; i < today_.size(); ++i)
        if (const double likeness = likeness_of(today_[i]); likeness >= most) {
            most = likeness;
            likest = i;
        }
    // Who stands before two cameras at once has not come again.
    const bool is_here = std::any_of(visitors_.begin(), visitors_.end(), [&](const auto& other) {
        return &other.second != &visitor && other.second.today == likest;
    });
    if (likest < today_.size()) {
        visitor.today = likest;
        outcome.was_here_today = !is_here && !visitor.was_told_today;
        visitor.was_told_today = true;
    } else if (visitor.looks >= kLooksToKnow && today_.size() < kOfTodayMax) {
        visitor.today = today_.size();
        today_.push_back({look.made_by, look.descriptor});
    }
}

void Recogniser::not_told(const FaceLook& look, std::int64_t entry) {
    if (const auto found = visitors_.find({look.camera, look.person}); found != visitors_.end())
        found->second.watched.erase(entry);
}

void Recogniser::took_in(const FaceLook& look, std::int64_t person) {
    if (const auto found = visitors_.find({look.camera, look.person}); found != visitors_.end())
        found->second.known = person;
}

void Recogniser::forget(UtcTime now) {
    std::erase_if(visitors_, [&](const auto& visitor) { return visitor.second.last + kVisitPause < now; });
    if (const std::int64_t day = options_.day_of(now); day != day_) {
        day_ = day;
        today_.clear();
        for (auto& [who, visitor] : visitors_)
            visitor.today.reset();
    }
}

}  // namespace vitrina::privacy
