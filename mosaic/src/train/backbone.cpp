#include "train/backbone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "compiler.h"
#include "graph_access.h"
#include "shape_inference.h"

namespace mosaic::train {

namespace {

// Feature maps that are used at most, from the deepest.
constexpr std::size_t kMapsMax = 3;
// Fewer channels than this tell pictures apart badly.
constexpr std::int64_t kChannelsMin = 32;
// Larger inputs cost more than they tell.
constexpr std::int64_t kImagePxMax = 256;
constexpr double kMiddleZoom = 1.25;  // of the views of the middle

// What the networks that we know of want; others are given -1 to 1, which most were trained with.
ByteRange range_of(const std::string& name) {
    struct Known {
        const char* part;
        ByteRange range;
    };
    constexpr std::array kKnown = {Known{"centernet", {0.0F, 255.0F}}, Known{"faceres", {0.0F, 255.0F}},
                                   Known{"movenet", {0.0F, 255.0F}}, Known{"mobilenet_v2_mid", {0.0F, 1.0F}},
                                   Known{"efficientpose", {0.0F, 1.0F}}};
    for (const Known& known : kKnown) {
        if (name.find(known.part) != std::string::npos) return known.range;
    }
    return {};
}

Normalisation normalisation_of(const ByteRange& range) {
    Normalisation normalisation;
    const float size = range.high - range.low;
    for (std::size_t c = 0; c < 3; ++c) {
        normalisation.deviation[c] = 1.0F / size;
        normalisation.mean[c] = -range.low / size;
    }
    return normalisation;
}

}  // namespace

std::vector<ir::ValueId> deepest_maps(const ir::Graph& graph) {
    std::map<std::int64_t, ir::ValueId> last;
    const std::int64_t input = graph.value(graph.inputs[0].value).shape.element_count() / 3;
    for (const ir::Node& node : graph.nodes) {
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

Normalisation backbone_normalisation(const std::string& name) {
    return normalisation_of(range_of(name));
}

namespace {

// Of pictures of this size; 0: of the network's own.
Result<void> set_input_size(ir::Graph& graph, std::int64_t image_px) {
    if (graph.inputs.size() != 1 || graph.inputs[0].declared_sizes.size() != 4 ||
        graph.inputs[0].declared_sizes[3] != 3) {
        return failure("its input is no picture of three channels");
    }
    constexpr std::int64_t kOpenPx = 224;  // of networks that take any
    ir::Input& input = graph.inputs[0];
    if (image_px == 0) image_px = input.declared_sizes[1] < 1 ? kOpenPx : input.declared_sizes[1];
    input.declared_sizes = {1, image_px, image_px, 3};
    graph.value(input.value).shape = Shape{1, image_px, image_px, 3};
    return ir::infer_shapes(graph);
}

// The graph with the means of its deepest maps as its outputs.
Result<ir::Graph> with_means(ir::Graph graph, std::int64_t image_px) {
    MOSAIC_TRY(set_input_size(graph, image_px));
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
    const auto read = GraphAccess::of(*file, {});
    if (!read) return named(read.error());
    auto own = with_means(*read, 0);
    if (!own) return named(own.error());
    const std::int64_t own_px = own->value(own->inputs[0].value).shape[1];
    const ByteRange range = range_of(path.stem());
    if (own_px > kImagePxMax) {
        if (auto smaller = with_means(*read, kImagePxMax))
            return BackboneGraph{std::move(*smaller), kImagePxMax, range};
    }
    return BackboneGraph{std::move(*own), own_px, range};
}

Result<Backbone> Backbone::open(const std::filesystem::path& path, int threads) {
    MOSAIC_TRY_ASSIGN(BackboneGraph read, backbone_graph(path));
    Options options;
    options.threads = threads;
    auto compiled = Session::compile(GraphAccess::make(std::move(read.graph)), options);
    if (!compiled) return failure(path.string() + ": " + compiled.error().message);
    const View view = {read.image_px, read.image_px, 3, Fit::kStretch, normalisation_of(read.range)};
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
