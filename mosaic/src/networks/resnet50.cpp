#include "networks/resnet50.h"

#include <cmath>
#include <string>

namespace mosaic::networks {

namespace {

// SplitMix64 (Steele, Lea, Flood, 2014).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    // Mean 0, deviation 1; the sum of four uniform numbers, so that no library function rounds differently
    // elsewhere.
    float next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        z ^= z >> 31U;
        std::int64_t sum = 0;
        for (unsigned part = 0; part < 4; ++part)
            sum += static_cast<std::int64_t>((z >> (16U * part)) & 0xFFFFU);
        constexpr double kMean = 2.0 * 65535.0;
        constexpr double kDeviation = 37837.226;  // sqrt(4 / 12) 65536
        return static_cast<float>((static_cast<double>(sum) - kMean) / kDeviation);
    }

  private:
    std::uint64_t state_;
};

struct Layer {
    std::string name;
    std::int64_t size = 1, stride = 1, in = 0, out = 0;
    float gain = 1.0F;  // of the deviation that keeps the variance of a rectified input
    bool relu = true;
};

class Builder {
  public:
    explicit Builder(std::uint64_t seed) : random_(seed) {}

    ir::ValueId input(const std::string& name, const Shape& shape) {
        const ir::ValueId id = value(name, shape);
        graph_.inputs.push_back({id, {shape.sizes().begin(), shape.sizes().end()}, true});
        return id;
    }

    Result<ir::ValueId> constant(const std::string& name, const Shape& shape, float deviation) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, shape));
        for (float& element : tensor.elements<float>())
            element = deviation * random_.next();
        return graph_.add_constant(name, std::move(tensor));
    }

    ir::ValueId node(const std::string& name, ir::Op op, std::vector<ir::ValueId> inputs) {
        const ir::ValueId id = value(name, {});
        graph_.nodes.push_back({name, std::move(op), std::move(inputs), {id}});
        return id;
    }

    Result<ir::ValueId> convolution(ir::ValueId from, const Layer& layer) {
        constexpr float kBiasDeviation = 0.05F;
        const auto fan_in = static_cast<float>(layer.size * layer.size * layer.in);
        MOSAIC_TRY_ASSIGN(const ir::ValueId weights,
                          constant(layer.name + "/weights", {layer.size, layer.size, layer.in, layer.out},
                                   layer.gain * std::sqrt(2.0F / fan_in)));
        MOSAIC_TRY_ASSIGN(const ir::ValueId bias,
                          constant(layer.name + "/bias", {layer.out}, kBiasDeviation));
        ir::Conv2d conv;
        conv.stride_y = conv.stride_x = layer.stride;
        const std::int64_t pad = layer.size / 2;
        conv.padding = {ir::PaddingKind::kExplicit, pad, pad, pad, pad};
        conv.has_bias = true;
        const ir::ValueId sum = node(layer.name, conv, {from, weights, bias});
        return layer.relu ? relu(sum, layer.name) : sum;
    }

    ir::ValueId relu(ir::ValueId from, const std::string& name) {
        return node(name + "/relu", ir::Activate{{ir::ActivationKind::kRelu, 0}}, {from});
    }

    // The sum of both branches keeps its variance from block to block.
    Result<ir::ValueId> bottleneck(ir::ValueId from, const std::string& name, std::int64_t in,
                                   std::int64_t middle, std::int64_t stride) {
        constexpr float kBranchGain = 0.4F;
        const std::int64_t out = 4 * middle;
        MOSAIC_TRY_ASSIGN(ir::ValueId branch, convolution(from, {name + "/conv1", 1, 1, in, middle}));
        MOSAIC_TRY_ASSIGN(branch, convolution(branch, {name + "/conv2", 3, stride, middle, middle}));
        MOSAIC_TRY_ASSIGN(branch,
                          convolution(branch, {name + "/conv3", 1, 1, middle, out, kBranchGain, false}));
        ir::ValueId shortcut = from;
        if (in != out || stride != 1) {
            constexpr float kShortcutGain = 0.7F;
            MOSAIC_TRY_ASSIGN(shortcut, convolution(from, {name + "/downsample", 1, stride, in, out,
                                                           kShortcutGain, false}));
        }
        const ir::ValueId sum = node(name + "/sum", ir::Binary{ir::BinaryKind::kAdd}, {branch, shortcut});
        return relu(sum, name);
    }

    Result<ir::Graph> finish() && {
        graph_.outputs.push_back({"logits", graph_.nodes.back().outputs[0]});
        return std::move(graph_);
    }

  private:
    ir::ValueId value(const std::string& name, const Shape& shape) {
        ir::Value made;
        made.name = name;
        made.shape = shape;
        return graph_.add_value(std::move(made));
    }

    Random random_;
    ir::Graph graph_;
};

}  // namespace

Result<ir::Graph> resnet50(std::uint64_t seed) {
    constexpr std::int64_t kClasses = 1000;
    constexpr std::int64_t kSide = 224;
    constexpr std::array<int, 4> kBlocks = {3, 4, 6, 3};
    Builder builder(seed);
    ir::ValueId at = builder.input("input", {1, kSide, kSide, 3});
    MOSAIC_TRY_ASSIGN(at, builder.convolution(at, {"stem", 7, 2, 3, 64}));
    ir::Pool pool;
    pool.size_y = pool.size_x = 3;
    pool.stride_y = pool.stride_x = 2;
    pool.padding = {ir::PaddingKind::kExplicit, 1, 1, 1, 1};
    at = builder.node("pool", pool, {at});
    std::int64_t in = 64;
    for (std::size_t stage = 0; stage < kBlocks.size(); ++stage) {
        const std::int64_t middle = std::int64_t{64} << stage;
        for (int block = 0; block < kBlocks[stage]; ++block) {
            const std::string name =
                "stage" + std::to_string(stage + 1) + "/block" + std::to_string(block + 1);
            const std::int64_t stride = stage > 0 && block == 0 ? 2 : 1;
            MOSAIC_TRY_ASSIGN(at, builder.bottleneck(at, name, in, middle, stride));
            in = 4 * middle;
        }
    }
    at = builder.node("mean", ir::Reduce{ir::ReduceKind::kMean, {1, 2}, false}, {at});
    const float deviation = std::sqrt(1.0F / static_cast<float>(in));
    MOSAIC_TRY_ASSIGN(const ir::ValueId weights, builder.constant("fc/weights", {in, kClasses}, deviation));
    MOSAIC_TRY_ASSIGN(const ir::ValueId bias, builder.constant("fc/bias", {kClasses}, 0.01F));
    ir::MatMul matmul;
    matmul.has_bias = true;
    builder.node("logits", matmul, {at, weights, bias});
    return std::move(builder).finish();
}

}  // namespace mosaic::networks
