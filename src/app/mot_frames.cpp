#include "app/mot_frames.h"

#include <charconv>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "track/frame_rate.h"

namespace vitrina::app {
namespace {

// Weaker detections are often no people, and stand still.
constexpr double kScoreMin = 0.4;

template <typename Boxes, typename Use>
FrameRate guess(const Boxes& boxes, const Use& use) {
    std::vector<std::vector<Box>> frames;
    std::int64_t frame = -1;
    for (const auto& box : boxes) {
        // Holes end all walks; how long they are says nothing.
        if (box.frame != frame && frame >= 0 && box.frame > frame + 1) frames.emplace_back();
        if (box.frame != frame) frames.emplace_back();
        frame = box.frame;
        if (use(box)) frames.back().push_back(box.box);
    }
    if (const std::optional<double> rate = track::walking_frame_rate(frames))
        return {*rate, fmt::format("no frame rate is given: about {:.0f} a second, from how fast people walk",
                                   *rate)};
    return {kFrameRateAssumed, fmt::format("no frame rate is given: {} a second assumed", kFrameRateAssumed)};
}

}  // namespace

FrameRate guess_frame_rate(const std::vector<MotRow>& detections) {
    return guess(detections, [](const MotRow& row) { return row.score >= kScoreMin; });
}

FrameRate guess_frame_rate(const std::vector<evaluate::TruthBox>& truth) {
    return guess(truth, [](const evaluate::TruthBox& /*box*/) { return true; });
}

Result<PixelSize> parse_pixel_size(const std::string& text) {
    const char* const end = text.data() + text.size();
    PixelSize size;
    const auto [cross, bad_width] = std::from_chars(text.data(), end, size.width);
    if (bad_width == std::errc() && cross != end && *cross == 'x') {
        const auto [stop, bad_height] = std::from_chars(cross + 1, end, size.height);
        if (bad_height == std::errc() && stop == end && size.width > 0 && size.height > 0) return size;
    }
    return misconfigured(fmt::format("--picture {}: not WIDTHxHEIGHT, as 1280x720", text));
}

}  // namespace vitrina::app
