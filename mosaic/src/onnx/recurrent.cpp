// LSTM and GRU, step after step: the number of steps is known, so each becomes a few products and sums.
#include <array>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

constexpr std::int64_t kStepsMax = 1024;

using Ids = std::vector<ir::ValueId>;

struct Sequence {
    std::int64_t steps = 0, batch = 0, inputs = 0, hidden = 0, directions = 1;
    bool backwards = false;  // the only direction
};

// The few operations that cells are made of.
class Cell {
  public:
    Cell(Node& node, const Sequence& sequence) : node_(node), sequence_(sequence) {}

    Result<ir::ValueId> binary(ir::BinaryKind kind, ir::ValueId a, ir::ValueId b) {
        return node_.emit(ir::Binary{kind}, {a, b});
    }
    Result<ir::ValueId> add(ir::ValueId a, ir::ValueId b) { return binary(ir::BinaryKind::kAdd, a, b); }
    Result<ir::ValueId> multiply(ir::ValueId a, ir::ValueId b) {
        return binary(ir::BinaryKind::kMultiply, a, b);
    }
    Result<ir::ValueId> product(ir::ValueId a, ir::ValueId b) { return node_.emit(ir::MatMul{}, {a, b}); }
    Result<ir::ValueId> activated(ir::ActivationKind kind, ir::ValueId x) {
        return node_.emit(ir::Activate{{kind, 0.0F}}, {x});
    }
    // `count` of the rows of a matrix.
    Result<ir::ValueId> rows(ir::ValueId x, std::int64_t first, std::int64_t count) {
        return node_.emit(ir::Slice{{first, 0}, {count, -1}}, {x});
    }
    // Gate `index` of [batch, gates * hidden].
    Result<ir::ValueId> gate(ir::ValueId x, std::int64_t index) {
        return node_.emit(ir::Slice{{0, index * sequence_.hidden}, {-1, sequence_.hidden}}, {x});
    }
    // Input `input` [directions, rows, columns] of one direction, transposed: [columns, rows].
    Result<ir::ValueId> weights(std::size_t input, std::int64_t direction, std::int64_t rows,
                                std::int64_t columns) {
        if (node_.sizes(input) != Sizes{sequence_.directions, rows, columns})
            return node_.wrong("has weights of unlike size");
        MOSAIC_TRY_ASSIGN(ir::ValueId w, node_.plain(input));
        MOSAIC_TRY_ASSIGN(w, node_.emit(ir::Slice{{direction, 0, 0}, {1, -1, -1}}, {w}));
        MOSAIC_TRY_ASSIGN(w, node_.emit_reshape(w, {rows, columns}));
        return node_.emit(ir::Transpose{{1, 0}}, {w});
    }
    // The sum of both biases of a direction, or those of the inputs or the states alone.
    Result<ir::ValueId> bias(std::int64_t direction, std::int64_t first, std::int64_t count) {
        MOSAIC_TRY_ASSIGN(ir::ValueId b, node_.plain(3));
        MOSAIC_TRY_ASSIGN(b, node_.emit(ir::Slice{{direction, first}, {1, count}}, {b}));
        return node_.emit_reshape(b, {count});
    }
    // The first state, input `input` [directions, batch, hidden], or zeros.
    Result<ir::ValueId> state(std::size_t input, std::int64_t direction) {
        const Sizes sizes{sequence_.batch, sequence_.hidden};
        if (!node_.has_input(input)) {
            MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(sizes));
            MOSAIC_TRY_ASSIGN(Tensor zeros, Tensor::create(DataType::kFloat32, shape));
            return node_.constant(std::move(zeros));
        }
        const Sizes all{sequence_.directions, sequence_.batch, sequence_.hidden};
        const Sizes given = node_.sizes(input);
        MOSAIC_TRY_ASSIGN(ir::ValueId h, node_.plain(input));
        if (node_.scope().is_declared_batch(1) && given == Sizes{all[0], 1, all[2]}) {
            MOSAIC_TRY_ASSIGN(h, node_.emit(ir::BroadcastTo{all}, {h}));
        } else if (given != all) {
            return node_.wrong("has a first state of unlike size");
        }
        MOSAIC_TRY_ASSIGN(h, node_.emit(ir::Slice{{direction, 0, 0}, {1, -1, -1}}, {h}));
        return node_.emit_reshape(h, sizes);
    }

  private:
    Node& node_;
    const Sequence& sequence_;
};

