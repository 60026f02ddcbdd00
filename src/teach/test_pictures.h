// For tests: pictures of made-up goods, and a small network to learn on. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "domain/frame.h"

namespace vitrina::teach {

/// Things of one kind have a colour and a pattern; each seed gives another photograph of one.
[[nodiscard]] Picture goods_picture(int kind, std::uint32_t seed);
[[nodiscard]] std::string goods_jpeg(int kind, std::uint32_t seed, int quality = 90);
[[nodiscard]] std::string goods_png(int kind, std::uint32_t seed);

/// NAME.json and NAME.bin: a network of one convolution whose weights are drawn by lot. What it sees is
/// enough to tell goods_picture()s apart. The path of the .json.
std::filesystem::path write_test_network(const std::filesystem::path& folder,
                                         const std::string& name = "made_up");

/// A folder of its own that goes with the object.
class TestFolder {
  public:
    TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    ~TestFolder();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// While it lives, files of this process can't grow beyond so many bytes: what a full disk does to a save.
class FullDisk {
  public:
    explicit FullDisk(std::uint64_t bytes);
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk();

  private:
    std::uint64_t before_ = 0;
};

}  // namespace vitrina::teach
