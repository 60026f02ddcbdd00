// After the first run of a session, running it takes no memory: whoever asks for some is counted. And where
// there is none, that is an error.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <random>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace {

std::atomic<std::size_t> asked_for{0};
// Of operator new: how many more are granted before one, and one only, is refused. Below zero: all.
std::atomic<std::ptrdiff_t> granted{-1};

bool is_refused() {
    return granted.load() >= 0 && granted.fetch_sub(1) == 0;
}

void* reserved(std::size_t bytes, std::size_t alignment) {
    const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
    return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

void* counted(std::size_t bytes, std::size_t alignment) {
    ++asked_for;
    void* memory = is_refused() ? nullptr : reserved(bytes, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

// Of the whole program; the other forms come here, but under a sanitizer, which has its own.
void* operator new(std::size_t bytes) {
    return counted(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return counted(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t& /*nothrow*/) noexcept {
    ++asked_for;
    return is_refused() ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t& /*nothrow*/) noexcept {
    ++asked_for;
    return is_refused() ? nullptr : reserved(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, const std::nothrow_t& /*nothrow*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}

// What libraries in C take. glibc's own functions stay reachable by these names; a sanitizer brings its own.
#if defined(MOSAIC_COUNTS_MALLOC) && defined(__GLIBC__)
extern "C" {
// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier)
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)

void* malloc(std::size_t bytes) noexcept {
    ++asked_for;
    return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
    ++asked_for;
    return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) noexcept {
    ++asked_for;
    return __libc_realloc(memory, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
    ++asked_for;
    return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    ++asked_for;
    return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
    ++asked_for;
    void* made = __libc_memalign(alignment, bytes);
    if (made == nullptr) return ENOMEM;
    *memory = made;
    return 0;
}
}
#endif

namespace mosaic {
namespace {

using testing::random_floats;
using testing::TestModel;

constexpr const char* kSame = "U0FNRQ==";

struct Network {
    Result<Graph> graph;
    Shape input;
    std::vector<const char*> kernels;  // that AVX-512 has for it, in float
};

// Convolutions of every kind, a pool, a resize, a join, a mean, a product and a softmax.
Network all_kinds() {
    std::mt19937 random(4);
    TestModel model;
    model.input("x", {2, 32, 48, 3});
    model.constant("w1", {3, 3, 3, 32}, random_floats(random, 864, 0.3F));
    model.constant("w2", {3, 3, 32, 1}, random_floats(random, 288, 0.3F));
    model.constant("w3", {1, 1, 32, 40}, random_floats(random, 1280, 0.3F));
    model.constant("w4", {3, 3, 40, 40}, random_floats(random, 14400, 0.3F));
    model.constant("w5", {80, 7}, random_floats(random, 560, 0.3F));
    model.constant_ints("size", {2}, {16, 24});
    model.constant_ints("axis", {}, {3});
    model.constant_ints("pixels", {2}, {1, 2});
    model.node("first", "Conv2D", {"x", "w1"}, TestModel::convolution(2, kSame));
    model.node("a", "Relu6", {"first"});
    model.node("window", "DepthwiseConv2dNative", {"a", "w2"}, TestModel::convolution(1, kSame));
    model.node("point", "Conv2D", {"window", "w3"}, TestModel::convolution(1, kSame));
    model.node("square", "Conv2D", {"point", "w4"}, TestModel::convolution(2, kSame));
    model.node("b", "Sigmoid", {"square"});
    model.node("large", "ResizeBilinear", {"b", "size"});
    model.node("joined", "ConcatV2", {"large", "point", "axis"}, {{"N", {{"i", "2"}}}});
    model.node("mean", "Mean", {"joined", "pixels"});
    model.node("product", "MatMul", {"mean", "w5"});
    model.node("y", "Softmax", {"product"});
    return {model.parse(), {2, 32, 48, 3}, {"avx512 tiles", "avx512 depthwise", "avx512 resize"}};
}

// A 3x3 convolution of stride 1 with channels enough for Winograd's filters.
Network many_channels() {
    std::mt19937 random(5);
    TestModel model;
    model.input("x", {1, 24, 24, 32});
    model.constant("w", {3, 3, 32, 32}, random_floats(random, 9216, 0.1F));
    model.node("conv", "Conv2D", {"x", "w"}, TestModel::convolution(1, kSame));
    model.node("y", "Relu", {"conv"});
    return {model.parse(), {1, 24, 24, 32}, {"avx512 winograd"}};
}

// What lies between the convolutions is too large for a cache, so they run as one chain.
Network large_picture() {
    std::mt19937 random(6);
    TestModel model;
    model.input("x", {1, 64, 64, 8});
    model.constant("w1", {1, 1, 8, 72}, random_floats(random, 576, 0.3F));
    model.constant("w2", {3, 3, 72, 1}, random_floats(random, 648, 0.3F));
    model.constant("w3", {1, 1, 72, 24}, random_floats(random, 1728, 0.1F));
    model.node("expand", "Conv2D", {"x", "w1"}, TestModel::convolution(1, kSame));
    model.node("a", "Relu6", {"expand"});
    model.node("window", "DepthwiseConv2dNative", {"a", "w2"}, TestModel::convolution(1, kSame));
    model.node("b", "Relu6", {"window"});
    model.node("y", "Conv2D", {"b", "w3"}, TestModel::convolution(1, kSame));
    return {model.parse(), {1, 64, 64, 8}, {"avx512 chain"}};
}

struct Case {
    const char* name;
    Network (*network)();
    Backend backend;
    Precision precision;
    int threads;

    // For GoogleTest's messages.
    friend std::ostream& operator<<(std::ostream& stream, const Case& c) {
        return stream << c.name << ' ' << to_string(c.precision) << " threads " << c.threads;
    }
};

class Allocations : public ::testing::TestWithParam<Case> {};

TEST_P(Allocations, NoneAfterTheFirstRun) {
    const Network network = GetParam().network();
    ASSERT_TRUE(network.graph) << network.graph.error().message;
    Options options;
    options.backend = GetParam().backend;
    options.threads = GetParam().threads;
    options.precision = GetParam().precision;
    std::mt19937 random(7);
    const std::vector<float> pixels = random_floats(random, network.input.element_count(), 1.0F);
    const TensorView input(network.input, std::span(pixels));
    if (options.precision == Precision::kInt8) {
        const std::vector<std::vector<TensorView>> samples{{input}};
        auto calibration = calibrate(*network.graph, options, samples);
        ASSERT_TRUE(calibration) << calibration.error().message;
        options.calibration = std::make_shared<const Calibration>(std::move(*calibration));
    }
    auto session = Session::compile(*network.graph, options);
    ASSERT_TRUE(session) << session.error().message;
    const std::string plan = session->describe_plan();
    if (plan.find("avx512 kernels") != std::string::npos && options.precision == Precision::kFloat32) {
        for (const char* kernel : network.kernels)
            EXPECT_NE(plan.find(kernel), std::string::npos) << kernel << " isn't in\n" << plan;
    }
    ASSERT_TRUE(session->run(input));
    const std::size_t before = asked_for;
    EXPECT_GT(before, 0U);  // it counts
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(session->run(input));
    EXPECT_EQ(asked_for - before, 0U);
}

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const auto& [name, network] : {std::pair<const char*, Network (*)()>{"AllKinds", all_kinds},
                                        {"ManyChannels", many_channels},
                                        {"LargePicture", large_picture}}) {
        for (const int threads : {1, 2}) {
            all.push_back({name, network, Backend::kPortable, Precision::kFloat32, threads});
            for (const Precision precision : {Precision::kFloat32, Precision::kBFloat16, Precision::kInt8}) {
                all.push_back({name, network, Backend::kAuto, precision, threads});
            }
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Networks, Allocations, ::testing::ValuesIn(cases()), [](const auto& test) {
    const Case& one = test.param;
    return std::string(one.name) + (one.backend == Backend::kPortable ? "Portable" : "Auto") +
           std::string(to_string(one.precision)) + "Threads" + std::to_string(one.threads);
});

#if defined(MOSAIC_COUNTS_MALLOC) && defined(__GLIBC__)
TEST(Counting, SeesWhatIsTakenInC) {
    const auto counts = [](auto take) {
        const std::size_t before = asked_for;
        void* volatile memory = take();  // or it would be left out
        std::free(memory);
        return asked_for - before;
    };
    EXPECT_EQ(counts([] { return std::malloc(24); }), 1U);
    EXPECT_EQ(counts([] { return std::calloc(3, 8); }), 1U);
    EXPECT_EQ(counts([] { return std::aligned_alloc(64, 64); }), 1U);
    EXPECT_EQ(counts([] {
                  void* memory = nullptr;
                  return posix_memalign(&memory, 64, 64) == 0 ? memory : nullptr;
              }),
              1U);
}
#endif

// Wherever memory runs out once while batches are prepared or run, the caller hears of it, and nothing
// throws.
TEST(Batcher, LackOfMemoryIsAnError) {
    TestModel model;
    model.input("x", {1, 4, 4, 2});
    model.node("y", "Relu", {"x"});
    const auto graph = model.parse();
    ASSERT_TRUE(graph) << graph.error().message;
    BatcherOptions options;
    options.batch_max = 2;
    options.wait_max = std::chrono::microseconds(0);
    options.session.backend = Backend::kPortable;
    const std::vector<float> pixels(32, 0.5F);
    const TensorView view(Shape{1, 4, 4, 2}, std::span(pixels));
    constexpr std::ptrdiff_t kFewest = 10;  // that there are to refuse
    const auto refuse_one_by_one = [&](auto work) {
        std::ptrdiff_t count = 0;
        for (bool done = false; !done && count < 10000; ++count) {
            granted = count;
            done = work();
            const bool was_refused = granted < 0;
            granted = -1;
            EXPECT_TRUE(done || was_refused) << count;
            if (done && was_refused) done = false;  // it could do without
        }
        return count;
    };
    EXPECT_GT(refuse_one_by_one([&] { return Batcher::create(*graph, options).has_value(); }), kFewest);
    auto batcher = Batcher::create(*graph, options);
    ASSERT_TRUE(batcher) << batcher.error().message;
    EXPECT_GT(refuse_one_by_one([&] { return batcher->run({&view, 1}).has_value(); }), 1);
    const auto result = batcher->run({&view, 1});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ((*result)[0].elements<float>()[31], 0.5F);
}

}  // namespace
}  // namespace mosaic
