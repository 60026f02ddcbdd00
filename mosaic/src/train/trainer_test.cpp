// Training from files on the disk to a model that runs: on pictures that are made here, and on bad input.
#include "mosaic/trainer.h"

#include <cmath>
#include <cstring>
#include <fstream>

#include <gtest/gtest.h>

#include "train/architectures.h"
#include "train/executor.h"
#include "train/model_body.h"
#include "train/random.h"
#include "train/tensor_file.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

// Each test gets a folder of its own.
class Training : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::temp_directory_path() / ("mosaic_train_" + std::string(test->name()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

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

    fs::path folder_;
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
    const Dataset data = bars(12);
    const Dataset none = data.subset({});
    const auto end_of = [&](const TrainOptions& options, const OnProgress& on_progress) {
        auto trainer = Trainer::create(data, none, options);
        EXPECT_TRUE(trainer);
        auto trained = trainer->run(on_progress);
        EXPECT_TRUE(trained);
        EXPECT_TRUE(trained->model.save(folder_ / "model"));
        return read_tensor_file(folder_ / "model")->tensors;
    };
    TrainOptions options = quick();
    options.augment = photo_augmentation();
    const auto whole = end_of(options, {});
    options.checkpoint = folder_ / "checkpoint";
    options.loader_threads = 0;
    end_of(options,
           [](const Progress& progress) { return progress.finished == nullptr || progress.epoch < 3; });
    options.resume = true;
    const auto resumed = end_of(options, {});
    ASSERT_EQ(whole.size(), resumed.size());
    EXPECT_TRUE(whole == resumed);
    // Other options are another run.
    options.learning_rate *= 2.0;
    auto other = Trainer::create(data, none, options);
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->run({}));
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

TEST_F(Training, DivergenceIsNoticedAndWhatWasLearntBeforeIsKept) {
    const Dataset data = bars(8);
    TrainOptions options = quick();
    options.optimizer.kind = OptimizerKind::kSgd;
    options.optimizer.clip_norm = 0.0;
    options.optimizer.weight_decay = 1.0;
    options.schedule.kind = ScheduleKind::kConstant;
    options.schedule.warm_up = 0.9;  // the rate rises until it is too much
    options.learning_rate = 1000.0;
    options.epochs = 60;
    const Dataset nothing = data.subset({});
    auto trainer = Trainer::create(data, nothing, options);
    ASSERT_TRUE(trainer);
    const auto trained = trainer->run({});
    const std::string said = trained ? trained->result.notes.at(0) : trained.error().message;
    EXPECT_NE(said.find("learning rate"), std::string::npos) << said;
    if (trained) {
        EXPECT_EQ(trained->result.stop, Stop::kDiverged);
    }
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
