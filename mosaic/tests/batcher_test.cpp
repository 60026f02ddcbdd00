// Callers share runs, and each gets what it would have got alone.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::TestModel;

constexpr const char* kSame = "U0FNRQ==";
constexpr std::int64_t kSide = 6;

// One output of a convolution, and its mean.
Graph small_network() {
    TestModel model;
    model.input("x", {1, kSide, kSide, 2});
    std::vector<float> weights;
    constexpr int kWeights = 3 * 3 * 2 * 4;
    weights.reserve(kWeights);
    for (int i = 0; i < kWeights; ++i)
        weights.push_back(static_cast<float>(i % 7) - 3.0F);
    model.constant("w", {3, 3, 2, 4}, weights);
    model.node("y", "Conv2D", {"x", "w"}, TestModel::convolution(1, kSame));
    model.node("z", "Relu", {"y"});
    return *model.parse();
}

Tensor picture(int seed) {
    Tensor made = *Tensor::create(DataType::kFloat32, {1, kSide, kSide, 2});
    int i = seed;
    for (float& value : made.elements<float>())
        value = static_cast<float>(++i * 37 % 19) - 9.0F;
    return made;
}

void expect_same(const TensorView& actual, const TensorView& expected) {
    ASSERT_EQ(actual.shape(), expected.shape());
    for (std::size_t i = 0; i < expected.elements<float>().size(); ++i)
        ASSERT_NEAR(actual.elements<float>()[i], expected.elements<float>()[i], 1e-4F) << i;
}

TEST(Batcher, EachCallerGetsItsOwnResults) {
    const Graph graph = small_network();
    BatcherOptions options;
    options.batch_max = 5;
    options.wait_max = std::chrono::milliseconds(20);
    auto batcher = Batcher::create(graph, options);
    ASSERT_TRUE(batcher) << batcher.error().message;
    constexpr int kThreads = 8, kPictures = 12;
    std::atomic<int> wrong = 0;
    std::vector<std::vector<Tensor>> results(kThreads * kPictures);
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kPictures; ++i) {
                const Tensor input = picture(t * kPictures + i);
                const TensorView view = input.view();
                auto made = batcher->run({&view, 1});
                if (made) {
                    results[static_cast<std::size_t>(t * kPictures + i)] = std::move(*made);
                } else {
                    ++wrong;
                }
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, 0);
    auto session = Session::compile(graph);
    ASSERT_TRUE(session);
    for (std::size_t i = 0; i < results.size(); ++i) {
        ASSERT_TRUE(session->run(picture(static_cast<int>(i)).view()));
        ASSERT_EQ(results[i].size(), 1U);
        expect_same(results[i][0].view(), session->output(0));
    }
    EXPECT_EQ(batcher->counts().pictures, results.size());
    EXPECT_LT(batcher->counts().runs, results.size());
}

TEST(Batcher, NobodyWaitsLongerThanTheDeadline) {
    BatcherOptions options;
    options.wait_max = std::chrono::microseconds(100);
    auto batcher = Batcher::create(small_network(), options);
    ASSERT_TRUE(batcher) << batcher.error().message;
    // Alone: with nobody to come, the deadline is what ends the wait.
    const Tensor input = picture(1);
    const TensorView view = input.view();
    ASSERT_TRUE(batcher->run({&view, 1}));
    EXPECT_EQ(batcher->counts().runs, 1U);
}

TEST(Batcher, WrongInputsAreTheirCallersAffair) {
    auto batcher = Batcher::create(small_network());
    ASSERT_TRUE(batcher);
    const Tensor flat = *Tensor::create(DataType::kFloat32, {3});
    const TensorView view = flat.view();
    const auto refused = batcher->run({&view, 1});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("[1,6,6,2]"), std::string::npos) << refused.error().message;
    EXPECT_EQ(batcher->counts().runs, 0U);
    BatcherOptions none;
    none.batch_max = 0;
    EXPECT_FALSE(Batcher::create(small_network(), none));
}

}  // namespace
}  // namespace mosaic
