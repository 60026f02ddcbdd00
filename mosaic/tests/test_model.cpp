#include "tests/test_model.h"

namespace mosaic::testing {

using Json = nlohmann::json;

std::string TestModel::input(const std::string& name, const std::vector<std::int64_t>& shape) {
    Json dimensions = Json::array();
    for (const std::int64_t size : shape)
        dimensions.push_back({{"size", std::to_string(size)}});
    return node(name, "Placeholder", {},
                {{"dtype", {{"type", "DT_FLOAT"}}}, {"shape", {{"shape", {{"dim", dimensions}}}}}});
}

void TestModel::add_weight(const std::string& name, const std::vector<std::int64_t>& shape, const char* type,
                           const void* data, std::size_t count) {
    node(name, "Const", {});
    json_["weightsManifest"][0]["weights"].push_back({{"name", name}, {"shape", shape}, {"dtype", type}});
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + count * 4);
}

std::string TestModel::constant(const std::string& name, const std::vector<std::int64_t>& shape,
                                const std::vector<float>& values) {
    add_weight(name, shape, "float32", values.data(), values.size());
    return name;
}

std::string TestModel::constant_ints(const std::string& name, const std::vector<std::int64_t>& shape,
                                     const std::vector<std::int32_t>& values) {
    add_weight(name, shape, "int32", values.data(), values.size());
    return name;
}

std::string TestModel::node(const std::string& name, const std::string& op,
                            const std::vector<std::string>& inputs, Json attributes) {
    json_["modelTopology"]["node"].push_back(
        {{"name", name}, {"op", op}, {"input", inputs}, {"attr", std::move(attributes)}});
    return name;
}

Json TestModel::convolution(int stride, const std::string& padding_base64) {
    const std::string step = std::to_string(stride);
    return {{"strides", {{"list", {{"i", {"1", step, step, "1"}}}}}}, {"padding", {{"s", padding_base64}}}};
}

Result<Graph> TestModel::parse() const {
    return Graph::parse_tfjs(json_.dump(), bytes_);
}

std::vector<float> random_floats(std::mt19937& random, std::int64_t count, float deviation) {
    std::normal_distribution<float> distribution(0.0F, deviation);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = distribution(random);
    return values;
}

Result<std::vector<float>> run(const Graph& graph, const Options& options,
                               const std::vector<TensorView>& inputs, std::string* plan) {
    MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options));
    MOSAIC_TRY(session.run(inputs));
    MOSAIC_TRY(session.run(inputs));  // what a first run leaves behind is found by the second
    if (plan != nullptr) *plan = session.describe_plan();
    const auto y = session.output(0).elements<float>();
    return std::vector<float>(y.begin(), y.end());
}

}  // namespace mosaic::testing
