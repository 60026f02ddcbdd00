// Detectors of boxes: what is learnt, from where, how far off, and the whole way from files to files.
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "graph_access.h"
#include "mosaic/boxes.h"
#include "train/architectures.h"
#include "train/box_loader.h"
#include "train/box_network.h"
#include "train/box_tiles.h"
#include "train/box_training.h"
#include "train/executor.h"
#include "train/loss.h"
#include "train/random.h"
#include "train/test_folder.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

TEST(BoxTargets, CentresAreOneAndSizesLieBesideThem) {
    BoxTargets targets = empty_targets(2, 16);
    const std::vector<CropBox> boxes = {{10.0F, 20.0F, 34.0F, 36.0F, false}};
    draw_targets(boxes, 1, 16, targets);
    // The centre (22, 28) is in the cell of column 5, row 7 of the second picture.
    const std::size_t cell = 256 + 7 * 16 + 5;
    EXPECT_EQ(targets.centres, 1U);
    EXPECT_FLOAT_EQ(targets.heat[cell], 1.0F);
    EXPECT_LT(targets.heat[cell + 1], 1.0F);
    EXPECT_GT(targets.heat[cell + 1], targets.heat[cell + 2]);
    EXPECT_FLOAT_EQ(*std::max_element(targets.heat.begin(), targets.heat.begin() + 256), 0.0F);
    EXPECT_NEAR(targets.numbers[cell * 4], std::log(6.0), 1e-5);
    EXPECT_NEAR(targets.numbers[cell * 4 + 1], std::log(4.0), 1e-5);
    EXPECT_NEAR(targets.numbers[cell * 4 + 2], 0.0, 1e-5);
    EXPECT_NEAR(targets.numbers[cell * 4 + 3], -0.5, 1e-5);
    // Its neighbour to the right learns the same box.
    EXPECT_NEAR(targets.numbers[(cell + 1) * 4 + 2], -1.0, 1e-5);
}

TEST(BoxTargets, WhatIsIgnoredCostsNothing) {
    BoxTargets targets = empty_targets(1, 8);
    const std::vector<CropBox> boxes = {{0.0F, 0.0F, 8.0F, 8.0F, true}};
    draw_targets(boxes, 0, 8, targets);
    EXPECT_EQ(targets.centres, 0U);
    std::vector<float> logits(64, -20.0F);
    std::vector<float> gradient(64);
    logits[0] = 5.0F;
    EXPECT_LT(centre_heat(logits, targets.heat, 0, gradient), 1e-6);
    logits[40] = 5.0F;
    EXPECT_GT(centre_heat(logits, targets.heat, 0, gradient), 1.0);
}

TEST(BoxTargets, GradientOfTheNumbers) {
    BoxTargets targets = empty_targets(1, 8);
    const std::vector<CropBox> boxes = {{1.0F, 2.0F, 31.0F, 31.0F, false}};
    draw_targets(boxes, 0, 8, targets);
    Random random(4);
    std::vector<float> output(64 * kBoxNumbers);
    for (float& number : output)
        number = static_cast<float>(random.uniform(-1.0, 3.0));
    std::vector<float> gradient(output.size());
    std::vector<float> unused(output.size());
    EXPECT_GT(box_numbers_loss(output, targets, gradient), 0.0);
    int slopes = 0;
    for (std::size_t i = 0; i < output.size(); ++i) {
        constexpr float kStep = 1e-3F;
        const float before = output[i];
        output[i] = before + kStep;
        const double above = box_numbers_loss(output, targets, unused);
        output[i] = before - kStep;
        const double below = box_numbers_loss(output, targets, unused);
        output[i] = before;
        EXPECT_NEAR(gradient[i], (above - below) / (2.0 * kStep), 1e-3) << i;
        slopes += gradient[i] != 0.0F ? 1 : 0;
    }
    EXPECT_GE(slopes, 4 * 4);
}

