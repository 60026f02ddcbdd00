#include "train/backbone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "compiler.h"
#include "graph_access.h"
#include "shape_inference.h"
#include "train/picture_input.h"

namespace mosaic::train {

namespace {

// Feature maps that are used at most, from the deepest.
constexpr std::size_t kMapsMax = 3;
// Fewer channels than this tell pictures apart badly.
constexpr std::int64_t kChannelsMin = 32;
// Larger inputs cost more than they tell.
constexpr std::int64_t kImagePxMax = 256;
constexpr double kMiddleZoom = 1.25;  // of the views of the middle

// For networks that want bytes to be low for 0 and high for 255.
constexpr Normalisation between(float low, float high) {
    const float mean = -low / (high - low);
    const float deviation = 1.0F / (high - low);
    return {{mean, mean, mean}, {deviation, deviation, deviation}};
}

// Pictures of another shape than a square keep it.
struct Size {
    std::int64_t height = 0, width = 0;
};

Size at_most(const Size& size, std::int64_t longer_px) {
    constexpr std::int64_t kStep = 32;  // what networks halve five times
    const std::int64_t longer = std::max(size.height, size.width);
    const auto side = [&](std::int64_t px) {
        return std::max(kStep, (px * longer_px / longer + kStep / 2) / kStep * kStep);
    };
    return {side(size.height), side(size.width)};
}

}  // namespace

std::vector<ir::ValueId> deepest_maps(const ir::Graph& graph) {
    std::map<std::int64_t, ir::ValueId> last;
    const std::int64_t input = graph.value(graph.inputs[0].value).shape.element_count() / 3;
    bool begun = false;  // before the first convolution there is only the picture, in whatever order
    for (const ir::Node& node : graph.nodes) {
        begun = begun || std::holds_alternative<ir::Conv2d>(node.op) ||
                std::holds_alternative<ir::DepthwiseConv2d>(node.op);
        if (!begun) continue;
        for (const ir::ValueId id : node.outputs) {
            const ir::Value& value = graph.value(id);
            const Shape& shape = value.shape;
            if (value.type != DataType::kFloat32 || shape.rank() != 4 || shape[3] < kChannelsMin) continue;
            const std::int64_t pixels = shape[1] * shape[2];
            // One pixel is no map; and resolutions near the picture's tell of edges only.
            if (pixels > 1 && pixels * 64 <= input) last[pixels] = id;
        }
    }
    std::vector<ir::ValueId> maps;
    for (const auto& [pixels, id] : last) {
        if (maps.size() < kMapsMax) maps.push_back(id);
    }
    return maps;
}

// What the networks that we know of want; others are given -1 to 1, which most were trained with.
Normalisation backbone_normalisation(const std::string& name) {
    struct Known {
        const char* part;
        Normalisation normalisation;
    };
    // OSNet's are the means and deviations of ImageNet's pictures.
    constexpr std::array kKnown = {
        Known{"centernet", between(0.0F, 255.0F)},
        Known{"faceres", between(0.0F, 255.0F)},
        Known{"movenet", between(0.0F, 255.0F)},
        Known{"mobilenet_v2_mid", between(0.0F, 1.0F)},
        Known{"efficientpose", between(0.0F, 1.0F)},
        Known{"osnet", {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}}},
    };
    for (const Known& known : kKnown) {
        if (name.find(known.part) != std::string::npos) return known.normalisation;
    }
    return between(-1.0F, 1.0F);
}

