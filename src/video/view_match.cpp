#include "video/view_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "video/fourier.h"

namespace vitrina::video {
namespace {

using Edge = std::complex<float>;

// Below this many levels a pixel a gradient of the small picture is noise.
constexpr float kNoiseLevels = 1.2F;
// Of all gradients; those above its half count as whole edges.
constexpr double kStrongShare = 0.85;

constexpr int kBlock = 12;  // px
// Mean squared edge of a block that has something to recognise, and of one in which nothing is left.
constexpr double kBlockEnergyMin = 0.04;
constexpr double kBlockEnergyEmpty = 0.004;
constexpr double kBlockCorrelationMin = 0.45;

constexpr int kBlocksMin = 5;
constexpr double kAgreeShare = 0.4;

std::size_t index_of(const EdgeField& field, int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(field.width) + static_cast<std::size_t>(x);
}

/// Where the earlier view's points are in the present one, and how edges there are turned back.
struct Warp {
    Warp(const EdgeField& field, const ViewShift& shift)
        : middle_x(0.5 * (field.width - 1)),
          middle_y(0.5 * (field.height - 1)),
          cosine(shift.zoom * std::cos(shift.rotation_rad)),
          sine(shift.zoom * std::sin(shift.rotation_rad)),
          dx(shift.dx),
          dy(shift.dy),
          back(std::polar(1.0F, static_cast<float>(-2 * shift.rotation_rad))) {}

    /// The edge that lies where (x, y) of the earlier view is now; nothing outside of the picture.
    [[nodiscard]] std::optional<Edge> at(const EdgeField& now, double x, double y) const {
        const double u = cosine * (x - middle_x) - sine * (y - middle_y) + middle_x + dx;
        const double v = sine * (x - middle_x) + cosine * (y - middle_y) + middle_y + dy;
        if (u < 0 || v < 0 || u > now.width - 1 || v > now.height - 1) return std::nullopt;
        const int column = std::min(static_cast<int>(u), now.width - 2);
        const int row = std::min(static_cast<int>(v), now.height - 2);
        const auto right = static_cast<float>(u - column);
        const auto down = static_cast<float>(v - row);
        const Edge* const above = now.edges.data() + index_of(now, column, row);
        const Edge* const below = above + now.width;
        return back * ((1 - down) * ((1 - right) * above[0] + right * above[1]) +
                       down * ((1 - right) * below[0] + right * below[1]));
    }

