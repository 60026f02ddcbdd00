#include "train/box_loader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "train/lost_pictures.h"
#include "train/random.h"

namespace mosaic::train {

namespace {

// Of a box's area: less is not learnt from, and less than the second is background.
constexpr float kSeenMin = 0.5F;
constexpr float kSeenNothing = 0.1F;
// Parts around a box, so that a few boxes on a large photograph are seen often enough; the rest anywhere.
constexpr double kAroundBox = 0.7;

struct Point {
    double x = 0.0, y = 0.0;
};

// From pixels of the picture to pixels of the view: the projections of parts have no perspective.
Point to_view(const Projection& p, const View& view, double x, double y) {
    const double determinant = p.a * p.e - p.b * p.d;
    const double dx = x - p.c;
    const double dy = y - p.f;
    const double vx = (p.e * dx - p.b * dy) / determinant;
    const double vy = (p.a * dy - p.d * dx) / determinant;
    return {(vx + 1.0) / 2.0 * static_cast<double>(view.width),
            (vy + 1.0) / 2.0 * static_cast<double>(view.height)};
}

}  // namespace

AugmentOptions box_augmentation() {
    AugmentOptions options;
    options.scale = 0.4;
    options.rotation_deg = 3.0;
    options.flip = true;
    options.brightness = 0.15;
    options.contrast = 0.3;
    options.saturation = 0.4;
    options.blur = 0.15;
    options.noise = 0.02;
    return options;
}

BoxLoader::BoxLoader(const Dataset& data, const BoxLoaderOptions& options) : data_(data), options_(options) {}

std::vector<CropBox> BoxLoader::moved_boxes(const Picture& picture, const Sample& sample, const View& view,
                                            const Projection& projection) {
    const auto width = static_cast<float>(view.width);
    const auto height = static_cast<float>(view.height);
    std::vector<CropBox> boxes;
    boxes.reserve(sample.boxes.size());
    for (const Box& box : sample.boxes) {
        CropBox moved{1e9F, 1e9F, -1e9F, -1e9F, false};
        for (const float side_x : {-0.5F, 0.5F}) {
            for (const float side_y : {-0.5F, 0.5F}) {
                const Point corner = to_view(
                    projection, view, (box.x + side_x * box.width) * static_cast<double>(picture.width),
                    (box.y + side_y * box.height) * static_cast<double>(picture.height));
                moved.left = std::min(moved.left, static_cast<float>(corner.x));
                moved.top = std::min(moved.top, static_cast<float>(corner.y));
                moved.right = std::max(moved.right, static_cast<float>(corner.x));
                moved.bottom = std::max(moved.bottom, static_cast<float>(corner.y));
            }
        }
        const float whole = (moved.right - moved.left) * (moved.bottom - moved.top);
        moved.left = std::clamp(moved.left, 0.0F, width);
        moved.right = std::clamp(moved.right, 0.0F, width);
        moved.top = std::clamp(moved.top, 0.0F, height);
        moved.bottom = std::clamp(moved.bottom, 0.0F, height);
        const float seen = (moved.right - moved.left) * (moved.bottom - moved.top);
        if (whole <= 0.0F || seen < kSeenNothing * whole) continue;
        moved.ignored = seen < kSeenMin * whole;
        boxes.push_back(moved);
    }
    return boxes;
}

Projection BoxLoader::draw_part(const Picture& picture, const Sample& sample, Random& random) const {
    const AugmentOptions& augment = options_.augment;
    const auto width = static_cast<double>(picture.width);
    const auto height = static_cast<double>(picture.height);
    // Pixels of the picture for one of the view.
    const double size = std::sqrt(width * height) / options_.area_side_px *
                        std::pow(1.0 + augment.scale, random.uniform(-1.0, 1.0));
    const double half_x = static_cast<double>(options_.view.width) / 2.0 * size;
    const double half_y = static_cast<double>(options_.view.height) / 2.0 * size;
    Point middle{random.uniform(0.0, width), random.uniform(0.0, height)};
    if (!sample.boxes.empty() && random.chance(kAroundBox)) {
        const Box& box = sample.boxes[random.below(sample.boxes.size())];
        middle = {box.x * width + random.uniform(-0.8, 0.8) * half_x,
                  box.y * height + random.uniform(-0.8, 0.8) * half_y};
    }
    // Little beyond the edge: there is nothing to see.
    const auto inside = [](double at, double half, double whole) {
        const double least = std::min(0.9 * half, whole / 2.0);
        return std::clamp(at, least, whole - least);
    };
    middle = {inside(middle.x, half_x, width), inside(middle.y, half_y, height)};
    constexpr double kRadians = 3.141592653589793 / 180.0;
    const double angle = random.uniform(-1.0, 1.0) * augment.rotation_deg * kRadians;
    const double mirror = augment.flip && random.chance(0.5) ? -1.0 : 1.0;
    Projection part;
    part.a = std::cos(angle) * half_x * mirror;
    part.b = -std::sin(angle) * half_y;
    part.c = middle.x;
    part.d = std::sin(angle) * half_x * mirror;
    part.e = std::cos(angle) * half_y;
    part.f = middle.y;
    return part;
}

BoxBatch BoxLoader::make(std::uint64_t step) const {
    const View& view = options_.view;
    const auto pixels = static_cast<std::size_t>(view.width * view.height * view.channels);
    BoxBatch batch;
    batch.pictures.resize(options_.batch * pixels);
    batch.targets = empty_targets(options_.batch, view.width / kCellPx);
    const std::size_t count = data_.samples().size();
    std::vector<std::size_t> order(count);
    for (std::size_t slot = 0; slot < options_.batch; ++slot) {
        // Round and round through the photographs, in another order each time.
        const std::uint64_t turn = step * options_.batch + slot;
        std::iota(order.begin(), order.end(), std::size_t{0});
        Random shuffling(options_.seed, turn / count + 1);
        shuffling.shuffle(std::span(order));
        const auto found = picture_or_next(data_, order[turn % count], batch.lost);
        if (!found) {
            batch.error = found.error().message;
            return batch;
        }
        const Picture& picture = found->picture;
        const Sample& sample = data_.samples()[found->sample];
        Random random(options_.seed + 1, turn);
        const Projection part = draw_part(picture, sample, random);
        render(picture, view, part, options_.augment, &random,
               std::span(batch.pictures).subspan(slot * pixels, pixels));
        draw_targets(moved_boxes(picture, sample, view, part), slot, view.width / kCellPx, batch.targets);
    }
    return batch;
}

void BoxLoader::begin(std::uint64_t step) {
    ahead_.clear();
    next_ = step;
}

BoxBatch BoxLoader::next() {
    if (options_.threads == 0) return make(next_++);
    while (ahead_.size() < static_cast<std::size_t>(options_.threads) + 1) {
        ahead_.push_back(std::async(std::launch::async, [this, step = next_] { return make(step); }));
        ++next_;
    }
    BoxBatch batch = ahead_.front().get();
    ahead_.pop_front();
    return batch;
}

}  // namespace mosaic::train
