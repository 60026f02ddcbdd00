#include "pipeline/face_photographs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "pipeline/live_faces.h"
#include "video/still.h"

namespace vitrina::pipeline {
namespace {

// A face fills between a tenth and two thirds of the square that is looked at: in squares of these shares of
// the picture's longer side, which overlap by half, every face of more than a twentieth of it is found.
constexpr double kShares[] = {1.0, 0.5};
constexpr double kLookAround = 2.5;
constexpr double kSameFace = 0.3;  // IoU
// In the background of a portrait there may be faces of passers-by: so much smaller is no second face.
constexpr double kMuchSmaller = 0.4;

double size_of(const perceive::Face& face) {
    return std::max(face.box.width, face.box.height);
}

void add_unknown(std::vector<perceive::Face>& faces, const perceive::Face& face) {
    const bool is_known = std::any_of(faces.begin(), faces.end(), [&](const perceive::Face& other) {
        return iou(other.box, face.box) > kSameFace;
    });
    if (!is_known) faces.push_back(face);
}

tl::unexpected<Error> no_face() {
    return failed(
        "no face is found in the photograph: the whole face must be seen from the front, in good light");
}

}  // namespace

Result<std::vector<perceive::Face>> all_faces(perceive::FaceEyes& eyes, const Picture& picture) {
    const double longer = std::max(picture.width, picture.height);
    std::vector<perceive::Face> faces;
    for (const double share : kShares) {
        const double length = share * longer;
        const double step = length / 2;
        const auto places = [&](double size) {
            return std::max(1, static_cast<int>(std::ceil((size - length) / step)) + 1);
        };
        for (int row = 0; row < places(picture.height); ++row) {
            for (int column = 0; column < places(picture.width); ++column) {
                const auto middle = [&](int index, double size) {
                    return places(size) == 1 ? size / 2
                                             : std::min(length / 2 + index * step, size - length / 2);
                };
                const Point center = {middle(column, picture.width), middle(row, picture.height)};
                TRY_ASSIGN(const auto found, eyes.find(picture, center, length));
                for (const perceive::Face& face : found)
                    add_unknown(faces, face);
            }
        }
    }
    // Once more around each, as in the head of a track: where eyes are is known better then.
    std::vector<perceive::Face> seen;
    for (const perceive::Face& face : faces) {
        TRY_ASSIGN(const auto nearer, eyes.find(picture, face.box.center(), kLookAround * size_of(face)));
        for (const perceive::Face& again : nearer)
            if (iou(again.box, face.box) > kSameFace) add_unknown(seen, again);
    }
    std::stable_sort(seen.begin(), seen.end(),
                     [](const auto& a, const auto& b) { return size_of(a) > size_of(b); });
    return seen;
}

Result<FaceLook> FacePhotographReader::read(const std::vector<std::uint8_t>& file) {
    TRY_ASSIGN(const Picture picture, video::read_still(file));
    return read(picture);
}

Result<FaceLook> FacePhotographReader::read(const Picture& picture) {
    const MutexLock lock(mutex_);
    if (!eyes_) {
        TRY_ASSIGN(eyes_, make_eyes_());
    }
    TRY_ASSIGN(const auto faces, all_faces(*eyes_, picture));
    if (faces.empty()) return no_face();
    if (faces.size() > 1 && size_of(faces[1]) > kMuchSmaller * size_of(faces[0]))
        return failed("several faces are in the photograph: cut out the one that is meant");
    const double apart = perceive::eye_distance(faces[0]);
    if (apart < kEyesMinPx)
        return failed(fmt::format(
            "the face is too small: {:.0f} pixels between the eyes, and at least {:.0f} are needed", apart,
            kEyesMinPx));
    TRY_ASSIGN(FaceLook look, look_at(*eyes_, picture, faces[0], true));
    if (look.quality.worth < kWorthMin)
        return failed(look.quality.frontal < 0.5
                          ? "the face is seen too much from the side: take a photograph from the front"
                          : "the face is blurred: take a sharper photograph");
    return look;
}

}  // namespace vitrina::pipeline
