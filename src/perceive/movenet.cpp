#include "perceive/movenet.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/crop.h"
#include "perceive/session_options.h"

namespace vitrina::perceive {
namespace {

constexpr std::size_t kNumbersPerJoint = 3;  // y, x, score: shares of the square

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed("MoveNet: " + error.message);
}

// Another network under the same name must not be read as if it were MoveNet.
Result<void> check(const mosaic::Session& session) {
    if (session.inputs().size() == 1 && session.outputs().size() == 1) {
        const mosaic::ValueInfo& input = session.inputs()[0];
        const mosaic::Shape wanted{1, input.shape.rank() == 4 ? input.shape[1] : 0,
                                   input.shape.rank() == 4 ? input.shape[1] : 0, 3};
        if (input.type == mosaic::DataType::kInt32 && input.shape == wanted &&
            session.outputs()[0].shape == mosaic::Shape{1, 1, kJointCount, kNumbersPerJoint})
            return {};
    }
    return failed("MoveNet: the model does not take a square of bytes and give 17 joints");
}

}  // namespace

struct MoveNet::State {
    State(mosaic::Session compiled, const MoveNetOptions& settings)
        : session(std::move(compiled)),
          options(settings),
          side(static_cast<int>(session.inputs()[0].shape[1])),
          input(static_cast<std::size_t>(side) * side * 3) {}

    mosaic::Session session;
    MoveNetOptions options;
    int side;
    std::vector<std::int32_t> input;
};

MoveNet::MoveNet(std::unique_ptr<State> state) : state_(std::move(state)) {}
MoveNet::~MoveNet() = default;

Result<std::unique_ptr<MoveNet>> MoveNet::create(const std::filesystem::path& model,
                                                 const MoveNetOptions& options) {
    TRY_ASSIGN(const mosaic::Options compile,
               session_options(options.threads, options.precision, options.calibration));
    auto session = mosaic::Session::load(model, compile);
    if (!session) return from_mosaic(session.error());
    TRY(check(*session));
    return std::unique_ptr<MoveNet>(new MoveNet(std::make_unique<State>(std::move(*session), options)));
}

Result<Pose> MoveNet::estimate(const Picture& picture, const Box& box) {
    State& state = *state_;
    const double length = state.options.margin * std::max(box.width, box.height);
    if (!std::isfinite(box.x + box.y + box.width + box.height) || box.width <= 0 || box.height <= 0)
        return failed(
            fmt::format("MoveNet: no body in a box of {:.1f} x {:.1f} pixels", box.width, box.height));
    const Crop crop = cut_square(picture, box.center(), length, state.side);
    std::copy(crop.rgb.begin(), crop.rgb.end(), state.input.begin());
    const mosaic::Shape shape{1, state.side, state.side, 3};
    if (auto done = state.session.run(mosaic::TensorView(shape, std::span<const std::int32_t>(state.input)));
        !done)
        return from_mosaic(done.error());
    const std::span<const float> numbers = state.session.output(0).elements<float>();
    Pose pose;
    for (std::size_t i = 0; i < kJointCount; ++i) {
        const std::span<const float> joint = numbers.subspan(i * kNumbersPerJoint, kNumbersPerJoint);
        pose.joints[i] = {crop.to_picture(joint[1] * state.side, joint[0] * state.side),
                          std::clamp(static_cast<double>(joint[2]), 0.0, 1.0)};
    }
    return pose;
}

std::string MoveNet::describe() const {
    return fmt::format("MoveNet {0}x{0}, square of {1} boxes, threads {2}\n{3}", state_->side,
                       state_->options.margin, state_->options.threads, state_->session.describe_plan());
}

}  // namespace vitrina::perceive
