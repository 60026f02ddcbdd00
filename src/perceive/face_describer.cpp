#include "perceive/face_describer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/crop.h"
#include "perceive/face_square.h"

namespace vitrina::perceive {
namespace {

constexpr int kSide = 112;
constexpr const char* kInput = "img_inputs";
constexpr const char* kOutput = "embeddings";

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed("MobileFaceNet: " + error.message);
}

}  // namespace

struct FaceDescriber::State {
    State(mosaic::Session compiled, const FaceDescriberOptions& settings)
        : session(std::move(compiled)), options(settings) {}

    mosaic::Session session;
    FaceDescriberOptions options;
    std::vector<float> input;
};

FaceDescriber::FaceDescriber(std::unique_ptr<State> state) : state_(std::move(state)) {}
FaceDescriber::~FaceDescriber() = default;
FaceDescriber::FaceDescriber(FaceDescriber&& other) noexcept = default;
FaceDescriber& FaceDescriber::operator=(FaceDescriber&& other) noexcept = default;

Result<FaceDescriber> FaceDescriber::create(const std::filesystem::path& model,
                                            const FaceDescriberOptions& options) {
    mosaic::Options compile;
    compile.threads = options.threads;
    compile.input_shapes[kInput] = {1, kSide, kSide, 3};
    compile.outputs = {kOutput};
    auto session = mosaic::Session::load(model, compile);
    if (!session) return from_mosaic(session.error());
    return FaceDescriber(std::make_unique<State>(std::move(*session), options));
}

Result<std::vector<float>> FaceDescriber::describe(const Picture& picture, const Face& face) {
    State& state = *state_;
    const auto square = square_by_points(face);
    if (!square) return failed("MobileFaceNet: no face without size");
    const Crop crop = cut_square(picture, square->center, square->length, kSide, square->turn);
    state.input.resize(crop.rgb.size());
    constexpr float kMiddle = 127.5F;
    constexpr float kScale = 128;
    std::transform(crop.rgb.begin(), crop.rgb.end(), state.input.begin(),
                   [](std::uint8_t value) { return (static_cast<float>(value) - kMiddle) / kScale; });
    const mosaic::Shape shape{1, kSide, kSide, 3};
    if (auto done = state.session.run(mosaic::TensorView(shape, std::span<const float>(state.input))); !done)
        return from_mosaic(done.error());
    auto output = state.session.output(kOutput);
    if (!output) return from_mosaic(output.error());
    const auto numbers = output->elements<float>();
    std::vector<float> descriptor(numbers.begin(), numbers.end());
    const double length =
        std::sqrt(std::inner_product(descriptor.begin(), descriptor.end(), descriptor.begin(), 0.0));
    if (!std::isfinite(length) || length <= 0) return failed("MobileFaceNet: a descriptor without length");
    for (float& value : descriptor)
        value = static_cast<float>(value / length);
    return descriptor;
}

std::string FaceDescriber::describe_plan() const {
    return fmt::format("MobileFaceNet {0}x{0}, threads {1}\n{2}", kSide, state_->options.threads,
                       state_->session.describe_plan());
}

double likeness(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return 0;
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace vitrina::perceive