Result<Sequence> read_sequence(Node& node, std::int64_t gates, const std::vector<std::string>& unsupported) {
    for (const std::string& name : unsupported) {
        if (node.has(name.c_str())) return node.wrong("with " + name + " isn't supported");
    }
    MOSAIC_TRY_ASSIGN(const std::int64_t layout, node.attribute("layout", std::int64_t{0}));
    if (layout != 0) return node.wrong("with the batch first isn't supported");
    if (node.has_input(4)) return node.wrong("with lengths of sequences isn't supported");
    const Sizes x = node.sizes(0);
    const Sizes r = node.sizes(2);
    if (x.size() != 3 || r.size() != 3) return node.wrong("needs sequences and weights of rank 3");
    MOSAIC_TRY_ASSIGN(const std::string direction, node.attribute("direction", "forward"));
    Sequence sequence{x[0], x[1], x[2], r[2], direction == "bidirectional" ? 2 : 1, direction == "reverse"};
    if (!sequence.backwards && direction != "forward" && sequence.directions == 1)
        return node.wrong("direction " + direction + " isn't supported");
    if (sequence.steps < 1 || sequence.steps > kStepsMax || sequence.hidden < 1 || sequence.batch < 1)
        return node.wrong("of " + std::to_string(sequence.steps) + " steps isn't supported");
    if (node.has_input(3) && node.sizes(3) != Sizes{sequence.directions, 2 * gates * sequence.hidden})
        return node.wrong("has a bias of unlike size");
    return sequence;
}

// What a direction makes: the state after each step, and the last ones.
struct Direction {
    Ids states;  // in the order of the sequence
    ir::ValueId last = 0, memory = 0;
};

// Gates in the order input, output, forget, cell.
Result<Direction> run_lstm(Node& node, const Sequence& sequence, std::int64_t direction) {
    using ir::ActivationKind;
    const bool backwards = sequence.backwards || direction == 1;
    const std::int64_t gates = 4 * sequence.hidden;
    Cell cell(node, sequence);
    MOSAIC_TRY_ASSIGN(const ir::ValueId w, cell.weights(1, direction, gates, sequence.inputs));
    MOSAIC_TRY_ASSIGN(const ir::ValueId r, cell.weights(2, direction, gates, sequence.hidden));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {sequence.steps * sequence.batch, sequence.inputs}));
    MOSAIC_TRY_ASSIGN(x, cell.product(x, w));
    if (node.has_input(3)) {
        for (const std::int64_t first : {std::int64_t{0}, gates}) {
            MOSAIC_TRY_ASSIGN(const ir::ValueId bias, cell.bias(direction, first, gates));
            MOSAIC_TRY_ASSIGN(x, cell.add(x, bias));
        }
    }
    Direction made;
    MOSAIC_TRY_ASSIGN(made.last, cell.state(5, direction));
    MOSAIC_TRY_ASSIGN(made.memory, cell.state(6, direction));
    made.states.resize(static_cast<std::size_t>(sequence.steps));
    for (std::int64_t i = 0; i < sequence.steps; ++i) {
        const std::int64_t step = backwards ? sequence.steps - 1 - i : i;
        MOSAIC_TRY_ASSIGN(const ir::ValueId from_x, cell.rows(x, step * sequence.batch, sequence.batch));
        MOSAIC_TRY_ASSIGN(const ir::ValueId from_h, cell.product(made.last, r));
        MOSAIC_TRY_ASSIGN(const ir::ValueId sum, cell.add(from_x, from_h));
        std::array<ir::ValueId, 4> gate{};
        for (std::int64_t g = 0; g < 4; ++g) {
            MOSAIC_TRY_ASSIGN(const ir::ValueId part, cell.gate(sum, g));
            const auto kind = g == 3 ? ActivationKind::kTanh : ActivationKind::kSigmoid;
            MOSAIC_TRY_ASSIGN(gate[static_cast<std::size_t>(g)], cell.activated(kind, part));
        }
        MOSAIC_TRY_ASSIGN(const ir::ValueId kept, cell.multiply(gate[2], made.memory));
        MOSAIC_TRY_ASSIGN(const ir::ValueId added, cell.multiply(gate[0], gate[3]));
        MOSAIC_TRY_ASSIGN(made.memory, cell.add(kept, added));
        MOSAIC_TRY_ASSIGN(const ir::ValueId shown, cell.activated(ActivationKind::kTanh, made.memory));
        MOSAIC_TRY_ASSIGN(made.last, cell.multiply(gate[1], shown));
        made.states[static_cast<std::size_t>(step)] = made.last;
    }
    return made;
}

