#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iterator>
#include <latch>
#include <random>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::TestModel;

constexpr const char* kSame = "U0FNRQ==";

// y = relu(conv1x1(x)) of two channels, z = y + y.
TestModel small_model() {
    TestModel model;
    model.input("x", {1, 2, 2, 1});
    model.constant("w", {1, 1, 1, 2}, {1.0F, -1.0F});
    model.node("conv", "Conv2D", {"x", "w"}, TestModel::convolution(1, kSame));
    model.node("y", "Relu", {"conv"});
    model.node("z", "AddV2", {"y", "y"});
    model.json()["signature"]["outputs"] = {{"y", {{"name", "y:0"}}}, {"z", {{"name", "z"}}}};
    return model;
}

const std::vector<float> kPixels = {1.0F, -2.0F, 3.0F, -4.0F};

TensorView pixels() {
    return {Shape{1, 2, 2, 1}, std::span<const float>(kPixels)};
}

TEST(Session, RunsAndGivesOutputsByNameAndIndex) {
    const auto graph = small_model().parse();
    ASSERT_TRUE(graph) << graph.error().message;
    auto session = Session::compile(*graph);
    ASSERT_TRUE(session) << session.error().message;
    ASSERT_EQ(session->inputs().size(), 1U);
    EXPECT_EQ(session->inputs()[0].name, "x");
    ASSERT_TRUE(session->run(pixels()));
    const std::vector<float> expected = {2, 0, 0, 4, 6, 0, 0, 8};
    for (const char* name : {"z", "z:0"}) {
        const auto z = session->output(name);
        ASSERT_TRUE(z) << z.error().message;
        EXPECT_EQ(std::vector<float>(z->elements<float>().begin(), z->elements<float>().end()), expected);
    }
    EXPECT_EQ(session->output(0).shape(), (Shape{1, 2, 2, 2}));
    EXPECT_FALSE(session->output("nothing"));
}

// What is too small to be normal takes a hundred times as long as what is, and says nothing.
TEST(Session, ComputesWithZeroForWhatIsNotNormalAndLeavesTheCallerAlone) {
    const volatile float small = 1e-20F;
    for (const Backend backend : {Backend::kAuto, Backend::kPortable}) {
        Options options;
        options.backend = backend;
        TestModel model;
        model.input("x", {1, 2, 2, 1});
        model.constant("w", {1, 1, 1, 2}, {1e-20F, 1.0F});
        model.node("y", "Conv2D", {"x", "w"}, TestModel::convolution(1, kSame));
        auto session = Session::compile(*model.parse(), options);
        ASSERT_TRUE(session) << session.error().message;
        const std::vector<float> x = {small, 1e-40F, 1.0F, 0.0F};
        ASSERT_TRUE(session->run(TensorView{Shape{1, 2, 2, 1}, std::span<const float>(x)}));
        const auto y = session->output(0).elements<float>();
        EXPECT_EQ(std::vector<float>(y.begin(), y.end()),
                  (std::vector<float>{0, 1e-20F, 0, 0, 1e-20F, 1, 0, 0}));
        EXPECT_GT(small * small, 0.0F);
    }
}

std::ptrdiff_t threads_of_this_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

// OpenMP's count, if this build has OpenMP at all.
int openmp_threads() {
    using Count = int (*)();
    const auto count = reinterpret_cast<Count>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
    return count == nullptr ? 0 : count();
}

// As a program does that uses OpenMP itself; for the calling thread.
void let_openmp_have(int threads) {
    using Let = void (*)(int);
    const auto let = reinterpret_cast<Let>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    if (let != nullptr) let(threads);
}

TEST(Session, OfOneThreadStartsNoneAndLeavesOpenMpAlone) {
    const int openmp_before = openmp_threads();
    const std::ptrdiff_t before = threads_of_this_process();
    Options options;
    options.threads = 1;
    auto session = Session::compile(*small_model().parse(), options);
    ASSERT_TRUE(session) << session.error().message;
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(session->run(pixels()));
    EXPECT_EQ(threads_of_this_process(), before);
    EXPECT_EQ(openmp_threads(), openmp_before);
}

