// Training from files on the disk to a model that runs: on pictures that are made here, and on bad input.
#include "mosaic/trainer.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "train/architectures.h"
#include "train/executor.h"
#include "train/full_disk.h"
#include "train/model_body.h"
#include "train/random.h"
#include "train/tensor_file.h"
#include "train/test_folder.h"
#include "train/weights.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

class Training : public FolderTest {
  protected:
    // A bar that stands or lies, somewhere, in a colour that tells nothing.
    static Picture bar(bool stands, std::uint64_t seed) {
        Random random(seed, stands ? 1 : 0);
        Picture picture{24, 24, std::vector<std::uint8_t>(24 * 24 * 3)};
        for (auto& byte : picture.rgb)
            byte = static_cast<std::uint8_t>(random.below(60));
        const auto at = static_cast<std::int64_t>(4 + random.below(14));
        const auto color = static_cast<std::uint8_t>(120 + random.below(120));
        for (std::int64_t i = 3; i < 21; ++i) {
            for (std::int64_t k = 0; k < 3; ++k) {
                const std::int64_t y = stands ? i : at + k;
                const std::int64_t x = stands ? at + k : i;
                picture.rgb[static_cast<std::size_t>((y * 24 + x) * 3 + 1)] = color;
            }
        }
        return picture;
    }
    void write_bars(int count) {
        for (const bool stands : {false, true}) {
            const fs::path place = folder_ / "data" / (stands ? "stands" : "lies");
            fs::create_directories(place);
            for (int i = 0; i < count; ++i)
                ASSERT_TRUE(write_png(place / (std::to_string(i) + ".png"),
                                      bar(stands, static_cast<std::uint64_t>(i))));
        }
    }
    Dataset bars(int count) {
        write_bars(count);
        auto data = Dataset::open(folder_ / "data");
        EXPECT_TRUE(data);
        EXPECT_TRUE(data->load({}));
        return std::move(*data);
    }
    static TrainOptions quick() {
        TrainOptions options;
        options.image_px = 24;
        options.epochs = 4;
        options.batch = 8;
        options.learning_rate = 3e-3;
        options.average_decay = 0.8;
        options.augment = no_augmentation();
        return options;
    }
};

TEST_F(Training, LearnsAndTheSavedModelSaysTheSame) {
    const Dataset data = bars(24);
    const Split split = stratified_split(data, 0.25, 1);
    const Dataset train = data.subset(split.train);
    const Dataset held = data.subset(split.held);
    EXPECT_EQ(held.samples().size(), 12U);
    auto trainer = Trainer::create(train, held, quick());
    ASSERT_TRUE(trainer) << trainer.error().message;
    auto trained = trainer->run({});
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_GE(trained->result.epochs.back().held_accuracy, 0.9);
    ASSERT_TRUE(trained->model.save(folder_ / "model"));
    auto loaded = Model::load(folder_ / "model");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->classes(), (std::vector<std::string>{"lies", "stands"}));
    const Picture unseen = bar(true, 1000);
    const auto before = trained->model.predict(unseen);
    const auto after = loaded->predict(unseen);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->probabilities, after->probabilities);
    EXPECT_GT(after->probabilities[1], 0.5F);
    EXPECT_TRUE(loaded->graph());
}

// The compiled graph, the executor with running statistics, and the graph taken apart again are three ways to
// the same numbers.
TEST_F(Training, ExportedGraphsComputeWhatWasTrained) {
    for (const std::string_view name : {"small-cnn", "resnet-10", "mobilenet-small", "transformer-tiny"}) {
        SCOPED_TRACE(std::string(name));
        auto network = make_architecture(name, {32, 3, 3, 5});
        ASSERT_TRUE(network) << network.error().message;
        for (const ValueId id : network->parameters()) {
            if (network->value(id).role != Role::kStatistic) continue;
            Random random(static_cast<std::uint64_t>(id));
            for (float& number : network->value(id).data->elements<float>())
                number = static_cast<float>(random.uniform(0.5, 1.5));
        }
        const Picture picture = bar(true, 5);
        const auto logits_of = [&](Network& one) {
            auto executor = Executor::create(one, {1, false, false});
            EXPECT_TRUE(executor);
            render(picture, network_view(32, 3), {}, nullptr, executor->input(0));
            executor->forward({false, 0});
            return std::vector<float>(executor->output(0).begin(), executor->output(0).end());
        };
        const std::vector<float> expected = logits_of(*network);
        const auto graph = to_graph(*network);
        ASSERT_TRUE(graph) << graph.error().message;
        auto again = from_graph(*graph, true);
        ASSERT_TRUE(again) << again.error().message;
        const std::vector<float> apart = logits_of(*again);
        const auto body = make_network_body({std::string(name), {}, network_view(32, 3)}, *network, 1);
        const auto outputs = body->run({&picture, 1});
        ASSERT_TRUE(outputs) << outputs.error().message;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const float allowed = 1e-3F * std::max(1.0F, std::abs(expected[i]));
            EXPECT_NEAR((*outputs)[0].logits[i], expected[i], allowed);
            EXPECT_NEAR(apart[i], expected[i], allowed);
        }
    }
}

