// A detector put to work: tiles, the compiled network, its files.
#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "graph_access.h"
#include "mosaic/session.h"
#include "train/box_tiles.h"
#include "train/box_training.h"

namespace mosaic::train {

namespace {

// Boxes that share more than this are one thing.
constexpr double kDoubleOverlap = 0.5;
// Detections whose edge is this near to where the photograph goes on beyond the tile are cut off there.
constexpr float kEdgePx = 3.0F;

std::filesystem::path settings_beside(std::filesystem::path path) {
    return path.replace_extension(".boxes.json");
}

// Pixels of a tile to boxes of the photograph.
void add_found(const Tile& tile, double zoom, const Picture& picture, std::int64_t tile_px, FoundBox box,
               std::vector<FoundBox>& all) {
    const auto side = static_cast<float>(tile_px);
    const bool cut = (tile.goes_on_left && box.left < kEdgePx) || (tile.goes_on_top && box.top < kEdgePx) ||
                     (tile.goes_on_right && box.right > side - kEdgePx) ||
                     (tile.goes_on_bottom && box.bottom > side - kEdgePx);
    if (cut) return;
    const auto place = [&](float at, double begin, std::int64_t size) {
        return std::clamp(static_cast<float>((at + begin) / zoom), 0.0F, static_cast<float>(size));
    };
    box.left = place(box.left, tile.left, picture.width);
    box.right = place(box.right, tile.left, picture.width);
    box.top = place(box.top, tile.top, picture.height);
    box.bottom = place(box.bottom, tile.top, picture.height);
    if (box.right > box.left && box.bottom > box.top) all.push_back(box);
}

}  // namespace

class BoxDetector::Impl {
  public:
    Impl(Graph network, Session compiled) : graph(std::move(network)), session(std::move(compiled)) {}

    Graph graph;
    Session session;
    Tiling tiling;
    Normalisation normalisation;
    float threshold = 0.3F;
    std::string description;
    std::vector<float> input;
};

BoxDetector::BoxDetector(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BoxDetector::BoxDetector(BoxDetector&& other) noexcept = default;
BoxDetector& BoxDetector::operator=(BoxDetector&& other) noexcept = default;
BoxDetector::~BoxDetector() = default;

float BoxDetector::threshold() const {
    return impl_->threshold;
}
void BoxDetector::set_threshold(float threshold) {
    impl_->threshold = threshold;
}

std::string BoxDetector::describe() const {
    const std::string tile = std::to_string(impl_->tiling.tile_px);
    return "boxes on " + impl_->description + ", tiles of " + tile + "x" + tile + " pixels, photographs at " +
           std::to_string(std::llround(impl_->tiling.area_side_px)) + " pixels square";
}

Result<std::vector<FoundBox>> BoxDetector::find(const Picture& picture) {
    return find(picture, impl_->threshold);
}

Result<std::vector<FoundBox>> BoxDetector::find(const Picture& picture, float score_min) {
    const Tiling& tiling = impl_->tiling;
    if (picture.width < 1 || picture.height < 1) return failure("an empty picture");
    const double zoom = zoom_of(tiling, picture.width, picture.height);
    // Much larger photographs are brought to their size first, so that every pixel counts.
    constexpr double kMuch = 0.7;
    Picture smaller;
    if (zoom < kMuch) {
        const auto size = [&](std::int64_t px) {
            return std::max<std::int64_t>(1, std::llround(static_cast<double>(px) * zoom));
        };
        smaller = shrink(picture, size(picture.width), size(picture.height));
    }
    const Picture& seen = zoom < kMuch ? smaller : picture;
    const double across = static_cast<double>(seen.width) / (static_cast<double>(picture.width) * zoom);
    const double down = static_cast<double>(seen.height) / (static_cast<double>(picture.height) * zoom);
    const View view{tiling.tile_px, tiling.tile_px, 3, Fit::kStretch, impl_->normalisation};
    const double half = static_cast<double>(tiling.tile_px) / 2.0;
    const Shape shape{1, tiling.tile_px, tiling.tile_px, 3};
    std::vector<FoundBox> all;
    for (const Tile& tile : tiles_of(tiling, picture.width, picture.height)) {
        Projection part;
        part.a = half * across;
        part.c = (tile.left + half) * across;
        part.e = half * down;
        part.f = (tile.top + half) * down;
        render(seen, view, part, {}, nullptr, impl_->input);
        MOSAIC_TRY(impl_->session.run(TensorView(shape, std::span<const float>(impl_->input))));
        MOSAIC_TRY_ASSIGN(const TensorView detections, impl_->session.output("detections"));
        const auto numbers = detections.elements<float>();
        for (std::size_t at = 0; at + 5 <= numbers.size(); at += 5) {
            // Best first.
            if (numbers[at + 4] < score_min || numbers[at + 4] <= 0.0F) break;
            add_found(tile, zoom, picture, tiling.tile_px,
                      {numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4]}, all);
        }
    }
    return without_doubles(std::move(all), kDoubleOverlap);
}

namespace {

Result<std::unique_ptr<BoxDetector::Impl>> compile(Graph graph, const Tiling& tiling, int threads) {
    Options options;
    options.threads = threads;
    MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options));
    const Shape wanted{1, tiling.tile_px, tiling.tile_px, 3};
    if (session.inputs().size() != 1 || session.inputs()[0].shape != wanted)
        return failure("the network doesn't read pictures of " + wanted.to_string());
    const auto& outputs = session.outputs();
    if (std::none_of(outputs.begin(), outputs.end(), [](const ValueInfo& output) {
            return output.name == "detections" && output.type == DataType::kFloat32 &&
                   output.shape.rank() == 3 && output.shape[0] == 1 && output.shape[2] == 5;
        })) {
        return failure("the network finds no boxes");
    }
    auto impl = std::make_unique<BoxDetector::Impl>(std::move(graph), std::move(session));
    impl->tiling = tiling;
    impl->input.resize(static_cast<std::size_t>(wanted.element_count()));
    return impl;
}

