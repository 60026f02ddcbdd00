// What passes share: who makes and who uses each value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ir.h"
#include "mosaic/error.h"

namespace mosaic::passes {

constexpr std::size_t kNobody = ~std::size_t{0};

// A snapshot of the graph's edges; make a new one after changing edges that matter.
struct Edges {
    explicit Edges(const ir::Graph& graph);

    std::vector<std::size_t> maker;  // of each value: index of the node, or kNobody
    std::vector<std::size_t> uses;   // of each value: inputs of nodes and outputs of the graph that are it

    [[nodiscard]] std::size_t maker_of(ir::ValueId id) const { return maker[static_cast<std::size_t>(id)]; }
    [[nodiscard]] std::size_t uses_of(ir::ValueId id) const { return uses[static_cast<std::size_t>(id)]; }
};

// Every use of `from` becomes a use of `to`.
void replace_uses(ir::Graph& graph, ir::ValueId from, ir::ValueId to);

// The number for each of that many channels, or the one for all: a constant of one float, or of one for each
// channel along the last dimension only. Nothing of any other value.
[[nodiscard]] std::span<const float> channel_numbers(const ir::Value& value, std::int64_t channels);
// Such a value as a vector of `repeats` times one number for each channel.
[[nodiscard]] Result<ir::ValueId> as_vector(ir::Graph& graph, ir::ValueId id, std::int64_t channels,
                                            std::int64_t repeats = 1);

[[nodiscard]] bool is_binary(const ir::Node& node, ir::BinaryKind kind);
// `fused` moves into the place of `last` and makes its output; what stays at its old place is dead.
void take_place(ir::Node& last, ir::Node fused);

// The convolution inside Conv2d or DepthwiseConv2d, else null.
[[nodiscard]] ir::Conv2d* as_convolution(ir::Op& op);

}  // namespace mosaic::passes