TEST_F(Training, ResumedRunEndsInTheSameBits) {
    const Dataset all = bars(16);
    const Split split = stratified_split(all, 0.25, 1);
    const Dataset data = all.subset(split.train);
    const Dataset held = all.subset(split.held);
    ASSERT_EQ(held.samples().size(), 8U);
    const auto end_of = [&](const TrainOptions& options, const OnProgress& on_progress) {
        auto trainer = Trainer::create(data, held, options);
        EXPECT_TRUE(trainer);
        auto trained = trainer->run(on_progress);
        EXPECT_TRUE(trained);
        EXPECT_TRUE(trained->model.save(folder_ / "model"));
        return read_tensor_file(folder_ / "model")->tensors;
    };
    TrainOptions options = quick();
    options.augment = photo_augmentation();
    options.loader_threads = 0;
    const auto whole = end_of(options, {});
    options.checkpoint = folder_ / "checkpoint";
    options.loader_threads = 2;
    end_of(options,
           [](const Progress& progress) { return progress.finished == nullptr || progress.epoch < 3; });
    options.resume = true;
    const auto resumed = end_of(options, {});
    ASSERT_EQ(whole.size(), resumed.size());
    EXPECT_TRUE(whole == resumed);
}

// Whatever changes what is computed makes another run, and its checkpoint isn't taken.
TEST_F(Training, ACheckpointIsOfTheSameOptionsAndDataAlone) {
    const Dataset all = bars(8);
    const Split split = stratified_split(all, 0.25, 1);
    const Dataset data = all.subset(split.train);
    const Dataset held = all.subset(split.held);
    const Dataset none = all.subset({});
    TrainOptions options = quick();
    options.epochs = 1;
    options.checkpoint = folder_ / "checkpoint";
    const auto runs = [&](const TrainOptions& how, const Dataset& with) {
        auto trainer = Trainer::create(data, with, how);
        EXPECT_TRUE(trainer);
        return trainer->run({}).has_value();
    };
    ASSERT_TRUE(runs(options, held));
    options.resume = true;
    EXPECT_TRUE(runs(options, held));
    EXPECT_FALSE(runs(options, none));
    const std::vector<std::function<void(TrainOptions&)>> changes = {
        [](TrainOptions& o) { o.learning_rate *= 2.0; },
        [](TrainOptions& o) { o.backbone_rate = 0.5; },
        [](TrainOptions& o) { o.schedule.kind = ScheduleKind::kStep; },
        [](TrainOptions& o) { o.schedule.warm_up = 0.3; },
        [](TrainOptions& o) { o.augment.noise = 0.1; },
        [](TrainOptions& o) { o.augment.flip = true; },
        [](TrainOptions& o) { o.optimizer.weight_decay = 0.5; },
        [](TrainOptions& o) { o.optimizer.clip_norm = 1.0; },
        [](TrainOptions& o) { o.optimizer.momentum = 0.5; },
        [](TrainOptions& o) { o.optimizer.nesterov = true; },
        [](TrainOptions& o) { o.label_smoothing = 0.2; },
        [](TrainOptions& o) { o.focal_gamma = 2.0; },
        [](TrainOptions& o) { o.balance_classes = false; },
        [](TrainOptions& o) { o.average_decay = 0.5; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        TrainOptions other = options;
        changes[i](other);
        EXPECT_FALSE(runs(other, held)) << "change " << i;
    }
    // When it ends may differ.
    options.patience = 3;
    options.loader_threads = 2;
    EXPECT_TRUE(runs(options, held));
}

TEST_F(Training, BrokenPicturesAreNamedAndLeftOut) {
    write_bars(4);
    std::ofstream(folder_ / "data/lies/empty.png").flush();
    std::ofstream(folder_ / "data/lies/text.jpg") << "this is no picture at all";
    std::ifstream whole(folder_ / "data/stands/0.png", std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(whole)), std::istreambuf_iterator<char>());
    std::ofstream(folder_ / "data/stands/cut.png", std::ios::binary) << bytes.substr(0, bytes.size() / 2);
    fs::copy_file(folder_ / "data/stands/1.png", folder_ / "data/lies/same.png");
    auto data = Dataset::open(folder_ / "data");
    ASSERT_TRUE(data);
    ASSERT_TRUE(data->load({}));
    EXPECT_EQ(data->samples().size(), 9U);
    ASSERT_EQ(data->problems().size(), 3U);
    EXPECT_NE(data->problems()[0].where.find("empty.png"), std::string::npos);
    ASSERT_EQ(data->twins().size(), 1U);
    EXPECT_TRUE(data->twins()[0].identical);
}

