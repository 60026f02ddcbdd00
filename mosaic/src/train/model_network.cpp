// Models that are one network of make_architecture.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "graph_access.h"
#include "train/backbone.h"
#include "train/model_body.h"
#include "train/tuned.h"

namespace mosaic::train {

namespace {

// Pictures that go through a network at once: more don't make it quicker.
constexpr std::int64_t kBatchMax = 16;

class NetworkBody final : public ModelBody {
  public:
    NetworkBody(NetworkDescription description, Network network, int threads)
        : description_(std::move(description)), network_(std::move(network)), threads_(threads) {}

    Result<std::vector<BodyOutput>> run(std::span<const Picture> pictures) override {
        const std::int64_t batch = pictures.size() >= kBatchMax ? kBatchMax : 1;
        MOSAIC_TRY(compile(batch));
        MOSAIC_TRY_ASSIGN(auto outputs, run_session(*session_, description_.view, pictures));
        std::vector<BodyOutput> results;
        results.reserve(outputs.size());
        for (auto& output : outputs)
            results.push_back({std::move(output[0]), std::move(output[1])});
        return results;
    }

    [[nodiscard]] std::string describe() const override {
        const std::string name = description_.backbone.empty()
                                     ? description_.architecture
                                     : "tuned " + description_.backbone.stem().string();
        return name + ", " + std::to_string(description_.options.image_px) + "x" +
               std::to_string(description_.options.image_px) + " pixels, " +
               std::to_string(network_.parameter_count()) + " parameters";
    }

    [[nodiscard]] Result<Graph> graph() const override {
        Network one = network_;
        MOSAIC_TRY(set_batch(one, 1));
        MOSAIC_TRY_ASSIGN(ir::Graph graph, to_graph(one));
        return GraphAccess::make(std::move(graph));
    }

    void save(nlohmann::json& meta, TensorFile& file) const override {
        meta["kind"] = "network";
        meta["architecture"] = description_.architecture;
        if (!description_.backbone.empty())
            meta["backbone"] = std::filesystem::absolute(description_.backbone).string();
        meta["image_px"] = description_.options.image_px;
        meta["channels"] = description_.options.channels;
        store_parameters(network_, file);
    }

  private:
    Result<void> compile(std::int64_t batch) {
        if (session_ && session_->inputs()[0].shape[0] == batch) return {};
        session_.reset();
        MOSAIC_TRY(set_batch(network_, batch));
        MOSAIC_TRY_ASSIGN(ir::Graph graph, to_graph(network_));
        Options options;
        options.threads = threads_;
        MOSAIC_TRY_ASSIGN(Session session, Session::compile(GraphAccess::make(std::move(graph)), options));
        session_ = std::make_unique<Session>(std::move(session));
        return {};
    }

    NetworkDescription description_;
    Network network_;
    int threads_;
    std::unique_ptr<Session> session_;
};

}  // namespace

View network_view(std::int64_t image_px, std::int64_t channels) {
    View view;
    view.width = view.height = image_px;
    view.channels = channels;
    return view;
}

Result<Network> make_network(NetworkDescription& description, std::vector<ValueId>* body) {
    description.view = network_view(description.options.image_px, description.options.channels);
    if (description.backbone.empty()) return make_architecture(description.architecture, description.options);
    description.view.normalisation = backbone_normalisation(description.backbone.stem().string());
    return make_tuned_network(description.backbone, description.options, body);
}

std::unique_ptr<ModelBody> make_network_body(const NetworkDescription& description, Network network,
                                             int threads) {
    return std::make_unique<NetworkBody>(description, std::move(network), threads);
}

Result<std::unique_ptr<ModelBody>> load_network_body(const nlohmann::json& meta, const TensorFile& file,
                                                     const std::filesystem::path& model, int threads) {
    NetworkDescription description;
    description.architecture = meta.value("architecture", "");
    description.options.image_px = meta.value("image_px", std::int64_t{0});
    description.options.channels = meta.value("channels", std::int64_t{3});
    description.options.classes =
        static_cast<std::int64_t>(meta.value("classes", nlohmann::json::array()).size());
    description.backbone = meta.value("backbone", "");
    if (!description.backbone.empty()) description.backbone = find_backbone(description.backbone, model);
    MOSAIC_TRY_ASSIGN(Network network, make_network(description, nullptr));
    MOSAIC_TRY(restore_parameters(file, network));
    return make_network_body(description, std::move(network), threads);
}

std::filesystem::path find_backbone(const std::filesystem::path& backbone,
                                    const std::filesystem::path& model) {
    std::error_code error;
    if (std::filesystem::exists(backbone, error)) return backbone;
    return model.parent_path() / backbone.filename();
}

void store_parameters(const Network& network, TensorFile& file) {
    for (const ValueId id : network.parameters()) {
        const auto elements = std::as_const(*network.value(id).data).elements<float>();
        file.tensors[network.value(id).name].assign(elements.begin(), elements.end());
    }
}

Result<void> restore_parameters(const TensorFile& file, Network& network) {
    for (const ValueId id : network.parameters()) {
        Value& value = network.value(id);
        const auto found = file.tensors.find(value.name);
        const auto elements = value.data->elements<float>();
        if (found == file.tensors.end() || found->second.size() != elements.size()) {
            return failure("parameter " + value.name + " is missing or has another size");
        }
        std::copy(found->second.begin(), found->second.end(), elements.begin());
    }
    return {};
}

Result<std::vector<std::vector<std::vector<float>>>> run_session(Session& session, const View& view,
                                                                 std::span<const Picture> pictures) {
    const Shape& shape = session.inputs()[0].shape;
    const auto batch = static_cast<std::size_t>(shape[0]);
    const auto size = static_cast<std::size_t>(view.width * view.height * view.channels);
    std::vector<float> input(batch * size);
    std::vector<std::vector<std::vector<float>>> results;
    results.reserve(pictures.size());
    for (std::size_t first = 0; first < pictures.size(); first += batch) {
        const std::size_t count = std::min(batch, pictures.size() - first);
        for (std::size_t i = 0; i < count; ++i)
            render(pictures[first + i], view, {}, nullptr, std::span(input).subspan(i * size, size));
        MOSAIC_TRY(session.run(TensorView(shape, std::span<const float>(input))));
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<std::vector<float>> outputs;
            for (std::size_t o = 0; o < session.outputs().size(); ++o) {
                const auto all = session.output(o).elements<float>();
                const auto part = all.subspan(i * all.size() / batch, all.size() / batch);
                outputs.emplace_back(part.begin(), part.end());
            }
            results.push_back(std::move(outputs));
        }
    }
    return results;
}

}  // namespace mosaic::train
