// Models that are a head on a backbone.
#include <cmath>

#include <nlohmann/json.hpp>

#include "graph_access.h"
#include "shape_inference.h"
#include "train/head.h"

namespace mosaic::train {

namespace {

class HeadBody final : public ModelBody {
  public:
    HeadBody(Backbone backbone, Head head, Examples examples)
        : backbone_(std::move(backbone)), head_(std::move(head)), examples_(std::move(examples)) {}

    // All views that were learnt: the mean of their scores is steadier than any of them.
    Result<std::vector<BodyOutput>> run(std::span<const Picture> pictures) override {
        std::vector<BodyOutput> outputs;
        outputs.reserve(pictures.size());
        for (const Picture& picture : pictures) {
            BodyOutput output{std::vector<float>(head_.weights.count()), std::vector<float>(head_.width)};
            const float part = 1.0F / static_cast<float>(head_.views);
            for (int view = 0; view < head_.views; ++view) {
                MOSAIC_TRY_ASSIGN(const auto features, backbone_.features(picture, view));
                const auto scores = scores_of(head_, features);
                for (std::size_t c = 0; c < scores.size(); ++c)
                    output.logits[c] += part * scores[c];
                for (std::size_t k = 0; k < head_.width; ++k)
                    output.features[k] += part * features[k];
            }
            outputs.push_back(std::move(output));
        }
        return outputs;
    }

    [[nodiscard]] std::string describe() const override {
        return "head of " + std::to_string(head_.width) + " features on " + backbone_.describe();
    }

    // [1, width] to [1, classes].
    [[nodiscard]] Result<Graph> graph() const override {
        ir::Graph graph;
        const auto width = static_cast<std::int64_t>(head_.width);
        const ir::ValueId input = graph.add_value({"features", DataType::kFloat32, {1, width}, nullptr});
        graph.inputs.push_back({input, {1, width}, true});
        const auto constant = [&](const char* name, const Shape& shape,
                                  std::span<const float> numbers) -> Result<ir::ValueId> {
            MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, shape));
            std::copy(numbers.begin(), numbers.end(), tensor.elements<float>().begin());
            return graph.add_constant(name, std::move(tensor));
        };
        const auto step = [&](const char* name, ir::Op op, std::vector<ir::ValueId> inputs) {
            const ir::ValueId id = graph.add_value({name, DataType::kFloat32, {}, nullptr});
            graph.nodes.push_back({name, std::move(op), std::move(inputs), {id}});
            return id;
        };
        MOSAIC_TRY_ASSIGN(const ir::ValueId centre, constant("centre", {width}, head_.centre));
        MOSAIC_TRY_ASSIGN(const ir::ValueId weights,
                          constant("weights", {static_cast<std::int64_t>(head_.weights.count()), width},
                                   head_.weights.elements));
        const ir::ValueId apart = step("apart", ir::Binary{ir::BinaryKind::kSubtract}, {input, centre});
        const ir::ValueId squares = step("squares", ir::Unary{ir::UnaryKind::kSquare}, {apart});
        const ir::ValueId sum = step("sum", ir::Reduce{ir::ReduceKind::kSum, {1}, true}, {squares});
        const ir::ValueId factor = step("factor", ir::Unary{ir::UnaryKind::kRsqrt}, {sum});
        const ir::ValueId unit = step("unit", ir::Binary{ir::BinaryKind::kMultiply}, {apart, factor});
        ir::MatMul product;
        product.transpose_b = true;
        graph.outputs.push_back({"logits", step("logits", product, {unit, weights})});
        MOSAIC_TRY(ir::infer_shapes(graph));
        return GraphAccess::make(std::move(graph));
    }

    void save(nlohmann::json& meta, TensorFile& file) const override {
        meta["kind"] = "head";
        meta["backbone"] = std::filesystem::absolute(backbone_.path()).string();
        meta["width"] = head_.width;
        meta["strength"] = head_.strength;
        meta["views"] = head_.views;
        meta["features"] = Backbone::kFeatureVersion;
        meta["pictures"] = examples_.picture;
        meta["labels"] = examples_.label;
        file.tensors["centre"] = head_.centre;
        file.tensors["weights"] = head_.weights.elements;
        file.tensors["examples"] = examples_.rows.elements;
    }

