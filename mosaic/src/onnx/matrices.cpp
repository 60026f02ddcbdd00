// Products of matrices.
#include <algorithm>
#include <string_view>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

Result<void> build_matmul(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    const std::size_t rank_a = node.rank(0);
    const std::size_t rank_b = node.rank(1);
    if (rank_a < 1 || rank_b < 1) return node.wrong("multiplies a scalar");
    MOSAIC_TRY_ASSIGN(ir::ValueId a, node.plain(0));
    MOSAIC_TRY_ASSIGN(ir::ValueId b, node.plain(1));
    // A vector is a matrix of one row on the left, of one column on the right.
    if (rank_a == 1) {
        MOSAIC_TRY_ASSIGN(a, node.emit_reshape(a, {1, node.sizes(0)[0]}));
    }
    if (rank_b == 1) {
        MOSAIC_TRY_ASSIGN(b, node.emit_reshape(b, {node.sizes(1)[0], 1}));
    }
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(ir::MatMul{}, {a, b}));
    if (rank_a == 1 || rank_b == 1) {
        const Shape shape = node.value(made).shape;
        Sizes sizes(shape.sizes().begin(), shape.sizes().end());
        if (rank_b == 1) sizes.pop_back();
        if (rank_a == 1) sizes.erase(sizes.end() - (rank_b == 1 ? 1 : 2));
        MOSAIC_TRY_ASSIGN(made, node.emit_reshape(made, sizes));
    }
    node.set(0, made);
    return {};
}

// alpha a b + beta c
Result<void> build_gemm(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
    MOSAIC_TRY_ASSIGN(const float beta, node.attribute("beta", 1.0F));
    MOSAIC_TRY_ASSIGN(const std::int64_t transposes_a, node.attribute("transA", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::int64_t transposes_b, node.attribute("transB", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId a, node.plain(0));
    MOSAIC_TRY_ASSIGN(ir::ValueId b, node.plain(1));
    ir::MatMul matmul;
    matmul.transpose_a = transposes_a != 0;
    matmul.transpose_b = transposes_b != 0;
    // Weights lie as the kernels read them.
    if (matmul.transpose_b && node.rank(1) == 2 && node.value(b).constant != nullptr) {
        MOSAIC_TRY_ASSIGN(b, node.emit(ir::Transpose{{1, 0}}, {b}));
        matmul.transpose_b = false;
    }
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(matmul, {a, b}));
    const auto scaled = [&node](ir::ValueId id, float factor) -> Result<ir::ValueId> {
        if (factor == 1.0F) return id;
        MOSAIC_TRY_ASSIGN(const ir::ValueId constant, node.constant(factor));
        return node.emit(ir::Binary{ir::BinaryKind::kMultiply}, {id, constant});
    };
    MOSAIC_TRY_ASSIGN(made, scaled(made, alpha));
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(ir::ValueId c, node.plain(2));
        MOSAIC_TRY_ASSIGN(c, scaled(c, beta));
        // [1,N] is [N] for whom the passes put it into the product.
        const Shape shape = node.value(c).shape;
        if (shape.rank() == 2 && shape[0] == 1) {
            MOSAIC_TRY_ASSIGN(c, node.emit_reshape(c, {shape[1]}));
        }
        MOSAIC_TRY_ASSIGN(made, node.emit(ir::Binary{ir::BinaryKind::kAdd}, {made, c}));
    }
    node.set(0, made);
    return {};
}

// ---- Einsum of one or two operands without repeated indices in one operand

struct Equation {
    std::vector<std::string> inputs;
    std::string output;
};