// The weights that were learnt on parts, in a network for tiles.
Result<Graph> graph_for_tiles(const BoxTraining& training, const BoxOptions& options, std::int64_t tile_px) {
    BoxBody body;
    body.backbone = options.backbone;
    body.architecture = options.architecture;
    body.seed = options.seed;
    MOSAIC_TRY_ASSIGN(BoxNetwork made, make_box_network(body, tile_px));
    const std::vector<ValueId> learnt = training.network().parameters();
    const std::vector<ValueId> wanted = made.network.parameters();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        Value& value = made.network.value(wanted[i]);
        const Value* own = i < learnt.size() ? &training.network().value(learnt[i]) : nullptr;
        if (own == nullptr || own->name != value.name || own->shape != value.shape)
            return failure("the backbone is another network at " + std::to_string(tile_px) +
                           " pixels: " + value.name);
        const auto from = std::as_const(*own->data).elements<float>();
        std::copy(from.begin(), from.end(), value.data->elements<float>().begin());
    }
    MOSAIC_TRY_ASSIGN(ir::Graph graph, to_detector_graph(made.network));
    return GraphAccess::make(std::move(graph));
}

Result<void> check(const Dataset& data, const BoxOptions& options) {
    if (std::all_of(data.samples().begin(), data.samples().end(),
                    [](const Sample& sample) { return sample.boxes.empty(); })) {
        return failure("no photograph has a box to learn from");
    }
    const auto outside = [](double number, double low, double high) {
        return !(number >= low && number <= high);
    };
    if (outside(options.learning_rate, 1e-9, 1e3)) return failure("learning_rate must be above 0");
    if (options.steps < 1 || options.batch < 1) return failure("steps and batch must be at least 1");
    if (outside(options.frozen, 0.0, 1.0)) return failure("frozen must be from 0 to 1");
    if (outside(options.box_px, 8.0, 256.0)) return failure("box_px must be from 8 to 256");
    if (options.tile_px_max < 64) return failure("tile_px_max must be at least 64");
    if (options.threads < 1 || options.loader_threads < 0) return failure("threads must be at least 1");
    return {};
}

}  // namespace

LoadOptions box_loading(const Dataset& data, const BoxOptions& options) {
    LoadOptions loading;
    // The shorter side is at most what the square would be.
    loading.side_px = static_cast<std::int64_t>(std::ceil(box_area_side(data, options)));
    loading.threads = options.threads;
    return loading;
}

Result<BoxTrained> train_boxes(const Dataset& data, const BoxOptions& options,
                               const OnBoxProgress& on_progress) {
    MOSAIC_TRY(check(data, options));
    const BoxScale scale = box_scale(data, options);
    MOSAIC_TRY_ASSIGN(BoxTraining training, BoxTraining::create(data, options, scale));
    MOSAIC_TRY(training.run(on_progress));
    MOSAIC_TRY_ASSIGN(Graph graph, graph_for_tiles(training, options, scale.tile_px));
    Tiling tiling;
    tiling.area_side_px = scale.area_side_px;
    tiling.tile_px = scale.tile_px;
    tiling.overlap_px = std::min(scale.largest_px + 16.0, static_cast<double>(scale.tile_px) / 2.0);
    MOSAIC_TRY_ASSIGN(auto impl, compile(std::move(graph), tiling, options.threads));
    impl->normalisation = training.normalisation();
    impl->description = training.description();
    BoxTrained trained{BoxDetector(std::move(impl)), training.losses(), training.stop(), training.seconds(),
                       std::move(training.notes())};
    if (data.classes().size() > 1)
        trained.notes.push_back("boxes of " + std::to_string(data.classes().size()) +
                                " labels were learnt as one kind");
    return trained;
}

