#include "pipeline/floor_analysis.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "domain/plan_file.h"
#include "pipeline/live_analysis.h"
#include "pipeline/shop_clock.h"
#include "scene/floor.h"

namespace vitrina::pipeline {
namespace {

// Whose a walk is may be told again for a minute after it ended, and a little.
constexpr Duration kWalkKept = std::chrono::minutes(2);
// Somebody of before is looked for where he was, and as far around as people walk in the time since.
constexpr double kReachM = 1.0;
constexpr double kWalkM = 1.3;  // each second
constexpr double kReachMostM = 6.0;
constexpr double kFourOfFive = 1.2816;  // standard deviations to each side

SourceTime time_of(std::int64_t tick) {
    return SourceTime(Duration(kPathTick) * tick);
}

SourceTime time_of(const PathPoint& point) {
    return time_of(point.tick);
}

UtcTime stored(SourceTime time) {
    return UtcTime(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()));
}

/// Of the calibrated cameras, m. A place that is off by so much makes somebody taller or shorter by less,
/// farther from the camera than it hangs above his head.
double worst_error(const Plan& plan, const scene::BodyOptions& body) {
    double worst = 0;
    for (const PlacedCamera& camera : plan.cameras)
        if (camera.calibration)
            worst = std::max(
                worst, camera.calibration->error_m > 0 ? camera.calibration->error_m : body.bias_unknown_m);
    return std::hypot(worst, body.bias_m);
}

/// Looks don't average the calibration's error away: all of them have it.
std::optional<HeightRange> range_of(const std::optional<scene::BodyHeight>& height, double error_m) {
    if (!height) return std::nullopt;
    const double off = kFourOfFive * std::hypot(height->spread_m, error_m);
    return HeightRange{height->height_m - off, height->height_m + off};
}

/// What the tracker knows of it: all but what is only counted by, or looked at.
std::string floor_of(Plan plan) {
    plan.version.clear();
    plan.drawing.clear();
    plan.drawing_at = {};
    plan.drawing_width_m = 0;
    plan.zones.clear();
    plan.lines.clear();
    return to_json(plan);
}

}  // namespace

Result<void> FloorAnalysis::Watcher::accept(const Event& event) {
    std::optional<PersonId> person;
    if (const auto* visit = std::get_if<Visit>(&event.fact)) person = visit->person;
    if (const auto* crossing = std::get_if<Crossing>(&event.fact)) person = crossing->person;
    if (person && floor_.doubtful_.contains(*person))
        floor_.correct(*person, from_utc(live_event(event).begin));
    return sink_.accept(event);
}

FloorAnalysis::FloorAnalysis(const Plan& plan, const FloorAnalysisOptions& options,
                             const std::vector<insight::OpenVisit>& before, SourceTime now, EventSink& sink)
    : options_(options), watcher_(*this, sink), before_(before) {
    const PersonId first = (options_.session << kPersonBits) + 1;
    tracker_ = std::make_unique<scene::FloorTracker>(plan, options_.tracking, first, first);
    stream_ = std::make_unique<FactStream>(with_zone(floor_layout(plan), Ground::kPlan),
                                           insight::EventIdentity{options_.shop, kPlanCamera},
                                           options_.insight, watcher_, Ground::kPlan);
    set_plan(plan);
    expect_again(before, now);
}

void FloorAnalysis::set_plan(const Plan& plan) {
    plan_ = plan;
    has_entrance_ = scene::Floor(plan).has_entrance();
    indices_.clear();
    for (std::size_t i = 0; i < plan.cameras.size(); ++i)
        if (plan.cameras[i].calibration) indices_.emplace(plan.cameras[i].camera, i);
}

void FloorAnalysis::expect_again(const std::vector<insight::OpenVisit>& visits, SourceTime now) {
    missing_.clear();
    missing_until_ = now + kResumeWithin;
    for (const insight::OpenVisit& visit : visits) {
        const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const Missing& missing) {
            return missing.person == visit.person;
        });
        if (!known) missing_.push_back({visit.person, visit.place, visit.seen});
    }
}

Result<void> FloorAnalysis::begin(SourceTime now) {
    return stream_->begin(std::exchange(before_, {}), now);
}

