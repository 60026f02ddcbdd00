// Who is who: the part of Fusion that decides.
#include <algorithm>
#include <cmath>
#include <utility>

#include "scene/fusion_impl.h"

namespace vitrina::scene {
namespace {

constexpr double kEvidenceLeast = -8;    // nats, of one moment: no single one decides
constexpr double kAgreementMemoryS = 2;  // moments of the last seconds count
constexpr double kMomentS = 0.6;         // errors last so long: moments within it are one
constexpr double kMomentsMax = 3;        // and a bias lasts for ever
constexpr double kNearM = 4;             // further apart nobody is the same
constexpr double kAcceptScore = 1.0;     // nats
constexpr double kMarginScore = 1.5;     // over the second best
constexpr double kReunionScore = 3.0;
constexpr double kReunionMargin = 2.0;
constexpr Duration kReunionEvery = std::chrono::seconds(1);
constexpr Duration kReunionUntil = std::chrono::seconds(60);
constexpr Duration kOverlapMax = std::chrono::milliseconds(600);
constexpr int kMeasuredMin = 4;  // looks that make a person inside the shop
constexpr int kMeasuredAtDoor = 3;
constexpr double kElsewhereSquared = 14;  // standard deviations squared: a tracklet went over to another
constexpr double kElsewhereM = 0.9;
constexpr double kElsewhereS = 0.8;
constexpr double kSpeedMax = 2.2;  // m/s, of people in a shop
constexpr double kWanderM = 0.4;   // how far who is unseen strays at once
constexpr double kWanderMS = 0.5;  // and each second
constexpr double kWanderMax = 15;
constexpr double kAnywhere = 0.1;    // share of those who do what nobody expected
constexpr double kBackPrior = 0.05;  // that a newcomer is this one of those who left
// How many newcomers there are, a square metre, among those who appear: many at an entrance, hardly one
// inside.
constexpr double kNewAtEntrance = 0.1;
constexpr double kNewAtStaffDoor = 0.05;
constexpr double kNewInside = 2e-4;
constexpr double kNewWithoutDoors = 0.02;

double seconds_between(SourceTime a, SourceTime b) {
    return to_seconds(b - a);
}

}  // namespace

double Fusion::Impl::place_evidence(const WalkState& a, const WalkState& b) const {
    const Separation apart = separation(a.place, a.covariance, b.place, b.covariance);
    return std::max(kEvidenceLeast, -apart.squared / 2 - std::log(apart.area * density));
}

Looks Fusion::Impl::looks_of(const Piece& piece) {
    Looks looks = piece.looks;
    looks[piece.camera].add(piece.recent);
    return looks;
}

Looks Fusion::Impl::looks_of(const Person& person) const {
    Looks looks = person.looks;
    for (const PieceId id : person.pieces)
        for (const auto& [camera, mean] : looks_of(pieces.at(id)))
            looks[camera].add(mean);
    return looks;
}

double Fusion::Impl::alike(const Looks& a, const Looks& b) const {
    const double similarity = appearance.similarity(a, b);
    return similarity == 0 ? 0 : appearance.evidence(similarity);
}

bool Fusion::Impl::conflicts(const Piece& piece, const Person& person, SourceTime time) const {
    return std::any_of(person.pieces.begin(), person.pieces.end(), [&](PieceId id) {
        const Piece& other = pieces.at(id);
        if (other.id == piece.id || other.camera != piece.camera) return false;
        // One camera sees nobody twice at a time.
        return other.last_measured > piece.since + kOverlapMax / 2 &&
               piece.last_measured > other.since + kOverlapMax / 2 &&
               time - other.last_measured < std::chrono::seconds(10);
    });
}

void Fusion::Impl::check_owners(SourceTime time) {
    for (auto& [id, person] : people)
        if (person.pieces.size() > 1) check_owner(person, time);
}

void Fusion::Impl::check_owner(Person& person, SourceTime time) {
    const double step = to_seconds(options.tick);
    PieceId worst = 0;
    for (const PieceId id : person.pieces) {
        Piece& piece = pieces.at(id);
        const auto others = is_active(piece, time) ? state_of(person, time, id) : std::nullopt;
        if (!others) {
            piece.disagreement_s = 0;
            continue;
        }
        const WalkState own = blurred(piece, time);
        const Separation apart = separation(own.place, own.covariance, others->place, others->covariance);
        const bool elsewhere =
            apart.squared > kElsewhereSquared &&
            std::hypot(own.place.x - others->place.x, own.place.y - others->place.y) > kElsewhereM;
        bool twice = false;
        for (const PieceId other : person.pieces) {
            const Piece& it = pieces.at(other);
            twice = twice || (other != id && it.camera == piece.camera && is_active(it, time) &&
                              it.last_measured == it.last && piece.last_measured == piece.last);
        }
        if (!elsewhere && !twice) {
            piece.disagreement_s = std::max(0.0, piece.disagreement_s - step);
            continue;
        }
        if (piece.disagreement_s <= 0) piece.disagrees_since = time;
        piece.disagreement_s += step;
        // Of two that disagree, the one that came later is wrong.
        if (piece.disagreement_s >= kElsewhereS && (worst == 0 || pieces.at(worst).since < piece.since))
            worst = id;
    }
    if (worst != 0) cut(worst, pieces.at(worst).disagrees_since);
}

void Fusion::Impl::agree(SourceTime time) {
    const double step = to_seconds(options.tick);
    const double keep = std::exp(-step / kAgreementMemoryS);
    const auto update = [&](std::map<PersonId, Agreement>& agreements, const Person& other,
                            const WalkState& own) {
        const bool known = agreements.contains(other.id);
        if (std::hypot(own.place.x - other.state.place.x, own.place.y - other.state.place.y) > kNearM) {
            if (!known) return;
        } else if (!known && floor.wall_between(own.place, other.state.place)) {
            return;
        }
        Agreement& agreement = agreements[other.id];
        if (!known) agreement.since = time;
        agreement.weight = agreement.weight * keep + step;
        agreement.evidence = agreement.evidence * keep + step * place_evidence(own, other.state);
        agreement.last = time;
    };
    for (auto& [id, piece] : pieces) {
        if (piece.person != 0 || !is_active(piece, time)) continue;
        const WalkState own = blurred(piece, time);
        for (const auto& [person_id, person] : people)
            if (person.last == time && !conflicts(piece, person, time)) update(piece.agreements, person, own);
    }
    for (auto& [id, person] : people) {
        if (person.last != time || time - person.born > kReunionUntil) continue;
        for (const auto& [other_id, other] : people)
            if (other.last == time &&
                (other.born < person.born || (other.born == person.born && other_id < id)))
                update(person.agreements, other, person.state);
    }
}

double Fusion::Impl::newness(Point place) const {
    if (!floor.has_entrance()) return kNewWithoutDoors;
    if (floor.at_door(DoorUse::kEntrance, place, options.door_reach_m)) return kNewAtEntrance;
    if (floor.at_door(DoorUse::kStaff, place, options.door_reach_m)) return kNewAtStaffDoor;
    return kNewInside;
}

std::optional<double> Fusion::Impl::return_score(const Person& person, Point place, const Covariance& spread,
                                                 SourceTime at) const {
    const double gap = std::max(0.0, seconds_between(person.last, at));
    if (at + kOverlapMax < person.last) return std::nullopt;
    if (person.presence == Presence::kOut && floor.at_door(DoorUse::kEntrance, place, options.door_reach_m) &&
        gap > 2)
        return std::log(kBackPrior);
    const double ahead = 1 - std::exp(-gap);
    const Point from = {person.state.place.x + ahead * person.state.velocity.x,
                        person.state.place.y + ahead * person.state.velocity.y};
    const double way = floor.way_m(from, place);
    const double unsure = std::sqrt(
        std::max(0.0, person.state.covariance.xx + person.state.covariance.yy + spread.xx + spread.yy));
    if (way > kSpeedMax * gap + 1.5 + 2 * unsure) return std::nullopt;
    const double wander = std::min(kWanderMax, kWanderM + kWanderMS * gap);
    const double variance = unsure * unsure / 2 + wander * wander;
    const double expected = std::exp(-way * way / (2 * variance)) / (6.283185307 * variance);
    const double found = (1 - kAnywhere) * expected + kAnywhere / floor.area_m2();
    return std::log(found / newness(place));
}

std::optional<double> Fusion::Impl::score_of(const Piece& piece, const Person& person,
                                             SourceTime time) const {
    if (conflicts(piece, person, time)) return std::nullopt;
    const double looks = alike(looks_of(piece), looks_of(person));
    const auto agreement = piece.agreements.find(person.id);
    if (agreement != piece.agreements.end() && agreement->second.weight > 0.3) {
        const double moments = std::clamp(agreement->second.weight / kMomentS, 0.5, kMomentsMax);
        return moments * agreement->second.mean() + looks;
    }
    if (person.last == time && piece.since < time - kOverlapMax) return std::nullopt;  // seen elsewhere
    const auto place =
        return_score(person, piece.first_place, piece.filter.at(piece.since).covariance, piece.since);
    if (!place) return std::nullopt;
    return *place + looks;
}

std::vector<Fusion::Impl::Candidate> Fusion::Impl::candidates_of(const Piece& piece, SourceTime time) const {
    std::vector<Candidate> candidates;
    for (const auto& [id, person] : people)
        if (const auto score = score_of(piece, person, time))
            if (*score > -kAcceptScore) candidates.push_back({*score, piece.id, id});
    return candidates;
}

void Fusion::Impl::learn(const Piece& piece, const Person& person, double place_score) {
    const Looks own = looks_of(piece);
    const double like = appearance.similarity(own, looks_of(person));
    if (like != 0 && place_score > 4) appearance.learn(like, true);
    // Whoever else is seen now is somebody else.
    int compared = 0;
    for (const auto& [id, other] : people) {
        if (id == person.id || other.last != person.last || ++compared > 5) continue;
        const double unlike = appearance.similarity(own, looks_of(other));
        if (unlike != 0) appearance.learn(unlike, false);
    }
}

void Fusion::Impl::match(SourceTime time, FusionOutput& out) {
    std::vector<Candidate> candidates;
    std::vector<PieceId> unowned;
    for (const auto& [id, piece] : pieces) {
        if (piece.person != 0) continue;
        if (piece.last - piece.since < options.young && !(piece.ended && piece.measured >= kMeasuredMin))
            continue;
        unowned.push_back(id);
        const std::vector<Candidate> own = candidates_of(piece, time);
        candidates.insert(candidates.end(), own.begin(), own.end());
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.score != b.score ? a.score > b.score
                                  : std::pair(a.piece, a.person) < std::pair(b.piece, b.person);
    });
    std::set<PieceId> waits;
    for (const Candidate& best : candidates) {
        Piece& piece = pieces.at(best.piece);
        if (piece.person != 0 || waits.contains(piece.id)) continue;
        Person& person = people.at(best.person);
        if (conflicts(piece, person, time)) continue;  // somebody better took him just now
        const auto second = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& other) {
            return other.piece == best.piece && other.person != best.person &&
                   !conflicts(piece, people.at(other.person), time);
        });
        const bool old = time - piece.since >= options.undecided_max || piece.ended;
        const bool clear = second == candidates.end() || best.score - second->score >= kMarginScore;
        if (best.score >= kAcceptScore && (clear || old)) {
            const auto agreement = piece.agreements.find(person.id);
            if (agreement != piece.agreements.end()) learn(piece, person, 3 * agreement->second.mean());
            give(piece, person, out);
        } else if (!old) {
            waits.insert(piece.id);  // more will be known
        }
    }
    for (const PieceId id : unowned)
        if (Piece& piece = pieces.at(id); piece.person == 0 && !waits.contains(id))
            (void)bear(piece, time, out);
}