// An ellipsis stands for the dimensions that an operand has beyond its letters; digits name them, from the
// right, so that those of several operands are the same. Without an arrow they are the first of the result.
Result<std::string> without_ellipses(const Node& node, std::string text) {
    constexpr std::string_view kEllipsis = "...";
    constexpr std::string_view kNames = "01234567";
    if (text.find('.') == std::string::npos) return text;
    if (text.find("->") == std::string::npos)
        return node.wrong("an ellipsis in " + text + " without -> isn't supported");
    std::string made;
    std::string longest;
    std::size_t operand = 0;
    while (true) {
        const std::size_t end = std::min(text.find(',', 0), text.find("->", 0));
        if (end == std::string::npos) break;
        const std::string terms = text.substr(0, end);
        const std::size_t at = terms.find(kEllipsis);
        std::string names;
        if (at != std::string::npos) {
            const std::size_t letters = terms.size() - kEllipsis.size();
            if (!node.has_input(operand) || node.rank(operand) < letters ||
                node.rank(operand) - letters > kNames.size())
                return node.wrong("names another rank than its operand has");
            const std::size_t count = node.rank(operand) - letters;
            names = kNames.substr(kNames.size() - count);
            longest =
                std::max(longest, names, [](const auto& a, const auto& b) { return a.size() < b.size(); });
            made.append(terms, 0, at).append(names).append(terms, at + kEllipsis.size());
        } else {
            made += terms;
        }
        const bool last = text[end] == '-';
        made += last ? "->" : ",";
        text.erase(0, end + (last ? 2 : 1));
        ++operand;
        if (last) break;
    }
    const std::size_t at = text.find(kEllipsis);
    if (at != std::string::npos) text.replace(at, kEllipsis.size(), longest);
    if (text.find('.') != std::string::npos || made.find('.') != std::string::npos)
        return node.wrong("has an equation that can't be read");
    return made + text;
}

Result<Equation> read_equation(const Node& node) {
    MOSAIC_TRY_ASSIGN(std::string text, node.attribute("equation", ""));
    std::erase(text, ' ');
    MOSAIC_TRY_ASSIGN(text, without_ellipses(node, std::move(text)));
    Equation equation;
    const std::size_t arrow = text.find("->");
    const std::string left = text.substr(0, arrow);
    std::size_t begin = 0;
    for (std::size_t comma = left.find(','); comma != std::string::npos; comma = left.find(',', begin)) {
        equation.inputs.push_back(left.substr(begin, comma - begin));
        begin = comma + 1;
    }
    equation.inputs.push_back(left.substr(begin));
    if (arrow != std::string::npos) {
        equation.output = text.substr(arrow + 2);
    } else {  // what occurs once, in the order of the alphabet
        std::string letters = left;
        std::erase(letters, ',');
        for (char letter = 'A'; letter <= 'z'; ++letter) {
            if (std::count(letters.begin(), letters.end(), letter) == 1) equation.output += letter;
        }
    }
    for (const std::string& terms : equation.inputs) {
        for (const char letter : terms) {
            if (std::count(terms.begin(), terms.end(), letter) > 1)
                return node.wrong("a repeated index in " + text + " isn't supported");
        }
    }
    for (const char letter : equation.output) {
        const bool known =
            std::any_of(equation.inputs.begin(), equation.inputs.end(),
                        [letter](const auto& terms) { return terms.find(letter) != std::string::npos; });
        if (!known) return node.wrong("an index of the result of " + text + " is in no operand");
    }
    return equation;
}

// The operand with its dimensions in the order of `letters`, of which it has some; sizes of 1 for the others.
Result<ir::ValueId> arrange(Node& node, ir::ValueId id, const std::string& have, const std::string& letters) {
    ir::Transpose transpose;
    Sizes sizes;
    for (const char letter : letters) {
        const std::size_t at = have.find(letter);
        if (at == std::string::npos) {
            sizes.push_back(1);
            continue;
        }
        sizes.push_back(node.value(id).shape[at]);
        transpose.order.push_back(static_cast<std::int64_t>(at));
    }
    if (!std::is_sorted(transpose.order.begin(), transpose.order.end())) {
        MOSAIC_TRY_ASSIGN(id, node.emit(std::move(transpose), {id}));
    }
    return node.emit_reshape(id, sizes);
}

