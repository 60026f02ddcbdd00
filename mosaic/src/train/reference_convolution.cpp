// Convolutions and their gradients as plain loops.
#include <algorithm>

#include "invariant.h"
#include "train/kernel.h"

namespace mosaic::train {

namespace {

// Calls visit(offset of the input pixel, offset of the output pixel, tap) for every pair of pixels that the
// window connects; `in` and `out` are [N,H,W,C].
template <typename Visit>
void for_each_pair(const ir::Conv2d& conv, const Shape& in, const Shape& weights, const Shape& out,
                   Visit visit) {
    const auto slid = ir::slide(conv, in, weights);
    MOSAIC_ASSERT(slid.has_value());
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t oy = 0; oy < out[1]; ++oy) {
            for (std::int64_t ox = 0; ox < out[2]; ++ox) {
                for (std::int64_t tap = 0; tap < weights[0] * weights[1]; ++tap) {
                    const std::int64_t ky = tap / weights[1];
                    const std::int64_t kx = tap % weights[1];
                    const std::int64_t iy = oy * conv.stride_y - slid->y.pad_before + ky * conv.dilation_y;
                    const std::int64_t ix = ox * conv.stride_x - slid->x.pad_before + kx * conv.dilation_x;
                    if (iy < 0 || iy >= in[1] || ix < 0 || ix >= in[2]) continue;
                    visit(((n * in[1] + iy) * in[2] + ix) * in[3], ((n * out[1] + oy) * out[2] + ox) * out[3],
                          tap);
                }
            }
        }
    }
}

void clear(float* data, std::int64_t count) {
    if (data != nullptr) std::fill_n(data, count, 0.0F);
}

void add_scaled(const float* from, float factor, float* __restrict to, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        to[i] += factor * from[i];
}

// db[c] = sum of dy over all pixels.
void bias_gradient(const Site& site, std::size_t index) {
    if (site.inputs.size() <= index || site.dx(index) == nullptr) return;
    const Shape& out = site.outputs[0].shape;
    const auto channels = static_cast<std::size_t>(out[3]);
    clear(site.dx(index), out[3]);
    for (std::size_t i = 0; i < site.out_size(); ++i)
        site.dx(index)[i % channels] += site.dy()[i];
}

class ConvolutionKernel final : public Kernel {
  public:
    explicit ConvolutionKernel(const ir::Conv2d& conv) : conv_(conv) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::convolve(conv_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& in = site.inputs[0].shape();
        const Shape& weights = site.inputs[1].shape();
        const std::int64_t ins = weights[2];
        const std::int64_t outs = weights[3];
        const float* const picture = site.x(0);
        const float* const given = site.x(1);
        float* const of_picture = site.dx(0);
        float* const of_weights = site.dx(1);
        clear(of_picture, in.element_count());
        clear(of_weights, weights.element_count());
        for_each_pair(conv_, in, weights, site.outputs[0].shape,
                      [&](std::int64_t x, std::int64_t y, std::int64_t tap) {
                          const float* const gradient = site.dy() + y;
                          for (std::int64_t i = 0; i < ins; ++i) {
                              const std::int64_t row = (tap * ins + i) * outs;
                              if (of_picture != nullptr)
                                  of_picture[x + i] += dot(gradient, given + row, outs);
                              if (of_weights != nullptr)
                                  add_scaled(gradient, picture[x + i], of_weights + row, outs);
                          }
                      });
        bias_gradient(site, 2);
    }

  private:
    ir::Conv2d conv_;
};

class DepthwiseKernel final : public Kernel {
  public:
    explicit DepthwiseKernel(const ir::Conv2d& conv) : conv_(conv) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::convolve_depthwise(conv_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& in = site.inputs[0].shape();
        const Shape& weights = site.inputs[1].shape();
        const std::int64_t outs = weights[2] * weights[3];
        clear(site.dx(0), in.element_count());
        clear(site.dx(1), weights.element_count());
        for_each_pair(conv_, in, weights, site.outputs[0].shape,
                      [&](std::int64_t x, std::int64_t y, std::int64_t tap) {
                          for (std::int64_t o = 0; o < outs; ++o) {
                              const std::int64_t i = o / weights[3];
                              const float gradient = site.dy()[y + o];
                              if (site.dx(0) != nullptr)
                                  site.dx(0)[x + i] += gradient * site.x(1)[tap * outs + o];
                              if (site.dx(1) != nullptr)
                                  site.dx(1)[tap * outs + o] += gradient * site.x(0)[x + i];
                          }
                      });
        bias_gradient(site, 2);
    }

  private:
    ir::Conv2d conv_;
};

// A convolution the other way round: its output is the picture, its input the result.
class TransposedKernel final : public Kernel {
  public:
    explicit TransposedKernel(const ir::ConvTranspose2d& conv) : conv_(conv) {
        turned_.stride_y = conv.stride_y;
        turned_.stride_x = conv.stride_x;
        turned_.dilation_y = conv.dilation_y;
        turned_.dilation_x = conv.dilation_x;
        turned_.padding = conv.padding;
        turned_.padding.kind = ir::PaddingKind::kExplicit;
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::convolve_transposed(conv_, site.inputs, site.outputs);
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Shape& weights = site.inputs[1].shape();
        const std::int64_t outs = weights[2];  // of a group
        const std::int64_t ins = weights[3];
        clear(site.dx(0), site.inputs[0].shape().element_count());
        clear(site.dx(1), weights.element_count());
        for_each_pair(turned_, site.outputs[0].shape, weights, site.inputs[0].shape(),
                      [&](std::int64_t y, std::int64_t x, std::int64_t tap) {
                          for (std::int64_t o = 0; o < outs; ++o) {
                              for (std::int64_t i = 0; i < ins; ++i) {
                                  const std::int64_t group = i / (ins / conv_.groups);
                                  const float gradient = site.dy()[y + group * outs + o];
                                  const std::int64_t weight = (tap * outs + o) * ins + i;
                                  if (site.dx(0) != nullptr)
                                      site.dx(0)[x + i] += gradient * site.x(1)[weight];
                                  if (site.dx(1) != nullptr)
                                      site.dx(1)[weight] += gradient * site.x(0)[x + i];
                              }
                          }
                      });
        bias_gradient(site, 2);
    }

  private:
    ir::ConvTranspose2d conv_;
    ir::Conv2d turned_;
};

}  // namespace

float dot(const float* a, const float* b, std::int64_t count) {
    constexpr std::int64_t kLanes = 16;  // sums side by side, which the compiler turns into vectors
    float sums[kLanes] = {};
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += a[i + lane] * b[i + lane];
    }
    float all = 0.0F;
    for (; i < count; ++i)
        all += a[i] * b[i];
    for (const float sum : sums)
        all += sum;
    return all;
}

std::unique_ptr<Kernel> make_convolution_kernel(const ir::Conv2d& conv) {
    return std::make_unique<ConvolutionKernel>(conv);
}
std::unique_ptr<Kernel> make_depthwise_kernel(const ir::Conv2d& conv) {
    return std::make_unique<DepthwiseKernel>(conv);
}
std::unique_ptr<Kernel> make_transposed_kernel(const ir::ConvTranspose2d& conv) {
    return std::make_unique<TransposedKernel>(conv);
}

}  // namespace mosaic::train
