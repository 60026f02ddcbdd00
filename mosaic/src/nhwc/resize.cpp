// Bilinear and nearest resizes.
#include <algorithm>

#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

std::vector<avx512::ResizePlace> places_of(const std::vector<ir::ResizeTap>& taps) {
    std::vector<avx512::ResizePlace> places;
    places.reserve(taps.size());
    for (const ir::ResizeTap& tap : taps)
        places.push_back({tap.low, tap.high, tap.weight});
    return places;
}

// Reads: source. Writes: result, two stretched rows for each thread.
class ResizeKernel final : public Kernel {
  public:
    ResizeKernel(const ir::Resize& resize, const Shape& in, const Shape& out, const avx512::Strip& from,
                 const avx512::Strip& to)
        : rows_(places_of(ir::resize_rows(resize, in, out))),
          columns_(places_of(ir::resize_columns(resize, in, out))),
          pictures_(in[0]),
          in_picture_(in[1] * in[2] * from.pixel_bytes),
          out_picture_(out[1] * out[2] * to.pixel_bytes) {
        how_.in_columns = in[2];
        how_.out_columns = out[2];
        how_.channels = in[3];
        how_.rows = rows_.data();
        how_.columns = columns_.data();
        how_.in = from;
        how_.out = to;
        how_.activation = resize.activation;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const auto rows = static_cast<std::int64_t>(rows_.size());
        onednn::parallel_for(
            pictures_ * rows, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
                float* scratch =
                    reinterpret_cast<float*>(writes[1]) + thread * 2 * how_.out_columns * how_.channels;
                for (std::int64_t at = begin; at < end;) {
                    const std::int64_t picture = at / rows;
                    const std::int64_t last = std::min(end, (picture + 1) * rows);
                    avx512::resize_rows(how_, at - picture * rows, last - picture * rows,
                                        reads[0] + picture * in_picture_, writes[0] + picture * out_picture_,
                                        scratch);
                    at = last;
                }
            });
    }

  private:
    std::vector<avx512::ResizePlace> rows_, columns_;
    std::int64_t pictures_, in_picture_, out_picture_;
    avx512::Resizing how_;
};

}  // namespace

Result<bool> lower_resize(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& resize = std::get<ir::Resize>(node.op);
    const Shape& in = lowering.graph().value(node.inputs[0]).shape;
    const Shape& out = lowering.graph().value(node.outputs[0]).shape;
    if (resize.mode == ir::ResizeMode::kCubic || out.element_count() == 0) return false;
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    const Stored result = backend.make(lowering, node.outputs[0]);
    const auto floats = static_cast<std::size_t>(2 * out[2] * out[3] * onednn::thread_count());
    const BufferId scratch = lowering.program().add_buffer(floats * sizeof(float));
    lowering.add_step(
        node, ir::op_name(node.op), "avx512 resize",
        std::make_unique<ResizeKernel>(resize, in, out, strip_of(source, in[3]), strip_of(result, in[3])),
        {source.buffer}, {result.buffer, scratch});
    return true;
}

}  // namespace mosaic::nhwc
