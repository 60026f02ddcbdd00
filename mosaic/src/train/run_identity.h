// Options as parts of what identifies a run to its checkpoint: all that changes what is computed. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mosaic/train_options.h"

namespace mosaic::train {

[[nodiscard]] nlohmann::json identity_of(const OptimizerOptions& options);
[[nodiscard]] nlohmann::json identity_of(const ScheduleOptions& options);
[[nodiscard]] nlohmann::json identity_of(const AugmentOptions& options);

}  // namespace mosaic::train
