#include "perceive/body_describer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/colour_layout.h"
#include "perceive/crop.h"

namespace vitrina::perceive {
namespace {

constexpr const char* kInput = "tower_0/images";
constexpr int kHeight = 128;
constexpr int kWidth = 64;
constexpr int kStripes = 4;
// Of the crop's width: what is beside the body is background.
constexpr double kMiddle = 0.625;
// At a quarter, an eighth and a sixteenth of the resolution: edges and colours, textures, parts of bodies.
// Deeper ones know what a person is, not who (README.md).
constexpr std::array kLayers = {"tower_0/MobilenetV3/expanded_conv_2/add",
                                "tower_0/MobilenetV3/expanded_conv_5/add",
                                "tower_0/MobilenetV3/expanded_conv_11/add"};

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed("body description: " + error.message);
}

void bring_to_length_1(std::span<float> part) {
    const double squares = std::inner_product(part.begin(), part.end(), part.begin(), 0.0);
    if (!(squares > 0)) return;
    const auto factor = static_cast<float>(1 / std::sqrt(squares));
    for (float& value : part)
        value *= factor;
}

/// Means of the map's channels at each height of the body, in the middle of its width.
void add_stripes(const mosaic::TensorView& map, std::vector<float>& description) {
    const std::size_t begin = description.size();
    const auto rows = static_cast<std::size_t>(map.shape()[1]);
    const auto columns = static_cast<std::size_t>(map.shape()[2]);
    const auto channels = static_cast<std::size_t>(map.shape()[3]);
    const std::span<const float> values = map.elements<float>();
    const auto left = static_cast<std::size_t>(std::floor(columns * (1 - kMiddle) / 2));
    description.resize(begin + kStripes * channels);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t stripe = begin + row * kStripes / rows * channels;
        for (std::size_t column = left; column < columns - left; ++column)
            for (std::size_t k = 0; k < channels; ++k)
                description[stripe + k] += values[(row * columns + column) * channels + k];
    }
    bring_to_length_1(std::span(description).subspan(begin));
}

}  // namespace

struct BodyDescriber::State {
    explicit State(mosaic::Session compiled)
        : session(std::move(compiled)), input(static_cast<std::size_t>(kHeight) * kWidth * 3) {
        parts.push_back(kColourNumbers);
        for (const mosaic::ValueInfo& output : session.outputs())
            parts.push_back(static_cast<std::size_t>(kStripes * output.shape[3]));
    }

    mosaic::Session session;
    std::vector<float> input;
    std::vector<std::size_t> parts;
};

BodyDescriber::BodyDescriber(std::unique_ptr<State> state) : state_(std::move(state)) {}
BodyDescriber::~BodyDescriber() = default;

Result<std::unique_ptr<BodyDescriber>> BodyDescriber::create(const std::filesystem::path& model) {
    mosaic::Options compile;
    compile.threads = 1;
    compile.input_shapes[kInput] = {1, kHeight, kWidth, 3};
    compile.outputs.assign(kLayers.begin(), kLayers.end());
    auto session = mosaic::Session::load(model, compile);
    if (!session) return from_mosaic(session.error());
    for (const mosaic::ValueInfo& output : session->outputs())
        if (output.shape.rank() != 4 || output.shape[1] < kStripes)
            return failed("body description: " + output.name + " of the model is no map");
    return std::unique_ptr<BodyDescriber>(new BodyDescriber(std::make_unique<State>(std::move(*session))));
}

Result<std::vector<float>> BodyDescriber::describe(const Picture& picture, const Box& box) {
    State& state = *state_;
    const bool is_box =
        std::isfinite(box.x + box.y + box.width + box.height) && box.width > 0 && box.height > 0;
    std::vector<float> description = is_box ? colour_layout(picture, box) : std::vector<float>();
    if (description.empty())
        return failed("body description: no body in a box outside the picture or without area");
    bring_to_length_1(description);
    // The middle columns of a square as high as the body.
    const Crop crop = cut_square(picture, box.center(), box.height, kHeight);
    constexpr std::size_t kRow = std::size_t{kHeight} * 3;
    constexpr std::size_t kLeft = std::size_t{(kHeight - kWidth) / 2} * 3;
    for (std::size_t row = 0; row < kHeight; ++row)
        std::copy_n(&crop.rgb[row * kRow + kLeft], kWidth * 3, &state.input[row * kWidth * 3]);
    const mosaic::Shape shape{1, kHeight, kWidth, 3};
    if (auto done = state.session.run(mosaic::TensorView(shape, std::span<const float>(state.input))); !done)
        return from_mosaic(done.error());
    for (std::size_t i = 0; i < kLayers.size(); ++i)
        add_stripes(state.session.output(i), description);
    return description;
}

std::size_t BodyDescriber::width() const {
    return std::accumulate(state_->parts.begin(), state_->parts.end(), std::size_t{0});
}

const std::vector<std::size_t>& BodyDescriber::parts() const {
    return state_->parts;
}

std::string BodyDescriber::describe_plan() const {
    return fmt::format("body description {}x{}\n{}", kHeight, kWidth, state_->session.describe_plan());
}

}  // namespace vitrina::perceive
