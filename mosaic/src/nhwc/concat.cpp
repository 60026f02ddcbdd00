// Tensors joined along their channels.
#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// Reads: the parts. Writes: result.
class ConcatKernel final : public Kernel {
  public:
    ConcatKernel(std::vector<avx512::Strip> parts, std::vector<std::int64_t> channels,
                 const avx512::Strip& result, std::int64_t pixels)
        : parts_(std::move(parts)), channels_(std::move(channels)), result_(result), pixels_(pixels) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t element = avx512::element_bytes(result_.element);
        onednn::parallel_for(pixels_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t pixel = begin; pixel < end; ++pixel) {
                std::byte* to = writes[0] + pixel * result_.pixel_bytes;
                for (std::size_t i = 0; i < parts_.size(); ++i) {
                    avx512::convert(parts_[i], reads[i] + pixel * parts_[i].pixel_bytes, result_, to,
                                    channels_[i]);
                    to += channels_[i] * element;
                }
            }
        });
    }

  private:
    std::vector<avx512::Strip> parts_;
    std::vector<std::int64_t> channels_;
    avx512::Strip result_;
    std::int64_t pixels_;
};

}  // namespace

Result<bool> lower_concat(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const ir::Graph& graph = lowering.graph();
    const ir::Value& out = graph.value(node.outputs[0]);
    const auto rank = static_cast<std::int64_t>(out.shape.rank());
    const std::int64_t axis = std::get<ir::Concat>(node.op).axis;
    if (rank != 4 || (axis != 3 && axis != -1) || out.type != DataType::kFloat32 ||
        out.shape.element_count() == 0) {
        return false;
    }
    std::vector<avx512::Strip> parts;
    std::vector<std::int64_t> channels;
    std::vector<BufferId> reads;
    for (const ir::ValueId id : node.inputs) {
        MOSAIC_TRY_ASSIGN(const Stored part, backend.stored(lowering, id));
        channels.push_back(graph.value(id).shape[3]);
        parts.push_back(strip_of(part.form, channels.back()));
        reads.push_back(part.buffer);
    }
    const Stored result = backend.make(lowering, node.outputs[0]);
    const std::int64_t pixels = out.shape.element_count() / out.shape[3];
    lowering.add_step(node, ir::op_name(node.op), "avx512 concat",
                      std::make_unique<ConcatKernel>(std::move(parts), std::move(channels),
                                                     strip_of(result.form, out.shape[3]), pixels),
                      std::move(reads), {result.buffer});
    return true;
}

}  // namespace mosaic::nhwc
