// The code of one node in training: forward keeps nothing that backward can't find in the node's inputs and
// outputs, save what a kernel stores itself (dropped elements, deviations). Used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "reference/reference.h"
#include "train/network.h"

namespace mosaic::train {

struct Pass {
    bool training = true;
    std::uint64_t seed = 0;  // of this step, for what is drawn by lot
};

// Where a node's tensors lie. Gradients are of the loss with respect to each tensor.
struct Site {
    std::vector<TensorView> inputs;
    std::vector<reference::MutableView> outputs;
    std::vector<float*> input_gradients;  // to be overwritten; null: not wanted
    std::vector<const float*> output_gradients;
    // The memory of inputs that the kernel may change: running statistics. Null for others.
    std::vector<float*> statistics;

    [[nodiscard]] const float* x(std::size_t i) const { return inputs[i].elements<float>().data(); }
    [[nodiscard]] float* y() const { return outputs[0].elements<float>().data(); }
    [[nodiscard]] const float* dy() const { return output_gradients[0]; }
    [[nodiscard]] float* dx(std::size_t i) const { return input_gradients[i]; }
    [[nodiscard]] std::size_t size(std::size_t i) const {
        return static_cast<std::size_t>(inputs[i].shape().element_count());
    }
    [[nodiscard]] std::size_t out_size() const {
        return static_cast<std::size_t>(outputs[0].shape.element_count());
    }
};

class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;
    virtual void forward(const Site& site, const Pass& pass) = 0;
    // After forward of the same pass. Writes every wanted input gradient.
    virtual void backward(const Site& site, const Pass& pass) = 0;
};

// What a kernel is made for.
struct KernelRequest {
    const Network* network = nullptr;
    const Node* node = nullptr;
    std::vector<bool> wanted;  // of each input: its gradient

    [[nodiscard]] const Shape& input(std::size_t i) const { return network->value(node->inputs[i]).shape; }
    [[nodiscard]] const Shape& output() const { return network->value(node->outputs[0]).shape; }
};

// The readable kernels: plain loops, for every operator. An operator that has no gradient (TopK, comparisons)
// gets one whose backward gives zeros, which is right almost everywhere.
[[nodiscard]] std::unique_ptr<Kernel> make_reference_kernel(const KernelRequest& request);
[[nodiscard]] std::unique_ptr<Kernel> make_convolution_kernel(const ir::Conv2d& conv);
[[nodiscard]] std::unique_ptr<Kernel> make_depthwise_kernel(const ir::Conv2d& conv);
[[nodiscard]] std::unique_ptr<Kernel> make_transposed_kernel(const ir::ConvTranspose2d& conv);
[[nodiscard]] std::unique_ptr<Kernel> make_product_kernel(const ir::MatMul& product);
[[nodiscard]] std::unique_ptr<Kernel> make_pool_kernel(const ir::Pool& pool);
[[nodiscard]] std::unique_ptr<Kernel> make_resize_kernel(const ir::Resize& resize);
[[nodiscard]] std::unique_ptr<Kernel> make_activation_kernel(const ir::Activation& activation);
[[nodiscard]] std::unique_ptr<Kernel> make_unary_kernel(ir::UnaryKind kind);
[[nodiscard]] std::unique_ptr<Kernel> make_binary_kernel(ir::BinaryKind kind, const KernelRequest& request);
[[nodiscard]] std::unique_ptr<Kernel> make_reduce_kernel(const ir::Reduce& reduce,
                                                         const KernelRequest& request);
[[nodiscard]] std::unique_ptr<Kernel> make_softmax_kernel();
[[nodiscard]] std::unique_ptr<Kernel> make_batch_norm_kernel(const BatchNorm& norm);
[[nodiscard]] std::unique_ptr<Kernel> make_layer_norm_kernel(const LayerNorm& norm);
[[nodiscard]] std::unique_ptr<Kernel> make_dropout_kernel(const Dropout& dropout);

// The fast kernel, or null where there is none: oneDNN's primitives, forward and backward.
[[nodiscard]] std::unique_ptr<Kernel> make_fast_kernel(const KernelRequest& request);

// Quicker loops over pictures, [N,H,W,C], than the readable ones, for what detectors and gates of channels
// are made of: factors and sums for each channel, means over the picture, channels joined, bilinear resizing.
// Null for others.
[[nodiscard]] std::unique_ptr<Kernel> make_picture_kernel(const KernelRequest& request);

// loop(begin, end) in contiguous parts over the threads of the calling thread's ThreadCount; parts below
// `least` aren't split. The loop must not throw.
void run_parallel(std::int64_t count, std::int64_t least, void (*body)(void*, std::int64_t, std::int64_t),
                  void* data);
template <typename Loop>
void parallel_for(std::int64_t count, std::int64_t least, Loop loop) {
    run_parallel(
        count, least,
        [](void* data, std::int64_t begin, std::int64_t end) { (*static_cast<Loop*>(data))(begin, end); },
        &loop);
}
// Elements below which a loop over them isn't worth a second thread.
inline constexpr std::int64_t kElementsPerThread = 16384;

// c[M,N] = op(a)[M,K] op(b)[K,N] (+ c if `add`), row-major.
struct Product {
    bool transpose_a = false, transpose_b = false, add = false;
    std::int64_t m = 0, n = 0, k = 0;
};
void multiply(const Product& product, const float* a, const float* b, float* c);
// The sum of a[i] b[i], in an order of its own.
[[nodiscard]] float dot(const float* a, const float* b, std::int64_t count);

}  // namespace mosaic::train
