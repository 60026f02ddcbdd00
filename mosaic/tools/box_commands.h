// `mosaic train --task boxes` and `mosaic evaluate` of a detector.
#pragma once

#include <string>

#include "mosaic/boxes.h"
#include "mosaic/error.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of theirs
class App;
}

namespace mosaic::tools {

struct BoxArguments {
    train::BoxOptions options;
    int folds = 5;
    bool only_folds = false;
};

void add_box_options(CLI::App& command, BoxArguments& arguments);

// What the command's general options say.
struct BoxFiles {
    std::string data, held, out, report;
};
// Cross-validates, learns from all, saves, reports.
[[nodiscard]] Result<void> train_boxes(const BoxArguments& arguments, const BoxFiles& files);

// Whether `model` is a detector's file.
[[nodiscard]] bool is_detector(const std::string& model);
[[nodiscard]] Result<void> evaluate_detector(const std::string& model, const BoxFiles& files, int threads);

}  // namespace mosaic::tools