TEST(Session, RefusesWrongInputs) {
    auto session = Session::compile(*small_model().parse());
    ASSERT_TRUE(session);
    EXPECT_FALSE(session->run(std::span<const TensorView>()));
    const TensorView flat(Shape{4}, std::span<const float>(kPixels));
    const auto done = session->run(flat);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("[1,2,2,1]"), std::string::npos) << done.error().message;
}

TEST(Session, RefusesUnknownNamesAndBadOptions) {
    const auto graph = small_model().parse();
    ASSERT_TRUE(graph);
    Options outputs;
    outputs.outputs = {"w"};
    EXPECT_FALSE(Session::compile(*graph, outputs));
    Options shapes;
    shapes.input_shapes["nothing"] = {1};
    EXPECT_FALSE(Session::compile(*graph, shapes));
    Options rank;
    rank.input_shapes["x"] = {1};
    EXPECT_FALSE(Session::compile(*graph, rank));
    Options threads;
    threads.threads = 0;
    EXPECT_FALSE(Session::compile(*graph, threads));
    Options memory;
    memory.memory_bytes_max = 16;
    EXPECT_FALSE(Session::compile(*graph, memory));
}

TEST(Session, AnotherInputOfTheSameShapeIsReadWhereItLies) {
    auto session = Session::compile(*small_model().parse());
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->run(pixels()));
    const std::vector<float> other = {5.0F, 5.0F, 5.0F, 5.0F};
    ASSERT_TRUE(session->run(TensorView(Shape{1, 2, 2, 1}, std::span<const float>(other))));
    EXPECT_EQ(session->output("y")->elements<float>()[0], 5.0F);
    ASSERT_TRUE(session->run(pixels()));
    EXPECT_EQ(session->output("y")->elements<float>()[0], 1.0F);
}

TEST(Session, IsMovedAndUsedByOtherThreads) {
    auto first = Session::compile(*small_model().parse());
    auto second = Session::compile(*small_model().parse());
    ASSERT_TRUE(first && second);
    Session moved = std::move(*first);
    const auto work = [](Session& session) {
        for (int i = 0; i < 100; ++i) {
            if (!session.run(pixels()) || session.output("z")->elements<float>()[0] != 2.0F) return;
        }
    };
    std::thread one(work, std::ref(moved));
    std::thread two(work, std::ref(*second));
    one.join();
    two.join();
    EXPECT_EQ(moved.output("z")->elements<float>()[7], 8.0F);
    EXPECT_EQ(second->output("z")->elements<float>()[7], 8.0F);
}

TEST(Session, RunsAreBitIdentical) {
    auto session = Session::compile(*small_model().parse());
    ASSERT_TRUE(session);
    ASSERT_TRUE(session->run(pixels()));
    const auto bytes = session->output("z")->bytes();
    const std::vector<std::byte> before(bytes.begin(), bytes.end());
    ASSERT_TRUE(session->run(pixels()));
    EXPECT_TRUE(std::equal(before.begin(), before.end(), session->output("z")->bytes().begin()));
}

TEST(Session, AnOutputThatIsAnInputOrAConstantIsCopied) {
    TestModel model;
    model.input("x", {2});
    model.constant("c", {1}, {4.0F});
    model.node("same", "Identity", {"x"});
    model.node("four", "Identity", {"c"});
    auto session = Session::compile(*model.parse());
    ASSERT_TRUE(session) << session.error().message;
    const std::vector<float> numbers = {1.0F, 2.0F};
    ASSERT_TRUE(session->run(TensorView(Shape{2}, std::span<const float>(numbers))));
    EXPECT_EQ(session->output("same")->elements<float>()[1], 2.0F);
    EXPECT_EQ(session->output("four")->elements<float>()[0], 4.0F);
}