    double middle_x;
    double middle_y;
    double cosine;
    double sine;
    double dx;
    double dy;
    Edge back;
};

double agreement(const EdgeField& before, const EdgeField& now, const ViewShift& shift) {
    const Warp warp(now, shift);
    double product = 0;
    double energy_before = 0;
    double energy_now = 0;
    for (int y = 0; y < before.height; ++y) {
        for (int x = 0; x < before.width; ++x) {
            const Edge edge = before.edges[index_of(before, x, y)];
            if (std::norm(edge) == 0) continue;
            const auto seen = warp.at(now, x, y);
            if (!seen) continue;
            product += (std::conj(edge) * *seen).real();
            energy_before += std::norm(edge);
            energy_now += std::norm(*seen);
        }
    }
    // What lies outside of the present view can't agree: its share is asked for in match_blocks().
    return product / std::sqrt(std::max(1e-9, energy_before * energy_now));
}

}  // namespace

SmallPicture small_picture(const Picture& picture) {
    SmallPicture small;
    const int longer = std::max(picture.width, picture.height);
    if (longer < SmallPicture::kLongerSide || std::min(picture.width, picture.height) < kBlock) return small;
    small.width = std::max(kBlock, picture.width * SmallPicture::kLongerSide / longer);
    small.height = std::max(kBlock, picture.height * SmallPicture::kLongerSide / longer);
    small.grey.resize(static_cast<std::size_t>(small.width) * static_cast<std::size_t>(small.height));
    // Every pixel of a small picture, each second or third of a large one: five to a side are enough.
    const int step = std::max(1, longer / (5 * SmallPicture::kLongerSide));
    for (int row = 0; row < small.height; ++row) {
        const int top = row * picture.height / small.height;
        const int bottom = std::max(top + 1, (row + 1) * picture.height / small.height);
        for (int column = 0; column < small.width; ++column) {
            const int left = column * picture.width / small.width;
            const int right = std::max(left + 1, (column + 1) * picture.width / small.width);
            std::uint32_t sum = 0;
            std::uint32_t count = 0;
            for (int y = top; y < bottom; y += step) {
                const std::uint8_t* pixel =
                    picture.rgb.data() +
                    (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                     static_cast<std::size_t>(left)) *
                        3;
                for (int x = left; x < right; x += step, pixel += std::ptrdiff_t{3} * step) {
                    sum += pixel[0] + 2U * pixel[1] + pixel[2];
                    count += 4;
                }
            }
            small.grey[static_cast<std::size_t>(row) * static_cast<std::size_t>(small.width) +
                       static_cast<std::size_t>(column)] =
                static_cast<float>(sum) / static_cast<float>(count);
        }
    }
    return small;
}

EdgeField edges_of(const SmallPicture& picture) {
    EdgeField field{picture.width, picture.height, {}};
    field.edges.resize(picture.grey.size());
    std::vector<float> strengths;
    strengths.reserve(picture.grey.size());
    for (int y = 1; y + 1 < field.height; ++y) {
        for (int x = 1; x + 1 < field.width; ++x) {
            const float* const at = picture.grey.data() + index_of(field, x, y);
            const Edge gradient(0.5F * (at[1] - at[-1]), 0.5F * (at[field.width] - at[-field.width]));
            field.edges[index_of(field, x, y)] = gradient;
            strengths.push_back(std::abs(gradient));
        }
    }
    if (strengths.empty()) return field;
    const auto strong = strengths.begin() +
                        static_cast<std::ptrdiff_t>(kStrongShare * static_cast<double>(strengths.size() - 1));
    std::nth_element(strengths.begin(), strong, strengths.end());
    const float whole = std::max(kNoiseLevels, 0.5F * *strong);
    for (Edge& edge : field.edges) {
        const float strength = std::abs(edge);
        const float weight = std::clamp((strength - kNoiseLevels) / whole, 0.0F, 1.0F);
        edge = weight == 0 ? Edge() : edge * edge * (weight / (strength * strength));
    }
    return field;
}

BlockMatch match_blocks(const EdgeField& before, const EdgeField& now, const ViewShift& shift) {
    BlockMatch result;
    const Warp warp(now, shift);
    for (int top = 0; top + kBlock <= before.height; top += kBlock) {
        for (int left = 0; left + kBlock <= before.width; left += kBlock) {
            double product = 0;
            double energy_before = 0;
            double energy_now = 0;
            int inside = 0;
            for (int y = top; y < top + kBlock; ++y) {
                for (int x = left; x < left + kBlock; ++x) {
                    const auto seen = warp.at(now, x, y);
                    if (!seen) continue;
                    const Edge edge = before.edges[index_of(before, x, y)];
                    ++inside;
                    product += (std::conj(edge) * *seen).real();
                    energy_before += std::norm(edge);
                    energy_now += std::norm(*seen);
                }
            }
            if (inside < kBlock * kBlock / 2 || energy_before < kBlockEnergyMin * inside) continue;
            ++result.blocks;
            const double correlation = product / std::sqrt(std::max(1e-9, energy_before * energy_now));
            if (energy_now < kBlockEnergyEmpty * inside)
                ++result.empty;
            else if (correlation >= kBlockCorrelationMin)
                ++result.matched;
        }
    }
    return result;
}

bool agrees(const BlockMatch& match) {
    return match.matched >= kBlocksMin && match.matched >= kAgreeShare * match.blocks;
}

ViewShift refine(const EdgeField& before, const EdgeField& now, const ViewShift& start) {
    ViewShift best = start;
    double best_agreement = agreement(before, now, best);
    constexpr double kDegree = std::numbers::pi / 180;
    for (double step = 1.6; step > 0.08; step /= 2) {  // px, degrees and, divided by 80, zoom
        for (bool better = true; better;) {
            better = false;
            const std::array<ViewShift, 8> around = {
                ViewShift{best.dx + step, best.dy, best.rotation_rad, best.zoom},
                ViewShift{best.dx - step, best.dy, best.rotation_rad, best.zoom},
                ViewShift{best.dx, best.dy + step, best.rotation_rad, best.zoom},
                ViewShift{best.dx, best.dy - step, best.rotation_rad, best.zoom},
                ViewShift{best.dx, best.dy, best.rotation_rad + step * kDegree, best.zoom},
                ViewShift{best.dx, best.dy, best.rotation_rad - step * kDegree, best.zoom},
                ViewShift{best.dx, best.dy, best.rotation_rad, best.zoom * (1 + step / 80)},
                ViewShift{best.dx, best.dy, best.rotation_rad, best.zoom / (1 + step / 80)},
            };
            for (const ViewShift& tried : around) {
                if (std::abs(tried.dx - start.dx) > 3 || std::abs(tried.dy - start.dy) > 3) continue;
                const double reached = agreement(before, now, tried);
                if (reached <= best_agreement + 1e-6) continue;
                best_agreement = reached;
                best = tried;
                better = true;
            }
        }
    }
    return best;
}

std::optional<ViewShift> find_shift(const EdgeField& before, const EdgeField& now) {
    static_assert(FourierGrid::kSide >= SmallPicture::kLongerSide);
    constexpr double kDegree = std::numbers::pi / 180;
    FourierGrid earlier;
    for (int y = 0; y < before.height; ++y)
        for (int x = 0; x < before.width; ++x)
            earlier.at(x, y) = before.edges[index_of(before, x, y)];
    earlier.transform();

    struct Candidate {
        ViewShift shift;
        float peak = 0;
    };
    std::vector<Candidate> candidates;
    constexpr std::array kZooms = {1.0, 0.9, 1.1, 0.8, 1.22};
    for (const double zoom : kZooms) {
        for (int degrees = -30; degrees <= 30; degrees += 3) {
            const ViewShift turned{0, 0, degrees * kDegree, zoom};
            const Warp warp(now, turned);
            FourierGrid grid;
            for (int y = 0; y < before.height; ++y)
                for (int x = 0; x < before.width; ++x)
                    grid.at(x, y) = warp.at(now, x, y).value_or(Edge());
            const FourierGrid::Peak peak = grid.correlate(earlier);
            candidates.push_back({turned, peak.height});
            Candidate& candidate = candidates.back();
            candidate.shift.dx = warp.cosine * peak.x - warp.sine * peak.y;
            candidate.shift.dy = warp.sine * peak.x + warp.cosine * peak.y;
        }
    }
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.peak > b.peak; });
    constexpr std::size_t kTried = 4;
    std::optional<ViewShift> best;
    int best_matched = 0;
    for (std::size_t i = 0; i < std::min(kTried, candidates.size()); ++i) {
        const ViewShift refined = refine(before, now, candidates[i].shift);
        const BlockMatch match = match_blocks(before, now, refined);
        if (!agrees(match) || match.matched <= best_matched) continue;
        best = refined;
        best_matched = match.matched;
    }
    return best;
}

}  // namespace vitrina::video