bool Fusion::Impl::bear(Piece& piece, SourceTime time, FusionOutput& out) {
    const bool at_entrance =
        floor.at_door(DoorUse::kEntrance, piece.first_place, options.door_reach_m) || !floor.has_entrance();
    const bool at_staff_door =
        !at_entrance && floor.at_door(DoorUse::kStaff, piece.first_place, options.door_reach_m);
    const bool at_door = at_entrance || at_staff_door;
    if (piece.measured < (at_door ? kMeasuredAtDoor : kMeasuredMin)) return false;
    if (!at_door && time - piece.since < options.undecided_max / 2) return false;
    Person person;
    person.id = next_person++;
    person.born = piece.since;
    person.from_entrance = at_entrance;
    person.from_staff_door = at_staff_door;
    person.first_place = piece.first_place;
    person.first_spread = piece.filter.at(piece.since).covariance;
    person.last = time;
    person.state = blurred(piece, time);
    person.next_reunion = time + kReunionEvery;
    Person& kept = people.emplace(person.id, std::move(person)).first->second;
    give(piece, kept, out);
    if (at_entrance) out.entered.push_back(kept.id);
    return true;
}

std::optional<double> Fusion::Impl::reunion_score(const Person& one, const Person& other,
                                                  SourceTime time) const {
    for (const PieceId id : one.pieces)
        if (conflicts(pieces.at(id), other, time)) return std::nullopt;
    const double looks = alike(looks_of(one), looks_of(other));
    const auto agreement = one.agreements.find(other.id);
    if (agreement != one.agreements.end()) {
        if (agreement->second.weight < kMomentS) return std::nullopt;
        const double moments = std::clamp(agreement->second.weight / kMomentS, 0.5, kMomentsMax);
        return moments * agreement->second.mean() + looks;
    }
    if (other.last > one.born + kOverlapMax) return std::nullopt;
    const auto place = return_score(other, one.first_place, one.first_spread, one.born);
    if (!place) return std::nullopt;
    return *place + looks;
}