// Sums over the indices that nobody else has.
Result<ir::ValueId> sum_alone(Node& node, ir::ValueId id, std::string& letters, const std::string& others) {
    ir::Reduce reduce{ir::ReduceKind::kSum, {}, false};
    std::string kept;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (others.find(letters[i]) == std::string::npos) {
            reduce.axes.push_back(static_cast<std::int64_t>(i));
        } else {
            kept += letters[i];
        }
    }
    letters = kept;
    if (reduce.axes.empty()) return id;
    return node.emit(std::move(reduce), {id});
}

std::int64_t product(const Shape& shape, std::size_t first, std::size_t last) {
    std::int64_t product = 1;
    for (std::size_t i = first; i < last; ++i)
        product *= shape[i];
    return product;
}

// As [batch..., rows, inner] x [batch..., inner, columns].
Result<ir::ValueId> multiply(Node& node, std::vector<ir::ValueId> ids, const Equation& equation) {
    const std::string& a = equation.inputs[0];
    const std::string& b = equation.inputs[1];
    std::string batch, rows, columns, inner;
    for (const char letter : equation.output) {
        const bool in_a = a.find(letter) != std::string::npos;
        const bool in_b = b.find(letter) != std::string::npos;
        (in_a && in_b ? batch : in_a ? rows : columns) += letter;
    }
    for (const char letter : a) {
        if (equation.output.find(letter) == std::string::npos) inner += letter;
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId left, arrange(node, ids[0], a, batch + rows + inner));
    MOSAIC_TRY_ASSIGN(const ir::ValueId right, arrange(node, ids[1], b, batch + inner + columns));
    const Shape left_shape = node.value(left).shape;
    const Shape right_shape = node.value(right).shape;
    const std::size_t b_count = batch.size();
    const std::int64_t row_count = product(left_shape, b_count, b_count + rows.size());
    const std::int64_t inner_count = product(left_shape, b_count + rows.size(), left_shape.rank());
    const std::int64_t column_count = product(right_shape, b_count + inner.size(), right_shape.rank());
    const std::int64_t batch_count = product(left_shape, 0, b_count);
    if (product(right_shape, 0, b_count) != batch_count) return node.wrong("operands of unlike sizes");
    MOSAIC_TRY_ASSIGN(const ir::ValueId left_matrix,
                      node.emit_reshape(left, {batch_count, row_count, inner_count}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId right_matrix,
                      node.emit_reshape(right, {batch_count, inner_count, column_count}));
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(ir::MatMul{}, {left_matrix, right_matrix}));
    Sizes sizes;
    for (std::size_t i = 0; i < b_count + rows.size(); ++i)
        sizes.push_back(left_shape[i]);
    for (std::size_t i = b_count + inner.size(); i < right_shape.rank(); ++i)
        sizes.push_back(right_shape[i]);
    MOSAIC_TRY_ASSIGN(made, node.emit_reshape(made, sizes));
    return arrange(node, made, batch + rows + columns, equation.output);
}

Result<void> build_einsum(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(Equation equation, read_equation(node));
    if (equation.inputs.size() != node.input_count()) return node.wrong("has another number of operands");
    std::vector<ir::ValueId> ids;
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        if (equation.inputs[i].size() != node.rank(i))
            return node.wrong("names another rank than its operand has");
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.plain(i));
        ids.push_back(id);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string others = equation.output + (ids.size() == 2 ? equation.inputs[1 - i] : "");
        MOSAIC_TRY_ASSIGN(ids[i], sum_alone(node, ids[i], equation.inputs[i], others));
    }
    Result<ir::ValueId> made = ids.size() == 2 ? multiply(node, ids, equation)
                                               : arrange(node, ids[0], equation.inputs[0], equation.output);
    if (!made) return tl::unexpected(made.error());
    node.set(0, *made);
    return {};
}

}  // namespace

void add_matrices(Builders& builders) {
    builders["MatMul"] = build_matmul;
    builders["Gemm"] = build_gemm;
    builders["Einsum"] = build_einsum;
}

}  // namespace mosaic::onnx
