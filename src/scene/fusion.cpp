#include "scene/fusion.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "scene/fusion_impl.h"

namespace vitrina::scene {
namespace {

constexpr Duration kActive = std::chrono::milliseconds(800);  // since a sighting: still seen
constexpr Duration kLostAfter = std::chrono::milliseconds(1200);
constexpr Duration kSilentMax = std::chrono::seconds(6);  // a tracklet of which nothing comes is over
constexpr double kAhead = 0.8;                            // s: who was about to be at the door
constexpr double kRecentLooks = 5;                        // as many say whether somebody still looks the same
constexpr double kChangedLooks = -3;                      // nats
constexpr double kLooksMax = 60;                          // weight of what is remembered of looks
constexpr std::size_t kHistoryMax = 2000;                 // tracklets of one person: a day at a shelf

}  // namespace

Fusion::Fusion(const Plan& plan, const FusionOptions& options, PersonId first_person)
    : impl_(std::make_unique<Impl>(plan, options, first_person)) {}

Fusion::~Fusion() = default;

void Fusion::see(const PlanSighting& sighting, const Appearance* looks) {
    impl_->see({sighting, looks != nullptr ? std::optional<Appearance>(*looks) : std::nullopt});
}

void Fusion::tracklet_ended(TrackletId tracklet) {
    impl_->ended.insert(tracklet);
}

FusionOutput Fusion::advance(SourceTime now) {
    return impl_->advance(now);
}

std::size_t Fusion::remembered() const {
    return impl_->people.size();
}

void Fusion::Impl::see(Waiting one) {
    const auto key = std::pair(one.sighting.at, std::pair(one.sighting.tracklet, arrived++));
    waiting.emplace(key, std::move(one));
}

void Fusion::Impl::feed(const Waiting& one) {
    const PlanSighting& sighting = one.sighting;
    auto known = current.find(sighting.tracklet);
    if (known == current.end()) {
        Piece piece(sighting);
        piece.id = next_piece++;
        piece.tracklet = sighting.tracklet;
        piece.camera = sighting.camera;
        piece.since = piece.last = piece.last_measured = sighting.at;
        piece.first_place = sighting.place;
        piece.time_error = sighting.time_error;
        known = current.emplace(sighting.tracklet, piece.id).first;
        pieces.emplace(piece.id, std::move(piece));
    }
    Piece& piece = pieces.at(known->second);
    piece.filter.see(sighting);
    piece.last = std::max(piece.last, sighting.at);
    piece.score = sighting.score;
    if (sighting.score > 0) {
        piece.last_measured = piece.last;
        ++piece.measured;
    }
    if (!one.looks) return;
    appearance.see(piece.camera, *one.looks);
    if (piece.recent.weight() <= 0) piece.recent_since = sighting.at;
    piece.recent.add(*one.looks);
    if (piece.recent.weight() >= kRecentLooks) look_again(piece.id);
}

void Fusion::Impl::look_again(PieceId id) {
    Piece& piece = pieces.at(id);
    const Looks recent = {{piece.camera, piece.recent}};
    const LooksMean newest = std::exchange(piece.recent, {});
    const bool known = piece.looks[piece.camera].weight() >= 2 * kRecentLooks;
    const double similarity = known ? appearance.similarity(piece.looks, recent) : 0;
    // Somebody else is in the boxes now: what follows is a piece of its own.
    if (known && similarity != 0 && appearance.evidence_within(similarity) < kChangedLooks) {
        cut(id, piece.recent_since);
        pieces.at(next_piece - 1).looks[recent.begin()->first].add(newest);
        return;
    }
    if (known && similarity != 0) appearance.learn_within(similarity);
    piece.looks[piece.camera].add(newest);
}

FusionOutput Fusion::Impl::advance(SourceTime now) {
    FusionOutput out;
    const SourceTime known = now - options.watermark;
    if (next_tick == SourceTime{}) {
        if (waiting.empty()) return out;
        const auto begin = waiting.begin()->first.first.time_since_epoch();
        next_tick = SourceTime(begin / options.tick * options.tick);
    }
    while (next_tick <= known) {
        // Through hours without anybody in one step.
        if (pieces.empty() && people.empty() && waiting.empty()) {
            next_tick = SourceTime(known.time_since_epoch() / options.tick * options.tick) + options.tick;
            break;
        }
        tick(next_tick, out);
        next_tick += options.tick;
    }
    return out;
}

void Fusion::Impl::tick(SourceTime time, FusionOutput& out) {
    while (!waiting.empty() && waiting.begin()->first.first <= time) {
        feed(waiting.begin()->second);
        waiting.erase(waiting.begin());
    }
    end_pieces(time);
    refresh_people(time);
    check_owners(time);
    agree(time);
    match(time, out);
    reunite(time, out);
    refresh_people(time);
    tell_people(time, out);
    forget(time, out);
}

bool Fusion::Impl::is_active(const Piece& piece, SourceTime time) const {
    return time - piece.last <= kActive;
}

WalkState Fusion::Impl::blurred(const Piece& piece, SourceTime time) const {
    WalkState state = piece.filter.at(time);
    const double speed = std::hypot(state.velocity.x, state.velocity.y);
    const double late = speed * to_seconds(piece.time_error);
    const double error = options.bias_m * options.bias_m + late * late;
    state.covariance.xx += error;
    state.covariance.yy += error;
    return state;
}

std::optional<WalkState> Fusion::Impl::state_of(const Person& person, SourceTime time,
                                                PieceId without) const {
    std::optional<WalkState> state;
    for (const PieceId id : person.pieces) {
        const Piece& piece = pieces.at(id);
        if (id == without || !is_active(piece, time)) continue;
        const WalkState one = blurred(piece, time);
        state = state ? joined(*state, one) : one;
    }
    return state;
}

void Fusion::Impl::end_pieces(SourceTime time) {
    std::vector<PieceId> over;
    for (auto& [id, piece] : pieces) {
        const bool said = ended.contains(piece.tracklet);
        if (said || time - piece.last > kSilentMax) {
            piece.ended = true;
            if (piece.person != 0 || time - piece.last > kActive + options.undecided_max) over.push_back(id);
        }
    }
    for (const PieceId id : over) {
        ended.erase(pieces.at(id).tracklet);
        drop(id);
    }
}

void Fusion::Impl::drop(PieceId id) {
    const Piece& piece = pieces.at(id);
    if (const auto owner = people.find(piece.person); owner != people.end()) {
        for (const auto& [camera, looks] : piece.looks)
            if (owner->second.looks[camera].weight() < kLooksMax) owner->second.looks[camera].add(looks);
        owner->second.pieces.erase(id);
    }
    if (const auto latest = current.find(piece.tracklet); latest != current.end() && latest->second == id)
        current.erase(latest);
    pieces.erase(id);
}

void Fusion::Impl::cut(PieceId id, SourceTime since) {
    Piece& old = pieces.at(id);
    if (const auto owner = people.find(old.person); owner != people.end()) owner->second.pieces.erase(id);
    // What was seen up to there stays with whom it was; what comes is a piece of its own.
    Piece piece = old;
    piece.id = next_piece++;
    piece.since = since;
    piece.first_place = old.filter.at(since).place;
    piece.person = 0;
    piece.revision = old.revision;
    piece.looks.clear();
    piece.recent = {};
    piece.agreements.clear();
    piece.disagreement_s = 0;
    current[piece.tracklet] = piece.id;
    pieces.erase(id);
    pieces.emplace(piece.id, std::move(piece));
}

void Fusion::Impl::give(Piece& piece, Person& person, FusionOutput& out) {
    piece.person = person.id;
    piece.agreements.clear();
    piece.disagreement_s = 0;
    ++piece.revision;
    person.pieces.insert(piece.id);
    person.presence = Presence::kSeen;
    person.last = std::max(person.last, piece.last);
    const Belonging belonging{piece.tracklet, piece.since, person.id, piece.revision};
    if (person.history.size() < kHistoryMax) person.history.push_back(belonging);
    out.belongings.push_back(belonging);
}

void Fusion::Impl::refresh_people(SourceTime time) {
    std::size_t seen = 0;
    for (auto& [id, person] : people) {
        if (const auto state = state_of(person, time)) {
            person.state = *state;
            person.last = time;
            person.presence = Presence::kSeen;
            ++seen;
        } else if (person.presence == Presence::kSeen && time - person.last > kLostAfter) {
            const Point ahead = {person.state.place.x + kAhead * person.state.velocity.x,
                                 person.state.place.y + kAhead * person.state.velocity.y};
            const bool at_exit = floor.at_door(DoorUse::kEntrance, ahead, options.door_reach_m) ||
                                 floor.at_door(DoorUse::kEntrance, person.state.place, options.door_reach_m);
            person.presence = at_exit ? Presence::kOut : Presence::kLost;
        }
    }
    density = std::max(0.02, static_cast<double>(seen) / floor.area_m2());
}

void Fusion::Impl::tell_people(SourceTime time, FusionOutput& out) const {
    for (const auto& [id, person] : people) {
        if (person.last != time) continue;
        double score = 0;
        for (const PieceId piece : person.pieces)
            if (is_active(pieces.at(piece), time)) score = std::max(score, pieces.at(piece).score);
        out.people.push_back({id, time, person.state, score});
    }
}

void Fusion::Impl::forget(SourceTime time, FusionOutput& out) {
    std::vector<PersonId> gone;
    for (const auto& [id, person] : people) {
        if (!person.pieces.empty()) continue;
        const Duration memory = person.presence == Presence::kOut ? options.back_within : options.lost_memory;
        if (time - person.last > memory) gone.push_back(id);
    }
    while (people.size() - gone.size() > options.remembered_max) {
        const Person* oldest = nullptr;
        for (const auto& [id, person] : people)
            if (person.pieces.empty() && std::find(gone.begin(), gone.end(), id) == gone.end() &&
                (oldest == nullptr || person.last < oldest->last))
                oldest = &person;
        if (oldest == nullptr) break;
        gone.push_back(oldest->id);
    }
    for (const PersonId id : gone) {
        people.erase(id);
        out.forgotten.push_back(id);
    }
}

}  // namespace vitrina::scene