// A photograph of noise with bright things on it, and where they are.
struct Photograph {
    Picture picture;
    Sample sample;
};
Photograph photograph(std::int64_t width, std::int64_t height, int things, std::uint64_t seed) {
    Random random(seed);
    Photograph made{{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3))},
                    {}};
    for (auto& byte : made.picture.rgb)
        byte = static_cast<std::uint8_t>(random.below(90));
    std::vector<FoundBox> taken;
    while (things > 0) {
        const auto w = static_cast<std::int64_t>(14 + random.below(10));
        const auto h = static_cast<std::int64_t>(12 + random.below(8));
        const auto left = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(width - w)));
        const auto top = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(height - h)));
        const FoundBox box{static_cast<float>(left - 4), static_cast<float>(top - 4),
                           static_cast<float>(left + w + 4), static_cast<float>(top + h + 4), 1.0F};
        if (std::any_of(taken.begin(), taken.end(),
                        [&](const FoundBox& other) { return overlap_of(box, other) > 0.0; })) {
            continue;
        }
        taken.push_back(box);
        --things;
        for (std::int64_t y = top; y < top + h; ++y) {
            for (std::int64_t x = left; x < left + w; ++x) {
                std::uint8_t* pixel = &made.picture.rgb[static_cast<std::size_t>((y * width + x) * 3)];
                pixel[0] = pixel[1] = 240;
                pixel[2] = 60;
            }
        }
        made.sample.boxes.push_back(
            {0, (static_cast<float>(left) + static_cast<float>(w) / 2.0F) / static_cast<float>(width),
             (static_cast<float>(top) + static_cast<float>(h) / 2.0F) / static_cast<float>(height),
             static_cast<float>(w) / static_cast<float>(width),
             static_cast<float>(h) / static_cast<float>(height)});
    }
    return made;
}

// What the view shows where the box is said to be is the thing, and nothing of it is outside.
TEST(BoxLoader, BoxesMoveWithThePicture) {
    Random random(3);
    for (int i = 0; i < 20; ++i) {
        SCOPED_TRACE(i);
        const Photograph made = photograph(120, 90, 1, static_cast<std::uint64_t>(i));
        const View view{64, 64, 3, Fit::kStretch, {}};
        Projection part;
        const double mirror = i % 2 == 0 ? -1.0 : 1.0;
        const double half = random.uniform(25.0, 45.0);
        part.a = half * mirror;
        part.e = half * random.uniform(0.8, 1.2);
        part.c = random.uniform(40.0, 80.0);
        part.f = random.uniform(30.0, 60.0);
        std::vector<float> pixels(64 * 64 * 3);
        render(made.picture, view, part, {}, nullptr, pixels);
        const auto boxes = BoxLoader::moved_boxes(made.picture, made.sample, view, part);
        FoundBox bright{64.0F, 64.0F, 0.0F, 0.0F, 1.0F};
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 64; ++x) {
                const float red = pixels[static_cast<std::size_t>((y * 64 + x) * 3)];
                if (red < 1.0F) continue;  // grey is 0, the thing 1.76
                bright.left = std::min(bright.left, static_cast<float>(x));
                bright.top = std::min(bright.top, static_cast<float>(y));
                bright.right = std::max(bright.right, static_cast<float>(x + 1));
                bright.bottom = std::max(bright.bottom, static_cast<float>(y + 1));
            }
        }
        if (boxes.empty()) {
            const float width = std::max(bright.right - bright.left, 0.0F);
            EXPECT_LT(width * std::max(bright.bottom - bright.top, 0.0F), 100.0F);
            continue;
        }
        EXPECT_NEAR(boxes[0].left, bright.left, 1.5F);
        EXPECT_NEAR(boxes[0].top, bright.top, 1.5F);
        EXPECT_NEAR(boxes[0].right, bright.right, 1.5F);
        EXPECT_NEAR(boxes[0].bottom, bright.bottom, 1.5F);
    }
}

TEST(BoxTiles, EveryBoxUpToTheOverlapIsWholeInOneTile) {
    Random random(5);
    for (int i = 0; i < 200; ++i) {
        Tiling tiling;
        tiling.tile_px = 320;
        tiling.overlap_px = 60.0;
        tiling.area_side_px = random.uniform(200.0, 1500.0);
        const auto width = static_cast<std::int64_t>(200 + random.below(3000));
        const auto height = static_cast<std::int64_t>(200 + random.below(3000));
        const double zoom = zoom_of(tiling, width, height);
        const double left = random.uniform(0.0, static_cast<double>(width) * zoom - 60.0);
        const double top = random.uniform(0.0, static_cast<double>(height) * zoom - 60.0);
        const auto tiles = tiles_of(tiling, width, height);
        EXPECT_TRUE(std::any_of(tiles.begin(), tiles.end(),
                                [&](const Tile& tile) {
                                    return left >= tile.left && top >= tile.top &&
                                           left + 60.0 <= tile.left + 320.0 && top + 60.0 <= tile.top + 320.0;
                                }))
            << width << "x" << height << " at " << zoom;
    }
}

