#include "train/run_identity.h"

#include <nlohmann/json.hpp>

namespace mosaic::train {

// Arrays of numbers: only whether they are equal matters.
nlohmann::json identity_of(const OptimizerOptions& o) {
    return nlohmann::json::array(
        {static_cast<int>(o.kind), o.momentum, o.beta2, o.epsilon, o.nesterov, o.weight_decay, o.clip_norm});
}

nlohmann::json identity_of(const ScheduleOptions& o) {
    return nlohmann::json::array({static_cast<int>(o.kind), o.warm_up, o.floor, o.step_count, o.step_factor});
}

nlohmann::json identity_of(const AugmentOptions& o) {
    return nlohmann::json::array({o.shift, o.scale, o.rotation_deg, o.perspective, o.flip, o.brightness,
                                  o.contrast, o.saturation, o.blur, o.noise, o.cutout, o.mix});
}

}  // namespace mosaic::train