    [[nodiscard]] HeadParts parts() const { return {&backbone_.path(), &head_, &examples_}; }

  private:
    Backbone backbone_;
    Head head_;
    Examples examples_;
};

Result<std::vector<float>> take(const TensorFile& file, const char* name, std::size_t size) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.size() != size) {
        return failure(std::string(name) + " is missing or has another size");
    }
    return found->second;
}

}  // namespace

Rows centred(const Rows& rows, const Head& head) {
    Rows result{head.width, std::vector<float>(rows.count() * head.width)};
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const auto from = rows.row(i);
        const auto to = result.row(i);
        double squares = 1e-12;
        for (std::size_t k = 0; k < head.width; ++k) {
            to[k] = from[k] - head.centre[k];
            squares += static_cast<double>(to[k]) * to[k];
        }
        const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
        for (float& number : to)
            number *= factor;
    }
    return result;
}

std::vector<float> scores_of(const Head& head, std::span<const float> features) {
    const Rows row = centred({features.size(), {features.begin(), features.end()}}, head);
    std::vector<float> scores(head.weights.count());
    for (std::size_t c = 0; c < scores.size(); ++c) {
        const auto weights = head.weights.row(c);
        double sum = 0.0;
        for (std::size_t k = 0; k < head.width; ++k)
            sum += static_cast<double>(weights[k]) * row.elements[k];
        scores[c] = static_cast<float>(sum);
    }
    return scores;
}

std::unique_ptr<ModelBody> make_head_body(Backbone backbone, Head head, Examples examples) {
    return std::make_unique<HeadBody>(std::move(backbone), std::move(head), std::move(examples));
}

Result<std::unique_ptr<ModelBody>> load_head_body(const nlohmann::json& meta, const TensorFile& file,
                                                  const std::filesystem::path& model, int threads) {
    const std::filesystem::path path = find_backbone(meta.value("backbone", ""), model);
    MOSAIC_TRY_ASSIGN(Backbone backbone, Backbone::open(path, threads));
    Head head;
    head.width = meta.value("width", std::size_t{0});
    head.strength = meta.value("strength", 1.0);
    head.views = meta.value("views", 1);
    if (meta.value("features", 1) != Backbone::kFeatureVersion || head.views < 1 ||
        head.views > Backbone::kViews) {
        return failure("was learnt on features of another version; learn it again");
    }
    std::size_t all = 0;
    for (const std::size_t width : backbone.widths())
        all += width;
    if (head.width < 1 || head.width > all) {
        return failure("was made for another backbone than " + path.string());
    }
    const std::size_t classes = meta.value("classes", nlohmann::json::array()).size();
    MOSAIC_TRY_ASSIGN(head.centre, take(file, "centre", head.width));
    head.weights.width = head.width;
    MOSAIC_TRY_ASSIGN(head.weights.elements, take(file, "weights", head.width * classes));
    Examples examples;
    examples.picture = meta.value("pictures", std::vector<std::size_t>());
    examples.label = meta.value("labels", std::vector<std::int32_t>());
    examples.rows.width = all;
    MOSAIC_TRY_ASSIGN(examples.rows.elements, take(file, "examples", all * examples.picture.size()));
    for (const std::int32_t label : examples.label) {
        if (label < 0 || static_cast<std::size_t>(label) >= classes) return failure("is damaged: labels");
    }
    if (examples.label.size() != examples.picture.size()) return failure("is damaged: examples");
    return make_head_body(std::move(backbone), std::move(head), std::move(examples));
}

HeadParts parts_of(const ModelBody& body) {
    const auto* head = dynamic_cast<const HeadBody*>(&body);
    return head != nullptr ? head->parts() : HeadParts{};
}

}  // namespace mosaic::train