// Gates in the order update, reset, hidden.
Result<Direction> run_gru(Node& node, const Sequence& sequence, std::int64_t direction,
                          bool linear_before_reset) {
    using ir::ActivationKind;
    const bool backwards = sequence.backwards || direction == 1;
    const std::int64_t hidden = sequence.hidden;
    Cell cell(node, sequence);
    MOSAIC_TRY_ASSIGN(const ir::ValueId w, cell.weights(1, direction, 3 * hidden, sequence.inputs));
    MOSAIC_TRY_ASSIGN(const ir::ValueId r, cell.weights(2, direction, 3 * hidden, hidden));
    MOSAIC_TRY_ASSIGN(const ir::ValueId r_gates, node.emit(ir::Slice{{0, 0}, {-1, 2 * hidden}}, {r}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId r_hidden, node.emit(ir::Slice{{0, 2 * hidden}, {-1, hidden}}, {r}));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {sequence.steps * sequence.batch, sequence.inputs}));
    MOSAIC_TRY_ASSIGN(x, cell.product(x, w));
    ir::ValueId gate_bias = 0, hidden_bias = 0;
    if (node.has_input(3)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId bias, cell.bias(direction, 0, 3 * hidden));
        MOSAIC_TRY_ASSIGN(x, cell.add(x, bias));
        MOSAIC_TRY_ASSIGN(gate_bias, cell.bias(direction, 3 * hidden, 2 * hidden));
        MOSAIC_TRY_ASSIGN(hidden_bias, cell.bias(direction, 5 * hidden, hidden));
    }
    const auto biased = [&](ir::ValueId value, ir::ValueId bias) -> Result<ir::ValueId> {
        if (!node.has_input(3)) return value;
        return cell.add(value, bias);
    };
    MOSAIC_TRY_ASSIGN(const ir::ValueId one, node.constant(1.0F));
    Direction made;
    MOSAIC_TRY_ASSIGN(made.last, cell.state(5, direction));
    made.states.resize(static_cast<std::size_t>(sequence.steps));
    for (std::int64_t i = 0; i < sequence.steps; ++i) {
        const std::int64_t step = backwards ? sequence.steps - 1 - i : i;
        MOSAIC_TRY_ASSIGN(const ir::ValueId from_x, cell.rows(x, step * sequence.batch, sequence.batch));
        MOSAIC_TRY_ASSIGN(ir::ValueId from_h, cell.product(made.last, r_gates));
        MOSAIC_TRY_ASSIGN(from_h, biased(from_h, gate_bias));
        std::array<ir::ValueId, 2> gate{};
        for (std::int64_t g = 0; g < 2; ++g) {
            MOSAIC_TRY_ASSIGN(const ir::ValueId x_part, cell.gate(from_x, g));
            MOSAIC_TRY_ASSIGN(const ir::ValueId h_part, cell.gate(from_h, g));
            MOSAIC_TRY_ASSIGN(const ir::ValueId sum, cell.add(x_part, h_part));
            MOSAIC_TRY_ASSIGN(gate[static_cast<std::size_t>(g)],
                              cell.activated(ActivationKind::kSigmoid, sum));
        }
        ir::ValueId state = made.last;
        if (!linear_before_reset) {
            MOSAIC_TRY_ASSIGN(state, cell.multiply(gate[1], state));
        }
        MOSAIC_TRY_ASSIGN(ir::ValueId hidden_sum, cell.product(state, r_hidden));
        MOSAIC_TRY_ASSIGN(hidden_sum, biased(hidden_sum, hidden_bias));
        if (linear_before_reset) {
            MOSAIC_TRY_ASSIGN(hidden_sum, cell.multiply(gate[1], hidden_sum));
        }
        MOSAIC_TRY_ASSIGN(const ir::ValueId x_hidden, cell.gate(from_x, 2));
        MOSAIC_TRY_ASSIGN(hidden_sum, cell.add(x_hidden, hidden_sum));
        MOSAIC_TRY_ASSIGN(const ir::ValueId proposed, cell.activated(ActivationKind::kTanh, hidden_sum));
        MOSAIC_TRY_ASSIGN(const ir::ValueId rest, cell.binary(ir::BinaryKind::kSubtract, one, gate[0]));
        MOSAIC_TRY_ASSIGN(const ir::ValueId fresh, cell.multiply(rest, proposed));
        MOSAIC_TRY_ASSIGN(const ir::ValueId kept, cell.multiply(gate[0], made.last));
        MOSAIC_TRY_ASSIGN(made.last, cell.add(fresh, kept));
        made.states[static_cast<std::size_t>(step)] = made.last;
    }
    return made;
}

