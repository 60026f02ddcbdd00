#include "pipeline/floor_looks.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

class FloorLooksTest : public testing::Test {
  protected:
    FloorLooksTest() {
        picture_.width = 640;
        picture_.height = 360;
        picture_.rgb.assign(std::size_t{640} * 360 * 3, 90);
    }

    void stand(PersonId person, double x) {
        const Box box{x, 100, 60, 180};
        detections_.push_back({box, 0.8});
        people_.push_back({person, box, 0.8, {}});
    }
    /// Who was looked at, by detection.
    std::set<std::size_t> look(Duration at) {
        const auto describe = [&](const Picture&, const Box&) -> Result<std::vector<float>> {
            ++described_;
            return std::vector<float>{3, 4, 0};
        };
        const auto looks =
            looks_.look(describe, picture_, detections_, people_, SourceTime(100s) + at, time_);
        EXPECT_TRUE(looks);
        std::set<std::size_t> seen;
        for (std::size_t i = 0; i < looks->size(); ++i) {
            const Appearance& one = (*looks)[i];
            if (one.vector.empty()) continue;
            seen.insert(i);
            EXPECT_NEAR(std::hypot(one.vector[0], one.vector[1]), 1, 1e-6);
            EXPECT_GT(one.weight, 0);
        }
        return seen;
    }

    Picture picture_;
    std::vector<Detection> detections_;
    std::vector<LivePerson> people_;
    FloorLooks looks_;
    ShareOfTime time_{FloorLooks::kShare};
    int described_ = 0;
};

TEST_F(FloorLooksTest, WhoIsAloneIsLookedAtNowAndThenWhoIsNearOthersEachTime) {
    stand(1, 50);
    EXPECT_EQ(look(0ms), std::set<std::size_t>{0});
    EXPECT_EQ(look(200ms), std::set<std::size_t>{});
    EXPECT_EQ(look(700ms), std::set<std::size_t>{0});
    stand(2, 130);
    EXPECT_EQ(look(900ms), (std::set<std::size_t>{0, 1}));
    EXPECT_EQ(look(1100ms), (std::set<std::size_t>{0, 1}));
}

TEST_F(FloorLooksTest, WhoIsHiddenOrSmallIsNotLookedAt) {
    detections_ = {{{50, 100, 60, 180}, 0.8}, {{55, 150, 60, 180}, 0.8}, {{400, 100, 12, 30}, 0.8}};
    EXPECT_EQ(look(0ms), std::set<std::size_t>{1});
}

TEST_F(FloorLooksTest, NoMoreThanThereIsTimeFor) {
    for (int i = 0; i < 8; ++i)
        stand(i + 1, 5 + 75.0 * i);
    EXPECT_EQ(look(0ms).size(), FloorLooks::kLooksMax);
    time_.spend(10s);
    EXPECT_TRUE(look(200ms).empty());
}

TEST_F(FloorLooksTest, ANetworkThatFailsIsAnError) {
    stand(1, 50);
    const auto describe = [](const Picture&, const Box&) -> Result<std::vector<float>> {
        return failed("out of memory");
    };
    const auto looks = looks_.look(describe, picture_, detections_, people_, SourceTime(100s), time_);
    ASSERT_FALSE(looks);
    EXPECT_EQ(looks.error().message, "out of memory");
}

}  // namespace
}  // namespace vitrina::pipeline
