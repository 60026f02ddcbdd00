// Products of matrices and what normalises.
#include <algorithm>
#include <cmath>

#include "invariant.h"
#include "train/kernel.h"

namespace mosaic::train {

namespace {

// Offsets, in matrices, of one batch of a product whose leading sizes are broadcast.
struct BatchWalk {
    std::int64_t count = 1;
    std::vector<std::int64_t> a, b;  // of each batch

    BatchWalk(const Shape& in_a, const Shape& in_b, const Shape& out) {
        for (std::size_t i = 0; i + 2 < out.rank(); ++i)
            count *= out[i];
        a.resize(static_cast<std::size_t>(count));
        b.resize(static_cast<std::size_t>(count));
        for (std::int64_t n = 0; n < count; ++n) {
            a[static_cast<std::size_t>(n)] = matrix_of(in_a, out, n);
            b[static_cast<std::size_t>(n)] = matrix_of(in_b, out, n);
        }
    }

  private:
    static std::int64_t matrix_of(const Shape& in, const Shape& out, std::int64_t n) {
        std::int64_t offset = 0;
        std::int64_t stride = 1;
        for (std::size_t i = out.rank() - 2; i-- > 0;) {
            const std::int64_t index = n % out[i];
            n /= out[i];
            const std::size_t shift = out.rank() - in.rank();
            if (i < shift) continue;
            const std::int64_t size = in[i - shift];
            if (size != 1) offset += index * stride;
            stride *= size;
        }
        return offset;
    }
};

class ProductKernel final : public Kernel {
  public:
    explicit ProductKernel(const ir::MatMul& product) : op_(product) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const Sizes s = sizes(site);
        const BatchWalk walk(site.inputs[0].shape(), site.inputs[1].shape(), site.outputs[0].shape);
        for (std::size_t n = 0; n < walk.a.size(); ++n) {
            float* y = site.y() + static_cast<std::int64_t>(n) * s.m * s.n;
            multiply({op_.transpose_a, op_.transpose_b, false, s.m, s.n, s.k},
                     site.x(0) + walk.a[n] * s.m * s.k, site.x(1) + walk.b[n] * s.k * s.n, y);
            if (!op_.has_bias) continue;
            for (std::int64_t i = 0; i < s.m * s.n; ++i)
                y[i] += site.x(2)[i % s.n];
        }
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const Sizes s = sizes(site);
        const BatchWalk walk(site.inputs[0].shape(), site.inputs[1].shape(), site.outputs[0].shape);
        for (std::size_t i = 0; i < site.inputs.size(); ++i) {
            if (site.dx(i) != nullptr) std::fill_n(site.dx(i), site.size(i), 0.0F);
        }
        for (std::size_t n = 0; n < walk.a.size(); ++n) {
            const float* dy = site.dy() + static_cast<std::int64_t>(n) * s.m * s.n;
            const std::int64_t at_a = walk.a[n] * s.m * s.k;
            const std::int64_t at_b = walk.b[n] * s.k * s.n;
            if (site.dx(0) != nullptr) left(s, dy, site.x(1) + at_b, site.dx(0) + at_a);
            if (site.dx(1) != nullptr) right(s, dy, site.x(0) + at_a, site.dx(1) + at_b);
            if (!op_.has_bias || site.dx(2) == nullptr) continue;
            for (std::int64_t i = 0; i < s.m * s.n; ++i)
                site.dx(2)[i % s.n] += dy[i];
        }
    }

  private:
    struct Sizes {
        std::int64_t m, n, k;
    };

    [[nodiscard]] Sizes sizes(const Site& site) const {
        const Shape& a = site.inputs[0].shape();
        const Shape& out = site.outputs[0].shape;
        const std::size_t rank = a.rank();
        return {out[out.rank() - 2], out[out.rank() - 1], op_.transpose_a ? a[rank - 2] : a[rank - 1]};
    }
    // da = dy op(b)^T, or its transpose.
    void left(const Sizes& s, const float* dy, const float* b, float* da) const {
        if (op_.transpose_a) return multiply({op_.transpose_b, true, true, s.k, s.m, s.n}, b, dy, da);
        multiply({false, !op_.transpose_b, true, s.m, s.k, s.n}, dy, b, da);
    }
    // db = op(a)^T dy, or its transpose.
    void right(const Sizes& s, const float* dy, const float* a, float* db) const {
        if (op_.transpose_b) return multiply({true, op_.transpose_a, true, s.n, s.k, s.m}, dy, a, db);
        multiply({!op_.transpose_a, false, true, s.k, s.n, s.m}, a, dy, db);
    }

    ir::MatMul op_;
};

// Ioffe, Szegedy: Batch normalization (2015), backward as in its section 3.
class BatchNormKernel final : public Kernel {
  public:
    explicit BatchNormKernel(const BatchNorm& norm) : norm_(norm) {}

    void forward(const Site& site, const Pass& pass) override {
        const std::size_t channels = site.size(1);
        const std::size_t rows = site.size(0) / channels;
        mean_.assign(site.x(3), site.x(3) + channels);
        std::vector<float> variance(site.x(4), site.x(4) + channels);
        if (pass.training) {
            measure(site, rows, variance);
            for (std::size_t c = 0; c < channels; ++c) {
                const float unbiased =
                    rows > 1 ? variance[c] * static_cast<float>(rows) / static_cast<float>(rows - 1)
                             : variance[c];
                site.statistics[3][c] += norm_.momentum * (mean_[c] - site.statistics[3][c]);
                site.statistics[4][c] += norm_.momentum * (unbiased - site.statistics[4][c]);
            }
        }
        factor_.resize(channels);
        for (std::size_t c = 0; c < channels; ++c)
            factor_[c] = 1.0F / std::sqrt(variance[c] + norm_.epsilon);
        for (std::size_t i = 0; i < site.size(0); ++i) {
            const std::size_t c = i % channels;
            const float y = (site.x(0)[i] - mean_[c]) * factor_[c] * site.x(1)[c] + site.x(2)[c];
            site.y()[i] = norm_.relu && y < 0.0F ? 0.0F : y;
        }
    }

