// What a Model is made of: a body that gives logits and features, and what is said about all bodies. Used by
// one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mosaic/model.h"
#include "mosaic/session.h"
#include "train/architectures.h"
#include "train/augment.h"
#include "train/tensor_file.h"

namespace mosaic::train {

struct BodyOutput {
    std::vector<float> logits, features;
};

class ModelBody {
  public:
    ModelBody() = default;
    ModelBody(const ModelBody&) = delete;
    ModelBody& operator=(const ModelBody&) = delete;
    virtual ~ModelBody() = default;
    [[nodiscard]] virtual Result<std::vector<BodyOutput>> run(std::span<const Picture> pictures) = 0;
    [[nodiscard]] virtual std::string describe() const = 0;
    [[nodiscard]] virtual Result<Graph> graph() const = 0;
    virtual void save(nlohmann::json& meta, TensorFile& file) const = 0;
};

class Model::Impl {
  public:
    std::vector<std::string> classes;
    double temperature = 1.0;
    double threshold = 0.0;
    std::unique_ptr<ModelBody> body;
};

// A network of make_architecture, or of make_tuned_network if it has a backbone.
struct NetworkDescription {
    std::string architecture;
    ArchitectureOptions options;
    View view;
    std::filesystem::path backbone = {};
};
// `body`, if wanted: the parameters of the backbone by layer. Sets the view.
[[nodiscard]] Result<Network> make_network(NetworkDescription& description, std::vector<ValueId>* body);
[[nodiscard]] std::unique_ptr<ModelBody> make_network_body(const NetworkDescription& description,
                                                           Network network, int threads);
[[nodiscard]] Result<std::unique_ptr<ModelBody>> load_network_body(const nlohmann::json& meta,
                                                                   const TensorFile& file,
                                                                   const std::filesystem::path& model,
                                                                   int threads);

// Where a model's backbone is: where it was when it was learnt, or beside the model.
[[nodiscard]] std::filesystem::path find_backbone(const std::filesystem::path& backbone,
                                                  const std::filesystem::path& model);

// How pictures become the input of architectures.
[[nodiscard]] View network_view(std::int64_t image_px, std::int64_t channels);

// Copies of a network's parameters, and back. Errors: a parameter that isn't there or has another size.
void store_parameters(const Network& network, TensorFile& file);
[[nodiscard]] Result<void> restore_parameters(const TensorFile& file, Network& network);

// Runs a compiled network over pictures, several at a time. The session has one input [batch,h,w,c].
[[nodiscard]] Result<std::vector<std::vector<std::vector<float>>>> run_session(
    Session& session, const View& view, std::span<const Picture> pictures);

}  // namespace mosaic::train
