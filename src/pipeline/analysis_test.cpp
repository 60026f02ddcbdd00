#include "pipeline/analysis.h"

#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

class Events final : public EventSink {
  public:
    Result<void> accept(const Event& event) override {
        events.push_back(event);
        return {};
    }
    [[nodiscard]] std::vector<Visit> visits() const {
        std::vector<Visit> result;
        for (const Event& event : events)
            if (const auto* visit = std::get_if<Visit>(&event.fact)) result.push_back(*visit);
        return result;
    }
    std::vector<Event> events;
};

class Boxes final : public TrackSink {
  public:
    Result<void> accept(const TrackBox& box) override {
        boxes.push_back(box);
        return {};
    }
    std::vector<TrackBox> boxes;
};

class FullDisk final : public TrackSink {
  public:
    Result<void> accept(const TrackBox& /*box*/) override { return failed("no space left"); }
};

AnalysisOptions whole(int width, int height) {
    AnalysisOptions options;
    options.layout = whole_picture(width, height);
    return options;
}

SeenFrame seen(std::int64_t index, int width, int height, std::vector<Detection> detections) {
    return {.frame = {.index = index,
                      .time = instant_at(0.1 * static_cast<double>(index)),
                      .picture = {width, height,
                                  std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3)}},
            .detections = std::move(detections)};
}

TEST(Analysis, PersonWhoStandsInThePictureIsOneVisit) {
    Events events;
    Boxes tracks;
    Boxes smooth;
    Analysis analysis(640, 480, whole(640, 480), {events, tracks, smooth});
    for (std::int64_t i = 0; i < 60; ++i) {
        const bool there = i >= 10 && i < 50;
        const std::vector<Detection> person = {{{300, 200, 60, 160}, 0.8}};
        ASSERT_TRUE(analysis.take(seen(i, 640, 480, there ? person : std::vector<Detection>{})));
    }
    ASSERT_TRUE(analysis.finish());
    const auto visits = events.visits();
    ASSERT_EQ(visits.size(), 1U);
    EXPECT_EQ(visits[0].zone, "picture");
    EXPECT_NEAR(to_seconds(visits[0].begin), 1.0, 0.05);
    EXPECT_NEAR(to_seconds(visits[0].end), 4.9, 0.05);
    // The smoothed output has the youth of the track that the causal one could not know yet.
    EXPECT_EQ(smooth.boxes.size(), 40U);
    const auto guesses = std::erase_if(tracks.boxes, [](const TrackBox& box) { return !box.measured; });
    EXPECT_LT(tracks.boxes.size(), smooth.boxes.size());
    // And it goes on for a moment with a guess where he vanished, which the smoothed one takes back.
    EXPECT_NEAR(static_cast<double>(guesses), 6, 1);
    EXPECT_EQ(analysis.frames(), 60);
    EXPECT_NEAR(to_seconds(analysis.heatmap().total()), 3.9, 0.1);
}

TEST(Analysis, FramesOfAnotherSizeAreTheSameView) {
    Events events;
    Boxes tracks;
    Boxes smooth;
    Analysis analysis(640, 480, whole(640, 480), {events, tracks, smooth});
    for (std::int64_t i = 0; i < 40; ++i) {
        const int scale = i < 20 ? 1 : 2;
        const std::vector<Detection> person = {
            {{300.0 * scale, 200.0 * scale, 60.0 * scale, 160.0 * scale}, 0.8}};
        ASSERT_TRUE(analysis.take(seen(i, 640 * scale, 480 * scale, person)));
    }
    ASSERT_TRUE(analysis.finish());
    EXPECT_EQ(events.visits().size(), 1U);
    ASSERT_FALSE(smooth.boxes.empty());
    EXPECT_NEAR(smooth.boxes.back().box.x, 300, 1);
}

TEST(LayoutFor, AnotherShapeIsRefused) {
    const auto layout = layout_for(640, 480, whole_picture(768, 432));
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(layout.error().message, testing::HasSubstr("768x432"));
}

TEST(LayoutFor, AnotherSizeOfTheSameShapeIsFine) {
    EXPECT_TRUE(layout_for(640, 360, whole_picture(768, 432)));
    EXPECT_EQ(layout_for(640, 360, std::nullopt)->zones.at(0).name, "picture");
}

TEST(Analysis, LayoutOfAnotherSizeIsScaled) {
    Events events;
    Boxes tracks;
    Boxes smooth;
    AnalysisOptions options;
    // The right half, drawn on a picture of half the size.
    options.layout = Layout{"half", 320, 240, {{"right", {{160, 0}, {320, 0}, {320, 240}, {160, 240}}}}, {}};
    Analysis analysis(640, 480, options, {events, tracks, smooth});
    for (std::int64_t i = 0; i < 40; ++i)
        ASSERT_TRUE(
            analysis.take(seen(i, 640, 480, {{{100, 200, 60, 160}, 0.8}, {{500, 200, 60, 160}, 0.8}})));
    ASSERT_TRUE(analysis.finish());
    EXPECT_EQ(events.visits().size(), 1U);
}

TEST(Analysis, FailureOfASinkIsHandedOn) {
    Events events;
    Boxes smooth;
    FullDisk tracks;
    Analysis analysis(640, 480, whole(640, 480), {events, tracks, smooth});
    Result<void> result;
    for (std::int64_t i = 0; i < 40 && result; ++i)
        result = analysis.take(seen(i, 640, 480, {{{300, 200, 60, 160}, 0.8}}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "no space left");
}

}  // namespace
}  // namespace vitrina::pipeline
