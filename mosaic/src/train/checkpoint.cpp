// What a training run needs to go on to the same bits.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "train/run_identity.h"
#include "train/tensor_file.h"
#include "train/training_run.h"

namespace mosaic::train {

namespace {

constexpr const char* kKind = "checkpoint";

nlohmann::json to_json(const Epoch& epoch) {
    return {{"number", epoch.number},
            {"train_loss", epoch.train_loss},
            {"held_loss", epoch.held_loss},
            {"held_accuracy", epoch.held_accuracy},
            {"learning_rate", epoch.learning_rate},
            {"seconds", epoch.seconds}};
}

Epoch epoch_from(const nlohmann::json& json) {
    Epoch epoch;
    epoch.number = json.at("number").get<int>();
    epoch.train_loss = json.at("train_loss").get<double>();
    epoch.held_loss = json.at("held_loss").get<double>();
    epoch.held_accuracy = json.at("held_accuracy").get<double>();
    epoch.learning_rate = json.at("learning_rate").get<double>();
    epoch.seconds = json.at("seconds").get<double>();
    return epoch;
}

}  // namespace

// What must be the same for a run to go on: another set or another schedule would be another run. Threads,
// patience and the time may differ: they change when it ends, not what it computes.
std::string TrainingRun::identity() const {
    const nlohmann::json identity = {{"architecture", options_.architecture},
                                     {"backbone", options_.backbone.stem().string()},
                                     {"tuned", options_.tuned},
                                     {"image_px", options_.image_px},
                                     {"channels", options_.channels},
                                     {"batch", options_.batch},
                                     {"epochs", options_.epochs},
                                     {"seed", options_.seed},
                                     {"learning_rate", options_.learning_rate},
                                     {"backbone_rate", options_.backbone_rate},
                                     {"optimizer", identity_of(options_.optimizer)},
                                     {"schedule", identity_of(options_.schedule)},
                                     {"augment", identity_of(options_.augment)},
                                     {"label_smoothing", options_.label_smoothing},
                                     {"focal_gamma", options_.focal_gamma},
                                     {"balance_classes", options_.balance_classes},
                                     {"average_decay", options_.average_decay},
                                     {"data", train_->fingerprint()},
                                     {"held", held_->fingerprint()}};
    return identity.dump();
}

Result<void> TrainingRun::save_checkpoint() const {
    TensorFile file;
    nlohmann::json meta = {{"kind", kKind},
                           {"identity", identity()},
                           {"steps", steps_made_},
                           {"optimizer_steps", optimizer_.steps()},
                           {"best_epoch", result_.best_epoch},
                           {"best_score", best_score_},
                           {"usual_loss", usual_loss_},
                           {"epochs", nlohmann::json::array()}};
    for (const Epoch& epoch : result_.epochs)
        meta["epochs"].push_back(to_json(epoch));
    file.meta = meta.dump();
    put_numbered("now", copy_parameters(*network_), file);
    put_numbered("average", average_, file);
    put_numbered("best", best_, file);
    put_numbered("moment", optimizer_.moments(), file);
    return write_tensor_file(options_.checkpoint, file);
}

// False: there is none yet.
Result<bool> TrainingRun::load_checkpoint() {
    std::error_code error;
    if (!std::filesystem::exists(options_.checkpoint, error)) return false;
    MOSAIC_TRY_ASSIGN(TensorFile file, read_tensor_file(options_.checkpoint));
    const auto named = [&](const std::string& what) {
        return failure(options_.checkpoint.string() + ": " + what);
    };
    try {
        const auto meta = nlohmann::json::parse(file.meta);
        if (meta.value("kind", "") != kKind) return named("is no checkpoint");
        if (meta.value("identity", "") != identity()) {
            return named("belongs to a run with other data or options; remove it or give them again");
        }
        const Parameters like = copy_parameters(*network_);
        auto now = take_numbered(file, "now", like);
        if (!now) return named(now.error().message);
        auto average = take_numbered(file, "average", like);
        if (!average) return named(average.error().message);
        average_ = std::move(*average);
        result_.best_epoch = meta.at("best_epoch").get<int>();
        if (result_.best_epoch > 0) {
            auto best = take_numbered(file, "best", like);
            if (!best) return named(best.error().message);
            best_ = std::move(*best);
        }
        optimizer_.moments() = take_numbered(file, "moment");
        put_parameters(*now, *network_);
        best_score_ = meta.at("best_score").get<double>();
        usual_loss_ = meta.at("usual_loss").get<double>();
        steps_made_ = steps_before_ = meta.at("steps").get<std::uint64_t>();
        optimizer_.set_steps(meta.at("optimizer_steps").get<std::uint64_t>());
        for (const auto& epoch : meta.at("epochs"))
            result_.epochs.push_back(epoch_from(epoch));
        seconds_before_ = result_.epochs.empty() ? 0.0 : result_.epochs.back().seconds;
    } catch (const nlohmann::json::exception& exception) {
        return named(std::string("is damaged: ") + exception.what());
    }
    return true;
}

}  // namespace mosaic::train
