// Pooling, resizing, reducing, softmax and everything that only moves elements.
#include <algorithm>
#include <numeric>

#include "invariant.h"
#include "reference/index_loop.h"
#include "shape_inference.h"
#include "train/kernel.h"

namespace mosaic::train {

namespace {

class PoolKernel final : public Kernel {
  public:
    explicit PoolKernel(const ir::Pool& pool) : pool_(pool) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::pool(pool_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& in = site.inputs[0].shape();
        const Shape& out = site.outputs[0].shape;
        const auto window = ir::slide(pool_, in);
        MOSAIC_ASSERT(window.has_value());
        std::fill_n(site.dx(0), site.size(0), 0.0F);
        std::int64_t at = 0;
        for (std::int64_t n = 0; n < out[0]; ++n) {
            for (std::int64_t oy = 0; oy < out[1]; ++oy) {
                const std::int64_t top = oy * pool_.stride_y - window->y.pad_before;
                for (std::int64_t ox = 0; ox < out[2]; ++ox) {
                    const std::int64_t left = ox * pool_.stride_x - window->x.pad_before;
                    const Area area{n, std::max<std::int64_t>(top, 0), std::min(top + pool_.size_y, in[1]),
                                    std::max<std::int64_t>(left, 0), std::min(left + pool_.size_x, in[2])};
                    for (std::int64_t c = 0; c < out[3]; ++c)
                        spread(site, area, c, site.dy()[at++]);
                }
            }
        }
    }

  private:
    struct Area {
        std::int64_t n, y0, y1, x0, x1;
    };

    // To the first of the largest, or to all.
    void spread(const Site& site, const Area& area, std::int64_t c, float gradient) const {
        const Shape& in = site.inputs[0].shape();
        const auto count = static_cast<float>((area.y1 - area.y0) * (area.x1 - area.x0));
        std::int64_t best = -1;
        for (std::int64_t y = area.y0; y < area.y1; ++y) {
            for (std::int64_t x = area.x0; x < area.x1; ++x) {
                const std::int64_t at = ((area.n * in[1] + y) * in[2] + x) * in[3] + c;
                if (pool_.kind == ir::PoolKind::kAverage) {
                    site.dx(0)[at] += gradient / count;
                } else if (best < 0 || site.x(0)[at] > site.x(0)[best]) {
                    best = at;
                }
            }
        }
        if (best >= 0) site.dx(0)[best] += gradient;
    }

    ir::Pool pool_;
};

// Bilinear resizing is linear and takes rows and columns apart: its weights are what the readable kernel
// makes of the unit vectors.
class ResizeKernel final : public Kernel {
  public:
    explicit ResizeKernel(const ir::Resize& resize) : resize_(resize) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::resize(resize_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& in = site.inputs[0].shape();
        const Shape& out = site.outputs[0].shape;
        if (rows_.empty()) {
            rows_ = weights_of(in[1], out[1], resize_.factor_y);
            columns_ = weights_of(in[2], out[2], resize_.factor_x);
        }
        std::fill_n(site.dx(0), site.size(0), 0.0F);
        const float* dy = site.dy();
        for (std::int64_t n = 0; n < out[0]; ++n) {
            for (std::int64_t oy = 0; oy < out[1]; ++oy) {
                for (std::int64_t ox = 0; ox < out[2]; ++ox, dy += in[3]) {
                    for (const Tap& row : rows_[static_cast<std::size_t>(oy)]) {
                        for (const Tap& column : columns_[static_cast<std::size_t>(ox)]) {
                            float* dx = site.dx(0) + ((n * in[1] + row.at) * in[2] + column.at) * in[3];
                            const float weight = row.weight * column.weight;
                            for (std::int64_t c = 0; c < in[3]; ++c)
                                dx[c] += dy[c] * weight;
                        }
                    }
                }
            }
        }
    }

  private:
    struct Tap {
        std::int64_t at = 0;
        float weight = 0.0F;
    };

    [[nodiscard]] std::vector<std::vector<Tap>> weights_of(std::int64_t in, std::int64_t out,
                                                           float factor) const {
        std::vector<float> units(static_cast<std::size_t>(in * in));
        for (std::int64_t i = 0; i < in; ++i)
            units[static_cast<std::size_t>(i * in + i)] = 1.0F;
        std::vector<float> made(static_cast<std::size_t>(out * in));
        const TensorView from(Shape{1, in, 1, in}, std::span<const float>(units));
        const reference::MutableView to{DataType::kFloat32, Shape{1, out, 1, in},
                                        reinterpret_cast<std::byte*>(made.data())};
        ir::Resize one_way = resize_;
        one_way.activation = {};
        one_way.factor_y = factor;
        one_way.factor_x = 0;
        reference::resize(one_way, {&from, 1}, {&to, 1});
        std::vector<std::vector<Tap>> taps(static_cast<std::size_t>(out));
        for (std::int64_t o = 0; o < out; ++o) {
            for (std::int64_t i = 0; i < in; ++i) {
                const float weight = made[static_cast<std::size_t>(o * in + i)];
                if (weight != 0.0F) taps[static_cast<std::size_t>(o)].push_back({i, weight});
            }
        }
        return taps;
    }

