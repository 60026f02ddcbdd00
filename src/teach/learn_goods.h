// Learning to tell goods apart: a head on the features of a network at hand. Of the networks the one is taken
// that is right most often on pictures that were left out of learning. Runs in the calling thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "teach/goods_version.h"

namespace vitrina::teach {

/// The solution's time grows with the cube of the pictures; of more, as many of each class as fit are learnt
/// from.
inline constexpr std::size_t kLearntPicturesMax = 2500;

/// Names of what learning leaves in its folder.
inline constexpr const char* kModelFile = "model.mosaic";
inline constexpr const char* kOnnxFile = "model.onnx";
inline constexpr const char* kInt8OnnxFile = "model.int8.onnx";
inline constexpr const char* kReportFile = "report.html";

struct GoodsLesson {
    struct Example {
        std::string picture;  // its id
        std::filesystem::path file;
        std::string label;  // name of the class
    };
    std::vector<Example> examples;
    std::vector<std::filesystem::path>
        networks;                  // the best guess first: with one picture a class it is taken
    std::filesystem::path folder;  // where the results go; it exists
    std::filesystem::path cache;   // features of pictures, kept from lesson to lesson
};

/// The step after choosing: the network is made again with bytes and compared.
inline constexpr const char* kQuantisingStep = "quantising";

/// `done` of `all` steps of `what`: a network's name, "choosing" or kQuantisingStep. False ends the lesson.
using OnLessonProgress = std::function<bool(const std::string& what, std::size_t done, std::size_t all)>;

/// Leaves kModelFile, kOnnxFile, kInt8OnnxFile and kReportFile in the lesson's folder. Fails where there are
/// not two classes with pictures, no network can be used, a file can't be written, or it was ended.
[[nodiscard]] Result<GoodsVersion> learn_goods(const GoodsLesson& lesson,
                                               const OnLessonProgress& on_progress);

}  // namespace vitrina::teach