TEST_F(Training, ListsAndLabelsThatDontMatch) {
    write_bars(3);
    std::ofstream(folder_ / "list.csv")
        << "path,label\ndata/lies/0.png,flat\n\"data/stands/0.png\",up\nbroken\n";
    auto list = Dataset::open(folder_ / "list.csv");
    ASSERT_TRUE(list) << list.error().message;
    EXPECT_EQ(list->classes(), (std::vector<std::string>{"flat", "up"}));
    EXPECT_EQ(list->problems().size(), 1U);
    std::ofstream(folder_ / "list.jsonl")
        << "{\"path\": \"data/lies/0.png\", \"label\": 3}\nnot json\n{\"path\": 7}\n";
    auto lines = Dataset::open(folder_ / "list.jsonl");
    ASSERT_TRUE(lines) << lines.error().message;
    EXPECT_EQ(lines->problems().size(), 2U);
    auto folders = Dataset::open(folder_ / "data");
    ASSERT_TRUE(folders);
    const auto matched = list->match_classes(folders->classes());
    ASSERT_FALSE(matched);
    EXPECT_NE(matched.error().message.find("flat"), std::string::npos);
    EXPECT_FALSE(Dataset::open(folder_ / "nowhere"));
}

TEST_F(Training, RefusesWhatCantBeLearnt) {
    const Dataset data = bars(3);
    std::vector<std::size_t> lying = {0, 1, 2};
    const Dataset one_side = data.subset(lying);
    const auto refused = Trainer::create(one_side, data.subset({}), quick());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("stands"), std::string::npos);
    TrainOptions options = quick();
    options.architecture = "resnet-2000";
    EXPECT_FALSE(Trainer::create(data, data.subset({}), options));
    fs::create_directories(folder_ / "single/only");
    ASSERT_TRUE(write_png(folder_ / "single/only/a.png", bar(true, 1)));
    auto single = Dataset::open(folder_ / "single");
    ASSERT_TRUE(single && single->load({}));
    EXPECT_FALSE(Trainer::create(*single, *single, quick()));
}

// The rate becomes a million times as large in the middle of the run; with the decay, every step from then on
// multiplies the weights.
TEST_F(Training, DivergenceIsNoticedAndTheBestWeightsAreKept) {
    const Dataset data = bars(8);
    const Dataset nothing = data.subset({});
    TrainOptions options = quick();
    options.optimizer.kind = OptimizerKind::kSgd;
    options.optimizer.clip_norm = 0.0;
    options.optimizer.weight_decay = 1.0;
    options.schedule = {ScheduleKind::kStep, 0.0, 0.0, 2, 1e6};
    options.learning_rate = 1e-3;
    options.epochs = 20;
    const auto run = [&](const OnProgress& on_progress) {
        auto trainer = Trainer::create(data, nothing, options);
        EXPECT_TRUE(trainer);
        return trainer->run(on_progress);
    };
    auto trained = run({});
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_EQ(trained->result.stop, Stop::kDiverged);
    ASSERT_EQ(trained->result.notes.size(), 1U);
    EXPECT_NE(trained->result.notes[0].find("learning rate"), std::string::npos);
    const int best = trained->result.best_epoch;
    ASSERT_GE(best, 1);
    EXPECT_LT(trained->result.epochs.size(), 20U);
    // The same run, stopped when that epoch ended, has its weights.
    auto stopped = run([&](const Progress& progress) {
        return progress.finished == nullptr || progress.finished->number < best;
    });
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->result.best_epoch, best);
    ASSERT_TRUE(trained->model.save(folder_ / "diverged"));
    ASSERT_TRUE(stopped->model.save(folder_ / "stopped"));
    EXPECT_TRUE(read_tensor_file(folder_ / "diverged")->tensors ==
                read_tensor_file(folder_ / "stopped")->tensors);
    // At once, there is nothing to keep.
    options.schedule = {ScheduleKind::kConstant, 0.0, 0.0, 1, 1.0};
    options.learning_rate = 1000.0;
    const auto hopeless = run({});
    if (!hopeless) {
        EXPECT_NE(hopeless.error().message.find("learning rate"), std::string::npos);
    }
}

