// Convolutions on oneDNN: forward, gradient of the picture, gradient of the weights.
#include <optional>

#include "train/kernel.h"
#include "train/onednn.h"
#include "train/onednn_kernels.h"

namespace mosaic::train::onednn {

namespace {

using dnnl::convolution_backward_data;
using dnnl::convolution_backward_weights;
using dnnl::convolution_forward;
using dnnl::memory;

struct Geometry {
    memory::desc source, weights, bias, target;
    memory::dims strides, dilations, before, after;
};

std::optional<Geometry> geometry_of(const ir::Conv2d& conv, bool depthwise, const Shape& in,
                                    const Shape& weights, const Shape& out) {
    const auto slid = ir::slide(conv, in, weights);
    if (!slid) return std::nullopt;
    Geometry geometry;
    geometry.source = picture(in);
    geometry.target = picture(out);
    using Tag = memory::format_tag;
    if (depthwise) {
        geometry.weights = {
            {weights[2], weights[3], 1, weights[0], weights[1]}, memory::data_type::f32, Tag::hwigo};
    } else {
        geometry.weights = {
            {weights[3], weights[2], weights[0], weights[1]}, memory::data_type::f32, Tag::hwio};
    }
    if (conv.has_bias) geometry.bias = {{out[3]}, memory::data_type::f32, Tag::x};
    geometry.strides = {conv.stride_y, conv.stride_x};
    geometry.dilations = {conv.dilation_y - 1, conv.dilation_x - 1};
    geometry.before = {slid->y.pad_before, slid->x.pad_before};
    // What the window reaches: a picture may end in rows that no window sees.
    geometry.after = {slid->y.pad_after, slid->x.pad_after};
    return geometry;
}

class ConvolutionKernel final : public Kernel {
  public:
    ConvolutionKernel(const Geometry& g, const std::vector<bool>& wanted, bool any) : geometry_(g) {
        const auto direct = dnnl::algorithm::convolution_direct;
        const memory::desc weights = any_layout(g.weights);
        const memory::desc source = any ? any_layout(g.source) : g.source;
        const memory::desc target = any ? any_layout(g.target) : g.target;
        const bool has_bias = !g.bias.is_zero();
        const auto kind = dnnl::prop_kind::forward_training;
        const convolution_forward::desc desc =
            has_bias ? convolution_forward::desc(kind, direct, source, weights, g.bias, target, g.strides,
                                                 g.dilations, g.before, g.after)
                     : convolution_forward::desc(kind, direct, source, weights, target, g.strides,
                                                 g.dilations, g.before, g.after);
        const convolution_forward::primitive_desc forward(desc, engine());
        name_ = forward.impl_info_str();
        forward_ = convolution_forward(forward);
        source_ = {g.source, forward.src_desc()};
        weights_ = {g.weights, forward.weights_desc()};
        target_ = {g.target, forward.dst_desc()};
        if (wanted[0]) {
            const convolution_backward_data::primitive_desc back(
                convolution_backward_data::desc(direct, source, weights, target, g.strides, g.dilations,
                                                g.before, g.after),
                engine(), forward);
            name_ += std::string(" ") + back.impl_info_str();
            to_source_ = convolution_backward_data(back);
            source_slope_ = {g.source, back.diff_src_desc()};
            weights_back_ = {g.weights, back.weights_desc()};
            target_slope_ = {g.target, back.diff_dst_desc()};
        }
        if (wanted[1]) {
            const auto back_desc =
                has_bias ? convolution_backward_weights::desc(direct, source, weights, g.bias, target,
                                                              g.strides, g.dilations, g.before, g.after)
                         : convolution_backward_weights::desc(direct, source, weights, target, g.strides,
                                                              g.dilations, g.before, g.after);
            const convolution_backward_weights::primitive_desc back(back_desc, engine(), forward);
            name_ += std::string(" ") + back.impl_info_str();
            to_weights_ = convolution_backward_weights(back);
            source_back_ = {g.source, back.src_desc()};
            weights_slope_ = {g.weights, back.diff_weights_desc()};
            target_slope_weights_ = {g.target, back.diff_dst_desc()};
        }
        if (has_bias) bias_slope_ = memory(g.bias, engine());
    }

    [[nodiscard]] bool slow() const {
        return name_.find("ref") != std::string::npos || name_.find("gemm") != std::string::npos;
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, source_.read(site.x(0))},
                                                     {DNNL_ARG_WEIGHTS, weights_.read(site.x(1))},
                                                     {DNNL_ARG_DST, target_.write(site.y())}};
        if (bias_slope_) arguments[DNNL_ARG_BIAS] = lend(geometry_.bias, site.x(2));
        forward_.execute(stream(), arguments);
        target_.written(site.y());
        stream().wait();
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        if (to_source_ && site.dx(0) != nullptr) {
            to_source_.execute(stream(), {{DNNL_ARG_DIFF_DST, target_slope_.read(site.dy())},
                                          {DNNL_ARG_WEIGHTS, weights_back_.read(site.x(1))},
                                          {DNNL_ARG_DIFF_SRC, source_slope_.write(site.dx(0))}});
            source_slope_.written(site.dx(0));
        }
        if (to_weights_ && site.dx(1) != nullptr) {
            std::unordered_map<int, memory> arguments = {
                {DNNL_ARG_SRC, source_back_.read(site.x(0))},
                {DNNL_ARG_DIFF_DST, target_slope_weights_.read(site.dy())},
                {DNNL_ARG_DIFF_WEIGHTS, weights_slope_.write(site.dx(1))}};
            if (bias_slope_) {
                const bool wanted = site.dx(2) != nullptr;
                arguments[DNNL_ARG_DIFF_BIAS] = wanted ? lend(geometry_.bias, site.dx(2)) : bias_slope_;
            }
            to_weights_.execute(stream(), arguments);
            weights_slope_.written(site.dx(1));
        }
        stream().wait();
    }

  private:
    Geometry geometry_;
    std::string name_;
    dnnl::primitive forward_, to_source_, to_weights_;
    Adapter source_, weights_, target_;
    Adapter source_slope_, weights_back_, target_slope_;
    Adapter source_back_, weights_slope_, target_slope_weights_;
    memory bias_slope_;
};

}  // namespace

std::unique_ptr<Kernel> make_convolution(const KernelRequest& request, const ir::Conv2d& conv,
                                         bool depthwise) {
    if (conv.has_residual || conv.has_input_scale || conv.activation.kind != ir::ActivationKind::kNone) {
        return nullptr;
    }
    // A bias that learns alone: the readable kernel.
    if (conv.has_bias && request.wanted[2] && !request.wanted[1]) return nullptr;
    const auto geometry = geometry_of(conv, depthwise, request.input(0), request.input(1), request.output());
    if (!geometry) return nullptr;
    auto kernel = std::make_unique<ConvolutionKernel>(*geometry, request.wanted, false);
    if (!kernel->slow()) return kernel;
    return std::make_unique<ConvolutionKernel>(*geometry, request.wanted, true);
}

}  // namespace mosaic::train::onednn
