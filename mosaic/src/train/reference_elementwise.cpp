// Element by element: activations, functions of one and of two numbers, dropout.
#include <algorithm>
#include <cmath>

#include "reference/index_loop.h"
#include "train/kernel.h"
#include "train/random.h"

namespace mosaic::train {

namespace {

// dy/dx of an activation where it is y at x.
float slope(const ir::Activation& activation, float x, float y) {
    using Kind = ir::ActivationKind;
    const auto gate = [x] { return x > -3.0F && x < 3.0F; };
    switch (activation.kind) {
        case Kind::kNone:
            return 1.0F;
        case Kind::kRelu:
            return x > 0.0F ? 1.0F : 0.0F;
        case Kind::kRelu6:
            return x > 0.0F && x < 6.0F ? 1.0F : 0.0F;
        case Kind::kLeakyRelu:
            return x < 0.0F ? activation.alpha : 1.0F;
        case Kind::kElu:
            return x < 0.0F ? y + 1.0F : 1.0F;
        case Kind::kSigmoid:
            return y * (1.0F - y);
        case Kind::kTanh:
            return 1.0F - y * y;
        case Kind::kHardSwish:
            if (gate()) return activation.alpha * (2.0F * x + 3.0F);
            return x >= 3.0F ? 6.0F * activation.alpha : 0.0F;
        case Kind::kHardSigmoid:
            return gate() ? activation.alpha : 0.0F;
        default:
            break;
    }
    // Those without a formula here: by differences.
    constexpr float kStep = 1e-2F;
    return (reference::activate(activation, x + kStep) - reference::activate(activation, x - kStep)) /
           (2.0F * kStep);
}

// The usual kinds each get a loop of their own, which a compiler makes wide; work(f) calls it with f(x).
template <typename Work>
void with_function(const ir::Activation& activation, Work work) {
    using Kind = ir::ActivationKind;
    const float alpha = activation.alpha;
    switch (activation.kind) {
        case Kind::kRelu:
            return work([](float x) { return x > 0.0F ? x : 0.0F; });
        case Kind::kRelu6:
            return work([](float x) { return std::min(x > 0.0F ? x : 0.0F, 6.0F); });
        case Kind::kHardSwish:
            return work([alpha](float x) { return alpha * x * std::clamp(x + 3.0F, 0.0F, 6.0F); });
        case Kind::kHardSigmoid:
            return work([alpha](float x) { return alpha * std::clamp(x + 3.0F, 0.0F, 6.0F); });
        default:
            return work([&activation](float x) { return reference::activate(activation, x); });
    }
}
// As above; work(f) calls it with f(x, y), the slope there.
template <typename Work>
void with_slope(const ir::Activation& activation, Work work) {
    using Kind = ir::ActivationKind;
    const float alpha = activation.alpha;
    switch (activation.kind) {
        case Kind::kRelu:
            return work([](float x, float /*y*/) { return x > 0.0F ? 1.0F : 0.0F; });
        case Kind::kHardSwish:
            return work([alpha](float x, float /*y*/) {
                const float between = alpha * (2.0F * x + 3.0F);
                const float above = x >= 3.0F ? 6.0F * alpha : between;
                return x > -3.0F ? above : 0.0F;
            });
        default:
            return work([&activation](float x, float y) { return slope(activation, x, y); });
    }
}

class ActivationKernel final : public Kernel {
  public:
    explicit ActivationKernel(const ir::Activation& activation) : activation_(activation) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(0);
        float* y = site.y();
        with_function(activation_, [&](const auto& function) {
            parallel_for(count(site), kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    y[i] = function(x[i]);
            });
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        const float* x = site.x(0);
        const float* y = site.y();
        const float* dy = site.dy();
        float* dx = site.dx(0);
        with_slope(activation_, [&](const auto& slope_at) {
            parallel_for(count(site), kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    dx[i] = dy[i] * slope_at(x[i], y[i]);
            });
        });
    }

  private:
    static std::int64_t count(const Site& site) { return site.outputs[0].shape.element_count(); }

    ir::Activation activation_;
};

float unary_slope(ir::UnaryKind kind, float x, float y) {
    using Kind = ir::UnaryKind;
    switch (kind) {
        case Kind::kAbs:
            return x < 0.0F ? -1.0F : 1.0F;
        case Kind::kCos:
            return -std::sin(x);
        case Kind::kSin:
            return std::cos(x);
        case Kind::kErf: {
            constexpr float kTwoOverRootPi = 1.12837917F;
            return kTwoOverRootPi * std::exp(-x * x);
        }
        case Kind::kExp:
            return y;
        case Kind::kLog:
            return 1.0F / x;
        case Kind::kNegate:
            return -1.0F;
        case Kind::kReciprocal:
            return -y * y;
        case Kind::kRsqrt:
            return -0.5F * y / x;
        case Kind::kSqrt:
            return 0.5F / y;
        case Kind::kSquare:
            return 2.0F * x;
        default:  // steps: flat almost everywhere
            return 0.0F;
    }
}

class UnaryKernel final : public Kernel {
  public:
    explicit UnaryKernel(ir::UnaryKind kind) : kind_(kind) {}

    void forward(const Site& site, const Pass& /*pass*/) override {
        reference::unary({kind_}, site.inputs, site.outputs);
    }
    void backward(const Site& site, const Pass& /*pass*/) override {
        for (std::size_t i = 0; i < site.out_size(); ++i)
            site.dx(0)[i] = site.dy()[i] * unary_slope(kind_, site.x(0)[i], site.y()[i]);
    }