void Fusion::Impl::reunite(SourceTime time, FusionOutput& out) {
    std::vector<std::pair<PersonId, PersonId>> merges;
    for (auto& [id, person] : people) {
        if (person.last != time || time < person.next_reunion || time - person.born > kReunionUntil) continue;
        person.next_reunion = time + kReunionEvery;
        double best = -1e9;
        double second = -1e9;
        PersonId who = 0;
        for (const auto& [other_id, other] : people) {
            if (other_id == id || other.born > person.born || (other.born == person.born && other_id > id))
                continue;
            const auto score = reunion_score(person, other, time);
            if (!score) continue;
            if (*score > best) {
                second = best;
                best = *score;
                who = other_id;
            } else if (*score > second) {
                second = *score;
            }
        }
        // Born at a door he is most likely somebody new, unless the two are seen at one place.
        if (who != 0 && best >= kReunionScore && best - second >= kReunionMargin)
            merges.emplace_back(id, who);
    }
    for (const auto& [from, into] : merges)
        if (people.contains(from) && people.contains(into)) merge(from, into, out);
}

void Fusion::Impl::merge(PersonId from, PersonId into, FusionOutput& out) {
    Person gone = std::move(people.at(from));
    people.erase(from);
    Person& kept = people.at(into);
    for (const PieceId id : gone.pieces) {
        Piece& piece = pieces.at(id);
        piece.person = into;
        ++piece.revision;
        kept.pieces.insert(id);
    }
    for (Belonging belonging : gone.history) {
        belonging.person = into;
        ++belonging.revision;
        kept.history.push_back(belonging);
        out.belongings.push_back(belonging);
    }
    for (const auto& [camera, looks] : gone.looks)
        kept.looks[camera].add(looks);
    kept.last = std::max(kept.last, gone.last);
    kept.presence = Presence::kSeen;
    if (gone.from_entrance && kept.from_entrance) out.not_entered.push_back(from);
    kept.from_entrance = kept.from_entrance || gone.from_entrance;
    out.forgotten.push_back(from);
    for (auto& [id, piece] : pieces)
        piece.agreements.erase(from);
    for (auto& [id, person] : people)
        person.agreements.erase(from);
}

}  // namespace vitrina::scene
