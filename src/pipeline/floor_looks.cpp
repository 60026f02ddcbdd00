#include "pipeline/floor_looks.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "pipeline/body_watch.h"

namespace vitrina::pipeline {
namespace {

constexpr Duration kLookForgotten = std::chrono::seconds(60);
constexpr double kSameBody = 0.5;    // IoU of a detection and a track's box
constexpr double kScoreMin = 0.25;   // weaker ones are hardly anybody
constexpr double kNear = 1.0;        // of a box's width, between the middles of two boxes' lower edges
constexpr double kNewcomer = 3;      // pauses that nobody looked at him
constexpr double kNearUrgency = 10;  // times, of whoever could be mistaken for another

bool make_unit(std::vector<float>& vector) {
    double squares = 0;
    for (const float value : vector)
        squares += double(value) * value;
    if (!(squares > 0) || !std::isfinite(squares)) return false;
    const auto by = static_cast<float>(1 / std::sqrt(squares));
    for (float& value : vector)
        value *= by;
    return true;
}

bool are_near(const Box& a, const Box& b) {
    const double reach = kNear * std::max(a.width, b.width);
    return std::abs(a.center().x - b.center().x) < a.width / 2 + b.width / 2 + reach &&
           std::abs(a.bottom() - b.bottom()) < std::max(a.height, b.height) / 2;
}

}  // namespace

std::vector<FloorLooks::Candidate> FloorLooks::candidates(const Picture& picture,
                                                          std::span<const Detection> detections,
                                                          std::span<const LivePerson> people,
                                                          SourceTime now) const {
    std::vector<LivePerson> bodies;
    bodies.reserve(detections.size());
    for (const Detection& detection : detections) {
        LivePerson& body = bodies.emplace_back();
        body.box = detection.box;
        double best = kSameBody;
        for (const LivePerson& person : people)
            if (const double overlap = iou(person.box, detection.box); overlap > best) {
                best = overlap;
                body.person = person.person;
            }
    }
    std::vector<Candidate> all;
    all.reserve(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        if (detections[i].score < kScoreMin) continue;
        const double worth = worth_of(picture, bodies, i);
        if (worth < kWorthMin) continue;
        bool is_near = false;
        for (std::size_t j = 0; j < bodies.size(); ++j)
            is_near = is_near ||
                      (j != i && detections[j].score >= kScoreMin && are_near(bodies[i].box, bodies[j].box));
        const auto known = looked_.find(bodies[i].person);
        const double pauses = bodies[i].person == 0 || known == looked_.end()
                                  ? kNewcomer
                                  : to_seconds(now - known->second) / to_seconds(kPause);
        if (!is_near && pauses < 1) continue;
        all.push_back({i, bodies[i].person, worth * pauses * (is_near ? kNearUrgency : 1), worth});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) { return a.urgency > b.urgency; });
    return all;
}

Result<std::vector<Appearance>> FloorLooks::look(const Describe& describe, const Picture& picture,
                                                 std::span<const Detection> detections,
                                                 std::span<const LivePerson> people, SourceTime now,
                                                 ShareOfTime& time) {
    std::vector<Appearance> looks(detections.size());
    std::erase_if(looked_, [&](const auto& entry) { return now - entry.second > kLookForgotten; });
    std::size_t done = 0;
    for (const Candidate& candidate : candidates(picture, detections, people, now)) {
        if (done >= kLooksMax || !time.is_left(now)) break;
        const auto began = std::chrono::steady_clock::now();
        auto description = describe(picture, detections[candidate.detection].box);
        time.spend(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began));
        if (!description) return tl::unexpected(std::move(description).error());
        ++done;
        if (candidate.person != 0) looked_[candidate.person] = now;
        if (make_unit(*description)) looks[candidate.detection] = {std::move(*description), candidate.worth};
    }
    return looks;
}

}  // namespace vitrina::pipeline
