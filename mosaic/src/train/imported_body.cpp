#include "train/imported_body.h"

#include <algorithm>
#include <cmath>

#include "compiler.h"
#include "graph_access.h"
#include "shape_inference.h"

namespace mosaic::train {

Result<Network> import_body(const std::filesystem::path& path, std::int64_t side_px,
                            const ChooseMaps& choose) {
    const auto named = [&](const Error& error) { return failure(path.string() + ": " + error.message); };
    MOSAIC_TRY_ASSIGN(const Graph file, Graph::load(path));
    const auto names = file.input_names();
    if (names.size() != 1) return named({"has " + std::to_string(names.size()) + " inputs, not one picture"});
    Options options;
    options.input_shapes[names[0]] = Shape{1, side_px, side_px, 3};
    const auto read = GraphAccess::of(file, options);
    if (!read) return named(read.error());
    // At its own size, where all that the file holds fits.
    ir::Graph own = *read;
    const ir::Input& input = own.inputs[0];
    if (input.declared_sizes.size() != 4 || input.declared_sizes[3] != 3)
        return named({"its input is no picture of three channels, row by row"});
    const std::int64_t own_px = input.declared_sizes[1] > 0 ? input.declared_sizes[1] : side_px;
    own.value(input.value).shape = Shape{1, own_px, own_px, 3};
    if (const auto known = ir::infer_shapes(own); !known) return named(known.error());
    const auto maps = choose(own, own_px * own_px);
    if (maps.empty()) return named({"has no feature maps that this can be learnt on"});
    for (const ValueId id : maps)
        options.outputs.push_back(own.value(id).name);
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
