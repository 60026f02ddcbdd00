#include "train/box_training.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "backend_choice.h"
#include "train/imported_body.h"
#include "train/loss.h"
#include "train/random.h"
#include "train/run_identity.h"
#include "train/tensor_file.h"

namespace mosaic::train {

namespace {

// Steps whose losses are one point of the curve, and after which a checkpoint is written.
constexpr std::uint64_t kStepsTogether = 20;
constexpr const char* kBoxCheckpoint = "boxes checkpoint";

// Sides of all boxes as parts of sqrt(width * height) of their photographs, sorted.
std::vector<double> sides_of(const Dataset& data) {
    std::vector<double> sides;
    for (const Sample& sample : data.samples()) {
        for (const Box& box : sample.boxes)
            sides.push_back(std::sqrt(static_cast<double>(box.width) * box.height));
    }
    std::sort(sides.begin(), sides.end());
    return sides;
}

std::int64_t round_up(double px, std::int64_t to) {
    return static_cast<std::int64_t>(std::ceil(px / static_cast<double>(to))) * to;
}

// FNV-1a, 64 bits, over all boxes: the dataset's fingerprint tells of pictures only.
std::uint64_t hash_of_boxes(const Dataset& data) {
    std::uint64_t state = 0xCBF29CE484222325U;
    for (const Sample& sample : data.samples()) {
        for (const Box& box : sample.boxes) {
            for (const float number : {box.x, box.y, box.width, box.height}) {
                const auto whole = static_cast<std::uint64_t>(std::llround(number * 1e6));
                state = (state ^ whole) * 0x100000001B3U;
            }
        }
        state = (state ^ 0xFFU) * 0x100000001B3U;
    }
    return state;
}

}  // namespace

double box_area_side(const Dataset& data, const BoxOptions& options) {
    constexpr double kSideMin = 128.0;
    constexpr double kSideMax = 8192.0;
    const auto sides = sides_of(data);
    const double median = sides.empty() ? 0.1 : sides[sides.size() / 2];
    return std::clamp(options.box_px / median, kSideMin, kSideMax);
}

BoxScale box_scale(const Dataset& data, const BoxOptions& options) {
    BoxScale scale;
    const auto sides = sides_of(data);
    scale.area_side_px = box_area_side(data, options);
    if (!sides.empty()) scale.largest_px = scale.area_side_px * sides[sides.size() * 19 / 20];
    // The longer sides of the photographs, as they will be: a median, so that one panorama doesn't decide.
    std::vector<double> longer;
    for (std::size_t i = 0; i < data.samples().size(); ++i) {
        const auto picture = data.picture(i);
        if (!picture) continue;
        const auto width = static_cast<double>(picture->width);
        const auto height = static_cast<double>(picture->height);
        longer.push_back(scale.area_side_px * std::sqrt(std::max(width, height) / std::min(width, height)));
    }
    std::sort(longer.begin(), longer.end());
    const double whole = longer.empty() ? scale.area_side_px : longer[longer.size() / 2];
    constexpr std::int64_t kStep = 32;
    const std::int64_t largest = std::max<std::int64_t>(options.tile_px_max / kStep * kStep, 64);
    // A little more than the largest tile is one larger tile rather than four.
    constexpr double kLittle = 1.2;
    const bool at_once = whole <= kLittle * static_cast<double>(largest);
    scale.tile_px = at_once ? round_up(whole, kStep) : largest;
    return scale;
}

Result<BoxTraining> BoxTraining::create(const Dataset& data, const BoxOptions& options,
                                        const BoxScale& scale) {
    BoxTraining training;
    training.data_ = &data;
    training.options_ = options;
    BoxBody body;
    body.backbone = options.backbone;
    body.architecture = options.architecture;
    body.seed = options.seed;
    body.typical_cells = options.box_px / static_cast<double>(kCellPx);
    MOSAIC_TRY_ASSIGN(BoxNetwork made, make_box_network(body, options.crop_px));
    training.made_ = std::make_unique<BoxNetwork>(std::move(made));
    MOSAIC_TRY(set_batch(training.made_->network, options.batch));
    // Edges and colours are the same everywhere: the first layers stay.
    freeze(training.made_->network, training.made_->body, options.frozen, options.backbone_rate);
    MOSAIC_TRY_ASSIGN(Executor executor,
                      Executor::create(training.made_->network, {options.threads, false, false}));
    training.executor_ = std::make_unique<Executor>(std::move(executor));
    BoxLoaderOptions loading;
    loading.view = {options.crop_px, options.crop_px, 3, Fit::kStretch, training.made_->normalisation};
    loading.augment = options.augment;
    loading.batch = static_cast<std::size_t>(options.batch);
    loading.area_side_px = scale.area_side_px;
    loading.seed = options.seed;
    loading.threads = options.loader_threads;
    training.loader_ = std::make_unique<BoxLoader>(data, loading);
    training.optimizer_ = std::make_unique<Optimizer>(options.optimizer);
    training.slots_ = slots_of(training.made_->network, *training.executor_);
    return training;
}

Result<double> BoxTraining::step() {
    const BoxBatch batch = loader_->next();
    lost_.add(batch.lost);
    if (!batch.error.empty()) {
        if (losses_.empty()) return failure(batch.error);
        notes_.push_back(batch.error + "; the weights before were kept");
        stop_ = Stop::kUnreadable;
        return 0.0;
    }
    std::copy(batch.pictures.begin(), batch.pictures.end(), executor_->input(0).begin());
    const Pass pass{true, Random(options_.seed, steps_ + 1).next()};
    executor_->forward(pass);
    double loss = centre_heat(executor_->output(0), batch.targets.heat, batch.targets.centres,
                              executor_->output_gradient(0));
    loss += box_numbers_loss(executor_->output(1), batch.targets, executor_->output_gradient(1));
    // Before it is learnt from: a loss that is no number, or far above what was usual, doesn't come back.
    if (!std::isfinite(loss) || (usual_ > 0.0 && loss > 10.0 * usual_ + 100.0)) {
        stop_ = Stop::kDiverged;
        return loss;
    }
    executor_->backward(pass);
    const ThreadCount threads(options_.threads);
    optimizer_->step(slots_, scheduled_rate(options_.schedule, options_.learning_rate, steps_,
                                            static_cast<std::uint64_t>(options_.steps)));
    ++steps_;
    if (options_.average_decay > 0.0) average_into(average_, made_->network, options_.average_decay, steps_);
    return loss;
}

double BoxTraining::seconds() const {
    return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

std::string BoxTraining::identity() const {
    const nlohmann::json identity = {{"body", made_->description},
                                     {"crop_px", options_.crop_px},
                                     {"box_px", options_.box_px},
                                     {"frozen", options_.frozen},
                                     {"augment", identity_of(options_.augment)},
                                     {"average_decay", options_.average_decay},
                                     {"batch", options_.batch},
                                     {"steps", options_.steps},
                                     {"seed", options_.seed},
                                     {"learning_rate", options_.learning_rate},
                                     {"backbone_rate", options_.backbone_rate},
                                     {"optimizer", identity_of(options_.optimizer)},
                                     {"schedule", identity_of(options_.schedule)},
                                     {"data", data_->fingerprint()},
                                     {"boxes", hash_of_boxes(*data_)}};
    return identity.dump();
}

Result<void> BoxTraining::save_checkpoint() const {
    TensorFile file;
    const nlohmann::json meta = {{"kind", kBoxCheckpoint}, {"identity", identity()},
                                 {"steps", steps_},        {"optimizer_steps", optimizer_->steps()},
                                 {"losses", losses_},      {"usual", usual_},
                                 {"seconds", seconds()}};
    file.meta = meta.dump();
    put_numbered("now", copy_parameters(made_->network), file);
    put_numbered("average", average_, file);
    put_numbered("moment", optimizer_->moments(), file);
    return write_tensor_file(options_.checkpoint, file);
}

Result<void> BoxTraining::load_checkpoint() {
    std::error_code error;
    if (!std::filesystem::exists(options_.checkpoint, error)) return {};
    const auto named = [&](const std::string& what) {
        return failure(options_.checkpoint.string() + ": " + what);
    };
    MOSAIC_TRY_ASSIGN(TensorFile file, read_tensor_file(options_.checkpoint));
    try {
        const auto meta = nlohmann::json::parse(file.meta);
        if (meta.value("kind", "") != kBoxCheckpoint) return named("is no checkpoint of a detector");
        if (meta.value("identity", "") != identity())
            return named("belongs to a run with other data or options; remove it or give them again");
        const Parameters like = copy_parameters(made_->network);
        auto now = take_numbered(file, "now", like);
        if (!now) return named(now.error().message);
        auto average = take_numbered(file, "average", like);
        if (!average) return named(average.error().message);
        average_ = std::move(*average);
        optimizer_->moments() = take_numbered(file, "moment");
        put_parameters(*now, made_->network);
        steps_ = meta.at("steps").get<std::uint64_t>();
        optimizer_->set_steps(meta.at("optimizer_steps").get<std::uint64_t>());
        losses_ = meta.at("losses").get<std::vector<double>>();
        usual_ = meta.at("usual").get<double>();
        seconds_before_ = meta.at("seconds").get<double>();
        notes_.push_back("went on after step " + std::to_string(steps_) + " of " +
                         options_.checkpoint.string());
    } catch (const nlohmann::json::exception& exception) {
        return named(std::string("is damaged: ") + exception.what());
    }
    return {};
}

Result<void> BoxTraining::run(const OnBoxProgress& on_progress) {
    start_ = Clock::now();
    average_ = copy_parameters(made_->network);
    if (options_.resume && !options_.checkpoint.empty()) MOSAIC_TRY(load_checkpoint());
    const auto steps = static_cast<std::uint64_t>(options_.steps);
    const std::uint64_t before = steps_;
    loader_->begin(steps_);
    while (steps_ < steps) {
        MOSAIC_TRY_ASSIGN(const double loss, step());
        if (stop_ == Stop::kUnreadable) break;
        if (stop_ == Stop::kDiverged) {
            notes_.push_back("the loss grew without bound after step " + std::to_string(steps_) + " (" +
                             std::to_string(loss) + "): the learning rate " +
                             std::to_string(options_.learning_rate) +
                             " is too high; the weights before were kept");
            if (losses_.empty()) return failure(notes_.back() + "; hardly anything was learnt: try a tenth");
            break;
        }
        usual_ = usual_ > 0.0 ? 0.95 * usual_ + 0.05 * loss : loss;
        part_ += loss;
        const double left = (seconds() - seconds_before_) / static_cast<double>(steps_ - before) *
                            static_cast<double>(steps - steps_);
        const bool point = steps_ % kStepsTogether == 0;
        if (point) {
            losses_.push_back(part_ / static_cast<double>(kStepsTogether));
            part_ = 0.0;
        }
        if (!options_.checkpoint.empty() && (point || steps_ == steps)) {
            // Learning that could go on isn't lost to a full disk; that it is full is said once.
            auto saved = save_checkpoint();
            if (!saved && (notes_.empty() || notes_.back() != saved.error().message))
                notes_.push_back(saved.error().message);
        }
        if (on_progress && !on_progress({steps_, steps, usual_, left})) {
            stop_ = Stop::kCancelled;
            break;
        }
        if (options_.seconds_max > 0.0 && seconds() > options_.seconds_max) {
            stop_ = Stop::kTime;
            notes_.push_back("the time was up after step " + std::to_string(steps_) + " of " +
                             std::to_string(steps));
            break;
        }
    }
    if (options_.average_decay > 0.0) put_parameters(average_, made_->network);
    lost_.note(notes_);
    return {};
}

}  // namespace mosaic::train
