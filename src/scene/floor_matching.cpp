// Which box of a picture is whose: the part of FloorTracker that follows bodies.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assignment.h"
#include "scene/floor_tracker_impl.h"

namespace vitrina::scene {
namespace {

// People in a picture who are nobody's yet, of those who are there, and at least, a square metre.
constexpr double kStrangers = 0.15;
constexpr double kStrangersLeast = 0.002;
constexpr double kVisibleLeast = 0.1;  // of a body: less is not found
constexpr double kVisibleHalf = 0.35;  // of a body, which is found every second time
constexpr double kVisibleWidth = 0.1;
constexpr double kFound = 0.9;  // of those who are fully seen
constexpr double kFoundLeast = 0.02;
// Who walked out by an entrance and is not seen any more is gone.
constexpr Duration kLeftAfter = std::chrono::milliseconds(300);
constexpr Duration kWalksOn = std::chrono::milliseconds(1500);
constexpr double kLeavesMS = 0.3;
constexpr double kYoungYields = 3;   // nats: who is not sure yet gets what is left
constexpr double kSpreadMax = 1.5;   // m: who is less sure where he is, is expected nowhere
constexpr double kClearLeast = 0.4;  // of a box: less says nothing of how somebody looks
constexpr double kClear = 0.75;
constexpr double kKnownLooks = 3;   // looks after which they count in full
constexpr double kMomentMax = 7;    // nats, that one look may say
constexpr double kSureByPlace = 6;  // nats more than anybody else: teaches what looks are like
constexpr double kScoreBirth = 0.15;
constexpr double kOutsideM = 1.0;  // beyond the plan's edge stands nobody
// Evidence that a track is a person: a detection's score over what clutter has.
constexpr double kScoreClutter = 0.33;
constexpr double kEvidencePerScore = 8;
constexpr double kEvidenceHit = 2.0;
constexpr double kEvidenceLoss = -1.0;
constexpr double kConfirm = 4.0;  // nats
constexpr int kConfirmHits = 3;
// Who is missed in a picture is told where he must be, as long as that is known.
constexpr Duration kGuessFor = std::chrono::milliseconds(1000);
constexpr double kGuessSpreadM = 0.35;
constexpr double kGuessVisible = 0.4;
constexpr double kBesideM = 2;
constexpr double kRecentLooks = 4;    // as many wait before they count as somebody's
constexpr double kManyLooks = 16;     // what is learnt of looks over seconds
constexpr double kDoubtMoment = 4;    // nats, of one look: those that follow are like it
constexpr double kTwoPeople = -3;     // nats
constexpr double kChangedLooks = -2;  // nats
constexpr double kDoubtMax = 9;       // nats: somebody else is in the boxes

double found_share(double visible) {
    return kFoundLeast + (kFound - kFoundLeast) / (1 + std::exp((kVisibleHalf - visible) / kVisibleWidth));
}

Likeness likeness_of(double clear, bool same_camera) {
    if (clear >= kClear) return same_camera ? Likeness::kMoment : Likeness::kMomentElsewhere;
    return same_camera ? Likeness::kCovered : Likeness::kCoveredElsewhere;
}

double spread_m(const BodyFilter& body) {
    const Covariance covariance = body.covariance();
    return std::sqrt(std::max(covariance.xx, covariance.yy));
}

double to_centimetres(double metres) {
    return std::round(metres * 100) / 100;
}

}  // namespace

std::vector<FloorTracker::Impl::Expected> FloorTracker::Impl::expect(const Picture& picture) {
    std::vector<Expected> expected;
    expected.reserve(walkers.size());
    const BodyCamera& camera = cameras.at(picture.camera);
    const int index = static_cast<int>(picture.camera);
    for (auto& [id, walker] : walkers) {
        if (picture.at - walker.last > options.expected_for) continue;
        BodyFilter body = walker.filter;
        body.advance(picture.at);
        if (spread_m(body) > kSpreadMax) continue;
        auto view = camera.view(body.place(), body.height_m());
        if (!view || view->visible < kVisibleLeast) continue;
        Expected one{&walker, body, *view, {}, 0, false, false};
        one.has_left = has_left(walker.filter.place(), walker.filter.velocity(), picture.at - walker.last);
        const auto here = walker.looks.find(index);
        if (here != walker.looks.end() && here->second.weight() >= kKnownLooks) {
            one.looks = appearance.centered(index, here->second.mean());
            one.looks_weight = here->second.weight();
            one.same_camera = true;
        } else {
            Looks all = walker.looks;
            for (const auto& [from, mean] : walker.recent)
                all[from].add(mean);
            one.looks = appearance.centered(all);
            one.looks_weight = total_weight(all);
        }
        expected.push_back(std::move(one));
    }
    return expected;
}

bool FloorTracker::Impl::has_left(Point place, Point velocity, Duration unseen) const {
    if (unseen < kLeftAfter || std::hypot(velocity.x, velocity.y) < kLeavesMS) return false;
    const double seconds = to_seconds(std::min(unseen, kWalksOn));
    return floor.goes_out(place, {place.x + seconds * velocity.x, place.y + seconds * velocity.y});
}

std::optional<FloorTracker::Impl::Pair> FloorTracker::Impl::pair_of(const Picture& picture,
                                                                    std::size_t detection,
                                                                    const Expected& expected,
                                                                    const std::vector<float>& looks) const {
    const Box& box = picture.detections[detection].box;
    const Box& open = expected.view.open;
    // Far off: nothing more to ask.
    const double reach = 1.5 * std::max({box.height, open.height, expected.view.whole.width});
    if (std::abs(box.center().x - open.center().x) > reach || std::abs(box.y - open.y) > reach)
        return std::nullopt;
    const BodyCamera& camera = cameras.at(picture.camera);
    Pair pair;
    pair.fit = camera.fit(expected.body, expected.view, box, to_seconds(options.time_error),
                          picture.covered[detection] != 0);
    double found = found_share(expected.view.visible);
    // Who turns round does so in one of all the moments for which he is expected.
    if (expected.has_left) found *= kTurnsRound * to_seconds(options.tick) / to_seconds(options.expected_for);
    pair.by_place = pair.fit.evidence - std::log(std::max(kStrangersLeast, kStrangers * density)) +
                    std::log(found / (1 - found));
    if (!expected.walker->confirmed) pair.by_place -= kYoungYields;
    pair.similarity = similarity_of(looks, expected.looks);
    if (pair.similarity != 0)
        pair.by_looks = std::clamp(appearance.evidence(pair.similarity, likeness_of(picture.clear[detection],
                                                                                    expected.same_camera)),
                                   -kMomentMax, kMomentMax) *
                        std::min(1.0, expected.looks_weight / kKnownLooks);
    return pair;
}

void FloorTracker::Impl::process(const Picture& picture, FloorOutput& out) {
    std::vector<Expected> expected = expect(picture);
    const std::size_t count = picture.detections.size();
    const int index = static_cast<int>(picture.camera);
    std::vector<std::vector<float>> looks(count);
    for (std::size_t d = 0; d < count; ++d) {
        if (picture.looks[d].vector.empty()) continue;
        looks[d] = appearance.centered(index, picture.looks[d].vector);
    }
    std::map<std::pair<std::size_t, std::size_t>, Pair> pairs;  // by walker and detection
    std::vector<Candidate> candidates;
    for (std::size_t w = 0; w < expected.size(); ++w)
        for (std::size_t d = 0; d < count; ++d) {
            const auto pair = pair_of(picture, d, expected[w], looks[d]);
            if (!pair) continue;
            const double gain = pair->by_place + pair->by_looks;
            pairs.emplace(std::pair(w, d), *pair);
            if (gain > 0) candidates.push_back({static_cast<int>(w), static_cast<int>(d), gain});
        }
    const std::vector<int> chosen =
        assign(static_cast<int>(expected.size()), static_cast<int>(count), candidates);
    std::vector<char> taken(count, 0);
    for (std::size_t w = 0; w < expected.size(); ++w) {
        if (chosen[w] == kUnassigned) continue;
        const auto d = static_cast<std::size_t>(chosen[w]);
        taken[d] = 1;
        const Pair& pair = pairs.at({w, d});
        // Whom the place alone makes sure teaches what the same person, and others, look like.
        const Likeness likeness = likeness_of(picture.clear[d], expected[w].same_camera);
        bool sure = expected[w].looks_weight >= kKnownLooks;
        for (const auto& [key, other] : pairs)
            if ((key.first == w) != (key.second == d))
                sure = sure && other.by_place < pair.by_place - kSureByPlace;
        if (sure && pair.similarity != 0) appearance.learn_same(pair.similarity, likeness);
        if (!looks[d].empty()) {
            const std::size_t other = (w + 1 + d) % expected.size();  // anybody else in this picture
            if (other != w && chosen[other] != kUnassigned && expected[other].looks_weight >= kKnownLooks)
                appearance.learn_different(similarity_of(looks[d], expected[other].looks),
                                           likeness_of(picture.clear[d], expected[other].same_camera));
        }
    }
    for (std::size_t w = 0; w < expected.size(); ++w)
        if (chosen[w] != kUnassigned) {
            const auto d = static_cast<std::size_t>(chosen[w]);
            take(picture, d, expected[w], pairs.at({w, d}), out);
        }
    for (std::size_t w = 0; w < expected.size(); ++w)
        if (chosen[w] == kUnassigned) guess(picture, expected[w], out);
    for (std::size_t a = 0; a < expected.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            if (chosen[a] == kUnassigned || chosen[b] == kUnassigned) continue;
            const Point apart = {expected[a].body.place().x - expected[b].body.place().x,
                                 expected[a].body.place().y - expected[b].body.place().y};
            if (std::hypot(apart.x, apart.y) > kBesideM) continue;
            expected[a].walker->beside[expected[b].walker->id] = picture.at;
            expected[b].walker->beside[expected[a].walker->id] = picture.at;
        }
    for (std::size_t d = 0; d < count; ++d)
        if (taken[d] == 0 && picture.detections[d].score >= kScoreBirth) begin(picture, d, out);
}

void FloorTracker::Impl::guess(const Picture& picture, const Expected& expected, FloorOutput& out) const {
    const Walker& walker = *expected.walker;
    const int index = static_cast<int>(picture.camera);
    const auto run = walker.runs.find(index);
    if (!walker.confirmed || run == walker.runs.end() || picture.at - run->second.last > kGuessFor ||
        spread_m(expected.body) > kGuessSpreadM)
        return;
    double visible = expected.view.visible;
    for (const Detection& other : picture.detections)
        if (other.box.bottom() > expected.view.open.bottom())
            visible *= 1 - std::min(1.0, common_share(expected.view.open, other.box));
    if (visible < kGuessVisible) return;
    FloorBox told;
    told.frame = picture.frame;
    told.box = expected.view.open;
    told.sighting = sighting_of(picture, run->second.tracklet, expected.body);
    told.sighting.visible = visible;
    told.sighting.feet_seen = false;
    out.boxes.push_back(told);
}

PlanSighting FloorTracker::Impl::sighting_of(const Picture& picture, TrackletId tracklet,
                                             const BodyFilter& body) const {
    PlanSighting sighting;
    sighting.tracklet = tracklet;
    sighting.camera = static_cast<int>(picture.camera);
    sighting.at = SourceTime(std::chrono::round<std::chrono::milliseconds>(picture.at.time_since_epoch()));
    sighting.time_error = options.time_error;
    sighting.place = {to_centimetres(body.place().x), to_centimetres(body.place().y)};
    sighting.covariance = body.covariance();
    return sighting;
}

void FloorTracker::Impl::tell_box(const Picture& picture, std::size_t detection, Walker& walker,
                                  const Box& box, bool on_feet, FloorOutput& out) {
    const int index = static_cast<int>(picture.camera);
    auto run = walker.runs.find(index);
    if (run == walker.runs.end()) {
        Run begun_run;
        begun_run.tracklet =
            (static_cast<TrackletId>(picture.camera + 1) << kTrackletBits) + ++tracklets[picture.camera];
        begun_run.since = begun_run.last = picture.at;
        run = walker.runs.emplace(index, begun_run).first;
        own(walker, run->second, run->second.since, out);
    }
    run->second.last = picture.at;
    FloorBox told;
    told.frame = picture.frame;
    told.box = box;
    told.sighting = sighting_of(picture, run->second.tracklet, walker.filter);
    told.sighting.score = picture.detections[detection].score;
    told.sighting.visible = picture.clear[detection];
    told.sighting.feet_seen = on_feet;
    out.boxes.push_back(told);
}

void FloorTracker::Impl::take(const Picture& picture, std::size_t detection, const Expected& expected,
                              const Pair& pair, FloorOutput& out) {
    Walker& walker = *expected.walker;
    const BodyCamera& camera = cameras.at(picture.camera);
    const Detection& seen = picture.detections[detection];
    walker.filter = expected.body;
    camera.see(walker.filter, expected.view, seen.box, pair.fit, to_seconds(options.time_error));
    const double seconds = std::clamp(to_seconds(picture.at - walker.last) / 0.2, 0.2, 1.0);
    walker.evidence +=
        std::clamp(kEvidencePerScore * (seen.score - kScoreClutter), kEvidenceLoss, kEvidenceHit) * seconds;
    walker.last = std::max(walker.last, picture.at);
    walker.score = seen.score;
    ++walker.hits;
    if (!walker.confirmed && walker.evidence >= kConfirm && walker.hits >= kConfirmHits) {
        walker.confirmed = true;
        walker.asked = walker.next_ask = picture.at;
        walker.first = walker.filter;
    }
    const bool covered = picture.covered[detection] != 0;
    const Box box = !pair.fit.on_feet && covered ? camera.completed(walker.filter, seen.box) : seen.box;
    tell_box(picture, detection, walker, box, pair.fit.on_feet, out);
    if (options.clocks == FloorTrackerOptions::Clocks::kLearnt && walker.confirmed && pair.fit.on_feet &&
        !covered)
        if (const auto feet = camera.feet(seen.box))
            clocks.see(picture.camera, walker.id, picture.stamped, *feet);
    look(picture, detection, walker);
    doubt(picture.at, expected.body, walker, pair.by_looks, out);
}

void FloorTracker::Impl::doubt(SourceTime at, const BodyFilter& before, Walker& walker, double by_looks,
                               FloorOutput& out) {
    // The sum of what speaks against it since it last was surely the same (CUSUM, Page 1954).
    if (walker.doubt <= 0) {
        walker.sure_until = at;
        walker.sure = before;
    }
    walker.doubt = std::max(0.0, walker.doubt - std::clamp(by_looks, -kDoubtMoment, kDoubtMoment / 2));
    if (walker.doubt <= kDoubtMax || walker.person == 0) return;
    // Looks that follow one another are alike: all of them together must say so too.
    const double together = alike(walker.recent, walker.looks);
    if (together < kChangedLooks)
        cut(walker, out);
    else if (total_weight(walker.recent) > kManyLooks)
        walker.doubt = 0;
}

void FloorTracker::Impl::begin(const Picture& picture, std::size_t detection, FloorOutput& out) {
    const Detection& seen = picture.detections[detection];
    const auto body = cameras.at(picture.camera).begin(picture.at, seen.box, picture.covered[detection] != 0);
    if (!body || spread_m(*body) > kSpreadMax || !floor.is_on_plan(body->place(), kOutsideM)) return;
    Walker walker(next_walker++, *body);
    walker.born = walker.last = walker.began = walker.sure_until = picture.at;
    walker.walks = {{walker.id, walker.began, 0}};
    walker.evidence =
        std::clamp(kEvidencePerScore * (seen.score - kScoreClutter), kEvidenceLoss, kEvidenceHit);
    walker.hits = 1;
    walker.score = seen.score;
    Walker& kept = walkers.emplace(walker.id, std::move(walker)).first->second;
    tell_box(picture, detection, kept, seen.box, true, out);
    look(picture, detection, kept);
}

void FloorTracker::Impl::look(const Picture& picture, std::size_t detection, Walker& walker) {
    const Appearance& seen = picture.looks[detection];
    const double clear = picture.clear[detection];
    if (seen.vector.empty() || clear < kClearLeast) return;
    const int index = static_cast<int>(picture.camera);
    walker.recent[index].add(Appearance{seen.vector, clear * clear});
    if (total_weight(walker.recent) < kRecentLooks || walker.doubt > 0) return;
    const Looks newest_looks = std::exchange(walker.recent, {});
    if (total_weight(walker.looks) >= 2 * kRecentLooks) learn_likeness(walker, newest_looks);
    for (const auto& [camera, mean] : newest_looks) {
        LooksMean& known = walker.looks[camera];
        if (known.weight() < kRecentLooks) appearance.see(camera, {mean.mean(), 1});
        known.add(mean);
    }
    // Each camera may hold one of two who stand close together: then their looks differ.
    if (walker.looks.size() < 2 || !walker.runs.contains(index) || walker.person == 0) return;
    const Looks here = {{index, walker.looks.at(index)}};
    Looks elsewhere = walker.looks;
    elsewhere.erase(index);
    if (here.at(index).weight() >= kRecentLooks && total_weight(elsewhere) >= kRecentLooks &&
        alike(here, elsewhere) < kTwoPeople)
        split(walker, index);
}

void FloorTracker::Impl::learn_likeness(Walker& walker, const Looks& newest_looks) {
    compare_to_learn(walker, newest_looks, walker.looks);
    for (const auto& [camera, mean] : newest_looks)
        walker.later[camera].add(mean);
    if (total_weight(walker.later) < kManyLooks) return;
    if (!walker.earlier.empty()) compare_to_learn(walker, walker.later, walker.earlier);
    walker.earlier = std::exchange(walker.later, {});
}

void FloorTracker::Impl::compare_to_learn(const Walker& walker, const Looks& one, const Looks& other) {
    const auto learn = [&](const Looks& a, const Looks& b, bool is_same) {
        const auto compared = appearance.compare(a, b);
        if (compared.similarity == 0) return;
        if (is_same)
            appearance.learn_same(compared.similarity, compared.likeness);
        else
            appearance.learn_different(compared.similarity, compared.likeness);
    };
    for (const auto& [camera, mean] : one) {
        const Looks here = {{camera, mean}};
        if (other.contains(camera)) learn(here, other, true);
        Looks elsewhere = other;
        elsewhere.erase(camera);
        if (total_weight(elsewhere) >= kRecentLooks) learn(here, elsewhere, true);
    }
    // Whoever else is seen now is somebody else.
    auto next = walkers.upper_bound(walker.id);
    if (next == walkers.end()) next = walkers.begin();
    if (next->first != walker.id && next->second.last + options.tick >= walker.last &&
        total_weight(next->second.looks) >= 2 * kRecentLooks && walker.beside.contains(next->first))
        learn(one, next->second.looks, false);
}

}  // namespace vitrina::scene