    void backward(const Site& site, const Pass& pass) override {
        const std::size_t channels = site.size(1);
        const std::size_t row_count = site.size(0) / channels;
        const auto rows = static_cast<float>(row_count);
        std::vector<double> scale(channels);
        std::vector<double> shift(channels);
        const auto gradient = [&](std::size_t i) {
            return norm_.relu && site.y()[i] <= 0.0F ? 0.0F : site.dy()[i];
        };
        for (std::size_t i = 0; i < site.size(0); ++i) {
            const std::size_t c = i % channels;
            scale[c] += static_cast<double>(gradient(i)) * (site.x(0)[i] - mean_[c]) * factor_[c];
            shift[c] += gradient(i);
        }
        for (std::size_t c = 0; c < channels; ++c) {
            if (site.dx(1) != nullptr) site.dx(1)[c] = static_cast<float>(scale[c]);
            if (site.dx(2) != nullptr) site.dx(2)[c] = static_cast<float>(shift[c]);
        }
        if (site.dx(0) == nullptr) return;
        for (std::size_t i = 0; i < site.size(0); ++i) {
            const std::size_t c = i % channels;
            float dx = gradient(i);
            if (pass.training) {
                const float normal = (site.x(0)[i] - mean_[c]) * factor_[c];
                dx -= (static_cast<float>(shift[c]) + normal * static_cast<float>(scale[c])) / rows;
            }
            site.dx(0)[i] = dx * site.x(1)[c] * factor_[c];
        }
    }

  private:
    void measure(const Site& site, std::size_t rows, std::vector<float>& variance) {
        const std::size_t channels = variance.size();
        std::vector<double> sum(channels);
        std::vector<double> squares(channels);
        for (std::size_t i = 0; i < site.size(0); ++i)
            sum[i % channels] += site.x(0)[i];
        for (std::size_t c = 0; c < channels; ++c)
            mean_[c] = static_cast<float>(sum[c] / static_cast<double>(rows));
        for (std::size_t i = 0; i < site.size(0); ++i) {
            const double apart = site.x(0)[i] - mean_[i % channels];
            squares[i % channels] += apart * apart;
        }
        for (std::size_t c = 0; c < channels; ++c)
            variance[c] = static_cast<float>(squares[c] / static_cast<double>(rows));
    }

    BatchNorm norm_;
    std::vector<float> mean_, factor_;
};

// Ba, Kiros, Hinton: Layer normalization (2016).
class LayerNormKernel final : public Kernel {
  public:
    explicit LayerNormKernel(const LayerNorm& norm) : norm_(norm) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const std::size_t width = site.size(1);
        const std::size_t rows = site.size(0) / width;
        mean_.resize(rows);
        factor_.resize(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            const float* x = site.x(0) + row * width;
            double sum = 0.0;
            double squares = 0.0;
            for (std::size_t i = 0; i < width; ++i)
                sum += x[i];
            mean_[row] = static_cast<float>(sum / static_cast<double>(width));
            for (std::size_t i = 0; i < width; ++i)
                squares += static_cast<double>(x[i] - mean_[row]) * (x[i] - mean_[row]);
            factor_[row] =
                1.0F / std::sqrt(static_cast<float>(squares / static_cast<double>(width)) + norm_.epsilon);
            for (std::size_t i = 0; i < width; ++i)
                site.y()[row * width + i] = (x[i] - mean_[row]) * factor_[row] * site.x(1)[i] + site.x(2)[i];
        }
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const std::size_t width = site.size(1);
        for (std::size_t i = 1; i < 3; ++i) {
            if (site.dx(i) != nullptr) std::fill_n(site.dx(i), width, 0.0F);
        }
        for (std::size_t row = 0; row < mean_.size(); ++row) {
            const float* x = site.x(0) + row * width;
            const float* dy = site.dy() + row * width;
            double sum = 0.0;
            double product = 0.0;
            for (std::size_t i = 0; i < width; ++i) {
                const float normal = (x[i] - mean_[row]) * factor_[row];
                if (site.dx(1) != nullptr) site.dx(1)[i] += dy[i] * normal;
                if (site.dx(2) != nullptr) site.dx(2)[i] += dy[i];
                sum += static_cast<double>(dy[i]) * site.x(1)[i];
                product += static_cast<double>(dy[i]) * site.x(1)[i] * normal;
            }
            if (site.dx(0) == nullptr) continue;
            const auto mean_slope = static_cast<float>(sum / static_cast<double>(width));
            const auto mean_product = static_cast<float>(product / static_cast<double>(width));
            for (std::size_t i = 0; i < width; ++i) {
                const float normal = (x[i] - mean_[row]) * factor_[row];
                site.dx(0)[row * width + i] =
                    factor_[row] * (dy[i] * site.x(1)[i] - mean_slope - normal * mean_product);
            }
        }
    }

  private:
    LayerNorm norm_;
    std::vector<float> mean_, factor_;
};

}  // namespace

std::unique_ptr<Kernel> make_product_kernel(const ir::MatMul& product) {
    return std::make_unique<ProductKernel>(product);
}
std::unique_ptr<Kernel> make_batch_norm_kernel(const BatchNorm& norm) {
    return std::make_unique<BatchNormKernel>(norm);
}
std::unique_ptr<Kernel> make_layer_norm_kernel(const LayerNorm& norm) {
    return std::make_unique<LayerNormKernel>(norm);
}

}  // namespace mosaic::train
