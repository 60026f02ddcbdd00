#include "privacy/recogniser.h"

#include <algorithm>

#include "perceive/face_reader.h"

namespace vitrina::privacy {
namespace {

// Of his looks less than a quarter: some of a face turned away are to be expected.
constexpr int kDoubtedBelow = 4;

/// Whether his looks say that he is this one: enough of them, by enough more than for anybody else, and not
/// against most of the others.
bool is_agreed(const std::map<std::int64_t, int>& taken, std::int64_t person, int looks) {
    const auto found = taken.find(person);
    if (found == taken.end() || found->second < kLooksToAgree || 2 * found->second < looks) return false;
    return std::all_of(taken.begin(), taken.end(), [&](const auto& other) {
        return other.first == person || found->second - other.second >= kLooksToAgree;
    });
}

/// Whether they say no more that he is this one, whom he was taken for.
bool is_doubted(const std::map<std::int64_t, int>& taken, std::int64_t person, int looks,
                bool is_of_his_looks) {
    const auto found = taken.find(person);
    const int count = found == taken.end() ? 0 : found->second;
    const bool is_rare = !is_of_his_looks && kDoubtedBelow * count < looks;
    return is_rare || std::any_of(taken.begin(), taken.end(), [&](const auto& other) {
               return other.first != person && other.second - count >= kLooksToAgree;
           });
}

}  // namespace

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
    const auto [place, is_new] = visitors_.try_emplace({look.camera, look.person});
    Visitor& visitor = place->second;
    compared_.visitors += is_new ? 1 : 0;
    ++compared_.looks;
    visitor.last = std::max(visitor.last, look.at);
    ++visitor.looks;
    if (options_.mode == Mode::kPseudonymous) {
        look_for_today(look, *threshold, visitor, outcome);
        return outcome;
    }
    look_for_watched(look, *threshold, visitor, outcome);
    look_for_known(look, *threshold, visitor, outcome);
    return outcome;
}

void Recogniser::look_for_watched(const FaceLook& look, double threshold, Visitor& visitor,
                                  Outcome& outcome) const {
    // Whoever of the list is behind those that he was taken for may be the right one.
    const auto likest = gallery_.likest(Gallery::Among::kWatched, look.made_by, look.descriptor, threshold,
                                        visitor.watched.size() + 1);
    for (const Likeness& entry : likest)
        if (visitor.watched.insert(entry.person).second) {
            outcome.watched = entry;
            return;
        }
}

std::optional<Likeness> Recogniser::likest_known(const FaceLook& look, double threshold) const {
    // Who was only seen, in an earlier mode perhaps, is known where all are, and nowhere else.
    const bool with_seen = options_.whom == Whom::kAll;
    std::size_t pictures = gallery_.pictures(Gallery::Among::kKnown, look.made_by);
    if (with_seen) pictures += gallery_.pictures(Gallery::Among::kSeen, look.made_by);
    const double least =
        options_.threshold_among
            ? std::max(threshold, options_.threshold_among(look.made_by, pictures).value_or(threshold))
            : threshold;
    std::optional<Likeness> likest;
    const auto look_among = [&](Gallery::Among among) {
        const auto found = gallery_.likest(among, look.made_by, look.descriptor, least, 1);
        if (!found.empty() && (!likest || found.front().likeness > likest->likeness)) likest = found.front();
    };
    look_among(Gallery::Among::kKnown);
    if (with_seen) look_among(Gallery::Among::kSeen);
    return likest;
}

void Recogniser::look_for_known(const FaceLook& look, double threshold, Visitor& visitor,
                                Outcome& outcome) const {
    const auto likest = likest_known(look, threshold);
    if (likest) ++visitor.taken[likest->person];
    if (visitor.known && is_doubted(visitor.taken, *visitor.known, visitor.looks, visitor.is_of_his_looks)) {
        outcome.mistaken = Mistaken{*visitor.known, visitor.stay};
        visitor.known.reset();
        visitor.is_of_his_looks = false;
        visitor.stay = 0;
    }
    if (visitor.known) return;
    if (likest && is_agreed(visitor.taken, likest->person, visitor.looks)) {
        visitor.known = likest->person;
        outcome.known = likest;
    } else if (!likest && options_.whom == Whom::kAll && visitor.looks >= kLooksToKnow &&
               std::none_of(visitor.taken.begin(), visitor.taken.end(),
                            [&](const auto& other) { return 2 * other.second >= visitor.looks; })) {
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

void Recogniser::kept(const FaceLook& look, std::int64_t stay) {
    if (const auto found = visitors_.find({look.camera, look.person}); found != visitors_.end())
        found->second.stay = stay;
}

void Recogniser::took_in(const FaceLook& look, std::int64_t person) {
    if (const auto found = visitors_.find({look.camera, look.person}); found != visitors_.end()) {
        found->second.known = person;
        found->second.is_of_his_looks = true;
        found->second.taken = {{person, found->second.looks}};
    }
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
