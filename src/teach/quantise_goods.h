// The network of a lesson once more, with bytes instead of float: written, and compared with the one in
// float. Runs in the calling thread.
#pragma once

#include <filesystem>

#include <mosaic/train.h>

#include "base/result.h"
#include "teach/goods_version.h"
#include "teach/learn_goods.h"

namespace vitrina::teach {

/// Leaves kInt8OnnxFile beside kOnnxFile, which is there, in `folder`, and the comparison in the version.
/// That it can't be done is a note of the version, and no file. Fails when it was ended.
[[nodiscard]] Result<void> quantise_goods(const mosaic::train::Model& model,
                                          const mosaic::train::Dataset& data,
                                          const std::filesystem::path& folder,
                                          const OnLessonProgress& on_progress, GoodsVersion& version);

}  // namespace vitrina::teach
