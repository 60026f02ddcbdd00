#include <filesystem>
#include <iterator>
#include <thread>

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

std::ptrdiff_t threads_of_this_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

// OpenMP's count, if this build has OpenMP at all.
int openmp_threads() {
    using Count = int (*)();
    const auto count = reinterpret_cast<Count>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
    return count == nullptr ? 0 : count();
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
    EXPECT_NE(profile->find("shortest ms"), std::string::npos);
    EXPECT_NE(session->describe_plan().find("backend: "), std::string::npos);
    EXPECT_NE(session->describe_passes().find("fuse_activations: 1"), std::string::npos);
}

}  // namespace
}  // namespace mosaic
