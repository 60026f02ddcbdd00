#include "perceive/face_finder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/crop.h"

namespace vitrina::perceive {
namespace {

constexpr int kSide = 256;
constexpr std::size_t kNumbers = 16;  // x, y, width, height, six points
constexpr double kSameFace = 0.3;     // IoU, as in the paper

/// Anchors of one feature map lie on the middles of its cells.
struct Level {
    const char* scores;
    const char* boxes;
    int stride;   // pixels of the input
    int anchors;  // in each cell
};
constexpr std::array<Level, 2> kLevels = {
    {{"Identity", "Identity_2", 16, 2}, {"Identity_1", "Identity_3", 32, 6}}};

std::size_t anchor_count(const Level& level) {
    const auto cells = static_cast<std::size_t>(kSide / level.stride);
    return cells * cells * static_cast<std::size_t>(level.anchors);
}

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed("BlazeFace: " + error.message);
}

// Another network under the same name must not be read as if it were BlazeFace.
Result<void> check(const mosaic::Session& session) {
    for (const Level& level : kLevels) {
        const auto scores = session.output(level.scores);
        const auto boxes = session.output(level.boxes);
        const auto count = static_cast<std::int64_t>(anchor_count(level));
        if (!scores || !boxes || scores->shape().element_count() != count ||
            boxes->shape().element_count() != count * static_cast<std::int64_t>(kNumbers))
            return failed("BlazeFace: the model's outputs are not the faces of 896 anchors");
    }
    return {};
}

double sigmoid(double value) {
    return 1 / (1 + std::exp(-value));
}

// `numbers` are pixels of the crop from the anchor.
Face face_of(const Crop& crop, std::span<const float> numbers, Point anchor, double score) {
    const auto point = [&](std::size_t i) {
        return crop.to_picture(anchor.x + numbers[4 + 2 * i], anchor.y + numbers[5 + 2 * i]);
    };
    const Point corner =
        crop.to_picture(anchor.x + numbers[0] - numbers[2] / 2, anchor.y + numbers[1] - numbers[3] / 2);
    return {.box = {corner.x, corner.y, numbers[2] * crop.step.x, numbers[3] * crop.step.x},
            .right_eye = point(0),
            .left_eye = point(1),
            .nose = point(2),
            .mouth = point(3),
            .right_ear = point(4),
            .left_ear = point(5),
            .score = score};
}

std::vector<Face> without_duplicates(std::vector<Face> faces) {
    std::stable_sort(faces.begin(), faces.end(),
                     [](const Face& a, const Face& b) { return a.score > b.score; });
    std::vector<Face> kept;
    for (const Face& face : faces) {
        const bool known = std::any_of(kept.begin(), kept.end(), [&](const Face& other) {
            return iou(face.box, other.box) > kSameFace;
        });
        if (!known) kept.push_back(face);
    }
    return kept;
}

}  // namespace

struct FaceFinder::State {
    State(mosaic::Session compiled, const FaceFinderOptions& settings)
        : session(std::move(compiled)), options(settings) {}

    mosaic::Session session;
    FaceFinderOptions options;
    std::vector<float> input;
};

double eye_distance(const Face& face) {
    return std::hypot(face.left_eye.x - face.right_eye.x, face.left_eye.y - face.right_eye.y);
}

FaceFinder::FaceFinder(std::unique_ptr<State> state) : state_(std::move(state)) {}
FaceFinder::~FaceFinder() = default;
FaceFinder::FaceFinder(FaceFinder&& other) noexcept = default;
FaceFinder& FaceFinder::operator=(FaceFinder&& other) noexcept = default;

Result<FaceFinder> FaceFinder::create(const std::filesystem::path& model, const FaceFinderOptions& options) {
    mosaic::Options compile;
    compile.threads = options.threads;
    auto session = mosaic::Session::load(model, compile);
    if (!session) return from_mosaic(session.error());
    TRY(check(*session));
    return FaceFinder(std::make_unique<State>(std::move(*session), options));
}

Result<std::vector<Face>> FaceFinder::find(const Picture& picture, Point center, double length) {
    State& state = *state_;
    if (!std::isfinite(center.x + center.y + length) || length <= 0)
        return failed(fmt::format("BlazeFace: no square of {:.1f} pixels", length));
    const Crop crop = cut_square(picture, center, length, kSide);
    state.input.resize(crop.rgb.size());
    constexpr float kHalf = 127.5F;
    std::transform(crop.rgb.begin(), crop.rgb.end(), state.input.begin(),
                   [](std::uint8_t value) { return static_cast<float>(value) / kHalf - 1; });
    const mosaic::Shape shape{1, kSide, kSide, 3};
    if (auto done = state.session.run(mosaic::TensorView(shape, std::span<const float>(state.input))); !done)
        return from_mosaic(done.error());
    std::vector<Face> faces;
    for (const Level& level : kLevels) {
        const auto scores = state.session.output(level.scores)->elements<float>();
        const auto boxes = state.session.output(level.boxes)->elements<float>();
        const auto columns = static_cast<std::size_t>(kSide / level.stride);
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const double score = sigmoid(scores[i]);
            if (score < state.options.score_min) continue;
            const std::size_t cell = i / static_cast<std::size_t>(level.anchors);
            const Point anchor = {(static_cast<double>(cell % columns) + 0.5) * level.stride,
                                  (static_cast<double>(cell / columns) + 0.5) * level.stride};
            const Face face = face_of(crop, boxes.subspan(i * kNumbers, kNumbers), anchor, score);
            if (face.box.width > 0 && face.box.height > 0) faces.push_back(face);
        }
    }
    return without_duplicates(std::move(faces));
}

std::string FaceFinder::describe() const {
    return fmt::format("BlazeFace {0}x{0}, score >= {1}, threads {2}\n{3}", kSide, state_->options.score_min,
                       state_->options.threads, state_->session.describe_plan());
}

}  // namespace vitrina::perceive
