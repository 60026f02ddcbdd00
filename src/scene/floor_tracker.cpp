#include "scene/floor_tracker.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "scene/floor_tracker_impl.h"

namespace vitrina::scene {
namespace {

constexpr Duration kRunGap = std::chrono::milliseconds(1000);   // a tracklet is over after
constexpr Duration kYoungGap = std::chrono::milliseconds(800);  // a walker that is not sure yet
constexpr Duration kActive = std::chrono::milliseconds(800);    // since a sighting: still seen
// A picture whose moment is further ahead is of a clock that is far from the others': cameras are waited for
// for two seconds at most, and clocks that are learnt differ by less than one.
constexpr Duration kAheadMax = std::chrono::seconds(5);
// Pictures of five seconds of as many cameras as a plan may have, at twenty a second each.
constexpr std::size_t kPicturesMax = 6'400;
constexpr double kEdgeSlack = 0.04;  // of a box's height: edges are not so sure
// m/s: who walks so fast is upright. A guess: half of how fast people walk through shops.
constexpr double kUprightSpeed = 0.6;
constexpr double kHeightKnown = 0.05;  // m; before any look it is 0.11
constexpr double kCoverShare = 0.3;    // of a box's width: so much before the feet hides them

std::map<std::size_t, BodyCamera> cameras_of(const Plan& plan, const BodyOptions& options) {
    std::map<std::size_t, BodyCamera> cameras;
    for (std::size_t i = 0; i < plan.cameras.size(); ++i)
        if (const auto& calibration = plan.cameras[i].calibration)
            cameras.emplace(i, BodyCamera(*calibration, plan, options));
    return cameras;
}

Coverage coverage_of(const Plan& plan, const std::map<std::size_t, BodyCamera>& cameras) {
    std::vector<const BodyCamera*> all;
    all.reserve(cameras.size());
    for (const auto& [index, camera] : cameras)
        all.push_back(&camera);
    return {plan, all};
}

/// Whether `other`, who is nearer to the camera, stands where the feet of `box` are.
bool covers_feet(const Box& other, const Box& box) {
    const double common = std::min(box.right(), other.right()) - std::max(box.x, other.x);
    const double slack = kEdgeSlack * std::max(box.height, other.height);
    return other.bottom() > box.bottom() + slack && other.y < box.bottom() + slack &&
           common > kCoverShare * box.width;
}

bool is_usable(const Detection& detection, double score_min) {
    const Box& box = detection.box;
    return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
           std::isfinite(box.height) && box.width > 0 && box.height > 0 && detection.score >= score_min &&
           detection.score <= 1;
}

}  // namespace

double common_share(const Box& box, const Box& other) {
    const double width = std::min(box.right(), other.right()) - std::max(box.x, other.x);
    const double height = std::min(box.bottom(), other.bottom()) - std::max(box.y, other.y);
    return width > 0 && height > 0 ? width * height / std::max(1e-9, box.area()) : 0;
}

FloorTracker::FloorTracker(const Plan& plan, const FloorTrackerOptions& options, PersonId first_person,
                           WalkId first_walk)
    : impl_(std::make_unique<Impl>(plan, options, first_person, first_walk)) {}

FloorTracker::~FloorTracker() = default;

FloorTracker::Impl::Impl(const Plan& plan, const FloorTrackerOptions& given, PersonId first_person,
                         WalkId first_walk)
    : options(given),
      floor(plan),
      cameras(cameras_of(plan, given.body)),
      coverage(coverage_of(plan, cameras)),
      appearance(given.appearance),
      next_walker(first_walk),
      next_person(first_person) {}

void FloorTracker::see(std::size_t camera, std::int64_t frame, SourceTime at,
                       std::span<const Detection> detections, std::span<const Appearance> looks) {
    Impl::Picture picture;
    picture.camera = camera;
    picture.frame = frame;
    picture.stamped = at;
    picture.at = at - impl_->clocks.offset(camera);
    // Of two boxes that are nearly one, the weaker is left out.
    constexpr double kDuplicate = 0.85;
    std::vector<std::size_t> order;
    order.reserve(detections.size());
    for (std::size_t i = 0; i < detections.size(); ++i)
        if (is_usable(detections[i], impl_->options.score_min)) order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return detections[a].score > detections[b].score; });
    picture.detections.reserve(order.size());
    picture.looks.reserve(order.size());
    for (const std::size_t i : order) {
        const bool twice = std::any_of(
            picture.detections.begin(), picture.detections.end(),
            [&](const Detection& other) { return iou(other.box, detections[i].box) > kDuplicate; });
        if (twice) continue;
        picture.detections.push_back(detections[i]);
        picture.looks.push_back(i < looks.size() ? looks[i] : Appearance{});
    }
    impl_->see(std::move(picture));
}

