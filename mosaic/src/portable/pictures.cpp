// Operators over pictures whose loops over channels the compiler turns into vectors by itself: means over
// pixels, sums and products, bilinear and nearest resizes.
#include <algorithm>
#include <array>

#include "portable/backend.h"
#include "reference/reference.h"
#include "shape_rules.h"

namespace mosaic::portable {

namespace {

const float* floats_of(const std::byte* bytes) {
    return reinterpret_cast<const float*>(bytes);
}

bool is_float(const ir::Graph& graph, ir::ValueId id) {
    return graph.value(id).type == DataType::kFloat32;
}

void add_step(Lowering& lowering, const ir::Node& node, std::unique_ptr<Kernel> kernel,
              std::vector<BufferId> reads) {
    const BufferId result = lowering.program().add_buffer(lowering.plain_bytes(node.outputs[0]));
    lowering.publish_plain(node.outputs[0], result);
    lowering.add_step(node, ir::op_name(node.op), "portable loops", std::move(kernel), std::move(reads),
                      {result});
}

// Rows first, so that sums of large pictures stay exact enough.
class MeanKernel final : public Kernel {
  public:
    explicit MeanKernel(const Shape& in) : in_(in), row_(static_cast<std::size_t>(in[3])) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t channels = in_[3];
        const float* x = floats_of(reads[0]);
        auto* y = reinterpret_cast<float*>(writes[0]);
        const float share = 1.0F / static_cast<float>(in_[1] * in_[2]);
        float* row = row_.data();
        for (std::int64_t picture = 0; picture < in_[0]; ++picture, y += channels) {
            std::fill_n(y, channels, 0.0F);
            for (std::int64_t i = 0; i < in_[1]; ++i) {
                std::fill_n(row, channels, 0.0F);
                for (std::int64_t k = 0; k < in_[2]; ++k, x += channels) {
                    for (std::int64_t c = 0; c < channels; ++c)
                        row[c] += x[c];
                }
                for (std::int64_t c = 0; c < channels; ++c)
                    y[c] += row[c];
            }
            for (std::int64_t c = 0; c < channels; ++c)
                y[c] *= share;
        }
    }

  private:
    Shape in_;
    std::vector<float> row_;
};

bool is_mean_over_pixels(const ir::Graph& graph, const ir::Node& node) {
    const auto& reduce = std::get<ir::Reduce>(node.op);
    const Shape& in = graph.value(node.inputs[0]).shape;
    if (reduce.kind != ir::ReduceKind::kMean || in.rank() != 4 || in.element_count() == 0 ||
        !is_float(graph, node.inputs[0]))
        return false;
    const auto reduced = ir::reduced_dimensions(reduce, in.rank());
    return reduced && *reduced == ir::Flags(0b0110);
}

// One operand whole, the other repeated every `period` elements.
class RepeatedKernel final : public Kernel {
  public:
    RepeatedKernel(ir::BinaryKind kind, std::int64_t count, std::int64_t period, bool swapped)
        : kind_(kind), count_(count), period_(period), swapped_(swapped) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const float* a = floats_of(reads[swapped_ ? 1 : 0]);
        const float* b = floats_of(reads[swapped_ ? 0 : 1]);
        auto* y = reinterpret_cast<float*>(writes[0]);
        if (kind_ == ir::BinaryKind::kMultiply) {
            each(a, b, y, [](float p, float q) { return p * q; });
        } else {
            each(a, b, y, [](float p, float q) { return p + q; });
        }
    }

  private:
    template <typename Combine>
    void each(const float* a, const float* b, float* y, Combine combine) const {
        for (std::int64_t first = 0; first < count_; first += period_) {
            for (std::int64_t i = 0; i < period_; ++i)
                y[first + i] = combine(a[first + i], b[i]);
        }
    }

    ir::BinaryKind kind_;
    std::int64_t count_, period_;
    bool swapped_;
};

// Whether the shape is that of the last dimensions of `whole`, with ones before them.
bool is_suffix(const Shape& shape, const Shape& whole) {
    bool ones = false;
    for (std::size_t i = 0; i < shape.rank(); ++i) {
        const std::int64_t own = shape[shape.rank() - 1 - i];
        const std::int64_t other = i < whole.rank() ? whole[whole.rank() - 1 - i] : 1;
        if (own != other) ones = true;
        if (ones && own != 1) return false;
    }
    return true;
}