namespace {

// The graph with the means of its deepest maps as its outputs, for pictures of this size.
Result<ir::Graph> with_means(ir::Graph graph, const Size& size) {
    ir::Input& input = graph.inputs[0];
    input.declared_sizes = {1, size.height, size.width, 3};
    graph.value(input.value).shape = Shape{1, size.height, size.width, 3};
    MOSAIC_TRY(ir::infer_shapes(graph));
    graph.outputs.clear();
    const auto maps = deepest_maps(graph);
    if (maps.empty()) return failure("it has no feature maps");
    for (std::size_t i = 0; i < maps.size(); ++i) {
        const std::string name = "mosaic/mean" + std::to_string(i);
        const ir::ValueId mean = graph.add_value({name, DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({name, ir::Reduce{ir::ReduceKind::kMean, {1, 2}, false}, {maps[i]}, {mean}});
        graph.outputs.push_back({name, mean});
    }
    MOSAIC_TRY(ir::infer_shapes(graph));
    return graph;
}

// The middle of a picture, as large a part as 1 / zoom says.
Picture middle_of(const Picture& picture, double zoom, bool mirrored) {
    Picture seen;
    const auto width = std::max<std::int64_t>(1, std::llround(static_cast<double>(picture.width) / zoom));
    const auto height = std::max<std::int64_t>(1, std::llround(static_cast<double>(picture.height) / zoom));
    const std::int64_t left = (picture.width - width) / 2;
    const std::int64_t top = (picture.height - height) / 2;
    seen.width = width;
    seen.height = height;
    seen.rgb.resize(static_cast<std::size_t>(width * height * 3));
    for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
            const std::int64_t from = left + (mirrored ? width - 1 - x : x);
            std::copy_n(&picture.rgb[static_cast<std::size_t>(((top + y) * picture.width + from) * 3)], 3,
                        &seen.rgb[static_cast<std::size_t>((y * width + x) * 3)]);
        }
    }
    return seen;
}

}  // namespace

Backbone::Backbone(std::filesystem::path path, Session session, const View& view)
    : path_(std::move(path)), session_(std::make_unique<Session>(std::move(session))), view_(view) {
    for (const ValueInfo& output : session_->outputs())
        widths_.push_back(static_cast<std::size_t>(output.shape.element_count()));
    input_.resize(static_cast<std::size_t>(view.width * view.height * view.channels));
}

Result<BackboneGraph> backbone_graph(const std::filesystem::path& path) {
    const auto named = [&](const Error& error) { return failure(path.string() + ": " + error.message); };
    const auto file = Graph::load(path);
    if (!file) return tl::unexpected(file.error());
    const auto read = read_picture_graph(*file, 0);
    if (!read) return named(read.error());
    const std::vector<std::int64_t>& sizes = read->inputs[0].declared_sizes;
    const Size size{sizes[1], sizes[2]};
    auto own = with_means(*read, size);
    if (!own) return named(own.error());
    const Normalisation normalisation = backbone_normalisation(path.stem().string());
    if (std::max(size.height, size.width) > kImagePxMax) {
        const Size smaller = at_most(size, kImagePxMax);
        if (auto made = with_means(*read, smaller))
            return BackboneGraph{std::move(*made), smaller.height, smaller.width, normalisation};
    }
    return BackboneGraph{std::move(*own), size.height, size.width, normalisation};
}

Result<Backbone> Backbone::open(const std::filesystem::path& path, int threads) {
    MOSAIC_TRY_ASSIGN(BackboneGraph read, backbone_graph(path));
    Options options;
    options.threads = threads;
    auto compiled = Session::compile(GraphAccess::make(std::move(read.graph)), options);
    if (!compiled) return failure(path.string() + ": " + compiled.error().message);
    const View view = {read.width, read.height, 3, Fit::kStretch, read.normalisation};
    return Backbone(path, std::move(*compiled), view);
}

std::string Backbone::describe() const {
    std::string text = path_.filename().string() + ", " + std::to_string(view_.width) + "x" +
                       std::to_string(view_.height) + " pixels, maps of";
    for (const std::size_t width : widths_)
        text += " " + std::to_string(width);
    return text;
}

Result<std::vector<float>> Backbone::features(const Picture& picture, int view) {
    // Large pictures are made smaller by means of their pixels first: to pick some of them would show a
    // pattern that is not there. Training does the same (LoadOptions::side_px).
    const Picture seen =
        middle_of(shrink_to_side(picture, kImagePxMax), view < 2 ? 1.0 : kMiddleZoom, view % 2 == 1);
    render(seen, view_, {}, nullptr, input_);
    const Shape shape{1, view_.height, view_.width, view_.channels};
    MOSAIC_TRY(session_->run(TensorView(shape, std::span<const float>(input_))));
    std::vector<float> all;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        const auto means = session_->output(i).elements<float>();
        // The squares of roots.
        double squares = 1e-12;
        for (const float mean : means)
            squares += std::abs(mean);
        const double factor = 1.0 / std::sqrt(squares);
        for (const float mean : means)
            all.push_back(static_cast<float>(std::copysign(std::sqrt(std::abs(mean)), mean) * factor));
    }
    return all;
}

}  // namespace mosaic::train
