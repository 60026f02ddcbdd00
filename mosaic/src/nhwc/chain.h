// A 1x1 convolution, the depthwise one that reads it and the 1x1 that reads that, run together a few rows at
// a time: what lies between them never leaves the cache. Either of the 1x1s may be missing.
#pragma once

#include <map>
#include <set>

#include "lowering.h"

namespace mosaic::nhwc {

class NhwcBackend;

struct Chain {
    const ir::Node* expand = nullptr;  // null: the depthwise convolution reads the source
    const ir::Node* depthwise = nullptr;
    const ir::Node* project = nullptr;  // null: the depthwise convolution makes the result
};

struct ChainPlan {
    std::map<const ir::Node*, Chain> by_last;  // the last node of each: where it runs
    std::set<const ir::Node*> taken_in;        // the others, which run with it
};

[[nodiscard]] ChainPlan plan_chains(const NhwcBackend& backend, Lowering& lowering);
[[nodiscard]] Result<bool> lower_chain(NhwcBackend& backend, Lowering& lowering, const Chain& chain);

}  // namespace mosaic::nhwc