namespace {

// Removes what was written beside its place, unless it has been moved there.
class Beside {
  public:
    explicit Beside(std::filesystem::path place) : place_(std::move(place)), path_(place_) {
        path_ += ".part";
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;
    ~Beside() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] Result<void> move_to_place() const {
        std::error_code error;
        std::filesystem::rename(path_, place_, error);
        if (error) return failure(place_.string() + ": can't be written: " + error.message());
        return {};
    }

  private:
    std::filesystem::path place_, path_;
};

}  // namespace

Result<void> BoxDetector::save(const std::filesystem::path& path) const {
    const Beside network(path);
    const Beside beside(settings_beside(path));
    MOSAIC_TRY(impl_->graph.save_onnx(network.path(), {}));
    nlohmann::json settings = {{"kind", "boxes"},
                               {"tile_px", impl_->tiling.tile_px},
                               {"area_side_px", impl_->tiling.area_side_px},
                               {"overlap_px", impl_->tiling.overlap_px},
                               {"threshold", impl_->threshold},
                               {"body", impl_->description},
                               {"mean", nlohmann::json::array()},
                               {"deviation", nlohmann::json::array()}};
    for (std::size_t c = 0; c < 3; ++c) {
        settings["mean"].push_back(impl_->normalisation.mean[c]);
        settings["deviation"].push_back(impl_->normalisation.deviation[c]);
    }
    std::ofstream file(beside.path());
    file << settings.dump(2) << '\n';
    file.close();
    if (!file) return failure(beside.path().string() + ": can't be written");
    MOSAIC_TRY(network.move_to_place());
    return beside.move_to_place();
}

Result<BoxDetector> BoxDetector::load(const std::filesystem::path& path, int threads) {
    const auto beside = settings_beside(path);
    const auto named = [&](const std::string& what) { return failure(beside.string() + ": " + what); };
    std::ifstream file(beside);
    if (!file) return named("can't be opened");
    const auto settings = nlohmann::json::parse(file, nullptr, false);
    if (settings.is_discarded() || !settings.is_object() || settings.value("kind", "") != "boxes")
        return named("is no settings of a detector");
    try {
        Tiling tiling;
        tiling.tile_px = settings.at("tile_px").get<std::int64_t>();
        tiling.area_side_px = settings.at("area_side_px").get<double>();
        tiling.overlap_px = settings.at("overlap_px").get<double>();
        const bool sane = tiling.tile_px >= 64 && tiling.tile_px <= 2048 && tiling.area_side_px >= 64.0 &&
                          tiling.area_side_px <= 10'000.0 && tiling.overlap_px >= 0.0;
        if (!sane) return named("has sizes that make no sense");
        MOSAIC_TRY_ASSIGN(Graph graph, Graph::load(path));
        auto impl = compile(std::move(graph), tiling, threads);
        if (!impl) return failure(path.string() + ": " + impl.error().message);
        (*impl)->threshold = settings.at("threshold").get<float>();
        (*impl)->description = settings.value("body", "");
        for (std::size_t c = 0; c < 3; ++c) {
            (*impl)->normalisation.mean[c] = settings.at("mean").at(c).get<float>();
            (*impl)->normalisation.deviation[c] = settings.at("deviation").at(c).get<float>();
        }
        return BoxDetector(std::move(*impl));
    } catch (const nlohmann::json::exception& exception) {
        return named(std::string("is damaged: ") + exception.what());
    }
}

Result<std::vector<BoxResult>> find_boxes(BoxDetector& detector, const Dataset& data) {
    // Low scores make the end of the curve of precision by recall.
    constexpr float kScoreMin = 0.02F;
    std::vector<BoxResult> results;
    results.reserve(data.samples().size());
    for (std::size_t i = 0; i < data.samples().size(); ++i) {
        MOSAIC_TRY_ASSIGN(const Picture picture, data.picture(i));
        BoxResult result;
        MOSAIC_TRY_ASSIGN(result.found, detector.find(picture, kScoreMin));
        const auto width = static_cast<float>(picture.width);
        const auto height = static_cast<float>(picture.height);
        for (const Box& box : data.samples()[i].boxes) {
            result.truth.push_back({(box.x - box.width / 2.0F) * width, (box.y - box.height / 2.0F) * height,
                                    (box.x + box.width / 2.0F) * width, (box.y + box.height / 2.0F) * height,
                                    1.0F});
        }
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace mosaic::train
