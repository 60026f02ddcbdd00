#include "perceive/face_reader.h"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/crop.h"
#include "perceive/face_square.h"
#include "perceive/session_options.h"

namespace vitrina::perceive {
namespace {

constexpr int kSide = 224;
constexpr std::int64_t kAges = 100;  // 0 to 99 years
constexpr const char* kSex = "gender_pred/Sigmoid";
constexpr const char* kAge = "age_pred/Softmax";
constexpr const char* kDescriptor = "global_pooling/Mean";

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed("FaceRes: " + error.message);
}

Result<std::span<const float>> numbers_of(const mosaic::Session& session, const char* name) {
    auto output = session.output(name);
    if (!output) return from_mosaic(output.error());
    return output->elements<float>();
}

}  // namespace

struct FaceReader::State {
    State(mosaic::Session compiled, const FaceReaderOptions& settings)
        : session(std::move(compiled)), options(settings) {}

    mosaic::Session session;
    FaceReaderOptions options;
    std::vector<float> input;
};

FaceReader::FaceReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FaceReader::~FaceReader() = default;
FaceReader::FaceReader(FaceReader&& other) noexcept = default;
FaceReader& FaceReader::operator=(FaceReader&& other) noexcept = default;

Result<FaceReader> FaceReader::create(const std::filesystem::path& model, const FaceReaderOptions& options) {
    TRY_ASSIGN(mosaic::Options compile,
               session_options(options.threads, options.precision, options.calibration));
    compile.input_shapes["input_1"] = {1, kSide, kSide, 3};
    compile.outputs = {kSex, kAge, kDescriptor};
    auto session = mosaic::Session::load(model, compile);
    if (!session) return from_mosaic(session.error());
    if (session->output(1).shape().element_count() != kAges ||
        session->output(2).shape().element_count() != static_cast<std::int64_t>(kFaceDescriptorLength))
        return failed("FaceRes: the model does not tell ages, or describes otherwise");
    return FaceReader(std::make_unique<State>(std::move(*session), options));
}

Result<FaceReading> FaceReader::read(const Picture& picture, const Face& face) {
    State& state = *state_;
    const auto square = square_by_box(face, state.options.margin);
    if (!square) return failed("FaceRes: no face in an empty box");
    const Crop crop = cut_square(picture, square->center, square->length, kSide, square->turn);
    state.input.assign(crop.rgb.begin(), crop.rgb.end());
    const mosaic::Shape shape{1, kSide, kSide, 3};
    if (auto done = state.session.run(mosaic::TensorView(shape, std::span<const float>(state.input))); !done)
        return from_mosaic(done.error());
    TRY_ASSIGN(const auto sex, numbers_of(state.session, kSex));
    TRY_ASSIGN(const auto ages, numbers_of(state.session, kAge));
    TRY_ASSIGN(const auto descriptor, numbers_of(state.session, kDescriptor));
    FaceReading reading;
    reading.female = 1 - static_cast<double>(sex[0]);
    for (std::size_t i = 0; i < ages.size(); ++i)
        reading.age += ages[i] * static_cast<double>(i);
    reading.descriptor.assign(descriptor.begin(), descriptor.end());
    const double length_of =
        std::sqrt(std::inner_product(descriptor.begin(), descriptor.end(), descriptor.begin(), 0.0));
    if (length_of > 0)
        for (float& value : reading.descriptor)
            value = static_cast<float>(value / length_of);
    return reading;
}

std::string FaceReader::describe() const {
    return fmt::format("FaceRes {0}x{0}, square of {1} boxes, threads {2}\n{3}", kSide,
                       state_->options.margin, state_->options.threads, state_->session.describe_plan());
}

double likeness(std::span<const float> a, std::span<const float> b) {
    if (a.size() != b.size()) return 0;
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace vitrina::perceive
