#include "api/test_walkers.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "scene/camera_model.h"

namespace vitrina::api {

CameraCalibration walked_camera() {
    return {.width = 1280,
            .height = 720,
            .focal_px = 850,
            .center = {640, 360},
            .place = {1, 2},
            .height_m = 2.9,
            .pan_deg = 35,
            .tilt_deg = 24};
}

void walk_through(TestShop& shop, const std::string& camera, UtcTime begin) {
    const CameraCalibration seen_by = walked_camera();
    const scene::CameraModel model(seen_by);
    std::mt19937 random(5);
    std::normal_distribution<double> height(1.70, 0.07);
    std::uniform_real_distribution<double> distance(3, 11);
    UtcTime at = begin;
    for (int person = 1; person <= 80; ++person) {
        const double tall = height(random);
        const double away = distance(random);
        for (int step = 0; step <= 10; ++step) {
            const double angle = (35 - 20 + 4 * step) * 3.14159265358979 / 180;
            const Point place = {1 + away * std::cos(angle), 2 + away * std::sin(angle)};
            const auto foot = model.to_picture(place, 0);
            const auto head = model.to_picture(place, tall);
            at += std::chrono::seconds(1);
            if (!foot || !head) continue;
            const double size = foot->y - head->y;
            const double left = std::min(foot->x, head->x) - 0.15 * size;
            const double right = std::max(foot->x, head->x) + 0.15 * size;
            pipeline::LiveTracks tracks;
            tracks.camera = camera;
            tracks.at = at;
            tracks.width = 1280;
            tracks.height = 720;
            tracks.people.push_back({person, {left, head->y, right - left, size}, 0.9, {}});
            shop.tell_tracks(tracks);
        }
    }
}

}  // namespace vitrina::api
