// Loops over pictures, channel by channel in the innermost: see kernel.h.
#include <algorithm>

#include "train/kernel.h"

namespace mosaic::train {

namespace {

struct PictureSize {
    std::int64_t count = 1, pixels = 1, channels = 1;

    explicit PictureSize(const Shape& shape)
        : count(shape[0]), pixels(shape[1] * shape[2]), channels(shape[3]) {}
};

// row(i) for each of `rows` rows of `elements` elements.
template <typename Row>
void each_row(std::int64_t rows, std::int64_t elements, Row row) {
    const std::int64_t least = std::max<std::int64_t>(1, kElementsPerThread / elements);
    parallel_for(rows, least, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            row(i);
    });
}

// One number for each channel: of each picture ([N,1,1,C]) or of all ([C], [1,1,1,C]).
enum class Factors : std::uint8_t { kNone, kOfEach, kOfAll };

Factors factors_of(const Shape& picture, const Shape& factors) {
    if (picture.rank() != 4 || picture[1] * picture[2] < 2) return Factors::kNone;
    const std::int64_t channels = picture[3];
    if (factors == Shape{channels} || factors == Shape{1, 1, 1, channels})
        return picture[0] == 1 && factors.rank() == 4 ? Factors::kOfEach : Factors::kOfAll;
    return factors == Shape{picture[0], 1, 1, channels} ? Factors::kOfEach : Factors::kNone;
}

// x * f or x + f.
class ChannelKernel final : public Kernel {
  public:
    ChannelKernel(const KernelRequest& request, bool swapped, bool multiplies, Factors factors)
        : size_(request.output()),
          picture_(swapped ? 1 : 0),
          factor_(swapped ? 0 : 1),
          multiplies_(multiplies),
          of_each_(factors == Factors::kOfEach) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(picture_);
        const float* f = site.x(factor_);
        float* y = site.y();
        each_row(size_.count * size_.pixels, size_.channels, [&](std::int64_t row) {
            const float* own = factors_at(f, row);
            const std::int64_t at = row * size_.channels;
            for (std::int64_t c = 0; c < size_.channels; ++c)
                y[at + c] = multiplies_ ? x[at + c] * own[c] : x[at + c] + own[c];
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(picture_);
        const float* f = site.x(factor_);
        const float* dy = site.dy();
        float* dx = site.dx(picture_);
        if (dx != nullptr) {
            each_row(size_.count * size_.pixels, size_.channels, [&](std::int64_t row) {
                const float* own = factors_at(f, row);
                const std::int64_t at = row * size_.channels;
                for (std::int64_t c = 0; c < size_.channels; ++c)
                    dx[at + c] = multiplies_ ? dy[at + c] * own[c] : dy[at + c];
            });
        }
        float* df = site.dx(factor_);
        if (df == nullptr) return;
        // Each picture apart, then in their order: the same bits for any number of threads.
        sums_.assign(static_cast<std::size_t>(size_.count * size_.channels), 0.0F);
        parallel_for(size_.count, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                float* sum = &sums_[static_cast<std::size_t>(n * size_.channels)];
                for (std::int64_t p = 0; p < size_.pixels; ++p) {
                    const std::int64_t at = (n * size_.pixels + p) * size_.channels;
                    for (std::int64_t c = 0; c < size_.channels; ++c)
                        sum[c] += multiplies_ ? dy[at + c] * x[at + c] : dy[at + c];
                }
            }
        });
        if (of_each_) {
            std::copy(sums_.begin(), sums_.end(), df);
            return;
        }
        std::fill_n(df, size_.channels, 0.0F);
        for (std::int64_t n = 0; n < size_.count; ++n) {
            for (std::int64_t c = 0; c < size_.channels; ++c)
                df[c] += sums_[static_cast<std::size_t>(n * size_.channels + c)];
        }
    }

  private:
    [[nodiscard]] const float* factors_at(const float* factors, std::int64_t row) const {
        return of_each_ ? factors + row / size_.pixels * size_.channels : factors;
    }

    PictureSize size_;
    std::size_t picture_, factor_;
    bool multiplies_, of_each_;
    std::vector<float> sums_;
};

