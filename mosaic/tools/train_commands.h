// The commands of `mosaic` that learn: train, evaluate, embed.
#pragma once

#include <functional>
#include <vector>

#include "mosaic/error.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of theirs
class App;
}

namespace mosaic::tools {

struct Command {
    CLI::App* app = nullptr;
    std::function<Result<void>()> run;
};

// Adds them to `app`. What they return is run when its App was parsed.
[[nodiscard]] std::vector<Command> add_train_commands(CLI::App& app);

}  // namespace mosaic::tools
