// Sums and products of pictures, and activations that nothing took in.
#include <algorithm>
#include <optional>

#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// Reads: a, b. Writes: result.
class CombineKernel final : public Kernel {
  public:
    // b is the same for `shared` pixels of a (1: every pixel has its own).
    CombineKernel(const avx512::Combine& how, std::int64_t pixels, std::int64_t shared,
                  std::int64_t b_group_bytes)
        : how_(how), pixels_(pixels), shared_(shared), b_group_bytes_(b_group_bytes) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        onednn::parallel_for(pixels_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t at = begin; at < end;) {
                const std::int64_t last = shared_ == 1 ? end : std::min(end, (at / shared_ + 1) * shared_);
                avx512::combine(how_, last - at, reads[0] + at * how_.a.pixel_bytes,
                                reads[1] + at / shared_ * b_group_bytes_,
                                writes[0] + at * how_.out.pixel_bytes);
                at = last;
            }
        });
    }

  private:
    avx512::Combine how_;
    std::int64_t pixels_, shared_, b_group_bytes_;
};

std::optional<avx512::Combination> combination_of(ir::BinaryKind kind) {
    switch (kind) {
        case ir::BinaryKind::kAdd:
            return avx512::Combination::kAdd;
        case ir::BinaryKind::kMultiply:
            return avx512::Combination::kMultiply;
        case ir::BinaryKind::kSubtract:
            return avx512::Combination::kSubtract;
        case ir::BinaryKind::kMaximum:
            return avx512::Combination::kMaximum;
        case ir::BinaryKind::kMinimum:
            return avx512::Combination::kMinimum;
        default:
            return std::nullopt;
    }
}

// How b repeats over the pixels of a; 0: in no way that is known here.
std::int64_t shared_pixels(const Shape& a, const Shape& b) {
    if (a == b) return 1;
    const std::int64_t channels = a[a.rank() - 1];
    if (b.element_count() == channels && b.rank() > 0 && b[b.rank() - 1] == channels)
        return a.element_count() / channels;
    const bool each_picture =
        a.rank() == 4 && b.rank() == 4 && b[0] == a[0] && b[1] == 1 && b[2] == 1 && b[3] == channels;
    return each_picture ? a[1] * a[2] : 0;
}

// A number as a value of so many channels.
Result<Stored> repeated(Lowering& lowering, float number, std::int64_t channels) {
    MOSAIC_TRY_ASSIGN(const BufferId buffer, make_constant<float>(lowering, channels, [&](float* to) {
                          std::fill_n(to, channels, number);
                      }));
    return Stored{buffer, {}};
}

}  // namespace

Result<bool> lower_elementwise(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const ir::Graph& graph = lowering.graph();
    const ir::Value& out = graph.value(node.outputs[0]);
    const auto kind = combination_of(std::get<ir::Binary>(node.op).kind);
    if (!kind || out.type != DataType::kFloat32 || out.shape.rank() == 0 || out.shape.element_count() == 0)
        return false;
    ir::ValueId a = node.inputs[0];
    ir::ValueId b = node.inputs[1];
    if (graph.value(a).shape != out.shape && *kind != avx512::Combination::kSubtract) std::swap(a, b);
    if (graph.value(a).shape != out.shape) return false;
    const std::int64_t channels = out.shape[out.shape.rank() - 1];
    const auto number = ir::scalar_constant(graph, b);
    const std::int64_t shared =
        number ? out.shape.element_count() / channels : shared_pixels(out.shape, graph.value(b).shape);
    if (shared == 0) return false;
    MOSAIC_TRY_ASSIGN(const Stored left, backend.stored(lowering, a));
    MOSAIC_TRY_ASSIGN(const Stored right,
                      number ? repeated(lowering, *number, channels) : backend.stored(lowering, b));
    const Stored result = backend.make(lowering, node.outputs[0]);
    avx512::Combine how;
    how.kind = *kind;
    how.channels = channels;
    how.a = strip_of(left, how.channels);
    how.b = strip_of(right, how.channels);
    how.out = strip_of(result, how.channels);
    const std::int64_t group_bytes = how.b.pixel_bytes;
    if (shared > 1) how.b.pixel_bytes = 0;
    lowering.add_step(
        node, ir::op_name(node.op), "avx512 combine",
        std::make_unique<CombineKernel>(how, out.shape.element_count() / how.channels, shared, group_bytes),
        {left.buffer, right.buffer}, {result.buffer});
    return true;
}

Result<bool> lower_activation(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const ir::Value& out = lowering.graph().value(node.outputs[0]);
    if (out.shape.rank() == 0 || out.shape.element_count() == 0) return false;
    MOSAIC_TRY_ASSIGN(const Stored from, backend.stored(lowering, node.inputs[0]));
    const Stored result = backend.make(lowering, node.outputs[0]);
    avx512::Combine how;
    how.kind = avx512::Combination::kMaximum;  // of the same and the same
    how.activation = std::get<ir::Activate>(node.op).activation;
    how.channels = out.shape[out.shape.rank() - 1];
    how.a = how.b = strip_of(from, how.channels);
    how.out = strip_of(result, how.channels);
    lowering.add_step(
        node, ir::op_name(node.op), "avx512 activate",
        std::make_unique<CombineKernel>(how, out.shape.element_count() / how.channels, 1, how.b.pixel_bytes),
        {from.buffer, from.buffer}, {result.buffer});
    return true;
}

}  // namespace mosaic::nhwc