// Two epochs are kept; then nothing more can be written, and training goes on.
TEST_F(Training, ADiskThatFillsKeepsTheCheckpointBefore) {
    const Dataset data = bars(8);
    const Dataset nothing = data.subset({});
    TrainOptions options = quick();
    const auto run = [&](const OnProgress& on_progress) {
        auto trainer = Trainer::create(data, nothing, options);
        EXPECT_TRUE(trainer);
        return trainer->run(on_progress);
    };
    auto whole = run({});
    ASSERT_TRUE(whole);
    options.checkpoint = folder_ / "checkpoint";
    std::optional<FullDisk> full;
    auto trained = run([&](const Progress& progress) {
        if (progress.epoch == 3 && !full) full.emplace(1000);
        return true;
    });
    full.reset();
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_EQ(trained->result.stop, Stop::kDone);
    EXPECT_EQ(trained->result.epochs.size(), 4U);
    ASSERT_EQ(trained->result.notes.size(), 1U);
    EXPECT_NE(trained->result.notes[0].find("stays"), std::string::npos) << trained->result.notes[0];
    EXPECT_FALSE(fs::exists(folder_ / "checkpoint.part"));
    EXPECT_TRUE(read_tensor_file(folder_ / "checkpoint"));
    options.resume = true;
    auto resumed = run({});
    ASSERT_TRUE(resumed) << resumed.error().message;
    EXPECT_NE(resumed->result.notes.at(0).find("after epoch 2"), std::string::npos);
    ASSERT_TRUE(whole->model.save(folder_ / "whole"));
    ASSERT_TRUE(resumed->model.save(folder_ / "resumed"));
    EXPECT_TRUE(read_tensor_file(folder_ / "whole")->tensors ==
                read_tensor_file(folder_ / "resumed")->tensors);
}

// What doesn't fit the memory is read at every turn, and files can go.
TEST_F(Training, PicturesThatGoWhileItLearnsCostNoEpoch) {
    write_bars(8);
    auto all = Dataset::open(folder_ / "data");
    ASSERT_TRUE(all);
    LoadOptions loading;
    loading.memory_bytes_max = 0;
    ASSERT_TRUE(all->load(loading));
    const Split split = stratified_split(*all, 0.25, 1);
    const Dataset train = all->subset(split.train);
    const Dataset held = all->subset(split.held);
    fs::remove(train.samples()[3].path);
    fs::remove(held.samples()[1].path);
    TrainOptions options = quick();
    options.batch = 12;  // all of them in every epoch
    auto trainer = Trainer::create(train, held, options);
    ASSERT_TRUE(trainer);
    const auto trained = trainer->run({});
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_EQ(trained->result.stop, Stop::kDone);
    EXPECT_EQ(trained->result.epochs.size(), 4U);
    ASSERT_EQ(trained->result.notes.size(), 1U);
    EXPECT_NE(trained->result.notes[0].find("2 pictures could no longer be read"), std::string::npos)
        << trained->result.notes[0];
    EXPECT_GT(trained->result.epochs.back().held_loss, 0.0);
    // All of them, after two epochs: what was learnt stays.
    options.loader_threads = 0;
    auto robbed = Trainer::create(train, held, options);
    ASSERT_TRUE(robbed);
    const auto kept = robbed->run([&](const Progress& progress) {
        if (progress.finished != nullptr && progress.epoch == 2) fs::remove_all(folder_ / "data");
        return true;
    });
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->result.stop, Stop::kUnreadable);
    EXPECT_EQ(kept->result.epochs.size(), 2U);
    EXPECT_GE(kept->result.best_epoch, 1);
    // From the beginning: an error.
    auto hopeless = Trainer::create(train, held, options);
    ASSERT_TRUE(hopeless);
    EXPECT_FALSE(hopeless->run({}));
}

