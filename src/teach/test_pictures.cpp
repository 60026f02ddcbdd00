#include "teach/test_pictures.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/png.h"
#include "video/view.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kPictureWidth = 96;
constexpr int kPictureHeight = 72;
constexpr int kChannels = 32;
constexpr int kKernelPx = 8;
constexpr int kInputPx = 64;

Json node(const char* name, const char* op, const std::vector<std::string>& inputs, Json attributes) {
    return {{"name", name}, {"op", op}, {"input", inputs}, {"attr", std::move(attributes)}};
}

Json topology() {
    Json sizes = Json::array();
    for (const int size : {-1, kInputPx, kInputPx, 3})
        sizes.push_back({{"size", std::to_string(size)}});
    const std::string step = std::to_string(kKernelPx);
    const Json input = {{"dtype", {{"type", "DT_FLOAT"}}}, {"shape", {{"shape", {{"dim", sizes}}}}}};
    const Json convolution = {{"strides", {{"list", {{"i", {"1", step, step, "1"}}}}}},
                              {"padding", {{"s", "U0FNRQ=="}}}};
    return {{"node",
             {node("picture", "Placeholder", {}, input), node("weights", "Const", {}, Json::object()),
              node("map", "Conv2D", {"picture", "weights"}, convolution),
              node("seen", "Relu", {"map"}, Json::object())}}};
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

Picture goods_picture(int kind, std::uint32_t seed) {
    std::mt19937 random(seed * 7919U + static_cast<std::uint32_t>(kind));
    std::uniform_int_distribution<int> shift(-12, 12);
    std::mt19937 of_kind(static_cast<std::uint32_t>(kind) * 104729U + 1U);
    std::uniform_int_distribution<int> colour(30, 225);
    std::array<int, 6> own{};
    for (int& value : own)
        value = colour(of_kind);
    const int stripe_px = 4 + kind % 5 * 3;
    const int light = shift(random);
    const int offset = shift(random) + 20;
    Picture picture{kPictureWidth, kPictureHeight, {}};
    picture.rgb.reserve(static_cast<std::size_t>(kPictureWidth) * kPictureHeight * 3);
    for (int y = 0; y < kPictureHeight; ++y)
        for (int x = 0; x < kPictureWidth; ++x) {
            const bool is_striped = (x + y * (kind % 2) + offset) / stripe_px % 2 == 0;
            for (std::size_t c = 0; c < 3; ++c)
                picture.rgb.push_back(static_cast<std::uint8_t>(
                    std::clamp(own[c + (is_striped ? 3U : 0U)] + light + shift(random), 0, 255)));
        }
    return picture;
}

std::string goods_jpeg(int kind, std::uint32_t seed, int quality) {
    return text_of(video::to_jpeg(goods_picture(kind, seed), quality));
}

std::string goods_png(int kind, std::uint32_t seed) {
    Picture picture = goods_picture(kind, seed);
    const auto bytes = encode_png({picture.width, picture.height, std::move(picture.rgb)});
    if (!bytes) throw std::runtime_error(bytes.error().message);
    return text_of(*bytes);
}

fs::path write_test_network(const fs::path& folder, const std::string& name) {
    std::mt19937 random(11);
    std::normal_distribution<float> weight(0.0F, 0.2F);
    std::vector<float> weights(static_cast<std::size_t>(kKernelPx) * kKernelPx * 3 * kChannels);
    for (float& value : weights)
        value = weight(random);
    fs::create_directories(folder);
    std::ofstream(folder / (name + ".bin"), std::ios::binary)
        .write(reinterpret_cast<const char*>(weights.data()),
               static_cast<std::streamsize>(weights.size() * sizeof(float)));
    const Json shape = {kKernelPx, kKernelPx, 3, kChannels};
    const Json manifest = {{{"paths", {name + ".bin"}},
                            {"weights", {{{"name", "weights"}, {"shape", shape}, {"dtype", "float32"}}}}}};
    std::ofstream(folder / (name + ".json"))
        << Json{{"format", "graph-model"}, {"modelTopology", topology()}, {"weightsManifest", manifest}};
    return folder / (name + ".json");
}

TestFolder::TestFolder() {
    std::string pattern = (fs::temp_directory_path() / "vitrina-teach-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error(pattern);
    path_ = pattern;
}

TestFolder::~TestFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

FullDisk::FullDisk(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // so that writing fails instead
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    before_ = limit.rlim_cur;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

FullDisk::~FullDisk() {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = before_;
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

}  // namespace vitrina::teach
