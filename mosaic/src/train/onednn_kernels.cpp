#include "train/onednn_kernels.h"

#include <algorithm>

#include <dnnl.h>

#include "onednn/parallel.h"
#include "train/onednn.h"

namespace mosaic::train {

namespace onednn {

namespace {

using dnnl::memory;

class BatchNormKernel final : public Kernel {
  public:
    BatchNormKernel(const Shape& shape, const BatchNorm& norm, bool learns) : norm_(norm) {
        using dnnl::batch_normalization_backward;
        using dnnl::batch_normalization_forward;
        using dnnl::normalization_flags;
        auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
        if (norm.relu) flags = flags | normalization_flags::fuse_norm_relu;
        // A row of channels as a picture of one pixel.
        const Shape as_picture = shape.rank() == 4 ? shape : Shape{rows_of(shape), 1, 1, channels_of(shape)};
        data_ = picture(as_picture);
        channel_ = {{channels_of(shape)}, memory::data_type::f32, memory::format_tag::x};
        const batch_normalization_forward::primitive_desc forward(
            batch_normalization_forward::desc(dnnl::prop_kind::forward_training, data_, norm.epsilon, flags),
            engine());
        forward_ = batch_normalization_forward(forward);
        mean_ = memory(channel_, engine());
        variance_ = memory(channel_, engine());
        if (norm.relu) workspace_ = memory(forward.workspace_desc(), engine());
        if (!learns) return;
        const batch_normalization_backward::primitive_desc backward(
            batch_normalization_backward::desc(dnnl::prop_kind::backward, data_, data_, norm.epsilon, flags),
            engine(), forward);
        backward_ = batch_normalization_backward(backward);
        spare_scale_ = memory(channel_, engine());
        spare_shift_ = memory(channel_, engine());
        spare_source_.resize(static_cast<std::size_t>(shape.element_count()));
    }

    void forward(const Site& site, const Pass& pass) override {
        if (!pass.training) return readable_->forward(site, pass);
        std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, lend(data_, site.x(0))},
                                                     {DNNL_ARG_SCALE, lend(channel_, site.x(1))},
                                                     {DNNL_ARG_SHIFT, lend(channel_, site.x(2))},
                                                     {DNNL_ARG_DST, lend(data_, site.y())}};
        arguments[DNNL_ARG_MEAN] = mean_;
        arguments[DNNL_ARG_VARIANCE] = variance_;
        if (workspace_) arguments[DNNL_ARG_WORKSPACE] = workspace_;
        forward_.execute(stream(), arguments);
        stream().wait();
        const std::size_t row_count = site.size(0) / site.size(1);
        const auto rows = static_cast<float>(row_count);
        const float unbiased = rows > 1.0F ? rows / (rows - 1.0F) : 1.0F;
        const auto* mean = static_cast<const float*>(mean_.get_data_handle());
        const auto* variance = static_cast<const float*>(variance_.get_data_handle());
        for (std::size_t c = 0; c < site.size(1); ++c) {
            site.statistics[3][c] += norm_.momentum * (mean[c] - site.statistics[3][c]);
            site.statistics[4][c] += norm_.momentum * (variance[c] * unbiased - site.statistics[4][c]);
        }
    }

    void backward(const Site& site, const Pass& pass) override {
        if (!pass.training) return readable_->backward(site, pass);
        const auto or_spare = [&](std::size_t i, const memory& spare) {
            return site.dx(i) != nullptr ? lend(channel_, site.dx(i)) : spare;
        };
        float* dx = site.dx(0) != nullptr ? site.dx(0) : spare_source_.data();
        std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, lend(data_, site.x(0))},
                                                     {DNNL_ARG_MEAN, mean_},
                                                     {DNNL_ARG_VARIANCE, variance_},
                                                     {DNNL_ARG_DIFF_DST, lend(data_, site.dy())},
                                                     {DNNL_ARG_SCALE, lend(channel_, site.x(1))},
                                                     {DNNL_ARG_DIFF_SRC, lend(data_, dx)},
                                                     {DNNL_ARG_SHIFT, lend(channel_, site.x(2))},
                                                     {DNNL_ARG_DIFF_SCALE, or_spare(1, spare_scale_)},
                                                     {DNNL_ARG_DIFF_SHIFT, or_spare(2, spare_shift_)}};
        if (workspace_) arguments[DNNL_ARG_WORKSPACE] = workspace_;
        backward_.execute(stream(), arguments);
        stream().wait();
    }

  private:
    static std::int64_t channels_of(const Shape& shape) { return shape[shape.rank() - 1]; }
    static std::int64_t rows_of(const Shape& shape) {
        return shape.element_count() / std::max<std::int64_t>(channels_of(shape), 1);
    }

    BatchNorm norm_;
    // With running statistics, which training seldom uses.
    std::unique_ptr<Kernel> readable_ = make_batch_norm_kernel(norm_);
    memory::desc data_, channel_;
    dnnl::primitive forward_, backward_;
    memory mean_, variance_, workspace_, spare_scale_, spare_shift_;
    std::vector<float> spare_source_;
};