// Y [steps, directions, batch, hidden], Y_h [directions, batch, hidden] and for an LSTM Y_c likewise.
Result<void> publish(Node& node, const Sequence& sequence, const std::vector<Direction>& made, bool memory) {
    const auto joined = [&](const Ids& parts, const Sizes& sizes) -> Result<ir::ValueId> {
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.emit(ir::Pack{0}, parts));
        return node.emit_reshape(id, sizes);
    };
    Ids states, last, memories;
    states.reserve(made.size() * made[0].states.size());
    last.reserve(made.size());
    memories.reserve(made.size());
    for (std::size_t step = 0; step < made[0].states.size(); ++step) {
        for (const Direction& direction : made)
            states.push_back(direction.states[step]);
    }
    for (const Direction& direction : made) {
        last.push_back(direction.last);
        memories.push_back(direction.memory);
    }
    const Sizes ends{sequence.directions, sequence.batch, sequence.hidden};
    if (node.has_output(0)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId y, joined(states, {sequence.steps, sequence.directions,
                                                               sequence.batch, sequence.hidden}));
        node.set(0, y);
    }
    if (node.has_output(1)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId y, joined(last, ends));
        node.set(1, y);
    }
    if (memory && node.has_output(2)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId y, joined(memories, ends));
        node.set(2, y);
    }
    return {};
}

Result<void> build_lstm(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 8));
    if (node.has_input(7)) return node.wrong("with peepholes isn't supported");
    MOSAIC_TRY_ASSIGN(const std::int64_t coupled, node.attribute("input_forget", std::int64_t{0}));
    if (coupled != 0) return node.wrong("with input_forget isn't supported");
    MOSAIC_TRY_ASSIGN(const Sequence sequence, read_sequence(node, 4, {"activations", "clip"}));
    std::vector<Direction> made;
    made.reserve(static_cast<std::size_t>(sequence.directions));
    for (std::int64_t direction = 0; direction < sequence.directions; ++direction) {
        MOSAIC_TRY_ASSIGN(Direction one, run_lstm(node, sequence, direction));
        made.push_back(std::move(one));
    }
    return publish(node, sequence, made, true);
}

Result<void> build_gru(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 6));
    MOSAIC_TRY_ASSIGN(const std::int64_t linear, node.attribute("linear_before_reset", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const Sequence sequence, read_sequence(node, 3, {"activations", "clip"}));
    std::vector<Direction> made;
    made.reserve(static_cast<std::size_t>(sequence.directions));
    for (std::int64_t direction = 0; direction < sequence.directions; ++direction) {
        MOSAIC_TRY_ASSIGN(Direction one, run_gru(node, sequence, direction, linear != 0));
        made.push_back(std::move(one));
    }
    return publish(node, sequence, made, false);
}

}  // namespace

void add_recurrent(Builders& builders) {
    builders["LSTM"] = build_lstm;
    builders["GRU"] = build_gru;
}

}  // namespace mosaic::onnx
