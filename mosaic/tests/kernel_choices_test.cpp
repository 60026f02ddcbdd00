// Kernels chosen by measurement: the file that remembers them may be anything, and results stay what they
// are.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::TestModel;
namespace fs = std::filesystem;

// A 3x3 convolution that several kernels can do.
Graph network() {
    TestModel model;
    model.input("x", {1, 24, 24, 32});
    std::vector<float> weights;
    constexpr int kWeights = 3 * 3 * 32 * 32;
    weights.reserve(kWeights);
    for (int i = 0; i < kWeights; ++i)
        weights.push_back(static_cast<float>(i * 31 % 17 - 8) / 80.0F);
    model.constant("w", {3, 3, 32, 32}, weights);
    model.node("y", "Conv2D", {"x", "w"}, TestModel::convolution(1, "U0FNRQ=="));
    return *model.parse();
}

Tensor picture() {
    Tensor made = *Tensor::create(DataType::kFloat32, {1, 24, 24, 32});
    int i = 0;
    for (float& value : made.elements<float>())
        value = static_cast<float>(++i * 37 % 19 - 9) / 9.0F;
    return made;
}

class File {
  public:
    File()
        : path_(fs::temp_directory_path() / ("mosaic_kernels_test_" + std::to_string(getpid())) /
                "kernels.json") {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { fs::remove_all(path_.parent_path()); }
    [[nodiscard]] const fs::path& path() const { return path_; }
    [[nodiscard]] std::string text() const {
        std::ifstream file(path_);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

  private:
    fs::path path_;
};

std::vector<float> run(const fs::path& cache) {
    Options options;
    options.kernel_cache = cache;
    auto session = Session::compile(network(), options);
    EXPECT_TRUE(session) << session.error().message;
    if (!session) return {};
    EXPECT_TRUE(session->run(picture().view()));
    const auto made = session->output(0).elements<float>();
    return {made.begin(), made.end()};
}

void expect_near(const std::vector<float>& a, const std::vector<float>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        ASSERT_NEAR(a[i], b[i], 1e-4F * std::max(1.0F, std::abs(b[i]))) << i;
}

TEST(KernelChoices, AreMeasuredOnceAndKeepTheResults) {
    const File file;
    const std::vector<float> fixed = run({});
    expect_near(run(file.path()), fixed);
    const std::string measured = file.text();
    if (measured.empty()) GTEST_SKIP() << "this processor has one kernel for each layer";
    EXPECT_NE(measured.find("[1,24,24,32]"), std::string::npos) << measured;
    expect_near(run(file.path()), fixed);
    EXPECT_EQ(file.text(), measured);
}

TEST(KernelChoices, AFileThatIsNoneIsMeasuredAnew) {
    const File file;
    const std::vector<float> fixed = run({});
    for (const char* text : {"", "{", "[]", "{\"version\": 1, \"kernels\": 3}",
                             "{\"version\": 1, \"kernels\": {\"a\": 1}}", "{\"version\": \"x\"}"}) {
        fs::create_directories(file.path().parent_path());
        std::ofstream(file.path()) << text;
        expect_near(run(file.path()), fixed);
    }
    // A kernel that doesn't exist, by the right name of a layer.
    run(file.path());
    std::string edited = file.text();
    for (const char* kernel : {"\"tiles\"", "\"winograd\"", "\"onednn\""}) {
        const std::size_t at = edited.find(kernel);
        if (at != std::string::npos) edited.replace(at, std::string(kernel).size(), "\"abacus\"");
    }
    std::ofstream(file.path()) << edited;
    expect_near(run(file.path()), fixed);
}

TEST(KernelChoices, AFileThatCannotBeWrittenDoesNoHarm) {
    expect_near(run("/proc/nothing/kernels.json"), run({}));
}

}  // namespace
}  // namespace mosaic