class PoolKernel final : public Kernel {
  public:
    PoolKernel(const KernelRequest& request, const ir::Pool& pool, const ir::Window2d& slid) {
        using dnnl::pooling_backward;
        using dnnl::pooling_forward;
        const auto algorithm = pool.kind == ir::PoolKind::kMax ? dnnl::algorithm::pooling_max
                                                               : dnnl::algorithm::pooling_avg_exclude_padding;
        source_ = picture(request.input(0));
        target_ = picture(request.output());
        const memory::dims strides = {pool.stride_y, pool.stride_x};
        const memory::dims size = {pool.size_y, pool.size_x};
        const memory::dims before = {slid.y.pad_before, slid.x.pad_before};
        const memory::dims after = {slid.y.pad_after, slid.x.pad_after};
        const pooling_forward::primitive_desc forward(
            pooling_forward::desc(dnnl::prop_kind::forward_training, algorithm, source_, target_, strides,
                                  size, before, after),
            engine());
        forward_ = pooling_forward(forward);
        if (pool.kind == ir::PoolKind::kMax) workspace_ = memory(forward.workspace_desc(), engine());
        backward_ = pooling_backward(pooling_backward::primitive_desc(
            pooling_backward::desc(algorithm, source_, target_, strides, size, before, after), engine(),
            forward));
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, lend(source_, site.x(0))},
                                                     {DNNL_ARG_DST, lend(target_, site.y())}};
        if (workspace_) arguments[DNNL_ARG_WORKSPACE] = workspace_;
        forward_.execute(stream(), arguments);
        stream().wait();
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        std::unordered_map<int, memory> arguments = {{DNNL_ARG_DIFF_DST, lend(target_, site.dy())},
                                                     {DNNL_ARG_DIFF_SRC, lend(source_, site.dx(0))}};
        if (workspace_) arguments[DNNL_ARG_WORKSPACE] = workspace_;
        backward_.execute(stream(), arguments);
        stream().wait();
    }

  private:
    memory::desc source_, target_;
    memory workspace_;
    dnnl::primitive forward_, backward_;
};

}  // namespace

std::unique_ptr<Kernel> make_batch_norm(const KernelRequest& request, const BatchNorm& norm) {
    const bool learns = request.wanted[0] || request.wanted[1] || request.wanted[2];
    return std::make_unique<BatchNormKernel>(request.input(0), norm, learns);
}

std::unique_ptr<Kernel> make_pool(const KernelRequest& request, const ir::Pool& pool) {
    const auto slid = ir::slide(pool, request.input(0));
    if (!slid) return nullptr;
    return std::make_unique<PoolKernel>(request, pool, *slid);
}

}  // namespace onednn

std::unique_ptr<Kernel> make_fast_kernel(const KernelRequest& request) {
    try {
        if (const auto* norm = std::get_if<BatchNorm>(&request.node->op)) {
            return onednn::make_batch_norm(request, *norm);
        }
        const auto* op = std::get_if<ir::Op>(&request.node->op);
        if (op == nullptr) return nullptr;
        if (const auto* conv = std::get_if<ir::Conv2d>(op)) {
            return onednn::make_convolution(request, *conv, false);
        }
        if (const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(op)) {
            return onednn::make_convolution(request, depthwise->conv, true);
        }
        if (const auto* pool = std::get_if<ir::Pool>(op)) return onednn::make_pool(request, *pool);
    } catch (const dnnl::error&) {
        // A shape that oneDNN doesn't know: the readable kernel does.
    }
    return nullptr;
}

void run_parallel(std::int64_t count, std::int64_t least, void (*body)(void*, std::int64_t, std::int64_t),
                  void* data) {
    if (count <= least) return body(data, 0, count);
    const auto part = [&](std::int64_t /*thread*/, std::int64_t begin, std::int64_t end) {
        body(data, begin, end);
    };
    mosaic::onednn::parallel_for(count, part);
}

void multiply(const Product& product, const float* a, const float* b, float* c) {
    const std::int64_t lda = product.transpose_a ? product.m : product.k;
    const std::int64_t ldb = product.transpose_b ? product.k : product.n;
    dnnl_sgemm(product.transpose_a ? 'T' : 'N', product.transpose_b ? 'T' : 'N', product.m, product.n,
               product.k, 1.0F, a, lda, b, ldb, product.add ? 1.0F : 0.0F, c, product.n);
}

}  // namespace mosaic::train