bool lower_sum_or_product(Lowering& lowering, const ir::Node& node, std::vector<BufferId> reads) {
    constexpr std::int64_t kPeriodMin = 8;  // shorter loops aren't worth it
    const ir::Graph& graph = lowering.graph();
    const ir::BinaryKind kind = std::get<ir::Binary>(node.op).kind;
    const Shape& out = graph.value(node.outputs[0]).shape;
    if ((kind != ir::BinaryKind::kAdd && kind != ir::BinaryKind::kMultiply) ||
        !is_float(graph, node.inputs[0]) || out.element_count() == 0)
        return false;
    for (const std::size_t whole : {std::size_t{0}, std::size_t{1}}) {
        const Shape& other = graph.value(node.inputs[1 - whole]).shape;
        if (graph.value(node.inputs[whole]).shape != out || !is_suffix(other, out) ||
            other.element_count() < kPeriodMin)
            continue;
        add_step(
            lowering, node,
            std::make_unique<RepeatedKernel>(kind, out.element_count(), other.element_count(), whole == 1),
            std::move(reads));
        return true;
    }
    return false;
}

// The readable kernel's formula, with places worked out once and the activation afterwards.
class ResizeKernel final : public Kernel {
  public:
    ResizeKernel(const ir::Resize& resize, const Shape& in, const Shape& out)
        : activation_(resize.activation),
          in_(in),
          out_(out),
          rows_(ir::resize_rows(resize, in, out)),
          columns_(ir::resize_columns(resize, in, out)) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t channels = in_[3];
        auto* y = reinterpret_cast<float*>(writes[0]);
        for (std::int64_t picture = 0; picture < in_[0]; ++picture) {
            const float* x = floats_of(reads[0]) + picture * in_[1] * in_[2] * channels;
            for (const ir::ResizeTap& row : rows_) {
                const float* top = x + row.low * in_[2] * channels;
                const float* bottom = x + row.high * in_[2] * channels;
                for (const ir::ResizeTap& column : columns_) {
                    blend(top + column.low * channels, top + column.high * channels,
                          bottom + column.low * channels, bottom + column.high * channels, column.weight,
                          row.weight, channels, y);
                    y += channels;
                }
            }
        }
        if (activation_.kind == ir::ActivationKind::kNone) return;
        y = reinterpret_cast<float*>(writes[0]);
        const std::int64_t count = out_.element_count();
        if (activation_.kind == ir::ActivationKind::kRelu) {
            for (std::int64_t i = 0; i < count; ++i)
                y[i] = std::max(y[i], 0.0F);
            return;
        }
        for (std::int64_t i = 0; i < count; ++i)
            y[i] = reference::activate(activation_, y[i]);
    }

  private:
    static void blend(const float* top_left, const float* top_right, const float* bottom_left,
                      const float* bottom_right, float x_weight, float y_weight, std::int64_t channels,
                      float* __restrict y) {
        for (std::int64_t c = 0; c < channels; ++c) {
            const float top = top_left[c] + (top_right[c] - top_left[c]) * x_weight;
            const float bottom = bottom_left[c] + (bottom_right[c] - bottom_left[c]) * x_weight;
            y[c] = top + (bottom - top) * y_weight;
        }
    }

    ir::Activation activation_;
    Shape in_, out_;
    std::vector<ir::ResizeTap> rows_, columns_;
};

}  // namespace

Result<bool> lower_picture_operator(Lowering& lowering, const ir::Node& node) {
    const ir::Graph& graph = lowering.graph();
    const auto* resize = std::get_if<ir::Resize>(&node.op);
    const bool mean = std::holds_alternative<ir::Reduce>(node.op) && is_mean_over_pixels(graph, node);
    const bool binary = std::holds_alternative<ir::Binary>(node.op);
    if (!mean && !binary && (resize == nullptr || resize->mode == ir::ResizeMode::kCubic)) return false;
    std::vector<BufferId> reads;
    for (const ir::ValueId id : node.inputs) {
        MOSAIC_TRY_ASSIGN(const BufferId buffer, lowering.plain(id));
        reads.push_back(buffer);
    }
    if (binary) return lower_sum_or_product(lowering, node, std::move(reads));
    const Shape& in = graph.value(node.inputs[0]).shape;
    if (mean) {
        add_step(lowering, node, std::make_unique<MeanKernel>(in), std::move(reads));
    } else {
        add_step(lowering, node,
                 std::make_unique<ResizeKernel>(*resize, in, graph.value(node.outputs[0]).shape),
                 std::move(reads));
    }
    return true;
}

}  // namespace mosaic::portable
