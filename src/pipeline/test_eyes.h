// Eyes that see the faces they are told, for tests.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "perceive/face_eyes.h"

namespace vitrina::pipeline {

/// A face that looks into the camera, its box around `center`; a checkered picture is sharp there.
inline perceive::Face face_at(Point center, double size, double score = 0.9) {
    perceive::Face face;
    face.box = {center.x - size / 2, center.y - size / 2, size, size};
    face.right_eye = {center.x - 0.22 * size, center.y - 0.15 * size};
    face.left_eye = {center.x + 0.22 * size, center.y - 0.15 * size};
    face.nose = {center.x, center.y + 0.05 * size};
    face.mouth = {center.x, center.y + 0.25 * size};
    face.score = score;
    return face;
}

inline Picture checkered(int width, int height) {
    Picture picture{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)};
    constexpr int kSquare = 8;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int k = 0; k < 3; ++k)
                picture.rgb[3 * (static_cast<std::size_t>(y) * width + x) + k] =
                    (x / kSquare + y / kSquare) % 2 == 0 ? 200 : 60;
    return picture;
}

class SeeingEyes final : public perceive::FaceEyes {
  public:
    [[nodiscard]] Result<std::vector<perceive::Face>> find(const Picture& /*picture*/, Point center,
                                                           double length) override {
        ++finds;
        if (broken) return failed("the network is broken");
        std::vector<perceive::Face> seen;
        for (const perceive::Face& face : faces) {
            const Point place = face.box.center();
            // A face fills a part of the square, neither too much nor too little.
            if (std::abs(place.x - center.x) < length / 2 && std::abs(place.y - center.y) < length / 2 &&
                face.box.width < 0.7 * length && face.box.width > 0.08 * length)
                seen.push_back(face);
        }
        return seen;
    }
    [[nodiscard]] Result<perceive::FaceReading> read(const Picture& /*picture*/,
                                                     const perceive::Face& /*face*/) override {
        ++reads;
        return perceive::FaceReading{0.9, 31, {0.6F, 0.8F}};
    }
    [[nodiscard]] std::string made_by() const override { return "nobody 1"; }

    std::vector<perceive::Face> faces;
    bool broken = false;
    int finds = 0;
    int reads = 0;
};

}  // namespace vitrina::pipeline
