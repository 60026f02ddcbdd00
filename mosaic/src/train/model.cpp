#include "mosaic/model.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "train/head.h"

namespace mosaic::train {

Model::Model(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::Model(Model&& other) noexcept = default;
Model& Model::operator=(Model&& other) noexcept = default;
Model::~Model() = default;

Result<Model> Model::load(const std::filesystem::path& path, int threads) {
    MOSAIC_TRY_ASSIGN(const TensorFile file, read_tensor_file(path));
    const auto named = [&](const std::string& what) { return failure(path.string() + ": " + what); };
    try {
        const auto meta = nlohmann::json::parse(file.meta);
        auto impl = std::make_unique<Impl>();
        impl->classes = meta.value("classes", std::vector<std::string>());
        impl->temperature = meta.value("temperature", 1.0);
        impl->threshold = meta.value("threshold", 0.0);
        if (impl->classes.size() < 2) return named("is no model: it has no classes");
        const std::string kind = meta.value("kind", "");
        if (kind != "network" && kind != "head") return named("is no model of a kind that is known");
        auto body = kind == "head" ? load_head_body(meta, file, path, threads)
                                   : load_network_body(meta, file, path, threads);
        if (!body) return named(body.error().message);
        impl->body = std::move(*body);
        return Model(std::move(impl));
    } catch (const nlohmann::json::exception& exception) {
        return named(std::string("is damaged: ") + exception.what());
    }
}

Result<void> Model::save(const std::filesystem::path& path) const {
    nlohmann::json meta;
    TensorFile file;
    meta["classes"] = impl_->classes;
    meta["temperature"] = impl_->temperature;
    meta["threshold"] = impl_->threshold;
    impl_->body->save(meta, file);
    file.meta = meta.dump();
    return write_tensor_file(path, file);
}

const std::vector<std::string>& Model::classes() const {
    return impl_->classes;
}
std::string Model::describe() const {
    return impl_->body->describe();
}
void Model::set_temperature(double temperature) {
    impl_->temperature = temperature;
}
void Model::set_threshold(double threshold) {
    impl_->threshold = threshold;
}
double Model::temperature() const {
    return impl_->temperature;
}
double Model::threshold() const {
    return impl_->threshold;
}
Result<Graph> Model::graph() const {
    return impl_->body->graph();
}

Result<std::vector<Model::Prediction>> Model::predict(std::span<const Picture> pictures) {
    MOSAIC_TRY_ASSIGN(auto outputs, impl_->body->run(pictures));
    std::vector<Prediction> predictions;
    predictions.reserve(outputs.size());
    for (BodyOutput& output : outputs) {
        Prediction prediction;
        prediction.features = std::move(output.features);
        const float largest = *std::max_element(output.logits.begin(), output.logits.end());
        double total = 0.0;
        for (const float logit : output.logits) {
            const double part = std::exp((logit - largest) / impl_->temperature);
            prediction.probabilities.push_back(static_cast<float>(part));
            total += part;
        }
        float best = 0.0F;
        for (float& probability : prediction.probabilities) {
            probability = static_cast<float>(probability / total);
            best = std::max(best, probability);
        }
        prediction.known = best >= static_cast<float>(impl_->threshold);
        predictions.push_back(std::move(prediction));
    }
    return predictions;
}

Result<Model::Prediction> Model::predict(const Picture& picture) {
    MOSAIC_TRY_ASSIGN(auto predictions, predict(std::span(&picture, 1)));
    return std::move(predictions[0]);
}

}  // namespace mosaic::train
