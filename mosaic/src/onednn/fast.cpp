#include "onednn/fast.h"

#include "onednn/fast_site.h"

namespace mosaic::onednn {

Result<bool> lower_fast_convolution(OneDnnBackend& backend, Lowering& lowering, std::size_t index) {
    if (!backend.prefers_own_kernels()) return false;
    const ir::Graph& graph = lowering.graph();
    MOSAIC_TRY_ASSIGN(const Site site, inspect_convolution(graph, graph.nodes[index]));
    if (is_first(backend, graph, site)) return lower_first(backend, lowering, site);
    if (is_pointwise(graph, site)) {
        MOSAIC_TRY_ASSIGN(const bool taken_in, is_taken_in(graph, *site.node));
        return taken_in ? true : lower_pointwise(backend, lowering, site);
    }
    if (is_winograd(graph, site)) return lower_winograd(backend, lowering, site);
    if (!is_depthwise(graph, site)) return false;
    MOSAIC_TRY_ASSIGN(const ir::Node* expansion, find_expansion(graph, site));
    if (expansion != nullptr) {
        MOSAIC_TRY_ASSIGN(const bool taken_in, is_taken_in(graph, *expansion));
        if (taken_in) {
            MOSAIC_TRY_ASSIGN(const Site expand, inspect_convolution(graph, *expansion));
            return lower_expanded(backend, lowering, expand, site);
        }
    }
    return lower_depthwise(backend, lowering, site);
}

}  // namespace mosaic::onednn
