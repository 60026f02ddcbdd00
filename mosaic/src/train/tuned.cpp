#include "train/tuned.h"

#include <cmath>

#include "train/backbone.h"
#include "train/builder.h"
#include "train/imported_body.h"

namespace mosaic::train {

Result<Network> make_tuned_network(const std::filesystem::path& backbone, const ArchitectureOptions& options,
                                   std::vector<ValueId>* body) {
    if (options.channels != 3) return failure(backbone.string() + ": reads colours, not one channel");
    MOSAIC_TRY_ASSIGN(Network start, import_body(backbone, options.image_px,
                                                 [](const ir::Graph& graph, std::int64_t /*pixels*/) {
                                                     return deepest_maps(graph);
                                                 }));
    if (body != nullptr) *body = parameters_by_layer(start);
    const std::vector<ValueId> maps = start.outputs;
    Builder builder(options.seed + 1, std::move(start));
    std::vector<ValueId> means;
    means.reserve(maps.size());
    for (std::size_t i = 0; i < maps.size(); ++i)
        means.push_back(builder.global_mean("mean/" + std::to_string(i), maps[i]));
    const ValueId joined = means.size() == 1 ? means[0] : builder.node("means", ir::Op(ir::Concat{1}), means);
    const ValueId features = builder.batch_norm("features", joined, false);
    const ValueId dropped = builder.dropout("dropout", features, 0.2F);
    const auto width = static_cast<double>(builder.shape(features)[1]);
    const ValueId logits = builder.dense("logits", dropped, options.classes, std::sqrt(0.1 / width));
    return builder.finish({logits, features});
}

}  // namespace mosaic::train