    ir::Resize resize_;
    std::vector<std::vector<Tap>> rows_, columns_;
};

class ReduceKernel final : public Kernel {
  public:
    ReduceKernel(const ir::Reduce& reduce, const KernelRequest& request) : reduce_(reduce) {
        in_ = request.input(0);
        const auto reduced = ir::reduced_dimensions(reduce, in_.rank());
        MOSAIC_ASSERT(reduced.has_value());
        std::int64_t stride = 1;
        for (std::size_t i = in_.rank(); i-- > 0;) {
            if ((*reduced)[i]) {
                count_ *= static_cast<float>(in_[i]);
                continue;
            }
            strides_[i] = stride;
            stride *= in_[i];
        }
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::reduce(reduce_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        std::vector<bool> taken(site.out_size());
        std::size_t at = 0;
        reference::for_each_index<1>(in_.sizes(), {strides_}, [&](const auto& offsets) {
            const auto out = static_cast<std::size_t>(offsets[0]);
            const float x = site.x(0)[at];
            const float y = site.y()[out];
            float slope = 1.0F;
            if (reduce_.kind == ir::ReduceKind::kMean) slope = 1.0F / count_;
            if (reduce_.kind == ir::ReduceKind::kProduct) slope = x != 0.0F ? y / x : 0.0F;
            if (reduce_.kind == ir::ReduceKind::kMaximum || reduce_.kind == ir::ReduceKind::kMinimum) {
                slope = x == y && !taken[out] ? 1.0F : 0.0F;  // the first of equals
                if (x == y) taken[out] = true;
            }
            site.dx(0)[at++] = site.dy()[out] * slope;
        });
    }

  private:
    ir::Reduce reduce_;
    Shape in_;
    float count_ = 1.0F;
    reference::Strides strides_{};
};

class SoftmaxKernel final : public Kernel {
  public:
    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::softmax(site.inputs, site.outputs);
    }
    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& shape = site.outputs[0].shape;
        const auto width = static_cast<std::size_t>(shape[shape.rank() - 1]);
        for (std::size_t row = 0; row < site.out_size(); row += width) {
            const float* y = site.y() + row;
            const float* dy = site.dy() + row;
            const float total = std::inner_product(y, y + width, dy, 0.0F);
            for (std::size_t i = 0; i < width; ++i)
                site.dx(0)[row + i] = y[i] * (dy[i] - total);
        }
    }
};

bool only_renames(const ir::Op& op) {
    return std::holds_alternative<ir::Reshape>(op) || std::holds_alternative<ir::ExpandDims>(op) ||
           std::holds_alternative<ir::Squeeze>(op) || std::holds_alternative<ir::Identity>(op);
}

bool reads_indices(const ir::Op& op) {
    return std::holds_alternative<ir::Gather>(op) || std::holds_alternative<ir::GatherNd>(op);
}

// Each output element is one input element (or a padding): which one, the readable kernel tells when it moves
// the elements' numbers instead of the elements.
class MovementKernel final : public Kernel {
  public:
    explicit MovementKernel(ir::Op op) : op_(std::move(op)) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::run(op_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        if (only_renames(op_)) {
            std::copy_n(site.dy(), site.out_size(), site.dx(0));
            return;
        }
        if (sources_.empty() || reads_indices(op_)) find_sources(site);
        for (std::size_t i = 0; i < moved(site); ++i) {
            if (site.dx(i) != nullptr) std::fill_n(site.dx(i), site.size(i), 0.0F);
        }
        for (std::size_t o = 0; o < sources_.size(); ++o) {
            const auto& source = sources_[o];
            for (std::size_t at = 0; at < source.size(); ++at) {
                std::int64_t element = source[at] - 1;
                if (element < 0) continue;
                std::size_t i = 0;
                while (element >= static_cast<std::int64_t>(site.size(i)))
                    element -= static_cast<std::int64_t>(site.size(i++));
                if (site.dx(i) != nullptr) site.dx(i)[element] += site.output_gradients[o][at];
            }
        }
    }

  private:
    [[nodiscard]] std::size_t moved(const Site& site) const {
        return reads_indices(op_) ? 1 : site.inputs.size();
    }

