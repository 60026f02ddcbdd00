// The whole CenterNet against TensorFlow.js on one picture. Needs the model and the picture, which are not in
// the repository: MOSAIC_MODELS names the folder with centernet.json, MOSAIC_REFERENCE_PICTURE the raw RGB
// picture of 512x512 whose SHA-256 is in references/centernet/picture.sha256.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "mosaic/mosaic.h"
#include "npy.h"

namespace mosaic {
namespace {

constexpr std::int64_t kSize = 512;
constexpr std::size_t kSampleStep = 97;
constexpr float kTolerance = 1e-2F;  // relative; absolute below 0.01
constexpr float kFloor = 0.01F;

// Tests run in one thread.
std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::string() : std::string(value);
}

bool close(float actual, float expected) {
    return std::abs(actual - expected) <= kTolerance * std::max(kFloor, std::abs(expected));
}

Tensor reference(const std::string& name) {
    auto tensor = read_npy(std::string(MOSAIC_REFERENCES "/centernet/") + name);
    EXPECT_TRUE(tensor) << tensor.error().message;
    return std::move(*tensor);
}

class CenterNet : public ::testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        const std::string models = environment("MOSAIC_MODELS");
        picture_path_ = environment("MOSAIC_REFERENCE_PICTURE");
        if (models.empty()) GTEST_SKIP() << "MOSAIC_MODELS isn't set: no model to test";
        model_ = models + "/centernet.json";
        if (!std::ifstream(model_)) GTEST_SKIP() << model_ << " isn't there";
    }

    // All pixels of the picture, or nothing.
    [[nodiscard]] std::optional<Tensor> picture() const {
        std::ifstream file(picture_path_, std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        Tensor tensor = *Tensor::create(DataType::kFloat32, {1, kSize, kSize, 3});
        const auto pixels = tensor.elements<float>();
        if (bytes.size() != pixels.size()) return std::nullopt;
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            pixels[i] = static_cast<float>(static_cast<unsigned char>(bytes[i]));
        }
        return tensor;
    }

    std::string model_;
    std::string picture_path_;
};

void compare_samples(std::span<const float> actual, const Tensor& expected, const char* name) {
    const auto samples = expected.elements<float>();
    ASSERT_EQ((actual.size() + kSampleStep - 1) / kSampleStep, samples.size()) << name;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        ASSERT_TRUE(close(actual[i * kSampleStep], samples[i]))
            << name << " at " << i * kSampleStep << ": " << actual[i * kSampleStep] << " instead of "
            << samples[i];
    }
}

// Rows may change places where scores are nearly equal: each expected row must be found once, by class and
// corners.
void compare_detections(std::span<const float> actual, std::span<const float> expected) {
    constexpr std::size_t kColumns = 6;
    constexpr float kUnlikely =
        0.05F;  // below, the order of a hundred near-ties decides who is in the list at all
    ASSERT_EQ(actual.size(), expected.size());
    std::vector<bool> taken(actual.size() / kColumns, false);
    for (std::size_t row = 0; row < expected.size(); row += kColumns) {
        bool found = false;
        for (std::size_t other = 0; other < actual.size() && !found; other += kColumns) {
            bool same = !taken[other / kColumns];
            for (std::size_t column = 0; column < kColumns; ++column) {
                same = same && close(actual[other + column], expected[row + column]);
            }
            found = same;
            if (same) taken[other / kColumns] = true;
        }
        EXPECT_TRUE(found || expected[row + 4] < kUnlikely)
            << "detection " << row / kColumns << " is missing";
    }
}

TEST_P(CenterNet, AgreesWithTensorFlowJs) {
    const auto input = picture();
    if (!input)
        GTEST_SKIP() << "MOSAIC_REFERENCE_PICTURE isn't a picture of 512x512x3 bytes: " << picture_path_;
    Options options;
    options.backend = GetParam();
    auto session = Session::load(model_, options);
    ASSERT_TRUE(session) << session.error().message;
    const auto done = session->run(input->view());
    ASSERT_TRUE(done) << done.error().message;
    compare_samples(session->output("tower_0/keypoints:0")->elements<float>(),
                    reference("keypoints_every_97.npy"), "keypoints");
    compare_samples(session->output("tower_0/wh")->elements<float>(), reference("wh_every_97.npy"), "wh");
    compare_detections(session->output("tower_0/detections")->elements<float>(),
                       reference("detections.npy").elements<float>());
}

// Another height is the same network on fewer rows: with both backends it gives the same numbers.
TEST_P(CenterNet, RunsAtAnotherHeight) {
    constexpr std::int64_t kHeight = 288;
    Tensor input = *Tensor::create(DataType::kFloat32, {1, kHeight, kSize, 3});
    std::uint32_t state = 7;
    for (float& pixel : input.elements<float>()) {
        state = state * 1664525U + 1013904223U;
        pixel = static_cast<float>(state >> 24U);
    }
    Options options;
    options.input_shapes["tower_0/images"] = {1, kHeight, kSize, 3};
    auto reference_session = Session::load(model_, [&] {
        Options portable = options;
        portable.backend = Backend::kPortable;
        return portable;
    }());
    options.backend = GetParam();
    auto session = Session::load(model_, options);
    ASSERT_TRUE(session) << session.error().message;
    ASSERT_TRUE(reference_session) << reference_session.error().message;
    ASSERT_TRUE(session->run(input.view()));
    ASSERT_TRUE(reference_session->run(input.view()));
    EXPECT_EQ(session->output("tower_0/keypoints")->shape(), (Shape{1, 72, 128, 80}));
    for (const char* name : {"tower_0/keypoints", "tower_0/wh"}) {
        const TensorView actual = *session->output(name);
        const TensorView expected = *reference_session->output(name);
        ASSERT_EQ(actual.shape(), expected.shape());
        const auto a = actual.elements<float>();
        const auto b = expected.elements<float>();
        for (std::size_t i = 0; i < a.size(); ++i)
            ASSERT_TRUE(close(a[i], b[i])) << name << " at " << i;
    }
}

// Chosen outputs leave the rest of the graph out; one file compiles to the same plan every time.
TEST_P(CenterNet, ComputesOnlyChosenOutputs) {
    Options options;
    options.backend = GetParam();
    options.outputs = {"tower_0/keypoints", "tower_0/wh"};
    const auto session = Session::load(model_, options);
    ASSERT_TRUE(session) << session.error().message;
    ASSERT_EQ(session->outputs().size(), 2U);
    EXPECT_EQ(session->describe_plan().find("Top"), std::string::npos);
    const auto again = Session::load(model_, options);
    ASSERT_TRUE(again);
    EXPECT_EQ(session->describe_plan(), again->describe_plan());
}

// What is not the first height of the model must still divide as the network does.
TEST_P(CenterNet, RefusesHeightsThatContradict) {
    Options options;
    options.backend = GetParam();
    options.input_shapes["tower_0/images"] = {1, 250, kSize, 3};
    const auto session = Session::load(model_, options);
    ASSERT_FALSE(session);
    EXPECT_NE(session.error().message.find("concat"), std::string::npos) << session.error().message;
}

INSTANTIATE_TEST_SUITE_P(Backends, CenterNet, ::testing::Values(Backend::kPortable, Backend::kAuto),
                         [](const auto& test) {
                             return test.param == Backend::kPortable ? "Portable" : "Auto";
                         });

}  // namespace
}  // namespace mosaic