TEST(Session, AnInputThatIsAnOutputOutlivesItsCaller) {
    TestModel model;
    model.input("x", {2});
    model.node("y", "Relu", {"x"});
    model.json()["signature"]["outputs"] = {{"x", {{"name", "x:0"}}}, {"y", {{"name", "y:0"}}}};
    for (const Backend backend : {Backend::kPortable, Backend::kAuto}) {
        Options options;
        options.backend = backend;
        auto session = Session::compile(*model.parse(), options);
        ASSERT_TRUE(session) << session.error().message;
        std::vector<float> numbers = {-1.0F, 2.0F};
        ASSERT_TRUE(session->run(TensorView(Shape{2}, std::span<const float>(numbers))));
        numbers.assign(2, 7.0F);
        EXPECT_EQ(session->output("x")->elements<float>()[0], -1.0F);
        EXPECT_EQ(session->output("x")->elements<float>()[1], 2.0F);
        EXPECT_EQ(session->output("y")->elements<float>()[1], 2.0F);
    }
}

TEST(Session, ProfileAndDescriptionsName) {
    auto session = Session::compile(*small_model().parse());
    ASSERT_TRUE(session);
    const TensorView view = pixels();
    const auto profile = session->profile(std::span(&view, 1), 3);
    ASSERT_TRUE(profile);
    EXPECT_NE(profile->find("shortest ms | median ms | G/s | of the peak"), std::string::npos);
    EXPECT_NE(profile->find("peak fp32, "), std::string::npos) << *profile;
    // The sum multiplies nothing, the convolution does.
    const auto line_of = [&](const std::string& step) {
        const std::size_t at = profile->find(" | " + step);
        EXPECT_NE(at, std::string::npos) << *profile;
        if (at == std::string::npos) return std::string();
        const std::size_t begin = profile->rfind('\n', at) + 1;
        return profile->substr(begin, profile->find('\n', at) - begin);
    };
    EXPECT_NE(line_of("Add").find(" | - | - | "), std::string::npos) << *profile;
    EXPECT_EQ(line_of("Conv2d").find(" | - | "), std::string::npos) << *profile;
    EXPECT_NE(session->describe_plan().find("backend: "), std::string::npos);
    EXPECT_NE(session->describe_passes().find("fuse_activations: 1"), std::string::npos);
}

// Blocks of a detector: a first convolution, one of 1x1 and depthwise ones with a residual, a resize, a join.
Graph detector_blocks() {
    std::mt19937 random(12);
    TestModel model;
    model.input("x", {1, 32, 32, 3});
    const auto weights = [&](const char* name, const std::vector<std::int64_t>& shape) {
        const std::int64_t count = shape[0] * shape[1] * shape[2] * shape[3];
        model.constant(name, shape, testing::random_floats(random, count, 0.2F));
    };
    weights("w1", {3, 3, 3, 16});
    weights("w2", {3, 3, 16, 1});
    weights("w3", {1, 1, 16, 32});
    weights("w4", {3, 3, 32, 1});
    weights("w5", {1, 1, 32, 16});
    weights("w6", {3, 3, 32, 16});
    model.constant_ints("size", {2}, {32, 32});
    model.constant_ints("axis", {}, {3});
    model.node("first", "Conv2D", {"x", "w1"}, TestModel::convolution(1, kSame));
    model.node("a", "Relu6", {"first"});
    model.node("half", "DepthwiseConv2dNative", {"a", "w2"}, TestModel::convolution(2, kSame));
    model.node("wide", "Conv2D", {"half", "w3"}, TestModel::convolution(1, kSame));
    model.node("b", "Relu6", {"wide"});
    model.node("window", "DepthwiseConv2dNative", {"b", "w4"}, TestModel::convolution(1, kSame));
    model.node("c", "Relu6", {"window"});
    model.node("narrow", "Conv2D", {"c", "w5"}, TestModel::convolution(1, kSame));
    model.node("sum", "AddV2", {"narrow", "half"});
    model.node("large", "ResizeBilinear", {"sum", "size"});
    model.node("joined", "ConcatV2", {"large", "a", "axis"}, {{"N", {{"i", "2"}}}});
    model.node("y", "Conv2D", {"joined", "w6"}, TestModel::convolution(1, kSame));
    return *model.parse();
}

