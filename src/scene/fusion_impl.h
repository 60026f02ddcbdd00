// The state of a Fusion and its steps; fusion.cpp has the flow, fusion_match.cpp who is who. Private to this
// folder.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "scene/fusion.h"
#include "scene/fusion_parts.h"

namespace vitrina::scene {

struct Fusion::Impl {
    Impl(const Plan& plan, const FusionOptions& given, PersonId first_person)
        : options(given), floor(plan), appearance(given.appearance), next_person(first_person) {}

    struct Waiting {
        PlanSighting sighting;
        std::optional<Appearance> looks;
    };
    struct Candidate {
        double score = 0;
        PieceId piece = 0;
        PersonId person = 0;
    };

    // The flow.
    void see(Waiting waiting);
    void feed(const Waiting& waiting);
    FusionOutput advance(SourceTime now);
    void tick(SourceTime time, FusionOutput& out);
    void end_pieces(SourceTime time);
    void refresh_people(SourceTime time);
    void tell_people(SourceTime time, FusionOutput& out) const;
    void forget(SourceTime time, FusionOutput& out);
    void cut(PieceId id, SourceTime since);
    void give(Piece& piece, Person& person, FusionOutput& out);
    void drop(PieceId id);
    void look_again(PieceId id);

    // Who is who.
    void check_owners(SourceTime time);
    void check_owner(Person& person, SourceTime time);
    void agree(SourceTime time);
    void match(SourceTime time, FusionOutput& out);
    [[nodiscard]] std::vector<Candidate> candidates_of(const Piece& piece, SourceTime time) const;
    [[nodiscard]] bool conflicts(const Piece& piece, const Person& person, SourceTime time) const;
    [[nodiscard]] std::optional<double> score_of(const Piece& piece, const Person& person,
                                                 SourceTime time) const;
    [[nodiscard]] std::optional<double> return_score(const Person& person, Point place,
                                                     const Covariance& spread, SourceTime at) const;
    [[nodiscard]] double newness(Point place) const;
    bool bear(Piece& piece, SourceTime time, FusionOutput& out);
    void learn(const Piece& piece, const Person& person, double place_score);
    void reunite(SourceTime time, FusionOutput& out);
    [[nodiscard]] std::optional<double> reunion_score(const Person& one, const Person& other,
                                                      SourceTime time) const;
    void merge(PersonId from, PersonId into, FusionOutput& out);

    [[nodiscard]] bool is_active(const Piece& piece, SourceTime time) const;
    [[nodiscard]] std::optional<WalkState> state_of(const Person& person, SourceTime time,
                                                    PieceId without = 0) const;
    [[nodiscard]] WalkState blurred(const Piece& piece, SourceTime time) const;
    [[nodiscard]] double place_evidence(const WalkState& a, const WalkState& b) const;
    [[nodiscard]] Looks looks_of(const Person& person) const;
    [[nodiscard]] static Looks looks_of(const Piece& piece);
    /// What looks say, in nats; 0 where they are not known.
    [[nodiscard]] double alike(const Looks& a, const Looks& b) const;

    const FusionOptions options;
    const Floor floor;
    AppearanceModel appearance;
    std::map<std::pair<SourceTime, std::pair<TrackletId, std::int64_t>>, Waiting> waiting;
    std::map<PieceId, Piece> pieces;
    std::map<TrackletId, PieceId> current;  // the piece that a tracklet's next sighting goes to
    std::map<PersonId, Person> people;
    std::set<TrackletId> ended;
    SourceTime next_tick{};
    PieceId next_piece = 1;
    PersonId next_person;
    std::int64_t arrived = 0;
    double density = 0.05;  // people seen, a square metre
};

}  // namespace vitrina::scene
