#include "pipeline/live_faces.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "base/distance.h"
#include "perceive/crop.h"
#include "perceive/face_quality.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

// Guards compare faces on it; a forehead and a chin belong to one.
constexpr int kPictureSide = 160;
constexpr double kFaceAround = 1.8;
// A face is in the upper part of its body's box.
constexpr double kUpperPart = 0.5;

bool is_in_upper_part(const Box& box, Point place) {
    return place.x >= box.x && place.x <= box.right() && place.y >= box.y - 0.1 * box.height &&
           place.y <= box.y + kUpperPart * box.height;
}

}  // namespace

const perceive::Face* face_of(const std::vector<perceive::Face>& faces, std::span<const LivePerson> people,
                              std::size_t which, const HeadPlace& head, const Picture& picture) {
    const perceive::Face* best = nullptr;
    double best_distance = std::numeric_limits<double>::infinity();
    for (const perceive::Face& face : faces) {
        const Point place = face.box.center();
        if (!is_in_upper_part(people[which].box, place)) continue;
        const double own = distance(place, head.center);
        // In a crowd the face may be that of who stands behind or before.
        const bool is_anothers = std::any_of(people.begin(), people.end(), [&](const LivePerson& other) {
            if (&other == &people[which] || !is_in_upper_part(other.box, place)) return false;
            const auto its_head = head_of(other, picture);
            return its_head && distance(place, its_head->center) < own;
        });
        if (is_anothers || own >= best_distance) continue;
        best = &face;
        best_distance = own;
    }
    return best;
}

Picture face_picture(const Picture& picture, const Box& face, int side_max) {
    const double length = kFaceAround * std::max(face.width, face.height);
    if (!std::isfinite(length) || length < 1) return {};
    // Even sizes: JPEG's colours come in twos.
    const int side = std::max(2, std::min(side_max, static_cast<int>(std::lround(length))) / 2 * 2);
    perceive::Crop crop = perceive::cut_square(picture, face.center(), length, side);
    return {side, side, std::move(crop.rgb)};
}

Result<FaceLook> look_at(perceive::FaceEyes& eyes, const Picture& picture, const perceive::Face& face,
                         bool with_descriptor) {
    FaceLook look;
    look.box = face.box;
    look.quality = perceive::quality_of(picture, face);
    if (look.quality.worth <= 0) return look;
    TRY_ASSIGN(perceive::FaceReading reading, eyes.read(picture, face));
    look.female = reading.female;
    look.age = reading.age;
    if (!with_descriptor) return look;
    look.descriptor = std::move(reading.descriptor);
    look.made_by = eyes.made_by();
    const Picture shown = face_picture(picture, face.box, kPictureSide);
    if (!shown.rgb.empty()) look.jpeg = video::to_jpeg(shown);
    return look;
}

Result<void> LiveFaces::look(FaceWork& work, const Picture& picture, const LiveTracks& tracks,
                             SourceTime now) {
    if (!work.eyes || work.sink == nullptr || !work.time.is_left(now)) return {};
    const auto choices = schedule_.choose(now, picture, tracks.people, kLooksMax);
    if (choices.empty()) return {};
    perceive::FaceEyes* const eyes = work.eyes();
    if (eyes == nullptr) return {};
    const auto began = std::chrono::steady_clock::now();
    const auto spent = [&] {
        return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    };
    for (const FaceSchedule::Choice& choice : choices) {
        const PersonId person = tracks.people[choice.person].person;
        auto faces = eyes->find(picture, choice.head.center, choice.head.length);
        if (!faces) {
            work.time.spend(spent());
            return tl::unexpected(std::move(faces).error());
        }
        const perceive::Face* const face =
            face_of(*faces, tracks.people, choice.person, choice.head, picture);
        double worth = 0;
        if (face != nullptr) {
            auto look = look_at(*eyes, picture, *face, work.sink->wants_descriptors());
            if (!look) {
                work.time.spend(spent());
                return tl::unexpected(std::move(look).error());
            }
            worth = look->quality.worth;
            look->camera = tracks.camera;
            look->person = person;
            look->at = tracks.at;
            if (worth > 0) work.sink->accept(*look);
        }
        schedule_.looked(person, now, choice.head, worth);
    }
    work.time.spend(spent());
    return {};
}

}  // namespace vitrina::pipeline