void FloorAnalysis::see(const SeenPicture& picture) {
    const auto index = indices_.find(picture.camera);
    if (index == indices_.end() || picture.width <= 0 || picture.height <= 0) return;
    const CameraCalibration& calibration = *plan_.cameras[index->second].calibration;
    std::vector<Detection> detections = picture.detections;
    for (Detection& detection : detections)
        detection.box =
            detection.box.scaled(calibration.width / picture.width, calibration.height / picture.height);
    tracker_->see(index->second, picture.frame, picture.at, detections, picture.looks);
    std::vector<TrackInPicture> tracks = picture.tracks;
    for (TrackInPicture& track : tracks)
        track.box = track.box.scaled(calibration.width / picture.width, calibration.height / picture.height);
    same_people_.see(index->second, picture.frame, picture.at, std::move(tracks));
}

Result<void> FloorAnalysis::advance(SourceTime known, QueuesSeen queues) {
    // What late clocks say of now comes later.
    known = known_ = std::max(known_, known - tracker_->clock_lag());
    TRY(look(known + options_.tracking.watermark));
    if (known > missing_until_) missing_.clear();
    TRY(count(known));
    if (options_.outlook != nullptr) options_.outlook->advance(known, stream_->queues(), queues);
    return {};
}

Result<void> FloorAnalysis::look(SourceTime until) {
    const scene::FloorOutput output = tracker_->advance(until);
    same_people_.take(output);
    for (const scene::WalkPoint& point : output.walk_points)
        if (point.at <= horizon_) take(point);
    std::vector<PathPoint> points;
    for (const scene::WalkId number : output.walks_ended) {
        const auto walk = walks_.find(number);
        if (walk == walks_.end()) continue;
        points.clear();
        walk->second.thinner.flush(points);
        keep(number, walk->second, points);
    }
    for (const scene::WalkOwner& owner : output.owners)
        own(owner);
    // After their owners, who may be the first that is heard of a walk: it would wait for points for ever.
    for (const scene::WalkId number : output.walks_ended)
        if (const auto walk = walks_.find(number); walk != walks_.end()) walk->second.is_over = true;
    const SourceTime known = until - options_.tracking.watermark;
    const SourceTime ticked(known.time_since_epoch() / options_.tracking.tick * options_.tracking.tick);
    if (std::exchange(looked_, ticked) != ticked) see_people(output);
    for (auto& [number, walk] : walks_) {
        points.clear();
        walk.thinner.advance(known, points);
        keep(number, walk, points);
    }
    TRY(count_pending());
    tell_entries(output, std::min(known, horizon_));
    for (const PersonId person : output.forgotten) {
        const PersonId name = known_as(person, nullptr);
        TRY(stream_->person_left(name, std::min(known, horizon_)));
        // What should have been told of him and never was, nobody sees: all of him once more.
        if (doubtful_.contains(name)) correct(name, known);
        names_.erase(person);
        followed_.forget(name);
        since_.erase(name);
        doubtful_.erase(name);
    }
    return {};
}

void FloorAnalysis::take(const scene::WalkPoint& point) {
    Walk& walk = walks_.try_emplace(point.walk, PathScale::of_plan()).first->second;
    const Point place = {std::clamp(point.place.x, 0.0, plan_.width_m),
                         std::clamp(point.place.y, 0.0, plan_.depth_m)};
    std::vector<PathPoint> points;
    walk.last = point.at;
    walk.thinner.see({.person = point.walk,
                      .at = point.at,
                      .place = place,
                      .body_height = std::max(0.1, point.height_m),
                      .score = point.score},
                     points);
    keep(point.walk, walk, points);
}

void FloorAnalysis::keep(scene::WalkId number, Walk& walk, const std::vector<PathPoint>& points) {
    for (const PathPoint& point : points) {
        if (walk.piece.size() >= kPiecePointsMax)
            news_.pieces.push_back({kPlanCamera, number, std::exchange(walk.piece, {}), std::nullopt});
        walk.piece.push_back(point);
        walk.pending.push_back(point);
        walk.is_new = true;
    }
}

PersonId FloorAnalysis::known_as(PersonId person, const Walk* walk) {
    if (const auto name = names_.find(person); name != names_.end()) return name->second;
    if (walk == nullptr || walk->piece.empty() || missing_.empty() || since_.contains(person)) return person;
    const Sighting first = sighting_of(person, walk->piece.front(), PathScale::of_plan());
    const auto distance = [&](const Missing& missing) {
        return std::hypot(missing.place.x - first.place.x, missing.place.y - first.place.y);
    };
    auto best = missing_.end();
    for (auto missing = missing_.begin(); missing != missing_.end(); ++missing) {
        const double away_s = std::max(0.0, to_seconds(first.at - missing->seen));
        if (distance(*missing) > std::min(kReachMostM, kReachM + kWalkM * away_s)) continue;
        if (best == missing_.end() || distance(*missing) < distance(*best)) best = missing;
    }
    if (best == missing_.end()) return person;
    const PersonId known = best->person;
    missing_.erase(best);
    names_[person] = known;
    return known;
}

