#include "pipeline/live_analysis.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "domain/event_json.h"
#include "pipeline/reach_of_pose.h"
#include "pipeline/shop_clock.h"
#include "pipeline/sighting_of_box.h"
#include "track/path.h"
#include "track/visibility.h"

namespace vitrina::pipeline {
namespace {

// What is visible of a body is judged by its boxes of this long: long enough for a person who comes in to be
// seen whole.
constexpr Duration kContext = std::chrono::seconds(10);

// Somebody of an earlier session is looked for where he was, and as far around as people walk in the time
// since (1.3 m/s of 1.7 m), but not across the whole picture.
constexpr double kReachBodies = 0.5;
constexpr double kWalkBodiesPerSecond = 0.76;
constexpr double kReachBodiesMax = 3;
constexpr double kSizeRatioMin = 0.6;

// Visits are written down within a second or so of one another.
constexpr Duration kSeenAtTheEnd = std::chrono::milliseconds(1500);

}  // namespace

LiveAnalysis::LiveAnalysis(LiveAnalysisOptions options, const std::vector<insight::OpenVisit>& before,
                           SourceTime now, EventSink& sink)
    : options_(std::move(options)),
      sink_(sink),
      began_(now),
      tracker_(options_.tracking, options_.width, options_.height) {
    for (const insight::OpenVisit& visit : before) {
        const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const Missing& missing) {
            return missing.person == visit.person;
        });
        if (!known) missing_.push_back({visit.person, visit.place, visit.body_height, visit.seen});
    }
    SourceTime last{};
    for (const Missing& missing : missing_)
        last = std::max(last, missing.seen);
    for (Missing& missing : missing_)
        missing.was_there = last - missing.seen <= kSeenAtTheEnd;
    before_ = before;
    heatmap_ = std::make_unique<insight::HeatMap>(options_.layout.width, options_.layout.height);
    stream_ =
        std::make_unique<FactStream>(std::move(options_.layout), options_.identity, options_.insight, sink_);
    touches_ =
        std::make_unique<insight::TouchWatch>(layout(), options_.identity, insight::TouchOptions{}, sink_);
}

Result<void> LiveAnalysis::begin(SourceTime now) {
    return stream_->begin(std::exchange(before_, {}), now);
}

Result<std::vector<LivePerson>> LiveAnalysis::take(std::int64_t frame, SourceTime time, int width, int height,
                                                   std::span<const Detection> detections) {
    const double scale_x = static_cast<double>(options_.width) / width;
    const double scale_y = static_cast<double>(options_.height) / height;
    std::vector<Detection> scaled(detections.begin(), detections.end());
    for (Detection& detection : scaled)
        detection.box = detection.box.scaled(scale_x, scale_y);
    const track::Update update = tracker_.update(frame, time, scaled);
    for (const TrackBox& box : update.recovered)
        TRY(see(box));
    std::vector<LivePerson> people;
    in_picture_.clear();
    for (const TrackBox& box : update.reported) {
        TRY(see(box));
        const Sighting sighting = sighting_of(box, 1);
        people.push_back(
            {sighting.person, box.box.scaled(1 / scale_x, 1 / scale_y), box.score, zones_at(sighting.place)});
        in_picture_.push_back(sighting.person);
    }
    for (const TrackId track : update.ended)
        TRY(end(track, time));
    looked_ = time;
    TRY(advance(time + Duration(1)));  // what was seen in this picture counts now
    return people;
}

Result<void> LiveAnalysis::see_poses(std::span<const PoseSighting> poses, SourceTime now, int width,
                                     int height) {
    if (layout().shelves.empty()) return {};
    for (const PoseSighting& pose : poses)
        if (const auto reach = reach_of_pose(pose, layout(), double(width), double(height)))
            TRY(touches_->observe(*reach));
    return touches_->advance(now);
}

Result<void> LiveAnalysis::see(const TrackBox& box) {
    std::vector<TrackBox>& path = paths_[box.track];
    path.push_back(box);
    const auto first = std::find_if(path.begin(), path.end(),
                                    [&](const TrackBox& known) { return box.time - known.time <= kContext; });
    path.erase(path.begin(), first);
    const double visible =
        track::visible_shares(path, {double(options_.width), double(options_.height)}).back();
    Sighting sighting = sighting_of(box, visible);
    if (!persons_.contains(box.track)) {
        persons_[box.track] = person_of(box.track, sighting);
        sighting.person = persons_[box.track];
    }
    heatmap_->observe(sighting);
    if (options_.outlook != nullptr) options_.outlook->observe(sighting);
    const PersonId person = sighting.person;
    std::vector<PathPoint> points;
    PathThinner& thinner = thinners_.try_emplace(person, stream_->scale()).first->second;
    thinner.see(sighting, points);
    if (stream_->would_decide(sighting)) thinner.flush(points);
    return pass_on(person, points);
}

Result<void> LiveAnalysis::pass_on(PersonId person, const std::vector<PathPoint>& points) {
    for (const PathPoint& point : points) {
        TRY_ASSIGN(const bool counts, stream_->take(person, point));
        if (!counts) continue;  // then it is not stored either
        OpenPath& path = open_paths_[person];
        if (path.points.size() >= kPiecePointsMax) {
            full_paths_.push_back({person, std::move(path.points), std::nullopt});
            path.points.clear();
        }
        path.points.push_back(point);
        path.is_new = true;
    }
    return {};
}

Result<void> LiveAnalysis::flush_all() {
    std::vector<PathPoint> points;
    for (auto& [person, thinner] : thinners_) {
        points.clear();
        thinner.flush(points);
        TRY(pass_on(person, points));
    }
    return {};
}

