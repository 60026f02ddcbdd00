// Tensors joined along their channels.
#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// A part that isn't in its place yet.
struct Part {
    avx512::Strip strip;
    std::int64_t channels = 0;
    std::int64_t first = 0;  // channel of the result
};

// Reads: the parts. Writes: result.
class ConcatKernel final : public Kernel {
  public:
    ConcatKernel(std::vector<Part> parts, const avx512::Strip& result, std::int64_t pixels)
        : parts_(std::move(parts)), result_(result), pixels_(pixels) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t element = avx512::element_bytes(result_.element);
        onednn::parallel_for(pixels_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t pixel = begin; pixel < end; ++pixel) {
                std::byte* to = writes[0] + pixel * result_.pixel_bytes;
                for (std::size_t i = 0; i < parts_.size(); ++i) {
                    const Part& part = parts_[i];
                    avx512::convert(part.strip, reads[i] + pixel * part.strip.pixel_bytes, result_,
                                    to + part.first * element, part.channels);
                }
            }
        });
    }

  private:
    std::vector<Part> parts_;
    avx512::Strip result_;
    std::int64_t pixels_;
};

}  // namespace

bool joins_channels(const ir::Graph& graph, const ir::Node& node) {
    const auto* concat = std::get_if<ir::Concat>(&node.op);
    const ir::Value& out = graph.value(node.outputs[0]);
    return concat != nullptr && out.shape.rank() == 4 && (concat->axis == 3 || concat->axis == -1) &&
           out.type == DataType::kFloat32 && out.shape.element_count() > 0;
}

Result<bool> lower_concat(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const ir::Graph& graph = lowering.graph();
    if (!joins_channels(graph, node)) return false;
    const ir::Value& out = graph.value(node.outputs[0]);
    std::vector<Part> parts;
    std::vector<BufferId> reads;
    std::int64_t first = 0;
    for (const ir::ValueId id : node.inputs) {
        MOSAIC_TRY_ASSIGN(const Stored part, backend.stored(lowering, id));
        const std::int64_t channels = graph.value(id).shape[3];
        if (part.pixel_bytes == 0) {
            parts.push_back({strip_of(part, channels), channels, first});
            reads.push_back(part.buffer);
        }
        first += channels;
    }
    const Form form = backend.forms().of(node.outputs[0]);
    Stored result;
    if (form.is_float()) {
        result.buffer = backend.joined(lowering, node.outputs[0]);
        backend.publish(lowering, node.outputs[0], result);
    } else {
        result = backend.make(lowering, node.outputs[0]);
    }
    if (parts.empty()) return true;
    const std::int64_t pixels = out.shape.element_count() / out.shape[3];
    lowering.add_step(
        node, ir::op_name(node.op), "avx512 concat",
        std::make_unique<ConcatKernel>(std::move(parts), strip_of(result, out.shape[3]), pixels),
        std::move(reads), {result.buffer});
    return true;
}

}  // namespace mosaic::nhwc