    void find_sources(const Site& site) {
        std::int32_t next = 1;
        std::vector<std::vector<std::int32_t>> numbered(moved(site));
        std::vector<TensorView> inputs = site.inputs;
        for (std::size_t i = 0; i < numbered.size(); ++i) {
            numbered[i].resize(site.size(i));
            std::iota(numbered[i].begin(), numbered[i].end(), next);
            next += static_cast<std::int32_t>(site.size(i));
            inputs[i] = TensorView(site.inputs[i].shape(), std::span<const std::int32_t>(numbered[i]));
        }
        std::vector<reference::MutableView> outputs = site.outputs;
        sources_.resize(outputs.size());
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            sources_[o].resize(static_cast<std::size_t>(outputs[o].shape.element_count()));
            outputs[o].type = DataType::kInt32;
            outputs[o].data = reinterpret_cast<std::byte*>(sources_[o].data());
        }
        ir::Op op = op_;
        if (auto* pad = std::get_if<ir::Pad>(&op)) pad->value = 0.0F;
        reference::run(op, inputs, outputs);
    }

    ir::Op op_;
    std::vector<std::vector<std::int32_t>> sources_;
};

// What has no slope.
class FlatKernel final : public Kernel {
  public:
    explicit FlatKernel(ir::Op op) : op_(std::move(op)) {}
    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::run(op_, site.inputs, site.outputs);
    }
    void backward(const Site& site, const Pass& /*pass*/) override {
        for (std::size_t i = 0; i < site.inputs.size(); ++i) {
            if (site.dx(i) != nullptr) std::fill_n(site.dx(i), site.size(i), 0.0F);
        }
    }

  private:
    ir::Op op_;
};

struct GraphKernelMaker {
    const KernelRequest& request;

    std::unique_ptr<Kernel> operator()(const ir::Conv2d& op) const { return make_convolution_kernel(op); }
    std::unique_ptr<Kernel> operator()(const ir::DepthwiseConv2d& op) const {
        return make_depthwise_kernel(op.conv);
    }
    std::unique_ptr<Kernel> operator()(const ir::ConvTranspose2d& op) const {
        return make_transposed_kernel(op);
    }
    std::unique_ptr<Kernel> operator()(const ir::MatMul& op) const { return make_product_kernel(op); }
    std::unique_ptr<Kernel> operator()(const ir::Pool& op) const { return make_pool_kernel(op); }
    std::unique_ptr<Kernel> operator()(const ir::Activate& op) const {
        return make_activation_kernel(op.activation);
    }
    std::unique_ptr<Kernel> operator()(const ir::Unary& op) const { return make_unary_kernel(op.kind); }
    std::unique_ptr<Kernel> operator()(const ir::Binary& op) const {
        return make_binary_kernel(op.kind, request);
    }
    std::unique_ptr<Kernel> operator()(const ir::Reduce& op) const { return make_reduce_kernel(op, request); }
    std::unique_ptr<Kernel> operator()(const ir::Resize& op) const { return make_resize_kernel(op); }
    std::unique_ptr<Kernel> operator()(const ir::Softmax&) const { return make_softmax_kernel(); }
    template <typename Other>
    std::unique_ptr<Kernel> operator()(const Other& op) const {
        using namespace ir;
        constexpr bool kFlat = std::is_same_v<Other, Cast> || std::is_same_v<Other, TopK> ||
                               std::is_same_v<Other, TopPeaks> || std::is_same_v<Other, ArgMax>;
        if constexpr (kFlat) return std::make_unique<FlatKernel>(op);
        return std::make_unique<MovementKernel>(op);
    }
};

struct KernelMaker {
    const KernelRequest& request;

    std::unique_ptr<Kernel> operator()(const ir::Op& op) const {
        return std::visit(GraphKernelMaker{request}, op);
    }
    std::unique_ptr<Kernel> operator()(const BatchNorm& op) const { return make_batch_norm_kernel(op); }
    std::unique_ptr<Kernel> operator()(const LayerNorm& op) const { return make_layer_norm_kernel(op); }
    std::unique_ptr<Kernel> operator()(const Dropout& op) const { return make_dropout_kernel(op); }
};

}  // namespace

std::unique_ptr<Kernel> make_pool_kernel(const ir::Pool& pool) {
    return std::make_unique<PoolKernel>(pool);
}
std::unique_ptr<Kernel> make_resize_kernel(const ir::Resize& resize) {
    return std::make_unique<ResizeKernel>(resize);
}
std::unique_ptr<Kernel> make_reduce_kernel(const ir::Reduce& reduce, const KernelRequest& request) {
    return std::make_unique<ReduceKernel>(reduce, request);
}
std::unique_ptr<Kernel> make_softmax_kernel() {
    return std::make_unique<SoftmaxKernel>();
}

std::unique_ptr<Kernel> make_reference_kernel(const KernelRequest& request) {
    return std::visit(KernelMaker{request}, request.node->op);
}

}  // namespace mosaic::train
