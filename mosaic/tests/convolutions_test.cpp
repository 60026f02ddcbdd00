// Convolutions of many sizes, batches and paddings: the fastest kernels against the readable one.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::random_floats;
using testing::TestModel;

enum class Kind : std::uint8_t { k3x3, k1x1, kDepthwise };

struct Case {
    Kind kind;
    std::int64_t pictures, rows, columns, in, out;
    bool same;      // padding SAME, otherwise VALID
    bool residual;  // the source is added to the result
    int threads;

    // For GoogleTest's messages.
    friend std::ostream& operator<<(std::ostream& stream, const Case& c) {
        return stream << static_cast<int>(c.kind) << ": " << c.pictures << 'x' << c.rows << 'x' << c.columns
                      << 'x' << c.in << " to " << c.out << (c.same ? " SAME" : " VALID")
                      << (c.residual ? " residual " : " ") << c.threads;
    }
};

class Convolutions : public ::testing::TestWithParam<Case> {
  protected:
    Convolutions() {
        const Case& c = GetParam();
        std::mt19937 random(7);
        TestModel model;
        model.input("x", {c.pictures, c.rows, c.columns, c.in});
        const std::int64_t side = c.kind == Kind::k1x1 ? 1 : 3;
        const std::int64_t taps = side * side * (c.kind == Kind::kDepthwise ? 1 : c.in);
        const std::int64_t weights = taps * c.out;
        const float deviation = std::sqrt(2.0F / static_cast<float>(taps));
        const bool depthwise = c.kind == Kind::kDepthwise;
        model.constant("w", {side, side, c.in, depthwise ? 1 : c.out},
                       random_floats(random, weights, deviation));
        model.constant("b", {c.out}, random_floats(random, c.out, 1.0F));
        model.node("conv", depthwise ? "DepthwiseConv2dNative" : "Conv2D", {"x", "w"},
                   TestModel::convolution(1, c.same ? "U0FNRQ==" : "VkFMSUQ="));
        model.node("y", "BiasAdd", {"conv", "b"});
        if (c.residual) model.node("sum", "AddV2", {"y", "x"});
        model.node("z", "Relu", {c.residual ? "sum" : "y"});
        graph_ = model.parse();
        pixels_ = random_floats(random, c.pictures * c.rows * c.columns * c.in, 1.0F);
    }

    [[nodiscard]] TensorView source() const {
        const Case& c = GetParam();
        return {Shape{c.pictures, c.rows, c.columns, c.in}, std::span<const float>(pixels_)};
    }

    [[nodiscard]] Result<std::vector<float>> run(const Options& options) const {
        MOSAIC_TRY_ASSIGN(Session session, Session::compile(*graph_, options));
        MOSAIC_TRY(session.run(source()));
        const auto z = session.output(0).elements<float>();
        return std::vector<float>(z.begin(), z.end());
    }

    Result<Graph> graph_ = failure("not parsed");
    std::vector<float> pixels_;
};

TEST_P(Convolutions, FastestAgreesWithPortable) {
    ASSERT_TRUE(graph_) << graph_.error().message;
    Options options;
    options.threads = GetParam().threads;
    const auto actual = run(options);
    options.backend = Backend::kPortable;
    const auto expected = run(options);
    ASSERT_TRUE(expected && actual);
    ASSERT_EQ(expected->size(), actual->size());
    for (std::size_t i = 0; i < expected->size(); ++i) {
        const float difference = std::abs((*expected)[i] - (*actual)[i]);
        // Not "greater than": NaN must fail too.
        ASSERT_TRUE(difference <= 1e-4F * std::max(1.0F, std::abs((*expected)[i])))
            << "at " << i << ": " << (*actual)[i] << " instead of " << (*expected)[i];
    }
}

TEST_P(Convolutions, FewerBitsStayNearToFloat) {
    ASSERT_TRUE(graph_) << graph_.error().message;
    Options options;
    options.threads = GetParam().threads;
    const auto expected = run(options);
    ASSERT_TRUE(expected);
    options.precision = Precision::kBFloat16;
    const auto half = run(options);
    ASSERT_TRUE(half) << half.error().message;
    EXPECT_GT(signal_to_noise_db(*expected, *half), 40.0);

    const std::vector<std::vector<TensorView>> samples{{source()}};
    CalibrationOptions how;
    how.method = RangeMethod::kLargest;
    auto calibration = calibrate(*graph_, options, samples, how);
    ASSERT_TRUE(calibration) << calibration.error().message;
    EXPECT_TRUE(calibration->kept.empty());
    options.precision = Precision::kInt8;
    options.calibration = std::make_shared<const Calibration>(std::move(*calibration));
    const auto bytes = run(options);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_GT(signal_to_noise_db(*expected, *bytes), 30.0);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Convolutions,
    ::testing::Values(Case{Kind::k3x3, 1, 8, 8, 16, 16, true, false, 1},      // whole squares
                      Case{Kind::k3x3, 1, 4, 4, 16, 24, true, false, 1},      // one
                      Case{Kind::k3x3, 1, 1, 1, 16, 16, true, false, 1},      // less than one
                      Case{Kind::k3x3, 1, 7, 13, 24, 40, true, false, 2},     // over both edges
                      Case{Kind::k3x3, 3, 9, 5, 16, 16, true, true, 2},       // several pictures
                      Case{Kind::k3x3, 2, 6, 6, 32, 16, false, false, 3},     // no padding
                      Case{Kind::k3x3, 1, 14, 14, 20, 20, true, true, 2},     // blocks not full
                      Case{Kind::k3x3, 16, 7, 7, 40, 72, true, false, 2},     // many pictures
                      Case{Kind::k3x3, 1, 40, 60, 16, 17, true, false, 2},    // more than one pass
                      Case{Kind::k1x1, 3, 5, 5, 16, 24, true, false, 2},      // several pictures
                      Case{Kind::k1x1, 2, 7, 7, 20, 20, true, true, 3},       // blocks not full
                      Case{Kind::k1x1, 5, 7, 7, 300, 260, true, false, 2},    // weights that don't stay
                      Case{Kind::k1x1, 1, 30, 31, 520, 130, true, false, 2},  // more than one pass
                      Case{Kind::k3x3, 2, 17, 9, 3, 20, true, false, 2},      // few channels
                      Case{Kind::k3x3, 2, 20, 20, 130, 70, true, false, 2},   // all widths of panels
                      Case{Kind::k1x1, 1, 1, 5, 33, 200, true, false, 3},     // few pixels
                      Case{Kind::kDepthwise, 3, 9, 7, 20, 20, true, false, 2},
                      Case{Kind::kDepthwise, 2, 8, 8, 32, 32, false, false, 3}),
    [](const auto& made) { return "Case" + std::to_string(made.index); });

}  // namespace
}  // namespace mosaic