TEST(AveragePrecision, OfAKnownCase) {
    const FoundBox first{0.0F, 0.0F, 10.0F, 10.0F, 1.0F};
    const FoundBox second{50.0F, 50.0F, 60.0F, 60.0F, 1.0F};
    BoxResult result;
    result.truth = {first, second};
    result.found = {first, {20.0F, 0.0F, 30.0F, 10.0F, 0.8F}, {50.0F, 51.0F, 60.0F, 61.0F, 0.7F}};
    result.found[0].score = 0.9F;
    const BoxEvaluation evaluation = evaluate_boxes({&result, 1});
    // Right, wrong, right: half at precision 1, half at 2/3.
    EXPECT_NEAR(evaluation.ap50, 0.5 + 0.5 * 2.0 / 3.0, 1e-9);
    EXPECT_NEAR(evaluation.recall, 1.0, 1e-9);
    EXPECT_NEAR(evaluation.precision, 2.0 / 3.0, 1e-9);
    EXPECT_LE(evaluation.threshold, 0.7F);
    // The third overlaps by 90/110: not at 0.85 and above.
    EXPECT_NEAR(evaluation.ap, (7.0 * evaluation.ap50 + 3.0 * 0.5) / 10.0, 1e-9);
    // A truth is found once.
    result.found.push_back({0.0F, 0.0F, 10.0F, 10.0F, 0.95F});
    const auto right = match_boxes(result, 0.5);
    EXPECT_EQ(std::count(right.begin(), right.end(), true), 2);
    EXPECT_FALSE(right[0]);
    EXPECT_EQ(evaluate_boxes({}).ap50, 0.0);
}

// The decoding in the graph against one by hand from the maps. The body has learnt nothing and its features
// are large: weights small enough that no score is rounded to 1, where every peak would be as good as the
// best.
TEST(BoxNetwork, DetectionsAreThePeaksOfTheMaps) {
    auto made = make_box_network({{}, "mobilenet-small", 3, 5.0}, 96);
    ASSERT_TRUE(made) << made.error().message;
    Random random(9);
    for (Value& value : made->network.values) {
        if (value.name != "centres/weights" && value.name != "numbers/weights") continue;
        for (float& weight : value.data->elements<float>())
            weight = static_cast<float>(random.normal() * 0.005);
    }
    auto executor = Executor::create(made->network, {1, false, false});
    ASSERT_TRUE(executor);
    for (float& number : executor->input(0))
        number = static_cast<float>(random.uniform(-2.0, 2.0));
    const std::vector<float> input(executor->input(0).begin(), executor->input(0).end());
    executor->forward({false, 0});
    const auto graph = to_detector_graph(made->network);
    ASSERT_TRUE(graph) << graph.error().message;
    auto session = Session::compile(GraphAccess::make(*graph), {});
    ASSERT_TRUE(session) << session.error().message;
    ASSERT_TRUE(session->run(TensorView(Shape{1, 96, 96, 3}, std::span<const float>(input))));
    const auto detections = session->output("detections")->elements<float>();
    ASSERT_EQ(detections.size(), 500U);
    const auto heat = executor->output(0);
    const auto numbers = executor->output(1);
    const std::int64_t side = 24;
    std::size_t best = 0;
    for (std::size_t i = 0; i < heat.size(); ++i)
        best = heat[i] > heat[best] ? i : best;
    const auto score = [](float logit) { return 1.0 / (1.0 + std::exp(-static_cast<double>(logit))); };
    for (std::size_t i = 0; i < heat.size(); ++i) {
        if (i == best) continue;
        // The one best, by more than kernels differ.
        ASSERT_LT(score(heat[i]), score(heat[best]) - 1e-4) << i << " and " << best;
    }
    const double x = (static_cast<double>(best % side) + 0.5 + numbers[best * 4 + 2]) * 4.0;
    const double y = (static_cast<double>(best / side) + 0.5 + numbers[best * 4 + 3]) * 4.0;
    const double w = std::exp(numbers[best * 4]) * 4.0;
    const double h = std::exp(numbers[best * 4 + 1]) * 4.0;
    EXPECT_NEAR(detections[0], x - w / 2.0, 0.02 * std::max(1.0, w));
    EXPECT_NEAR(detections[1], y - h / 2.0, 0.02 * std::max(1.0, h));
    EXPECT_NEAR(detections[2], x + w / 2.0, 0.02 * std::max(1.0, w));
    EXPECT_NEAR(detections[3], y + h / 2.0, 0.02 * std::max(1.0, h));
    ASSERT_LT(std::max(w, h), 1e4);
    EXPECT_NEAR(detections[4], score(heat[best]), 1e-3);
    for (std::size_t i = 9; i < detections.size(); i += 5)
        EXPECT_LE(detections[i], detections[i - 5]);
}

