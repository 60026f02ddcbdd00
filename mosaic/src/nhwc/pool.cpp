// Pools, and means over whole pictures.
#include <algorithm>

#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"
#include "shape_inference.h"

namespace mosaic::nhwc {

namespace {

// Reads: source. Writes: result.
class PoolKernel final : public Kernel {
  public:
    PoolKernel(const avx512::Sliding& window, avx512::PoolKind kind, std::int64_t pictures)
        : window_(window), kind_(kind), pictures_(pictures) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t in_picture = window_.in_rows * window_.in_columns * window_.in.pixel_bytes;
        const std::int64_t out_picture = window_.out_rows * window_.out_columns * window_.out.pixel_bytes;
        const std::int64_t rows = window_.out_rows;
        onednn::parallel_for(pictures_ * rows, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t at = begin; at < end; ++at) {
                avx512::pool_rows(window_, kind_, at % rows, at % rows + 1, reads[0] + at / rows * in_picture,
                                  writes[0] + at / rows * out_picture);
            }
        });
    }

  private:
    avx512::Sliding window_;
    avx512::PoolKind kind_;
    std::int64_t pictures_;
};

// Reads: source. Writes: result.
class MeanKernel final : public Kernel {
  public:
    MeanKernel(const avx512::Strip& in, const Shape& shape) : in_(in), shape_(shape) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        constexpr std::int64_t kGroup = 128;  // channels
        const std::int64_t channels = shape_[3];
        const std::int64_t pixels = shape_[1] * shape_[2];
        const std::int64_t groups = (channels + kGroup - 1) / kGroup;
        auto* result = reinterpret_cast<float*>(writes[0]);
        onednn::parallel_for(shape_[0] * groups, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t at = begin; at < end; ++at) {
                const std::int64_t picture = at / groups;
                const std::int64_t first = at % groups * kGroup;
                avx512::mean_of_pixels(in_, pixels, first, std::min(first + kGroup, channels),
                                       reads[0] + picture * pixels * in_.pixel_bytes,
                                       result + picture * channels);
            }
        });
    }

  private:
    avx512::Strip in_;
    Shape shape_;
};

}  // namespace

Result<bool> lower_pool(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& pool = std::get<ir::Pool>(node.op);
    const Shape& in = lowering.graph().value(node.inputs[0]).shape;
    const Shape& out = lowering.graph().value(node.outputs[0]).shape;
    if (out.element_count() == 0 || pool.counts_padding) return false;
    MOSAIC_TRY_ASSIGN(const ir::Window2d slide, ir::slide(pool, in));
    // What stands beyond the edges may or may not belong to a mean.
    const bool padded =
        slide.y.pad_before > 0 || slide.x.pad_before > 0 || slide.y.pad_after > 0 || slide.x.pad_after > 0;
    if (pool.kind == ir::PoolKind::kAverage && padded) return false;
    // A window wholly outside has no mean and no largest.
    if (slide.y.pad_before >= pool.size_y || slide.x.pad_before >= pool.size_x) return false;
    const auto reaches = [](std::int64_t count, std::int64_t stride, std::int64_t pad, std::int64_t length) {
        return (count - 1) * stride - pad < length;
    };
    if (!reaches(out[1], pool.stride_y, slide.y.pad_before, in[1]) ||
        !reaches(out[2], pool.stride_x, slide.x.pad_before, in[2])) {
        return false;
    }
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    const Stored result = backend.make(lowering, node.outputs[0]);
    avx512::Sliding window;
    window.size_y = pool.size_y;
    window.size_x = pool.size_x;
    window.stride_y = pool.stride_y;
    window.stride_x = pool.stride_x;
    window.pad_top = slide.y.pad_before;
    window.pad_left = slide.x.pad_before;
    window.in_rows = in[1];
    window.in_columns = in[2];
    window.out_rows = out[1];
    window.out_columns = out[2];
    window.channels = in[3];
    window.in = strip_of(source, in[3]);
    window.out = strip_of(result, in[3]);
    const auto kind = pool.kind == ir::PoolKind::kMax ? avx512::PoolKind::kMax : avx512::PoolKind::kMean;
    lowering.add_step(node, ir::op_name(node.op), "avx512 pool",
                      std::make_unique<PoolKernel>(window, kind, in[0]), {source.buffer}, {result.buffer});
    return true;
}

Result<bool> lower_mean(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& reduce = std::get<ir::Reduce>(node.op);
    const ir::Value& in = lowering.graph().value(node.inputs[0]);
    if (reduce.kind != ir::ReduceKind::kMean || in.shape.rank() != 4 || in.type != DataType::kFloat32 ||
        in.shape.element_count() == 0) {
        return false;
    }
    MOSAIC_TRY_ASSIGN(const ir::Flags reduced, ir::reduced_dimensions(reduce, in.shape.rank()));
    constexpr ir::Flags kRowsAndColumns = 0b0110;
    if (reduced != kRowsAndColumns) return false;
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    const BufferId result = lowering.program().add_buffer(lowering.plain_bytes(node.outputs[0]));
    lowering.publish_plain(node.outputs[0], result);
    lowering.add_step(node, ir::op_name(node.op), "avx512 mean",
                      std::make_unique<MeanKernel>(strip_of(source, in.shape[3]), in.shape), {source.buffer},
                      {result});
    return true;
}

}  // namespace mosaic::nhwc