  private:
    ir::UnaryKind kind_;
};

struct Slopes {
    float a = 0.0F, b = 0.0F;
};

Slopes binary_slopes(ir::BinaryKind kind, float a, float b, float y) {
    using Kind = ir::BinaryKind;
    switch (kind) {
        case Kind::kAdd:
            return {1.0F, 1.0F};
        case Kind::kSubtract:
            return {1.0F, -1.0F};
        case Kind::kMultiply:
            return {b, a};
        case Kind::kDivide:
            return {1.0F / b, -y / b};
        case Kind::kMaximum:
            return a >= b ? Slopes{1.0F, 0.0F} : Slopes{0.0F, 1.0F};
        case Kind::kMinimum:
            return a <= b ? Slopes{1.0F, 0.0F} : Slopes{0.0F, 1.0F};
        case Kind::kPower:
            return {b * std::pow(a, b - 1.0F), a > 0.0F ? y * std::log(a) : 0.0F};
        case Kind::kSquaredDifference:
            return {2.0F * (a - b), 2.0F * (b - a)};
        case Kind::kPrelu:
            return a < 0.0F ? Slopes{b, a} : Slopes{1.0F, 0.0F};
        case Kind::kFloorModulo:
            return {1.0F, -std::floor(a / b)};
        default:  // comparisons and steps
            return {};
    }
}

class BinaryKernel final : public Kernel {
  public:
    BinaryKernel(ir::BinaryKind kind, const KernelRequest& request) : kind_(kind) {
        same_ = request.input(0) == request.input(1);
        out_ = request.output();
        strides_ = {reference::broadcast_strides(request.input(0), out_),
                    reference::broadcast_strides(request.input(1), out_)};
    }

    void forward(const Site& site, const Pass& /*pass*/) override {
        if (!same_ || kind_ != ir::BinaryKind::kAdd || site.inputs[0].type() != DataType::kFloat32) {
            reference::binary({kind_}, site.inputs, site.outputs);
            return;
        }
        const float* a = site.x(0);
        const float* b = site.x(1);
        float* y = site.y();
        parallel_for(out_.element_count(), kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                y[i] = a[i] + b[i];
        });
    }

    void backward(const Site& site, const Pass& /*pass*/) override {
        if (site.outputs[0].type != DataType::kFloat32) {  // a comparison
            for (std::size_t i = 0; i < 2; ++i) {
                if (site.dx(i) != nullptr) std::fill_n(site.dx(i), site.size(i), 0.0F);
            }
            return;
        }
        if (same_ && kind_ == ir::BinaryKind::kAdd) {
            for (std::size_t i = 0; i < 2; ++i) {
                if (site.dx(i) != nullptr) std::copy_n(site.dy(), site.out_size(), site.dx(i));
            }
            return;
        }
        for (std::size_t i = 0; i < 2; ++i) {
            if (site.dx(i) != nullptr) std::fill_n(site.dx(i), site.size(i), 0.0F);
        }
        std::size_t at = 0;
        reference::for_each_index<2>(out_.sizes(), strides_, [&](const auto& offsets) {
            const float dy = site.dy()[at];
            const Slopes slopes =
                binary_slopes(kind_, site.x(0)[offsets[0]], site.x(1)[offsets[1]], site.y()[at]);
            if (site.dx(0) != nullptr) site.dx(0)[offsets[0]] += dy * slopes.a;
            if (site.dx(1) != nullptr) site.dx(1)[offsets[1]] += dy * slopes.b;
            ++at;
        });
    }

  private:
    ir::BinaryKind kind_;
    bool same_ = false;
    Shape out_;
    std::array<reference::Strides, 2> strides_{};
};

class DropoutKernel final : public Kernel {
  public:
    explicit DropoutKernel(const Dropout& dropout) : rate_(dropout.rate) {}

    void forward(const Site& site, const Pass& pass) override { apply(site, pass, site.x(0), site.y()); }
    void backward(const Site& site, const Pass& pass) override { apply(site, pass, site.dy(), site.dx(0)); }

  private:
    // The same seed drops the same elements, so nothing has to be kept between the two.
    void apply(const Site& site, const Pass& pass, const float* from, float* to) const {
        if (!pass.training || rate_ <= 0.0F) {
            std::copy_n(from, site.out_size(), to);
            return;
        }
        Random random(pass.seed);
        const float kept = 1.0F / (1.0F - rate_);
        for (std::size_t i = 0; i < site.out_size(); ++i)
            to[i] = random.chance(rate_) ? 0.0F : from[i] * kept;
    }

    float rate_;
};

}  // namespace

std::unique_ptr<Kernel> make_activation_kernel(const ir::Activation& activation) {
    return std::make_unique<ActivationKernel>(activation);
}
std::unique_ptr<Kernel> make_unary_kernel(ir::UnaryKind kind) {
    return std::make_unique<UnaryKernel>(kind);
}
std::unique_ptr<Kernel> make_binary_kernel(ir::BinaryKind kind, const KernelRequest& request) {
    return std::make_unique<BinaryKernel>(kind, request);
}
std::unique_ptr<Kernel> make_dropout_kernel(const Dropout& dropout) {
    return std::make_unique<DropoutKernel>(dropout);
}

}  // namespace mosaic::train
