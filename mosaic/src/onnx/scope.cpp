// Tensors and the orders in which they are stored.
#include <algorithm>

#include "invariant.h"
#include "onnx/node.h"

namespace mosaic::onnx {

Order own_order(std::size_t rank) {
    Order order(rank);
    for (std::size_t i = 0; i < rank; ++i)
        order[i] = i;
    return order;
}

Order channels_last() {
    return {0, 2, 3, 1};
}

std::int64_t stored_axis(const Order& order, std::size_t axis) {
    return std::find(order.begin(), order.end(), axis) - order.begin();
}

const Held* Scope::find(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
}

Sizes Scope::sizes(const Held& held) const {
    const Shape& stored = builder_.value(held.id).shape;
    Sizes sizes(held.order.size());
    for (std::size_t k = 0; k < sizes.size(); ++k)
        sizes[held.order[k]] = stored[k];
    return sizes;
}

Result<ir::ValueId> Scope::stored(const Held& held, const Order& wanted) {
    if (held.order == wanted) return held.id;
    MOSAIC_ASSERT(held.order.size() == wanted.size());
    // Dimension k of the copy is dimension moves[k] of what is there.
    Order moves;
    moves.reserve(wanted.size());
    for (const std::size_t dimension : wanted)
        moves.push_back(static_cast<std::size_t>(stored_axis(held.order, dimension)));
    const auto known = transposed_.find({held.id, moves});
    if (known != transposed_.end()) return known->second;

    const ir::Value& from = builder_.value(held.id);
    ir::Transpose transpose;
    ir::Reshape reshape;
    std::size_t last = 0;
    bool only_ones_move = true;
    for (const std::size_t move : moves) {
        transpose.order.push_back(static_cast<std::int64_t>(move));
        reshape.sizes.push_back({from.shape[move], 0, 0});
        if (from.shape[move] == 1) continue;
        only_ones_move = only_ones_move && move >= last;
        last = move;
    }
    ir::Op op = transpose;
    if (only_ones_move) op = reshape;
    MOSAIC_TRY_ASSIGN(const auto made, builder_.add(from.name + "/transposed", std::move(op), {held.id}));
    Order back(moves.size());
    for (std::size_t k = 0; k < moves.size(); ++k)
        back[moves[k]] = k;
    transposed_[{held.id, moves}] = made[0];
    transposed_[{made[0], back}] = held.id;
    return made[0];
}

Result<Aligned> align(Node& node, std::span<const Held> inputs) {
    Aligned aligned;
    std::size_t rank = 0;
    for (const Held& held : inputs)
        rank = std::max(rank, held.order.size());
    aligned.order = own_order(rank);
    for (const Held& held : inputs) {
        const bool constant = node.value(held.id).constant != nullptr;
        if (constant || held.order.size() != rank || held.order == own_order(rank)) continue;
        aligned.order = held.order;
        break;
    }
    for (const Held& held : inputs) {
        Held full = held;
        if (held.order.size() < rank && aligned.order != own_order(rank)) {
            Sizes sizes = node.scope().sizes(held);
            MOSAIC_TRY_ASSIGN(const ir::ValueId plain,
                              node.scope().stored(held, own_order(held.order.size())));
            if (!sizes.empty()) {
                sizes.insert(sizes.begin(), rank - sizes.size(), 1);
                MOSAIC_TRY_ASSIGN(full.id, node.emit_reshape(plain, sizes));
                full.order = own_order(rank);
            } else {
                full = {plain, aligned.order};  // a scalar is the same in every order
            }
        }
        const Order& order = held.order.size() < rank && full.order.size() < rank
                                 ? own_order(full.order.size())
                                 : aligned.order;
        MOSAIC_TRY_ASSIGN(ir::ValueId id, node.scope().stored(full, order));
        // The form in which the passes recognise a number for each channel: [C] instead of [1,1,1,C].
        const ir::Value& value = node.value(id);
        Sizes sizes(value.shape.sizes().begin(), value.shape.sizes().end());
        if (value.constant && rank > 1 && sizes.size() == rank && sizes[0] == 1 && inputs.size() > 1) {
            sizes.erase(sizes.begin(), std::find_if(sizes.begin(), sizes.end() - 1,
                                                    [](std::int64_t size) { return size != 1; }));
            MOSAIC_TRY_ASSIGN(id, node.emit_reshape(id, sizes));
        }
        aligned.ids.push_back(id);
    }
    // Somebody has to have the full rank.
    const bool full = std::any_of(aligned.ids.begin(), aligned.ids.end(),
                                  [&](ir::ValueId id) { return node.value(id).shape.rank() == rank; });
    if (!full) {
        const Shape& shape = node.value(aligned.ids[0]).shape;
        Sizes sizes(shape.sizes().begin(), shape.sizes().end());
        sizes.insert(sizes.begin(), rank - sizes.size(), 1);
        MOSAIC_TRY_ASSIGN(aligned.ids[0], node.emit_reshape(aligned.ids[0], sizes));
    }
    return aligned;
}

}  // namespace mosaic::onnx