std::vector<NewPath> LiveAnalysis::take_paths() {
    std::vector<NewPath> paths = std::exchange(full_paths_, {});
    for (auto path = open_paths_.begin(); path != open_paths_.end();) {
        if (std::exchange(path->second.is_new, false))
            paths.push_back({path->first, path->second.points, path->second.left});
        path = thinners_.contains(path->first) ? std::next(path) : open_paths_.erase(path);
    }
    return paths;
}

PersonId LiveAnalysis::person_of(TrackId track, const Sighting& first) {
    const auto distance = [&](const Missing& missing) {
        return std::hypot(missing.place.x - first.place.x, missing.place.y - first.place.y) /
               std::max(missing.body_height, first.body_height);
    };
    const auto fits = [&](const Missing& missing) {
        const double away_s = std::max(0.0, to_seconds(first.at - missing.seen));
        const double reach = std::min(kReachBodiesMax, kReachBodies + kWalkBodiesPerSecond * away_s);
        const double ratio = std::min(missing.body_height, first.body_height) /
                             std::max(missing.body_height, first.body_height);
        return distance(missing) <= reach && ratio >= kSizeRatioMin;
    };
    // Who was lost from sight before the end has more likely left than come back where another was seen last.
    const auto is_likelier = [&](const Missing& one, const Missing& other) {
        if (one.was_there != other.was_there) return one.was_there;
        return distance(one) < distance(other);
    };
    auto best = missing_.end();
    for (auto missing = missing_.begin(); missing != missing_.end(); ++missing)
        if (fits(*missing) && (best == missing_.end() || is_likelier(*missing, *best))) best = missing;
    if (best == missing_.end()) return (options_.session << kPersonBits) + track;
    const PersonId person = best->person;
    missing_.erase(best);
    return person;
}

Result<void> LiveAnalysis::end(TrackId track, SourceTime now) {
    paths_.erase(track);
    const auto person = persons_.find(track);
    if (person == persons_.end()) return {};
    heatmap_->person_left(person->second);
    TRY(touches_->person_left(person->second));
    if (const auto thinner = thinners_.find(person->second); thinner != thinners_.end()) {
        std::vector<PathPoint> points;
        thinner->second.flush(points);
        TRY(pass_on(person->second, points));
        thinners_.erase(thinner);
    }
    // To the millisecond, as it is stored: facts that wait for his return come when it is known.
    const UtcTime left(std::chrono::ceil<std::chrono::milliseconds>(now.time_since_epoch()));
    TRY(stream_->person_left(person->second, from_utc(left)));
    if (const auto path = open_paths_.find(person->second); path != open_paths_.end()) {
        path->second.left = left;
        path->second.is_new = true;
    }
    persons_.erase(person);
    return {};
}

Sighting LiveAnalysis::sighting_of(const TrackBox& box, double visible) const {
    Sighting sighting =
        sighting_of_box(box, visible, layout(), double(options_.width), double(options_.height));
    if (const auto person = persons_.find(box.track); person != persons_.end())
        sighting.person = person->second;
    return sighting;
}

std::vector<std::string> LiveAnalysis::zones_at(Point place) const {
    std::vector<std::string> names;
    for (const Zone& zone : layout().zones)
        if (contains(zone.polygon, place)) names.push_back(zone.name);
    return names;
}

Result<void> LiveAnalysis::advance(SourceTime now) {
    TRY(advance_blind(now));
    if (options_.outlook != nullptr) options_.outlook->advance(now, stream_->queues());
    return {};
}

Result<void> LiveAnalysis::advance_blind(SourceTime now) {
    // Whoever was not found again within the time that insight waits for him is somebody else from then on.
    if (now - began_ > options_.insight.unseen_grace) missing_.clear();
    // The last picture of a camera that gives no more says nothing of who is there now.
    if (now - looked_ > options_.insight.unseen_grace) in_picture_.clear();
    std::vector<PathPoint> points;
    for (auto& [person, thinner] : thinners_) {
        points.clear();
        thinner.advance(now, points);
        TRY(pass_on(person, points));
    }
    return stream_->advance(now);
}

Result<void> LiveAnalysis::cut(SourceTime now) {
    for (const TrackId track : tracker_.finish())
        TRY(end(track, now));
    in_picture_.clear();
    return advance(now);
}

int LiveAnalysis::people() const {
    std::set<PersonId> present(in_picture_.begin(), in_picture_.end());
    for (const insight::OpenVisit& visit : open_visits())
        present.insert(visit.person);
    return static_cast<int>(present.size());
}

Result<void> LiveAnalysis::change_layout(Layout layout, SourceTime now) {
    TRY(flush_all());
    if (heatmap_->width() != layout.width || heatmap_->height() != layout.height) {
        heatmap_ = std::make_unique<insight::HeatMap>(layout.width, layout.height);
    }
    TRY(touches_->finish());
    TRY(stream_->change_layout(std::move(layout), now));
    touches_ = std::make_unique<insight::TouchWatch>(stream_->layout(), options_.identity,
                                                     insight::TouchOptions{}, sink_);
    // Of another size, perhaps: steps are shares of the picture, so paths go on.
    for (auto& [person, thinner] : thinners_)
        thinner.change_scale(stream_->scale());
    return {};
}

Result<void> LiveAnalysis::finish(SourceTime now) {
    TRY(cut(now));
    TRY(touches_->finish());
    return stream_->finish(now);
}

}  // namespace vitrina::pipeline