TEST(BoxNetwork, RefusesWhatHasNoMaps) {
    const auto flat = make_box_network({{}, "transformer-tiny", 1, 5.0}, 96);
    ASSERT_FALSE(flat);
    EXPECT_NE(flat.error().message.find("transformer-tiny"), std::string::npos);
    EXPECT_FALSE(make_box_network({{}, "mobilenet-small", 1, 5.0}, 100));
    EXPECT_FALSE(make_box_network({"nowhere.json", "", 1, 5.0}, 96));
}

class Boxes : public FolderTest {
  protected:
    void SetUp() override {
        FolderTest::SetUp();
        fs::create_directories(folder_ / "data");
    }

    void write(int count, int things) {
        for (int i = 0; i < count; ++i) {
            const Photograph made = photograph(160, 120, things, static_cast<std::uint64_t>(i) + 50);
            const std::string name = std::to_string(i);
            ASSERT_TRUE(write_png(folder_ / "data" / (name + ".png"), made.picture));
            std::ofstream labels(folder_ / "data" / (name + ".txt"));
            for (const Box& box : made.sample.boxes)
                labels << "0 " << box.x << ' ' << box.y << ' ' << box.width << ' ' << box.height << '\n';
        }
    }
    static BoxOptions quick() {
        BoxOptions options;
        options.architecture = "mobilenet-small";
        options.box_px = 16.0;
        options.crop_px = 64;
        options.steps = 100;
        options.learning_rate = 2e-3;
        options.average_decay = 0.9;
        options.loader_threads = 0;
        return options;
    }
    Dataset open(const BoxOptions& options) {
        auto data = Dataset::from_yolo(folder_ / "data");
        EXPECT_TRUE(data) << data.error().message;
        EXPECT_TRUE(data->load(box_loading(*data, options)));
        return std::move(*data);
    }
};

TEST_F(Boxes, AreLearntFoundSavedAndReported) {
    write(8, 4);
    const BoxOptions options = quick();
    const Dataset data = open(options);
    const Split split = stratified_split(data, 0.25, 1);
    auto trained = train_boxes(data.subset(split.train), options);
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_LT(trained->losses.back(), trained->losses.front());
    const Dataset held = data.subset(split.held);
    const auto results = find_boxes(trained->detector, held);
    ASSERT_TRUE(results) << results.error().message;
    const BoxEvaluation evaluation = evaluate_boxes(*results);
    EXPECT_GE(evaluation.ap50, 0.6);
    EXPECT_TRUE(write_box_report(folder_ / "report.html",
                                 {"a <title>", "model", &held, *results, &evaluation, {trained->losses}}));
    std::ifstream report(folder_ / "report.html");
    const std::string html((std::istreambuf_iterator<char>(report)), std::istreambuf_iterator<char>());
    EXPECT_NE(html.find("a &lt;title&gt;"), std::string::npos);
    trained->detector.set_threshold(evaluation.threshold);
    const auto saved = trained->detector.save(folder_ / "tags.onnx");
    if (!saved) GTEST_SKIP() << saved.error().message;  // a build without ONNX
    auto loaded = BoxDetector::load(folder_ / "tags.onnx");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->threshold(), trained->detector.threshold());
    const auto picture = held.picture(0);
    const auto before = trained->detector.find(*picture);
    const auto after = loaded->find(*picture);
    ASSERT_TRUE(before && after);
    ASSERT_EQ(before->size(), after->size());
    ASSERT_FALSE(before->empty());
    EXPECT_NEAR((*before)[0].left, (*after)[0].left, 0.1F);
    EXPECT_NEAR((*before)[0].score, (*after)[0].score, 1e-3F);
    std::ofstream(folder_ / "tags.boxes.json") << "{\"kind\": \"boxes\", \"tile_px\": -3}";
    EXPECT_FALSE(BoxDetector::load(folder_ / "tags.onnx"));
    EXPECT_FALSE(BoxDetector::load(folder_ / "other.onnx"));
}