TEST(Session, TwoOfTwoThreadsSideBySideHaveFourAndNoMore) {
    constexpr int kSessions = 2;
    constexpr int kThreads = 2;
    constexpr int kMoreThanThat = 8;
    std::mt19937 random(5);
    const std::vector<float> numbers = testing::random_floats(random, 32 * 32 * 3, 1.0F);
    const TensorView picture(Shape{1, 32, 32, 3}, std::span<const float>(numbers));
    const Graph graph = detector_blocks();
    auto alone = Session::compile(graph);
    ASSERT_TRUE(alone) << alone.error().message;
    ASSERT_TRUE(alone->run(picture));
    Options options;
    options.threads = kThreads;
    std::vector<Session> sessions;
    for (int i = 0; i < kSessions; ++i) {
        auto session = Session::compile(graph, options);
        ASSERT_TRUE(session) << session.error().message;
        sessions.push_back(std::move(*session));
    }

    const std::ptrdiff_t before = threads_of_this_process();
    std::latch all_ran(kSessions);
    std::latch counted(1);
    const auto work = [&](Session& session) {
        let_openmp_have(kMoreThanThat);
        const int openmp_before = openmp_threads();
        for (int i = 0; i < 50; ++i)
            EXPECT_TRUE(session.run(picture));
        EXPECT_EQ(openmp_threads(), openmp_before);
        all_ran.count_down();
        counted.wait();  // the threads that help this one end with it
    };
    std::vector<std::thread> callers;
    for (Session& session : sessions)
        callers.emplace_back(work, std::ref(session));
    all_ran.wait();
    const std::ptrdiff_t during = threads_of_this_process();
    counted.count_down();
    for (std::thread& caller : callers)
        caller.join();
    // Fewer where a backend has no use for them.
    EXPECT_GE(during, before + kSessions);
    EXPECT_LE(during, before + kSessions * kThreads);

    const auto expected = alone->output(0).elements<float>();
    for (const Session& session : sessions) {
        const auto result = session.output(0).elements<float>();
        ASSERT_EQ(result.size(), expected.size());
        for (std::size_t i = 0; i < result.size(); ++i)
            ASSERT_NEAR(result[i], expected[i], 1e-4F * std::max(1.0F, std::abs(expected[i]))) << i;
    }
}

TEST(Session, ReordersAreCountedAndThereAreNoneInOneLayout) {
    const Graph graph = detector_blocks();
    for (const Backend backend : {Backend::kPortable, Backend::kAuto}) {
        Options options;
        options.backend = backend;
        const auto session = Session::compile(graph, options);
        ASSERT_TRUE(session) << session.error().message;
        const std::string plan = session->describe_plan();
        std::size_t steps = 0;
        for (const char* step : {"\nReorder | ", "\nConvert | "}) {
            for (std::size_t at = plan.find(step); at != std::string::npos; at = plan.find(step, at + 1))
                ++steps;
        }
        const std::string counted = "reorders: " + std::to_string(steps) + ", bytes ";
        EXPECT_NE(plan.find(counted), std::string::npos) << plan;
        EXPECT_NE(session->describe_passes().find("plan_layouts: " + std::to_string(steps) + ", bytes "),
                  std::string::npos);
        // Blocked layouts, oneDNN's own on lesser processors, have to be left and entered somewhere.
        const bool one_layout =
            plan.find("avx512 kernels") != std::string::npos || plan.find("oneDNN") == std::string::npos;
        if (one_layout) {
            EXPECT_NE(plan.find("reorders: 0, bytes 0\n"), std::string::npos) << plan;
        }
    }
}

}  // namespace
}  // namespace mosaic