// Held-back pictures with the labels exchanged: the more is learnt, the worse they come out.
TEST_F(Training, EndsEarlyAndSaysWhy) {
    const Dataset data = bars(12);
    fs::create_directories(folder_ / "wrong");
    fs::rename(folder_ / "data/lies", folder_ / "wrong/stands");
    fs::rename(folder_ / "data/stands", folder_ / "wrong/lies");
    auto wrong = Dataset::open(folder_ / "wrong");
    ASSERT_TRUE(wrong && wrong->load({}));
    TrainOptions options = quick();
    options.epochs = 40;
    options.patience = 3;
    options.schedule.kind = ScheduleKind::kConstant;
    auto patient = Trainer::create(data, *wrong, options);
    ASSERT_TRUE(patient);
    const auto tired = patient->run({});
    ASSERT_TRUE(tired);
    EXPECT_EQ(tired->result.stop, Stop::kPatience);
    EXPECT_LT(tired->result.epochs.size(), 40U);
    EXPECT_EQ(static_cast<int>(tired->result.epochs.size()), tired->result.best_epoch + 3);
    ASSERT_EQ(tired->result.notes.size(), 1U);
    EXPECT_NE(
        tired->result.notes[0].find("none was better than epoch " + std::to_string(tired->result.best_epoch)),
        std::string::npos)
        << tired->result.notes[0];
    options.patience = 0;
    options.seconds_max = 1e-9;
    auto hurried = Trainer::create(data, *wrong, options);
    ASSERT_TRUE(hurried);
    const auto late = hurried->run({});
    ASSERT_TRUE(late);
    EXPECT_EQ(late->result.stop, Stop::kTime);
    ASSERT_EQ(late->result.notes.size(), 1U);
    EXPECT_NE(late->result.notes[0].find("the time was up in epoch 1 of 40"), std::string::npos)
        << late->result.notes[0];
}

// Of every architecture, decay applies to what multiplies inputs alone.
TEST_F(Training, NormsAndBiasesDontDecay) {
    for (const std::string_view name : architectures()) {
        SCOPED_TRACE(std::string(name));
        auto network = make_architecture(name, {64, 3, 3, 1});
        ASSERT_TRUE(network) << network.error().message;
        std::size_t decaying = 0;
        for (const ValueId id : network->parameters()) {
            const Value& value = network->value(id);
            decaying += value.decays ? 1 : 0;
            if (value.shape.rank() < 2 || value.role == Role::kStatistic) {
                EXPECT_FALSE(value.decays) << value.name;
            }
        }
        EXPECT_GT(decaying, 0U);
    }
}

TEST_F(Training, TheMovingAverageForgetsFasterWhenYoung) {
    auto network = make_architecture("small-cnn", {24, 3, 2, 1});
    ASSERT_TRUE(network);
    const Parameters start = copy_parameters(*network);
    Parameters mean = start;
    Parameters moved = start;
    for (auto& one : moved)
        for (float& element : one)
            element += 1.0F;
    put_parameters(moved, *network);
    // The first step keeps 2/11, the hundredth 101/110, the millionth no more than was asked for.
    average_into(mean, *network, 0.95, 1);
    EXPECT_NEAR(mean[0][0], start[0][0] + 9.0F / 11.0F, 1e-5F);
    mean = start;
    average_into(mean, *network, 0.95, 100);
    EXPECT_NEAR(mean[0][0], start[0][0] + 9.0F / 110.0F, 1e-5F);
    mean = start;
    average_into(mean, *network, 0.95, 1'000'000);
    EXPECT_NEAR(mean[0][0], start[0][0] + 0.05F, 1e-5F);
}

TEST_F(Training, FullDiskKeepsTheFileBefore) {
    TensorFile file;
    file.meta = "{}";
    file.tensors["a"] = {1.0F, 2.0F};
    ASSERT_TRUE(write_tensor_file(folder_ / "file", file));
    // A folder in the way of the temporary file, as a full disk would be.
    fs::create_directories(folder_ / "file.part");
    file.tensors["a"] = {3.0F};
    const auto written = write_tensor_file(folder_ / "file", file);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("stays"), std::string::npos);
    EXPECT_EQ(read_tensor_file(folder_ / "file")->tensors.at("a").size(), 2U);
    // Cut short, and one bit wrong.
    std::ifstream in(folder_ / "file", std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::ofstream(folder_ / "cut", std::ios::binary) << bytes.substr(0, bytes.size() - 3);
    EXPECT_FALSE(read_tensor_file(folder_ / "cut"));
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(folder_ / "bit", std::ios::binary) << bytes;
    EXPECT_FALSE(read_tensor_file(folder_ / "bit"));
    EXPECT_FALSE(Model::load(folder_ / "file"));
}

}  // namespace
}  // namespace mosaic::train
