#include "pipeline/body_watch.h"

#include <algorithm>
#include <cmath>

namespace vitrina::pipeline {
namespace {

// Whoever is not seen for this long comes back under another number.
constexpr std::chrono::seconds kForgotten{60};
// Of a box's size: nearer to the picture's edge it may go on beyond it.
constexpr double kEdge = 0.01;
constexpr double kCutOff = 0.6;
constexpr int kRowsLooked = 24;
constexpr double kAround = 0.06;

double overlap(const Box& a, const Box& b) {
    const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    return width > 0 && height > 0 ? width * height : 0;
}

int brightness(const std::uint8_t* pixel) {
    return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

/// The whole pixels of a box in the picture.
struct Pixels {
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;
};

Pixels pixels_of(const Picture& picture, const Box& box) {
    const auto within = [](double value, int size) {
        return static_cast<int>(std::clamp(std::round(value), 0.0, double(size)));
    };
    return {within(box.x, picture.width), within(box.y, picture.height), within(box.right(), picture.width),
            within(box.bottom(), picture.height)};
}

}  // namespace

double worth_of(const Picture& picture, std::span<const LivePerson> people, std::size_t which) {
    const Box& box = people[which].box;
    if (!(box.height >= BodyWatch::kBodyMinPx) || !(box.width > 0)) return 0;
    double worth = std::min(1.0, box.height / BodyWatch::kBodyFullPx);
    const double edge = kEdge * box.height;
    if (box.x < edge || box.y < edge || box.right() > picture.width - edge ||
        box.bottom() > picture.height - edge)
        worth *= kCutOff;
    double covered = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
        if (i == which) continue;
        const double share = overlap(box, people[i].box) / box.area();
        // Who stands nearer covers; who stands behind is in the box too, but less of it.
        covered = std::max(covered, people[i].box.bottom() > box.bottom() ? share : share / 2);
    }
    return worth * std::max(0.0, 1 - 1.5 * covered);
}

double sharpness_of(const Picture& picture, const Box& box) {
    const Pixels at = pixels_of(picture, box);
    if (at.right - at.left < 4 || at.bottom - at.top < 2) return 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < kRowsLooked; ++i) {
        const int y = at.top + (at.bottom - at.top) * i / kRowsLooked;
        const std::uint8_t* row = &picture.rgb[static_cast<std::size_t>(3) * y * picture.width];
        for (int x = at.left + 1; x + 1 < at.right; ++x) {
            const int before = brightness(row + 3 * (x - 1));
            const int here = brightness(row + 3 * x);
            const int after = brightness(row + 3 * (x + 1));
            first += std::abs(after - before);
            second += std::abs(before - 2 * here + after);
        }
    }
    return first > 0 ? std::min(1.0, second / first) : 0;
}

std::optional<std::size_t> BodyWatch::choose(SourceTime now, const Picture& picture,
                                             std::span<const LivePerson> people) {
    std::optional<std::size_t> best;
    double best_urgency = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
        Known& known = known_.try_emplace(people[i].person, Known{now, now, {}, 0}).first->second;
        known.seen = now;
        const double worth = worth_of(picture, people, i);
        if (worth <= 0) continue;
        double urgency = 0;
        if (known.looks == 0) {
            if (worth < kGood && now - known.first < kWaitsForGood) continue;
            urgency = 10;  // before everybody who is known a little
        } else {
            const Duration pause = kPauses.at(std::min(known.looks, kPauses.size()) - 1);
            if (now - known.looked < pause) continue;
            urgency = std::min(5.0, to_seconds(now - known.looked) / to_seconds(pause));
        }
        urgency *= worth;
        if (urgency > best_urgency) {
            best_urgency = urgency;
            best = i;
        }
    }
    std::erase_if(known_, [&](const auto& entry) { return now - entry.second.seen > kForgotten; });
    if (best) {
        Known& known = known_.at(people[*best].person);
        known.looked = now;
        ++known.looks;
    }
    return best;
}

Picture body_picture(const Picture& picture, const Box& box, int height_max) {
    const double around = kAround * box.height;
    const Pixels at =
        pixels_of(picture, {box.x - around, box.y - around, box.width + 2 * around, box.height + 2 * around});
    Picture body;
    if (at.right - at.left < 2 || at.bottom - at.top < 2) return body;
    const double scale = std::min(1.0, double(height_max) / (at.bottom - at.top));
    // Even sizes: JPEG's colours come in twos.
    const auto even = [&](int size) { return std::max(2, static_cast<int>(size * scale) / 2 * 2); };
    body.width = even(at.right - at.left);
    body.height = even(at.bottom - at.top);
    body.rgb.resize(static_cast<std::size_t>(body.width) * body.height * 3);
    const double x_step = double(at.right - at.left) / body.width;
    const double y_step = double(at.bottom - at.top) / body.height;
    for (int y = 0; y < body.height; ++y) {
        const int from_y = at.top + static_cast<int>(y * y_step);
        const int to_y = std::max(from_y + 1, at.top + static_cast<int>((y + 1) * y_step));
        for (int x = 0; x < body.width; ++x) {
            const int from_x = at.left + static_cast<int>(x * x_step);
            const int to_x = std::max(from_x + 1, at.left + static_cast<int>((x + 1) * x_step));
            std::array<int, 3> sum{};
            for (int v = from_y; v < to_y; ++v)
                for (int u = from_x; u < to_x; ++u)
                    for (std::size_t k = 0; k < 3; ++k)
                        sum.at(k) += picture.rgb[3 * (static_cast<std::size_t>(v) * picture.width + u) + k];
            const int count = (to_y - from_y) * (to_x - from_x);
            for (std::size_t k = 0; k < 3; ++k)
                body.rgb[3 * (static_cast<std::size_t>(y) * body.width + x) + k] =
                    static_cast<std::uint8_t>(sum.at(k) / count);
        }
    }
    return body;
}

}  // namespace vitrina::pipeline