// [N,H,W,C] to [N,C] or [N,1,1,C].
class MeanKernel final : public Kernel {
  public:
    explicit MeanKernel(const KernelRequest& request) : size_(request.input(0)) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(0);
        float* y = site.y();
        const float part = 1.0F / static_cast<float>(size_.pixels);
        parallel_for(size_.count, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                float* mean = y + n * size_.channels;
                std::fill_n(mean, size_.channels, 0.0F);
                for (std::int64_t p = 0; p < size_.pixels; ++p) {
                    const float* from = x + (n * size_.pixels + p) * size_.channels;
                    for (std::int64_t c = 0; c < size_.channels; ++c)
                        mean[c] += from[c];
                }
                for (std::int64_t c = 0; c < size_.channels; ++c)
                    mean[c] *= part;
            }
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const float part = 1.0F / static_cast<float>(size_.pixels);
        const float* dy = site.dy();
        float* dx = site.dx(0);
        each_row(size_.count * size_.pixels, size_.channels, [&](std::int64_t row) {
            const float* slope = dy + row / size_.pixels * size_.channels;
            for (std::int64_t c = 0; c < size_.channels; ++c)
                dx[row * size_.channels + c] = slope[c] * part;
        });
    }

  private:
    PictureSize size_;
};

// Channels of several tensors side by side.
class JoinKernel final : public Kernel {
  public:
    explicit JoinKernel(const KernelRequest& request) {
        const Shape& out = request.output();
        width_ = out[out.rank() - 1];
        rows_ = out.element_count() / width_;
        for (std::size_t i = 0; i < request.node->inputs.size(); ++i) {
            const Shape& in = request.input(i);
            widths_.push_back(in[in.rank() - 1]);
        }
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        float* y = site.y();
        each_row(rows_, width_, [&](std::int64_t row) {
            std::int64_t at = row * width_;
            for (std::size_t i = 0; i < widths_.size(); ++i) {
                std::copy_n(site.x(i) + row * widths_[i], widths_[i], y + at);
                at += widths_[i];
            }
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const float* dy = site.dy();
        each_row(rows_, width_, [&](std::int64_t row) {
            std::int64_t at = row * width_;
            for (std::size_t i = 0; i < widths_.size(); ++i) {
                if (site.dx(i) != nullptr) std::copy_n(dy + at, widths_[i], site.dx(i) + row * widths_[i]);
                at += widths_[i];
            }
        });
    }

  private:
    std::int64_t width_ = 1, rows_ = 1;
    std::vector<std::int64_t> widths_;
};

class BilinearKernel final : public Kernel {
  public:
    BilinearKernel(const KernelRequest& request, const ir::Resize& resize)
        : in_(request.input(0)),
          out_(request.output()),
          rows_(ir::resize_rows(resize, in_, out_)),
          columns_(ir::resize_columns(resize, in_, out_)) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(0);
        float* y = site.y();
        const std::int64_t channels = in_[3];
        each_row(out_[0] * out_[1], out_[2] * channels, [&](std::int64_t row) {
            const ir::ResizeTap& down = rows_[static_cast<std::size_t>(row % out_[1])];
            const float* const picture = x + row / out_[1] * in_[1] * in_[2] * channels;
            const float* const high = picture + down.low * in_[2] * channels;
            const float* const low = picture + down.high * in_[2] * channels;
            for (std::int64_t column = 0; column < out_[2]; ++column) {
                const ir::ResizeTap& across = columns_[static_cast<std::size_t>(column)];
                const Weights w(down.weight, across.weight);
                const float* const a = high + across.low * channels;
                const float* const b = high + across.high * channels;
                const float* const c = low + across.low * channels;
                const float* const d = low + across.high * channels;
                float* const to = y + (row * out_[2] + column) * channels;
                for (std::int64_t k = 0; k < channels; ++k)
                    to[k] = w.a * a[k] + w.b * b[k] + w.c * c[k] + w.d * d[k];
            }
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const std::int64_t channels = in_[3];
        const std::int64_t in_size = in_[1] * in_[2] * channels;
        parallel_for(in_[0], 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                std::fill_n(site.dx(0) + n * in_size, in_size, 0.0F);
                spread(site.dy() + n * out_[1] * out_[2] * channels, site.dx(0) + n * in_size);
            }
        });
    }

  private:
    struct Weights {
        float a, b, c, d;
        Weights(float down, float across)
            : a((1.0F - down) * (1.0F - across)),
              b((1.0F - down) * across),
              c(down * (1.0F - across)),
              d(down * across) {}
    };

    void spread(const float* dy, float* dx) const {
        const std::int64_t channels = in_[3];
        for (std::int64_t row = 0; row < out_[1]; ++row) {
            const ir::ResizeTap& down = rows_[static_cast<std::size_t>(row)];
            float* const high = dx + down.low * in_[2] * channels;
            float* const low = dx + down.high * in_[2] * channels;
            for (std::int64_t column = 0; column < out_[2]; ++column, dy += channels) {
                const ir::ResizeTap& across = columns_[static_cast<std::size_t>(column)];
                const Weights w(down.weight, across.weight);
                add(w.a, dy, high + across.low * channels);
                add(w.b, dy, high + across.high * channels);
                add(w.c, dy, low + across.low * channels);
                add(w.d, dy, low + across.high * channels);
            }
        }
    }
    void add(float weight, const float* from, float* to) const {
        if (weight == 0.0F) return;
        for (std::int64_t k = 0; k < in_[3]; ++k)
            to[k] += weight * from[k];
    }

    Shape in_, out_;
    std::vector<ir::ResizeTap> rows_, columns_;
};

bool all_floats(const KernelRequest& request) {
    const Network& network = *request.network;
    return std::all_of(request.node->inputs.begin(), request.node->inputs.end(),
                       [&](ValueId id) { return network.value(id).type == DataType::kFloat32; }) &&
           network.value(request.node->outputs[0]).type == DataType::kFloat32;
}

std::unique_ptr<Kernel> make_channel_kernel(const KernelRequest& request, const ir::Binary& binary) {
    const bool multiplies = binary.kind == ir::BinaryKind::kMultiply;
    if (!multiplies && binary.kind != ir::BinaryKind::kAdd) return nullptr;
    for (const bool swapped : {false, true}) {
        const Shape& picture = request.input(swapped ? 1 : 0);
        const Factors factors = factors_of(picture, request.input(swapped ? 0 : 1));
        if (factors == Factors::kNone || picture != request.output()) continue;
        return std::make_unique<ChannelKernel>(request, swapped, multiplies, factors);
    }
    return nullptr;
}

bool is_picture_mean(const KernelRequest& request, const ir::Reduce& reduce) {
    std::vector<std::int64_t> axes = reduce.axes;
    for (std::int64_t& axis : axes)
        axis += axis < 0 ? 4 : 0;
    std::sort(axes.begin(), axes.end());
    return reduce.kind == ir::ReduceKind::kMean && request.input(0).rank() == 4 &&
           axes == std::vector<std::int64_t>{1, 2};
}

}  // namespace

std::unique_ptr<Kernel> make_picture_kernel(const KernelRequest& request) {
    const auto* op = std::get_if<ir::Op>(&request.node->op);
    if (op == nullptr || request.node->outputs.size() != 1 || !all_floats(request)) return nullptr;
    if (request.output().element_count() == 0) return nullptr;
    if (const auto* binary = std::get_if<ir::Binary>(op)) return make_channel_kernel(request, *binary);
    if (const auto* reduce = std::get_if<ir::Reduce>(op)) {
        return is_picture_mean(request, *reduce) ? std::make_unique<MeanKernel>(request) : nullptr;
    }
    if (const auto* concat = std::get_if<ir::Concat>(op)) {
        const auto rank = static_cast<std::int64_t>(request.output().rank());
        const bool last = concat->axis == rank - 1 || concat->axis == -1;
        return last ? std::make_unique<JoinKernel>(request) : nullptr;
    }
    if (const auto* resize = std::get_if<ir::Resize>(op)) {
        const bool plain =
            resize->mode == ir::ResizeMode::kBilinear && resize->activation.kind == ir::ActivationKind::kNone;
        return plain ? std::make_unique<BilinearKernel>(request, *resize) : nullptr;
    }
    return nullptr;
}

}  // namespace mosaic::train