void FloorAnalysis::own(const scene::WalkOwner& owner) {
    Walk* walk = nullptr;
    if (const auto found = walks_.find(owner.walk); found != walks_.end())
        walk = &found->second;
    else if (owner.walk > newest_forgotten_)  // its points are still to come
        walk = &walks_.try_emplace(owner.walk, PathScale::of_plan()).first->second;
    const PersonId person = owner.person == 0 ? 0 : known_as(owner.person, walk);
    const UtcTime since = stored(owner.since);
    news_.owners.push_back({owner.walk, since, person});
    if (walk == nullptr) {
        correct(person, from_utc(since));
        return;
    }
    walk->owners.erase(walk->owners.lower_bound(from_utc(since)), walk->owners.end());
    walk->owners[from_utc(since)] = person;
    for (const Counted& counted : walk->counted) {
        if (time_of(counted.last) < from_utc(since) || counted.person == person) continue;
        correct(counted.person, from_utc(since));
        correct(person, from_utc(since));
    }
}

void FloorAnalysis::correct(PersonId person, SourceTime since) {
    if (person != 0) {
        doubtful_.insert(person);
        // A visit that began long before may end otherwise.
        if (const auto first = since_.find(person); first != since_.end())
            since = std::min(since, first->second);
    }
    correction_ = std::min(correction_.value_or(since), since);
}

Result<void> FloorAnalysis::count(SourceTime known) {
    forget_walks(known);
    return stream_->advance(std::min(known, horizon_));
}

Result<void> FloorAnalysis::count_pending() {
    struct Known {
        OwnedPoint owned;
        PathPoint point;
    };
    std::vector<Known> all;
    for (auto& [number, walk] : walks_) {
        std::size_t done = 0;
        for (const PathPoint& point : walk.pending) {
            const auto after = walk.owners.upper_bound(time_of(point));
            const PersonId person = after == walk.owners.begin() ? 0 : std::prev(after)->second;
            if (person == 0) break;
            ++done;
            if (walk.counted.empty() || walk.counted.back().person != person)
                walk.counted.push_back({point.tick, point.tick, person});
            walk.counted.back().last = point.tick;
            all.push_back({{point.tick, number, person}, point});
        }
        walk.pending.erase(walk.pending.begin(), walk.pending.begin() + static_cast<std::ptrdiff_t>(done));
    }
    // In the order in which they are computed again.
    std::stable_sort(all.begin(), all.end(),
                     [](const Known& a, const Known& b) { return a.owned.tick < b.owned.tick; });
    std::vector<OwnedPoint> owned;
    owned.reserve(all.size());
    for (const Known& known : all)
        owned.push_back(known.owned);
    const auto answer =
        followed_.take(owned, [&](scene::WalkId number, PersonId person) { return goes_on(number, person); });
    for (const auto& [person, since] : answer.wrong_since)
        correct(person, time_of(since));
    for (std::size_t i = 0; i < all.size(); ++i)
        if (answer.counts[i] != 0) TRY(count(all[i].owned.person, all[i].point));
    return {};
}

Result<void> FloorAnalysis::count(PersonId person, const PathPoint& point) {
    since_.try_emplace(person, time_of(point));
    TRY_ASSIGN(const bool counts, stream_->take(person, point));
    if (!counts) correct(person, time_of(point));
    if (counts && options_.outlook != nullptr)
        options_.outlook->observe(sighting_of(person, point, PathScale::of_plan()));
    return {};
}

bool FloorAnalysis::goes_on(scene::WalkId number, PersonId person) const {
    const auto walk = walks_.find(number);
    if (walk == walks_.end()) return false;
    const Walk& it = walk->second;
    return (!it.is_over || !it.pending.empty()) && !it.owners.empty() && it.owners.rbegin()->second == person;
}

void FloorAnalysis::forget_walks(SourceTime known) {
    for (auto entry = walks_.begin(); entry != walks_.end();) {
        auto& [number, walk] = *entry;
        if (!walk.is_over || known - walk.last <= kWalkKept) {
            ++entry;
            continue;
        }
        if (std::exchange(walk.is_new, false))
            news_.pieces.push_back({kPlanCamera, number, std::move(walk.piece), std::nullopt});
        newest_forgotten_ = std::max(newest_forgotten_, number);
        entry = walks_.erase(entry);
    }
}

