#include "train/imported_body.h"

#include <algorithm>
#include <cmath>

#include "compiler.h"
#include "train/picture_input.h"

namespace mosaic::train {

Result<Network> import_body(const std::filesystem::path& path, std::int64_t side_px,
                            const ChooseMaps& choose) {
    const auto named = [&](const Error& error) { return failure(path.string() + ": " + error.message); };
    MOSAIC_TRY_ASSIGN(const Graph file, Graph::load(path));
    const auto read = read_picture_graph(file, side_px);
    if (!read) return named(read.error());
    const auto maps = choose(*read, side_px * side_px);
    if (maps.empty()) return named({"has no feature maps that this can be learnt on"});
    Options options;
    options.input_shapes[read->value(read->inputs[0].value).name] = Shape{1, side_px, side_px, 3};
    for (const ValueId id : maps)
        options.outputs.push_back(read->value(id).name);
    const auto prepared = prepare(*read, options);
    if (!prepared) return named(prepared.error());
    auto network = from_graph(prepared->graph, true);
    if (!network) return named(network.error());
    return network;
}

std::vector<ValueId> parameters_by_layer(const Network& network) {
    std::vector<ValueId> ids;
    for (const Node& node : network.nodes) {
        for (const ValueId id : node.inputs) {
            const bool learns = network.value(id).role == Role::kParameter;
            if (learns && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
        }
    }
    return ids;
}

void freeze(Network& network, const std::vector<ValueId>& body, double frozen, double rate) {
    const auto first = static_cast<std::size_t>(std::llround(frozen * static_cast<double>(body.size())));
    for (std::size_t i = 0; i < body.size(); ++i) {
        network.value(body[i]).trainable = i >= first;
        network.value(body[i]).rate_factor = static_cast<float>(rate);
    }
    // A layer stays or learns as a whole: weights and bias alike.
    for (const Node& node : network.nodes) {
        const bool stays = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) {
            return network.value(id).role == Role::kParameter && !network.value(id).trainable;
        });
        if (!stays) continue;
        for (const ValueId id : node.inputs)
            network.value(id).trainable = false;
    }
}

}  // namespace mosaic::train
