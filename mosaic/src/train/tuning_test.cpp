// Going on from what others learnt: heads that are extended, bodies that are tuned, and the choice by trying.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "graph_access.h"
#include "mosaic/choose.h"
#include "mosaic/frozen.h"
#include "mosaic/trainer.h"
#include "train/architectures.h"
#include "train/random.h"
#include "train/tensor_file.h"
#include "train/test_folder.h"
#include "train/tuned.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

class Tuning : public PatchesTest {
  protected:
    // A body with seeded weights in a file; empty in a build without ONNX.
    fs::path backbone() {
        auto network = make_architecture("mobilenet-small", {64, 3, 5, 7});
        EXPECT_TRUE(network);
        const auto graph = to_graph(*network);
        EXPECT_TRUE(graph);
        fs::path file = folder_ / "body.onnx";
        return GraphAccess::make(*graph).save_onnx(file, {}) ? file : fs::path();
    }
    static std::string said(Model& model, const Picture& picture) {
        const auto prediction = model.predict(picture);
        EXPECT_TRUE(prediction);
        const auto& all = prediction->probabilities;
        return model
            .classes()[static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin())];
    }
};

TEST_F(Tuning, AClassThatIsAddedLaterMakesNothingForgotten) {
    HeadOptions options;
    options.backbones = {backbone()};
    if (options.backbones[0].empty()) GTEST_SKIP() << "a build without ONNX";
    const Dataset two = patches("two", {0, 1}, 4);
    auto first = train_head(two, options);
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(first->model.save(folder_ / "head"));
    auto loaded = Model::load(folder_ / "head");
    ASSERT_TRUE(loaded) << loaded.error().message;
    const Dataset third = patches("third", {2}, 4);
    auto extended = extend_head(*loaded, third, options);
    ASSERT_TRUE(extended) << extended.error().message;
    EXPECT_EQ(extended->model.classes(), (std::vector<std::string>{"green", "red", "blue"}));
    ASSERT_TRUE(extended->model.save(folder_ / "more"));
    auto more = Model::load(folder_ / "more");
    ASSERT_TRUE(more) << more.error().message;
    for (std::uint64_t seed = 100; seed < 104; ++seed) {
        EXPECT_EQ(said(*more, patch(0, seed)), "red");
        EXPECT_EQ(said(*more, patch(1, seed)), "green");
        EXPECT_EQ(said(*more, patch(2, seed)), "blue");
    }
    // Learnt at once, the same comes out: nothing depends on what came first.
    const Dataset all = patches("all", {0, 1, 2}, 4);
    auto together = train_head(all, options);
    ASSERT_TRUE(together);
    EXPECT_EQ(said(together->model, patch(2, 200)), said(*more, patch(2, 200)));
    // More pictures of a class that is known are added to it.
    auto again = extend_head(*more, patches("again", {1}, 2), options);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->model.classes().size(), 3U);
    const Dataset held = two.subset({});
    auto trainer = Trainer::create(two, held, [] {
        TrainOptions quick;
        quick.image_px = 32;
        quick.epochs = 1;
        return quick;
    }());
    ASSERT_TRUE(trainer);
    auto network = trainer->run({});
    ASSERT_TRUE(network);
    EXPECT_FALSE(extend_head(network->model, third, options));
}

