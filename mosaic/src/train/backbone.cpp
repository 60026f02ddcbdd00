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

// The graph with the means of its deepest maps as its outputs.
Result<ir::Graph> with_means(const ir::Graph& whole, std::int64_t& image_px) {
    ir::Graph graph = whole;
    if (graph.inputs.size() != 1 || graph.inputs[0].declared_sizes.size() != 4 ||
        graph.inputs[0].declared_sizes[3] != 3) {
        return failure("its input is no picture of three channels");
    }
    ir::Input& input = graph.inputs[0];
    const std::int64_t own = input.declared_sizes[1];
    image_px = own < 1 ? 224 : own;
    input.declared_sizes = {1, image_px, image_px, 3};
    graph.value(input.value).shape = Shape{1, image_px, image_px, 3};
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
    return graph;
}

}  // namespace

Backbone::Backbone(std::filesystem::path path, Session session, const View& view)
    : path_(std::move(path)), session_(std::make_unique<Session>(std::move(session))), view_(view) {
    for (const ValueInfo& output : session_->outputs())
        widths_.push_back(static_cast<std::size_t>(output.shape.element_count()));
    input_.resize(static_cast<std::size_t>(view.width * view.height * view.channels));
}

Result<Backbone> Backbone::open(const std::filesystem::path& path, int threads) {
    const auto named = [&](const Error& error) { return failure(path.string() + ": " + error.message); };
    const auto graph = Graph::load(path);
    if (!graph) return tl::unexpected(graph.error());
    const auto read = GraphAccess::of(*graph, {});
    if (!read) return named(read.error());
    std::int64_t image_px = 0;
    auto means = with_means(*read, image_px);
    if (!means) return named(means.error());
    Options options;
    options.threads = threads;
    const std::string input = means->value(means->inputs[0].value).name;
    const Graph own = GraphAccess::make(std::move(*means));
    if (image_px > kImagePxMax) {
        options.input_shapes[input] = {1, kImagePxMax, kImagePxMax, 3};
        if (auto smaller = Session::compile(own, options)) {
            View view = {kImagePxMax, kImagePxMax, 3, Fit::kStretch, backbone_normalisation(path.stem())};
            return Backbone(path, std::move(*smaller), view);
        }
        options.input_shapes.clear();
    }
    auto compiled = Session::compile(own, options);
    if (!compiled) return named(compiled.error());
    View view = {image_px, image_px, 3, Fit::kStretch, backbone_normalisation(path.stem())};
    return Backbone(path, std::move(*compiled), view);
}

std::string Backbone::describe() const {
    std::string text = path_.filename().string() + ", " + std::to_string(view_.width) + "x" +
                       std::to_string(view_.height) + " pixels, maps of";
    for (const std::size_t width : widths_)
        text += " " + std::to_string(width);
    return text;
}

Result<std::vector<float>> Backbone::features(const Picture& picture, bool mirrored, double zoom) {
    // The middle of the picture, as large a part as 1 / zoom says.
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
    render(seen, view_, {}, nullptr, input_);
    const Shape shape{1, view_.height, view_.width, view_.channels};
    MOSAIC_TRY(session_->run(TensorView(shape, std::span<const float>(input_))));
    std::vector<float> all;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        const auto means = session_->output(i).elements<float>();
        double squares = 1e-12;
        for (const float mean : means)
            squares += static_cast<double>(mean) * mean;
        const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
        for (const float mean : means)
            all.push_back(mean * factor);
    }
    return all;
}

}  // namespace mosaic::train
