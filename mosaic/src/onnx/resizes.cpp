// Pictures of other sizes: Resize of opset 10 to 21, and Upsample before it.
#include <algorithm>
#include <cmath>
#include <map>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

// Factors and sizes of all dimensions; a factor of 0 means output / input.
struct Target {
    std::vector<float> factors;
    Sizes sizes;
};

Result<Target> from_factors(const Node& node, std::vector<float> factors, const Sizes& input) {
    if (factors.size() != input.size()) return node.wrong("has factors for another rank");
    Target target;
    for (std::size_t i = 0; i < input.size(); ++i) {
        const double size = std::floor(static_cast<double>(input[i]) * static_cast<double>(factors[i]));
        if (!(factors[i] > 0) || !(size >= 1 && size <= (1 << 20)))
            return node.wrong("has a factor out of range");
        target.sizes.push_back(static_cast<std::int64_t>(size));
    }
    target.factors = std::move(factors);
    return target;
}

// Sizes; with keep_aspect_ratio_policy one factor fits them all.
Result<Target> from_sizes(const Node& node, Sizes sizes, const Sizes& input,
                          const std::vector<bool>& resized) {
    if (sizes.size() != input.size()) return node.wrong("has sizes for another rank");
    MOSAIC_TRY_ASSIGN(const std::string policy, node.attribute("keep_aspect_ratio_policy", "stretch"));
    Target target;
    target.factors.assign(input.size(), 0.0F);
    if (policy == "not_larger" || policy == "not_smaller") {
        double factor = policy == "not_larger" ? 1e9 : 0;
        for (std::size_t i = 0; i < input.size(); ++i) {
            if (!resized[i]) continue;
            const double own = static_cast<double>(sizes[i]) / static_cast<double>(input[i]);
            factor = policy == "not_larger" ? std::min(factor, own) : std::max(factor, own);
        }
        for (std::size_t i = 0; i < input.size(); ++i) {
            if (!resized[i]) continue;
            sizes[i] = static_cast<std::int64_t>(std::round(factor * static_cast<double>(input[i])));
            target.factors[i] = static_cast<float>(factor);
        }
    } else if (policy != "stretch") {
        return node.wrong("policy " + policy + " isn't supported");
    }
    target.sizes = std::move(sizes);
    return target;
}

// Numbers for some axes, spread over all of them.
template <typename T>
Result<std::vector<T>> spread(const Node& node, const std::vector<T>& numbers, std::vector<T> all,
                              std::vector<bool>& resized) {
    MOSAIC_TRY_ASSIGN(const Sizes axes, node.attribute("axes", Sizes{}));
    if (axes.empty()) {
        resized.assign(all.size(), true);
        return numbers;
    }
    if (axes.size() != numbers.size()) return node.wrong("has axes for another rank");
    for (std::size_t i = 0; i < axes.size(); ++i) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(axes[i], all.size()));
        all[axis] = numbers[i];
        resized[axis] = true;
    }
    return all;
}

Result<Target> read_target(Node& node, const Sizes& input) {
    std::vector<bool> resized(input.size(), false);
    const bool upsample = node.op() == "Upsample";
    const std::size_t factors_at = upsample || node.opset() < 11 ? 1 : 2;
    if (node.has_input(3)) {
        MOSAIC_TRY_ASSIGN(const Sizes sizes, node.integers(3));
        MOSAIC_TRY_ASSIGN(Sizes all, spread(node, sizes, input, resized));
        return from_sizes(node, std::move(all), input, resized);
    }
    std::vector<float> factors;
    if (upsample && node.opset() < 9) {
        MOSAIC_TRY_ASSIGN(factors, node.attribute_floats("scales"));
    } else if (node.has_input(factors_at)) {
        MOSAIC_TRY_ASSIGN(factors, node.floats(factors_at));
    }
    if (factors.empty()) return node.wrong("has neither factors nor sizes");
    MOSAIC_TRY_ASSIGN(std::vector<float> all,
                      spread(node, factors, std::vector<float>(input.size(), 1.0F), resized));
    return from_factors(node, std::move(all), input);
}