TEST_F(Boxes, ResumedRunEndsInTheSameBits) {
    write(3, 3);
    BoxOptions options = quick();
    options.batch = 2;
    // What is interrupted goes on from step 20, when the checkpoint was written.
    options.steps = 24;
    const Dataset data = open(options);
    const auto end_of = [&](const BoxOptions& how, const OnBoxProgress& on_progress) {
        auto training = BoxTraining::create(data, how, box_scale(data, how));
        EXPECT_TRUE(training);
        EXPECT_TRUE(training->run(on_progress));
        std::vector<std::vector<float>> all;
        for (const ValueId id : training->network().parameters()) {
            const auto elements = std::as_const(*training->network().value(id).data).elements<float>();
            all.emplace_back(elements.begin(), elements.end());
        }
        return all;
    };
    options.loader_threads = 2;
    const auto whole = end_of(options, {});
    options.checkpoint = folder_ / "checkpoint";
    options.loader_threads = 0;
    end_of(options, [](const BoxProgress& progress) { return progress.step < 22; });
    options.resume = true;
    EXPECT_TRUE(whole == end_of(options, {}));
    // Other options are another run.
    options.learning_rate *= 2.0;
    auto other = BoxTraining::create(data, options, box_scale(data, options));
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->run({}));
}

// A network out of a file as the body: frozen layers stay, the rest moves.
TEST_F(Boxes, AreLearntOnABackbone) {
    write(2, 3);
    auto network = make_architecture("mobilenet-small", {96, 3, 5, 7});
    ASSERT_TRUE(network);
    const auto graph = to_graph(*network);
    ASSERT_TRUE(graph);
    const fs::path file = folder_ / "body.onnx";
    const auto saved = GraphAccess::make(*graph).save_onnx(file, {});
    if (!saved) GTEST_SKIP() << saved.error().message;  // a build without ONNX
    BoxOptions options = quick();
    options.backbone = file;
    options.steps = 3;
    // The body never saw a picture, so nothing keeps its features small, and the heads' steps are as large.
    options.learning_rate = 1e-4;
    options.frozen = 0.5;
    options.average_decay = 0.0;
    const Dataset data = open(options);
    const auto before = make_box_network({file, "", options.seed, 4.0}, 64);
    ASSERT_TRUE(before) << before.error().message;
    ASSERT_GT(before->body.size(), 10U);
    auto training = BoxTraining::create(data, options, box_scale(data, options));
    ASSERT_TRUE(training) << training.error().message;
    const auto ran = training->run({});
    ASSERT_TRUE(ran) << ran.error().message;
    const auto moved = [&](ValueId id) {
        const auto old = std::as_const(*before->network.value(id).data).elements<float>();
        const auto now = std::as_const(*training->network().value(id).data).elements<float>();
        return !std::equal(old.begin(), old.end(), now.begin());
    };
    EXPECT_FALSE(moved(before->body.front()));
    EXPECT_TRUE(moved(before->body.back()));
    EXPECT_TRUE(train_boxes(data, options));
}

TEST_F(Boxes, BadInputIsAnErrorThatSaysWhat) {
    write(2, 2);
    BoxOptions options = quick();
    const Dataset data = open(options);
    options.learning_rate = -1.0;
    EXPECT_FALSE(train_boxes(data, options));
    options = quick();
    options.learning_rate = 500.0;
    options.optimizer.clip_norm = 0.0;
    options.steps = 60;
    const auto diverged = train_boxes(data, options);
    if (diverged) {
        EXPECT_NE(diverged->stop, Stop::kCancelled);
    } else {
        EXPECT_NE(diverged.error().message.find("learning rate"), std::string::npos);
    }
    for (int i = 0; i < 2; ++i)
        std::ofstream(folder_ / "data" / (std::to_string(i) + ".txt")) << "\n";
    EXPECT_FALSE(Dataset::from_yolo(folder_ / "data"));
    std::ofstream(folder_ / "data" / "0.txt") << "0 0.5 0.5 7 0.1\nno box\n0 0.5 0.5 0.2 0.2\n";
    const auto some = Dataset::from_yolo(folder_ / "data");
    ASSERT_TRUE(some);
    EXPECT_EQ(some->problems().size(), 2U);
}

}  // namespace
}  // namespace mosaic::train
