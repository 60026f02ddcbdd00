#include "pipeline/face_schedule.h"

#include <algorithm>
#include <cmath>

#include "perceive/face_quality.h"

namespace vitrina::pipeline {
namespace {

// Of a standing body's height: the face's middle below the top of the box, and the square that holds a head
// wherever in the upper part of the box it is.
constexpr double kFaceBelowTop = 0.085;
constexpr double kSquare = 0.3;
// Between the eyes: 63 mm of 1.7 m.
constexpr double kEyesOfHeight = 0.037;
// A body is at least so many times as high as wide; a lower box doesn't show all of it.
constexpr double kHeightOfWidth = 2.3;
// Of the distance between eye and ear or the shoulders' width.
constexpr double kSquareOfShoulders = 1.3;
constexpr double kEyesOfShoulders = 0.16;
constexpr double kJointMin = 0.3;
// Whoever is not seen for this long comes back under another number.
constexpr std::chrono::seconds kFaceForgotten{60};
// Faces are a little bigger or smaller than is expected of a body.
constexpr double kDoubt = 0.8;

bool is_cut_below(const Box& box, const Picture& picture) {
    return box.bottom() > picture.height * 0.99;
}

double body_height(const Box& box, const Picture& picture) {
    // Whoever bends or sits has a wide box too; only a body that goes on below the picture is higher than it.
    return is_cut_below(box, picture) ? std::max(box.height, kHeightOfWidth * box.width) : box.height;
}

std::optional<HeadPlace> head_by_pose(const LivePerson& person) {
    if (!person.pose) return std::nullopt;
    const Pose& pose = *person.pose;
    const Keypoint& left = pose[Joint::kLeftShoulder];
    const Keypoint& right = pose[Joint::kRightShoulder];
    const Keypoint& nose = pose[Joint::kNose];
    if (std::min({left.score, right.score, nose.score}) < kJointMin) return std::nullopt;
    const double dx = left.place.x - right.place.x;
    const double dy = left.place.y - right.place.y;
    // Seen from the side shoulders are near each other; the neck says how big somebody is then.
    const double neck = nose.place.y - (left.place.y + right.place.y) / 2;
    const double width = std::max(std::hypot(dx, dy), 1.2 * std::abs(neck));
    if (!(width > 0)) return std::nullopt;
    return HeadPlace{nose.place, kSquareOfShoulders * width, kEyesOfShoulders * width};
}

}  // namespace

std::optional<HeadPlace> head_of(const LivePerson& person, const Picture& picture) {
    if (auto head = head_by_pose(person)) return head;
    const Box& box = person.box;
    if (!(box.width > 0) || !(box.height > 0)) return std::nullopt;
    const double height = body_height(box, picture);
    return HeadPlace{
        {box.x + box.width / 2, box.y + kFaceBelowTop * height}, kSquare * height, kEyesOfHeight * height};
}

double FaceSchedule::urgency(const Known& known, const HeadPlace& head, SourceTime now) {
    if (!known.looked) return 10;  // before everybody who is known a little
    const Duration waited = now - *known.looked;
    if (known.good == 0 || known.missed > 0) {
        const Duration pause = known.missed < kPatience ? kAgain : kAgainSeldom;
        if (waited < pause) return 0;
        const double share = std::min(5.0, to_seconds(waited) / to_seconds(pause));
        // Who was seen well already can wait until he turns this way again.
        return known.good == 0 ? share : share / 4;
    }
    if (head.eyes_px > kBigger * known.eyes_px_good && known.eyes_px_good < perceive::kEyesFullPx &&
        waited >= kAgain)
        return 6;
    const Duration pause = kPauses.at(std::min(known.good, kPauses.size()) - 1);
    if (waited < pause) return 0;
    return std::min(5.0, to_seconds(waited) / to_seconds(pause)) / 2;
}

std::vector<FaceSchedule::Choice> FaceSchedule::choose(SourceTime now, const Picture& picture,
                                                       std::span<const LivePerson> people,
                                                       std::size_t count) {
    struct Waiting {
        double urgency = 0;
        Choice choice;
    };
    std::vector<Waiting> waiting;
    waiting.reserve(people.size());
    for (std::size_t i = 0; i < people.size(); ++i) {
        Known& known = known_.try_emplace(people[i].person).first->second;
        known.seen = now;
        const auto head = people[i].score > 0 ? head_of(people[i], picture) : std::nullopt;
        if (!head || head->eyes_px < kDoubt * perceive::kEyesMinPx) continue;
        const double urgent = urgency(known, *head, now);
        if (urgent > 0) waiting.push_back({urgent, {i, *head}});
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const Waiting& a, const Waiting& b) { return a.urgency > b.urgency; });
    std::erase_if(known_, [&](const auto& entry) { return now - entry.second.seen > kFaceForgotten; });
    std::vector<Choice> choices;
    choices.reserve(std::min(count, waiting.size()));
    for (const Waiting& item : waiting)
        if (choices.size() < count) choices.push_back(item.choice);
    return choices;
}

void FaceSchedule::looked(PersonId person, SourceTime now, const HeadPlace& head, double worth) {
    Known& known = known_[person];
    known.seen = std::max(known.seen, now);
    known.looked = now;
    if (worth < kGood) {
        ++known.missed;
        return;
    }
    known.missed = 0;
    ++known.good;
    known.eyes_px_good = std::max(known.eyes_px_good, head.eyes_px);
}

}  // namespace vitrina::pipeline