void FloorAnalysis::see_people(const scene::FloorOutput& output) {
    const auto zones_at = [&](Point place) {
        std::vector<std::string> names;
        for (const Zone& zone : layout().zones)
            if (contains(zone.polygon, place)) names.push_back(zone.name);
        return names;
    };
    in_sight_.clear();
    const double error_m = worst_error(plan_, options_.tracking.body);
    for (const scene::PersonNow& now : output.people) {
        if (now.at != output.people.back().at) continue;
        const double spread_m = std::sqrt((now.covariance.xx + now.covariance.yy) / 2);
        in_sight_.push_back({known_as(now.person, nullptr), now.place, spread_m, zones_at(now.place),
                             range_of(now.height, error_m)});
    }
}

void FloorAnalysis::tell_entries(const scene::FloorOutput& output, SourceTime now) {
    if (!has_entrance_) return;  // then nobody knows who comes in, and the tracker tells of everybody
    for (const PersonId person : output.entered) {
        if (names_.contains(person)) continue;  // he came before the program was started again
        const auto since = since_.find(person);
        news_.entries.push_back({person, stored(since == since_.end() ? now : since->second), false});
    }
    for (const PersonId person : output.not_entered)
        if (!names_.contains(person)) news_.entries.push_back({person, stored(now), true});
}

int FloorAnalysis::people() const {
    std::set<PersonId> present;
    for (const PlanPerson& person : in_sight_)
        present.insert(person.person);
    for (const insight::OpenVisit& visit : open_visits())
        present.insert(visit.person);
    return static_cast<int>(present.size());
}

std::vector<SamePerson> FloorAnalysis::tracks() const {
    std::vector<SamePerson> all;
    for (const auto& [track, person] : same_people_.now()) {
        const auto name = names_.find(person);
        all.push_back(
            {plan_.cameras[track.first].camera, track.second, name == names_.end() ? person : name->second});
    }
    return all;
}

std::vector<CameraClock> FloorAnalysis::clocks() const {
    std::vector<CameraClock> clocks;
    for (const scene::ClockOffsets::Offset& offset : tracker_->clocks())
        clocks.push_back({plan_.cameras[offset.camera].camera, 1e3 * offset.offset_s, 1e3 * offset.error_s});
    return clocks;
}

std::map<std::string, scene::PassedOver> FloorAnalysis::take_passed_over() {
    std::map<std::string, scene::PassedOver> passed;
    for (const auto& [camera, of_camera] : tracker_->take_passed_over())
        passed[plan_.cameras[camera].camera] = of_camera;
    return passed;
}

records::PathNews FloorAnalysis::take_paths() {
    for (auto& [number, walk] : walks_)
        if (std::exchange(walk.is_new, false))
            news_.pieces.push_back({kPlanCamera, number, walk.piece, std::nullopt});
    return std::exchange(news_, {});
}

std::optional<SourceTime> FloorAnalysis::take_correction() {
    return std::exchange(correction_, std::nullopt);
}

Result<void> FloorAnalysis::change_plan(const Plan& plan, SourceTime now) {
    const bool same_floor = floor_of(plan) == floor_of(plan_);
    if (!same_floor) {
        // Whoever is there is told as what is known of him by now.
        horizon_ = now;
        TRY(look(now + options_.tracking.watermark + options_.tracking.expected_for +
                 std::chrono::seconds(1)));
        horizon_ = SourceTime::max();
        for (auto& [number, walk] : walks_)
            walk.is_over = true;
    }
    // The last second is not known yet where cameras go on: it counts by the new plan, until it is computed
    // again.
    correct(0, now - kFloorFactLag);
    TRY(stream_->change_layout(with_zone(floor_layout(plan), Ground::kPlan), now));
    if (!same_floor) {
        tracker_ = std::make_unique<scene::FloorTracker>(plan, options_.tracking, tracker_->next_person(),
                                                         tracker_->next_walk());
        names_.clear();
        same_people_ = {};
        in_sight_.clear();
        expect_again(stream_->open_visits(), now);
    }
    set_plan(plan);
    return {};
}

Result<void> FloorAnalysis::finish(SourceTime now) {
    horizon_ = now;
    TRY(look(now + options_.tracking.watermark + options_.tracking.expected_for + std::chrono::seconds(1)));
    in_sight_.clear();
    return stream_->finish(now);
}

}  // namespace vitrina::pipeline