FloorOutput FloorTracker::advance(SourceTime now) {
    return impl_->advance(now);
}

std::vector<ClockOffsets::Offset> FloorTracker::clocks() const {
    return impl_->clocks.known();
}

Duration FloorTracker::clock_lag() const {
    return impl_->clocks.lag();
}

std::map<std::size_t, PassedOver> FloorTracker::take_passed_over() {
    auto passed = std::exchange(impl_->passed_over, {});
    for (auto& [camera, of_camera] : passed)
        of_camera.apart_s /= static_cast<double>(of_camera.late + of_camera.ahead);
    return passed;
}

std::size_t FloorTracker::remembered() const {
    return impl_->people.size();
}

std::size_t FloorTracker::meetings() const {
    std::size_t count = 0;
    for (const auto& [id, walker] : impl_->walkers)
        count += walker.beside.size() + walker.near.size();
    return count;
}

PersonId FloorTracker::next_person() const {
    return impl_->next_person;
}

WalkId FloorTracker::next_walk() const {
    return impl_->next_walker;
}

void FloorTracker::Impl::see(Picture picture) {
    if (!cameras.contains(picture.camera)) return;
    const bool is_ahead = until_now != SourceTime{} && picture.at > until_now + kAheadMax;
    if (is_ahead || waiting.size() >= kPicturesMax)
        return pass_over(picture, is_ahead ? until_now : picture.at);
    const std::vector<Detection>& seen = picture.detections;
    picture.clear.assign(seen.size(), 1.0);
    picture.covered.assign(seen.size(), 0);
    for (std::size_t i = 0; i < seen.size(); ++i)
        for (std::size_t j = 0; j < seen.size(); ++j) {
            if (i == j || seen[j].box.bottom() < seen[i].box.bottom()) continue;
            picture.clear[i] *= 1 - std::min(1.0, common_share(seen[i].box, seen[j].box));
            if (covers_feet(seen[j].box, seen[i].box)) picture.covered[i] = 1;
        }
    waiting.emplace(std::pair(picture.at, picture.camera), std::move(picture));
}

void FloorTracker::Impl::pass_over(const Picture& picture, SourceTime at) {
    PassedOver& passed = passed_over[picture.camera];
    ++(picture.at <= at ? passed.late : passed.ahead);  // as far as now: there was no room for it
    passed.apart_s += to_seconds(picture.at - at);
}

FloorOutput FloorTracker::Impl::advance(SourceTime until) {
    FloorOutput out;
    const SourceTime known = until - options.watermark;
    until_now = std::max(until_now, until);
    if (next_tick == SourceTime{}) {
        // The first that came may be of a clock that is an hour ahead.
        while (!waiting.empty() && waiting.rbegin()->first.first > until + kAheadMax) {
            const auto last = std::prev(waiting.end());
            pass_over(last->second, until);
            waiting.erase(last);
        }
        if (waiting.empty()) return out;
        const auto begin = waiting.begin()->first.first.time_since_epoch();
        next_tick = SourceTime(begin / options.tick * options.tick) + options.tick;
        begun = next_tick;
    }
    while (next_tick <= known) {
        // Through hours without anybody in one step.
        if (walkers.empty() && people.empty() && waiting.empty()) {
            next_tick = SourceTime(known.time_since_epoch() / options.tick * options.tick) + options.tick;
            break;
        }
        tick(next_tick, out);
        next_tick += options.tick;
    }
    return out;
}

