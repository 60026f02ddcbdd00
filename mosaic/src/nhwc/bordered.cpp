// Convolutions of pictures with few channels, as a network's first one.
#include <algorithm>

#include "avx512/rows.h"
#include "nhwc/cut.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

using avx512::Element;

// Of the copied rows: they stay in the first-level cache until they have been read.
constexpr std::int64_t kCopiedBytes = 32 * 1024;
// A band is at least as high as the window; one that needs more than that is none of a real network.
constexpr std::int64_t kBandBytesMax = std::int64_t{1} << 26;

// Result rows that are computed together, and what they read.
struct Band {
    std::int64_t rows = 1;         // of the result
    std::int64_t source_rows = 1;  // copied, with what is above and below
    std::int64_t columns = 0;      // copied, with what is left and right
    std::int64_t row_bytes = 0;
    std::int64_t stride = 1;  // source rows from one band's first to the next's, in result rows

    // Segments are read in whole units, beyond the last element.
    [[nodiscard]] std::int64_t bytes() const {
        return source_rows * row_bytes + static_cast<std::int64_t>(kSlackBytes);
    }
};

Band band_of(const Site& site, const Cut& cut) {
    const ir::Conv2d& conv = *site.conv;
    const std::int64_t window = (site.weights->shape[0] - 1) * conv.dilation_y + 1;
    Band band;
    band.columns = cut.columns;
    band.row_bytes = cut.columns * site.in[3] * avx512::element_bytes(site.in_form.element);
    band.stride = conv.stride_y;
    const std::int64_t fit = kCopiedBytes / std::max<std::int64_t>(band.row_bytes, 1);
    band.rows = std::clamp<std::int64_t>((fit - window) / conv.stride_y + 1, 1, site.out[1]);
    band.source_rows = (band.rows - 1) * conv.stride_y + window;
    return band;
}

// Reads: source, weights, bias, [scales], [residual]. Writes: result, a band for each thread.
class BorderedKernel final : public Kernel {
  public:
    struct Parts {
        bool scales = false, residual = false;
    };

    BorderedKernel(const Site& site, const Form& from, const avx512::Tiles& tiles, const Band& band,
                   const Parts& parts)
        : in_(site.in),
          out_rows_(site.out[1]),
          from_(strip_of(from, site.in[3])),
          to_(strip_of(site.in_form, site.in[3])),
          top_(site.window.y.pad_before),
          left_(site.window.x.pad_before),
          tiles_(tiles),
          band_(band),
          parts_(parts) {
        // Row by row: pixels and segments lie equally far apart within one.
        tiles_.pixels = site.out[2];
        tiles_.source_pixel_bytes *= site.conv->stride_x;
        tiles_.segment_bytes = site.conv->dilation_y * band.row_bytes;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        std::size_t next = 1;
        tiles_.weights = reads[next++];
        tiles_.bias = reinterpret_cast<const float*>(reads[next++]);
        if (parts_.scales) tiles_.scales = reinterpret_cast<const float*>(reads[next++]);
        const std::byte* residual = parts_.residual ? reads[next] : nullptr;
        const std::int64_t bands = (out_rows_ + band_.rows - 1) / band_.rows;
        onednn::parallel_for(in_[0] * bands, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            std::byte* copy = writes[1] + thread * band_.bytes();
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t picture = i / bands;
                const std::int64_t row = i % bands * band_.rows;
                copy_rows(reads[0] + picture * in_[1] * in_[2] * from_.pixel_bytes, row * band_.stride - top_,
                          copy);
                run_rows(picture * out_rows_ + row, std::min(band_.rows, out_rows_ - row), copy, residual,
                         writes[0]);
            }
        });
    }

  private:
    // `count` result rows from `row` of all pictures together on.
    void run_rows(std::int64_t row, std::int64_t count, const std::byte* copy, const std::byte* residual,
                  std::byte* result) const {
        const std::int64_t panels = avx512::panels_of(tiles_.out_channels);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t pixel = (row + i) * tiles_.pixels;
            const std::byte* more = residual;
            if (more != nullptr) more += pixel * tiles_.residual.pixel_bytes;
            avx512::run_tiles(tiles_, 0, panels, 0, tiles_.pixels, copy + i * band_.stride * band_.row_bytes,
                              more, result + pixel * tiles_.result.pixel_bytes);
        }
    }

    // Source rows from `first` on, which may lie above or below the picture.
    void copy_rows(const std::byte* picture, std::int64_t first, std::byte* to) const {
        // Zero is a byte of its own in a form of bytes.
        const auto zero = static_cast<std::byte>(to_.element == Element::kByte ? to_.zero : 0.0F);
        const std::int64_t left = left_ * to_.pixel_bytes;
        const std::int64_t copied = std::min(in_[2], band_.columns - left_);
        const std::int64_t end = left + copied * to_.pixel_bytes;
        for (std::int64_t row = first; row < first + band_.source_rows; ++row, to += band_.row_bytes) {
            if (row < 0 || row >= in_[1]) {
                std::fill_n(to, band_.row_bytes, zero);
                continue;
            }
            std::fill_n(to, left, zero);
            avx512::convert(from_, picture + row * in_[2] * from_.pixel_bytes, to_, to + left,
                            copied * in_[3]);
            std::fill_n(to + end, band_.row_bytes - end, zero);
        }
        std::fill_n(to, kSlackBytes, zero);
    }

    Shape in_;
    std::int64_t out_rows_;
    avx512::Strip from_, to_;
    std::int64_t top_, left_;
    avx512::Tiles tiles_;
    Band band_;
    Parts parts_;
};

}  // namespace

Result<bool> lower_bordered(NhwcBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    const Cut made = cut(site);
    const Band band = band_of(site, made);
    if (band.source_rows > kBandBytesMax / std::max<std::int64_t>(band.row_bytes, 1)) return false;
    avx512::Tiles tiles = tiles_of(site, made);
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    MOSAIC_TRY_ASSIGN(const Constants constants, pack(lowering, site, made));
    std::vector<BufferId> reads{source.buffer, constants.weights, constants.bias};
    BorderedKernel::Parts parts;
    if (constants.scales != kNoBuffer) {
        parts.scales = true;
        reads.push_back(constants.scales);
    }
    if (site.conv->has_residual) {
        parts.residual = true;
        MOSAIC_TRY_ASSIGN(const Stored residual, residual_of(backend, lowering, site));
        tiles.residual = strip_of(residual, site.out[3]);
        reads.push_back(residual.buffer);
    }
    const Stored result = backend.make(lowering, node.outputs[0]);
    tiles.result = strip_of(result, site.out[3]);
    const BufferId scratch =
        lowering.program().add_buffer(static_cast<std::size_t>(band.bytes() * onednn::thread_count()));
    lowering.add_step(node, step_name(site), kernel_name(tiles.element),
                      std::make_unique<BorderedKernel>(site, source.form, tiles, band, parts),
                      std::move(reads), {result.buffer, scratch});
    lowering.last_step().precision = precision_of(tiles.element);
    return true;
}

}  // namespace mosaic::nhwc
