#include "pipeline/smooth_tracks.h"

#include <vector>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

class Collected final : public TrackSink {
  public:
    Result<void> accept(const TrackBox& box) override {
        boxes.push_back(box);
        return {};
    }
    std::vector<TrackBox> boxes;
};

TrackBox box_of(TrackId track, std::int64_t frame) {
    return {.track = track, .frame = frame, .time = instant_at(0.1 * static_cast<double>(frame)), .box = {}};
}

TEST(SmoothTracks, LateBoxesComeInTheirPlace) {
    Collected collected;
    SmoothTracks smooth(std::chrono::seconds(1), collected);
    smooth.add(box_of(1, 0));
    smooth.add(box_of(1, 4));
    ASSERT_TRUE(smooth.advance(instant_at(0.9)));
    EXPECT_TRUE(collected.boxes.empty());
    smooth.add(box_of(2, 2));
    smooth.add(box_of(1, 2));
    ASSERT_TRUE(smooth.advance(instant_at(1.25)));
    ASSERT_EQ(collected.boxes.size(), 3U);
    EXPECT_EQ(collected.boxes[1].track, 1);
    EXPECT_EQ(collected.boxes[2].track, 2);
    ASSERT_TRUE(smooth.finish());
    ASSERT_EQ(collected.boxes.size(), 4U);
    EXPECT_EQ(collected.boxes[3].frame, 4);
}

}  // namespace
}  // namespace vitrina::pipeline