void FloorTracker::Impl::tick(SourceTime time, FloorOutput& out) {
    while (!waiting.empty() && waiting.begin()->first.first <= time) {
        const Picture picture = std::move(waiting.begin()->second);
        waiting.erase(waiting.begin());
        SourceTime& before = newest[picture.camera];
        if (picture.at <= time - options.watermark) {
            pass_over(picture, time);
            continue;
        }
        if (picture.at <= before) continue;
        before = picture.at;
        process(picture, out);
    }
    clocks.advance(time);
    end_walkers(time, out);
    compare_neighbours(time, out);
    decide(time, out);
    tell_people(time, out);
    forget(time, out);
}

void FloorTracker::Impl::end_runs(Walker& walker, SourceTime before, FloorOutput& out) {
    std::erase_if(walker.runs, [&](const auto& entry) {
        if (entry.second.last >= before) return false;
        out.ended.push_back(entry.second.tracklet);
        return true;
    });
}

void FloorTracker::Impl::end_walkers(SourceTime time, FloorOutput& out) {
    std::vector<WalkerId> over;
    std::size_t seen = 0;
    for (auto& [id, walker] : walkers) {
        end_runs(walker, time - kRunGap, out);
        if (time - walker.last <= kActive) ++seen;
        const Duration patience = walker.confirmed ? options.expected_for : kYoungGap;
        if (time - walker.last > patience && (walker.person != 0 || !walker.confirmed)) over.push_back(id);
    }
    for (const WalkerId id : over) {
        Walker& walker = walkers.at(id);
        end_runs(walker, SourceTime::max(), out);
        if (walker.person != 0) {
            count_entry(people.at(walker.person), walker, out);
            fold(walker, walker.last, walker.filter);
        }
        out.walks_ended.push_back(id);
        clocks.forget(id);
        walkers.erase(id);
    }
    density = std::max(0.02, static_cast<double>(seen) / floor.area_m2());
}

void FloorTracker::Impl::tell_people(SourceTime time, FloorOutput& out) {
    std::map<PersonId, PersonNow> now;
    for (auto& [id, walker] : walkers) {
        if (time - walker.last > kActive) continue;
        BodyFilter body = walker.filter;
        body.advance(time);
        walker.youth.push_back(
            {id, time, body.place(), body.height_m(), time - walker.last < options.tick ? walker.score : 0});
        if (walker.confirmed) {
            out.walk_points.insert(out.walk_points.end(), walker.youth.begin(), walker.youth.end());
            walker.youth.clear();
        }
        const double height_spread = std::sqrt(body.spread()[2][2]);
        if (body.speed_m_s() >= kUprightSpeed && height_spread <= kHeightKnown)
            walker.height = BodyHeight{body.height_m(), height_spread};
        if (walker.person == 0) continue;
        now[walker.person] = {walker.person,     time,         body.place(), body.velocity(),
                              body.covariance(), walker.score, walker.height};
    }
    for (const auto& [id, person] : now)
        out.people.push_back(person);
}

void FloorTracker::Impl::forget(SourceTime time, FloorOutput& out) {
    std::vector<PersonId> gone;
    std::vector<std::pair<SourceTime, PersonId>> away;
    for (const auto& [id, person] : people) {
        if (person.walker != 0) continue;
        const bool is_out = person.trace.presence == Presence::kOut;
        if (time - person.trace.last > (is_out ? options.back_within : options.lost_memory))
            gone.push_back(id);
        else
            away.emplace_back(person.trace.last, id);
    }
    std::sort(away.begin(), away.end());
    for (const auto& [last, id] : away) {
        if (people.size() - gone.size() <= options.remembered_max) break;
        gone.push_back(id);
    }
    for (const PersonId id : gone) {
        for (const Belonging& it : people.at(id).history)
            revisions.erase({it.tracklet, it.since});
        people.erase(id);
        out.forgotten.push_back(id);
    }
    forget_meetings(time);
}

}  // namespace vitrina::scene
