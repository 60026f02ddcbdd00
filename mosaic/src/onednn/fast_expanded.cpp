// A 1x1 convolution and the depthwise one that reads it, in one step.
#include <algorithm>

#include "onednn/fast_site.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

// The tensor between the two would go to memory and back; computed a few rows at a time it stays in the
// second-level cache.
constexpr std::int64_t kBandBytes = 192 * 1024;
// Smaller tensors stay in the cache anyway.
constexpr std::int64_t kBetweenBytesMin = 1024 * 1024;
// The source of a band is read once for each group of channels, so it must be small too.
constexpr std::int64_t kExpandedFromMax = 32;

// Output rows of a band.
std::int64_t band_rows(const avx2::Depthwise& conv) {
    const std::int64_t row_bytes =
        conv.in_columns * 2 * avx2::kBlock * static_cast<std::int64_t>(sizeof(float));
    const std::int64_t rows = (kBandBytes / row_bytes - conv.size) / conv.stride + 1;
    return std::clamp<std::int64_t>(rows, 1, conv.out_rows);
}

std::int64_t band_input_rows(const avx2::Depthwise& conv) {
    return (band_rows(conv) - 1) * conv.stride + conv.size;
}

// Of the buffer that holds the largest group of a band, for one thread.
std::int64_t band_floats(const avx2::Depthwise& conv) {
    constexpr std::int64_t kGroupBlocksMax = 3;
    return band_input_rows(conv) * conv.in_columns * kGroupBlocksMax * avx2::kBlock;
}

// Reads: source, weights and bias of the 1x1, weights and bias of the depthwise. Writes: result, band.
class ExpandedDepthwiseKernel final : public Kernel {
  public:
    ExpandedDepthwiseKernel(const Site& expand, const Site& depthwise)
        : expand_(pointwise_of(expand)),
          depthwise_(depthwise_of(depthwise)),
          band_rows_(band_rows(depthwise_)) {
        expand_.out_stride = band_input_rows(depthwise_) * depthwise_.in_columns * avx2::kBlock;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        expand_.weights = as_floats(reads[1]);
        expand_.bias = as_floats(reads[2]);
        depthwise_.weights = as_floats(reads[3]);
        depthwise_.bias = as_floats(reads[4]);
        const std::int64_t bands = (depthwise_.out_rows + band_rows_ - 1) / band_rows_;
        parallel_for(bands, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            float* band = as_floats(writes[1]) + thread * band_floats(depthwise_);
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t row_end = std::min((i + 1) * band_rows_, depthwise_.out_rows);
                run_band(i * band_rows_, row_end, as_floats(reads[0]), as_floats(writes[0]), band);
            }
        });
    }

  private:
    void run_band(std::int64_t begin, std::int64_t end, const float* source, float* result, float* band) {
        const std::int64_t columns = depthwise_.in_columns;
        const std::int64_t first = std::max<std::int64_t>(begin * depthwise_.stride - depthwise_.pad_top, 0);
        const std::int64_t last = std::min(
            (end - 1) * depthwise_.stride - depthwise_.pad_top + depthwise_.size, depthwise_.in_rows);
        const std::int64_t out_plane = depthwise_.out_rows * depthwise_.out_columns * avx2::kBlock;
        for (std::int64_t g = 0; g < avx2::pointwise_group_count(expand_.out_channels); ++g) {
            const avx2::PointwiseGroup group = avx2::pointwise_group(expand_.out_channels, g);
            avx2::pointwise_one_group(expand_, g, (last - first) * columns,
                                      source + first * columns * avx2::kBlock, band);
            for (std::int64_t i = 0; i < group.blocks; ++i) {
                const std::int64_t block = group.first_block + i;
                avx2::depthwise_rows(depthwise_, block, begin, end, band + i * expand_.out_stride, first,
                                     nullptr, result + block * out_plane);
            }
        }
    }

    avx2::Pointwise expand_;
    avx2::Depthwise depthwise_;
    std::int64_t band_rows_;
};

}  // namespace

Result<const ir::Node*> find_expansion(const ir::Graph& graph, const Site& depthwise) {
    const ir::ValueId between = depthwise.node->inputs[0];
    const ir::Node* none = nullptr;
    if (depthwise.conv->has_input_scale || depthwise.in[0] != 1) return none;
    const auto makes = [&](const ir::Node& node) { return node.outputs[0] == between; };
    const auto maker = std::find_if(graph.nodes.begin(), graph.nodes.end(), makes);
    if (maker == graph.nodes.end() || !std::holds_alternative<ir::Conv2d>(maker->op)) return none;
    MOSAIC_TRY_ASSIGN(const Site expand, inspect_convolution(graph, *maker));
    if (!is_pointwise(graph, expand) || expand.conv->has_residual || expand.conv->has_input_scale)
        return none;
    const std::int64_t bytes = expand.out.element_count() * static_cast<std::int64_t>(sizeof(float));
    return expand.in[3] <= kExpandedFromMax && bytes >= kBetweenBytesMin && expand.out[3] % avx2::kBlock == 0
               ? &*maker
               : none;
}

Result<bool> is_taken_in(const ir::Graph& graph, const ir::Node& node) {
    const ir::Node* reader = nullptr;
    std::size_t uses = 0;
    for (const ir::Node& other : graph.nodes) {
        for (const ir::ValueId id : other.inputs) {
            if (id != node.outputs[0]) continue;
            ++uses;
            reader = &other;
        }
    }
    for (const ir::Output& output : graph.outputs)
        uses += output.value == node.outputs[0] ? 1 : 0;
    if (uses != 1 || reader == nullptr || !std::holds_alternative<ir::DepthwiseConv2d>(reader->op))
        return false;
    MOSAIC_TRY_ASSIGN(const Site depthwise, inspect_convolution(graph, *reader));
    if (!is_depthwise(graph, depthwise)) return false;
    MOSAIC_TRY_ASSIGN(const ir::Node* expansion, find_expansion(graph, depthwise));
    return expansion == &node;
}

Result<bool> lower_expanded(OneDnnBackend& backend, Lowering& lowering, const Site& expand,
                            const Site& depthwise) {
    MOSAIC_TRY_ASSIGN(const Picture source,
                      backend.picture_as(lowering, expand.node->inputs[0], blocked_desc(expand.in)));
    MOSAIC_TRY_ASSIGN(const BufferId expand_weights, pack_pointwise(lowering, expand));
    MOSAIC_TRY_ASSIGN(const BufferId expand_bias, make_bias(lowering, expand));
    MOSAIC_TRY_ASSIGN(const BufferId weights, pack_depthwise(lowering, depthwise));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, depthwise));
    const Picture result =
        backend.make_picture(lowering, depthwise.node->outputs[0], blocked_desc(depthwise.out));
    const auto floats = static_cast<std::size_t>(band_floats(depthwise_of(depthwise)) * thread_count());
    const BufferId band = lowering.program().add_buffer(floats * sizeof(float));
    lowering.add_step(*depthwise.node, step_name(expand) + " " + step_name(depthwise),
                      "avx2 pointwise and depthwise",
                      std::make_unique<ExpandedDepthwiseKernel>(expand, depthwise),
                      {source.buffer, expand_weights, expand_bias, weights, bias}, {result.buffer, band});
    lowering.last_step().operations += ir::operations(lowering.graph(), *expand.node);
    return true;
}

}  // namespace mosaic::onednn