TEST_F(Tuning, TheLastLayersLearnAndTheFirstStay) {
    TrainOptions options;
    options.backbone = backbone();
    if (options.backbone.empty()) GTEST_SKIP() << "a build without ONNX";
    options.image_px = 64;
    options.epochs = 12;
    options.batch = 6;
    options.learning_rate = 5e-3;
    options.average_decay = 0.5;
    options.tuned = 0.3;
    options.augment = no_augmentation();
    const Dataset data = patches("data", {0, 1, 2}, 6);
    std::vector<ValueId> body;
    const auto before = make_tuned_network(options.backbone, {64, 3, 3, options.seed}, &body);
    ASSERT_TRUE(before) << before.error().message;
    const Dataset held = data.subset({});
    auto trainer = Trainer::create(data, held, options);
    ASSERT_TRUE(trainer) << trainer.error().message;
    auto trained = trainer->run({});
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_LT(trained->result.epochs.back().train_loss, trained->result.epochs.front().train_loss);
    ASSERT_TRUE(trained->model.save(folder_ / "model"));
    auto loaded = Model::load(folder_ / "model");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_NE(loaded->describe().find("tuned body"), std::string::npos);
    int right = 0;
    for (std::uint64_t seed = 300; seed < 303; ++seed) {
        right += said(*loaded, patch(0, seed)) == "red" ? 1 : 0;
        right += said(*loaded, patch(1, seed)) == "green" ? 1 : 0;
        right += said(*loaded, patch(2, seed)) == "blue" ? 1 : 0;
    }
    EXPECT_GE(right, 8);
    const auto file = read_tensor_file(folder_ / "model");
    ASSERT_TRUE(file);
    const auto moved = [&](ValueId id) {
        const Value& value = before->value(id);
        const auto old = std::as_const(*value.data).elements<float>();
        const auto& now = file->tensors.at(value.name);
        return !std::equal(old.begin(), old.end(), now.begin());
    };
    EXPECT_FALSE(moved(body.front()));
    EXPECT_TRUE(moved(body.back()));
    options.backbone = folder_ / "nowhere.json";
    EXPECT_FALSE(Trainer::create(data, held, options));
}

TEST_F(Tuning, TheChoiceIsOneOfThoseThatFitTheTime) {
    const Dataset data = patches("data", {0, 1}, 8);
    TrainOptions options;
    options.image_px = 16;
    options.epochs = 3;
    options.batch = 4;
    options.augment = no_augmentation();
    ChooseOptions choosing;
    choosing.seconds = 30.0;
    choosing.architectures = {"small-cnn", "mobilenet-small", "transformer-tiny"};
    std::vector<std::string> told;
    auto choice = choose_architecture(data, options, choosing, [&](const std::string& what) {
        told.push_back(what);
        return true;
    });
    ASSERT_TRUE(choice) << choice.error().message;
    ASSERT_EQ(choice->trials.size(), 3U);
    EXPECT_EQ(choice->trials[0].architecture, choice->architecture);
    EXPECT_TRUE(choice->trials[0].left_out.empty());
    for (const ArchitectureTrial& trial : choice->trials) {
        EXPECT_GT(trial.parameters, 0);
        EXPECT_GT(trial.ms_per_picture, 0.0);
    }
    EXPECT_GE(told.size(), 3U);
    // What ends late is the last step of a fold and measuring after it.
    EXPECT_LE(choice->seconds, 2.0 * choosing.seconds);
    options.architecture = choice->architecture;
    const Dataset held = data.subset({});
    EXPECT_TRUE(Trainer::create(data, held, options));
    // What can't be trained in the time for it isn't chosen.
    options.seconds_max = 1e-6;
    EXPECT_FALSE(choose_architecture(data, options, choosing));
    options.seconds_max = 0.0;
    const auto cancelled =
        choose_architecture(data, options, choosing, [](const std::string&) { return false; });
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().message, "cancelled");
    EXPECT_FALSE(choose_architecture(patches("single", {0, 2}, 1), options, choosing));
}

// Measuring all of them takes seconds, and a quarter of the time is hardly any.
TEST_F(Tuning, WhatIsDearIsNotMeasuredWhenTheTimeIsShort) {
    const Dataset data = patches("data", {0, 1}, 8);
    TrainOptions options;
    options.image_px = 96;
    options.epochs = 1;
    options.batch = 16;
    options.augment = no_augmentation();
    ChooseOptions choosing;
    choosing.seconds = 1.0;
    choosing.architectures = {"resnet-34", "resnet-18", "small-cnn"};
    const auto choice = choose_architecture(data, options, choosing);
    // On a slow machine not even the cheapest can be tried; that is said, and soon.
    if (!choice) {
        EXPECT_NE(choice.error().message.find("in the time"), std::string::npos) << choice.error().message;
        EXPECT_NE(choice.error().message.find("resnet-34: not measured in time"), std::string::npos);
        return;
    }
    EXPECT_NE(choice->architecture, "resnet-34");
    EXPECT_EQ(choice->trials.back().architecture, "resnet-34");
    EXPECT_EQ(choice->trials.back().left_out, "not measured in time");
}

}  // namespace
}  // namespace mosaic::train