Result<void> read_mode(const Node& node, ir::Resize& resize) {
    static const std::map<std::string, ir::ResizeMode> kModes = {{"nearest", ir::ResizeMode::kNearest},
                                                                 {"linear", ir::ResizeMode::kBilinear},
                                                                 {"bilinear", ir::ResizeMode::kBilinear},
                                                                 {"cubic", ir::ResizeMode::kCubic}};
    static const std::map<std::string, ir::ResizeCoordinates> kCoordinates = {
        {"half_pixel", ir::ResizeCoordinates::kHalfPixel},
        {"asymmetric", ir::ResizeCoordinates::kAsymmetric},
        {"align_corners", ir::ResizeCoordinates::kAlignCorners},
        {"pytorch_half_pixel", ir::ResizeCoordinates::kHalfPixelOrZero},
        {"tf_half_pixel_for_nn", ir::ResizeCoordinates::kHalfPixelNearest}};
    static const std::map<std::string, ir::ResizeRounding> kRounding = {
        {"round_prefer_floor", ir::ResizeRounding::kHalfDown},
        {"round_prefer_ceil", ir::ResizeRounding::kHalfUp},
        {"floor", ir::ResizeRounding::kDown},
        {"ceil", ir::ResizeRounding::kUp}};
    const bool old = node.opset() < 11;  // Upsample too
    MOSAIC_TRY_ASSIGN(const std::string mode, node.attribute("mode", "nearest"));
    MOSAIC_TRY_ASSIGN(const std::string coordinates,
                      node.attribute("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"));
    MOSAIC_TRY_ASSIGN(const std::string rounding,
                      node.attribute("nearest_mode", old ? "floor" : "round_prefer_floor"));
    MOSAIC_TRY_ASSIGN(resize.cubic, node.attribute("cubic_coeff_a", -0.75F));
    MOSAIC_TRY_ASSIGN(const std::int64_t excludes, node.attribute("exclude_outside", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::int64_t antialias, node.attribute("antialias", std::int64_t{0}));
    const auto mode_found = kModes.find(mode);
    const auto coordinates_found = kCoordinates.find(coordinates);
    const auto rounding_found = kRounding.find(rounding);
    if (mode_found == kModes.end()) return node.wrong("mode " + mode + " isn't supported");
    if (coordinates_found == kCoordinates.end())
        return node.wrong("coordinates " + coordinates + " aren't supported");
    if (rounding_found == kRounding.end()) return node.wrong("rounding " + rounding + " isn't supported");
    if (antialias != 0) return node.wrong("antialias isn't supported");
    resize.mode = mode_found->second;
    resize.coordinates = coordinates_found->second;
    resize.rounding = rounding_found->second;
    resize.excludes_outside = excludes != 0;
    return {};
}

Result<void> build_resize(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 4));
    const std::size_t rank = node.rank(0);
    if (rank != 4 && rank != 3)
        return node.wrong("resizes a tensor of rank " + std::to_string(rank) + "; 3 and 4 are supported");
    const Sizes input = node.sizes(0);
    if (std::find(input.begin(), input.end(), 0) != input.end()) return node.wrong("resizes an empty tensor");
    MOSAIC_TRY_ASSIGN(Target target, read_target(node, input));
    ir::Resize resize;
    MOSAIC_TRY(read_mode(node, resize));
    if (target.sizes[0] != input[0] && !node.scope().is_declared_batch(target.sizes[0]))
        return node.wrong("resizes the batch");
    // Models of TensorFlow keep channels last; their two middle dimensions are the picture.
    const bool last = rank == 4 && target.sizes[1] != input[1] && target.sizes[3] == input[3];
    if (!last && target.sizes[1] != input[1]) return node.wrong("resizes channels");
    const std::size_t rows = last ? 1 : 2;
    Order order = rank == 3 ? Order{0, 2, 1} : channels_last();
    if (last) order = own_order(4);
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.stored(0, order));
    const Shape shape = node.value(x).shape;
    if (rank == 3) {
        MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {shape[0], 1, shape[1], shape[2]}));
        resize.height = 1;
        resize.width = target.sizes[2];
        resize.factor_x = target.factors[2];
    } else {
        resize.height = target.sizes[rows];
        resize.width = target.sizes[rows + 1];
        resize.factor_y = target.factors[rows];
        resize.factor_x = target.factors[rows + 1];
    }
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(resize, {x}));
    if (rank == 3) {
        MOSAIC_TRY_ASSIGN(made, node.emit_reshape(made, {shape[0], resize.width, shape[2]}));
    }
    node.set(0, made, order);
    return {};
}

}  // namespace

void add_resizes(Builders& builders) {
    builders["Resize"] = build_resize;
    builders["Upsample"] = build_resize;
}

}  // namespace mosaic::onnx
