#include "pipeline/detect_ahead.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

Frame frame_at(std::int64_t index) {
    return {.index = index, .time = SourceTime(Duration(index * 1000)), .picture = {1, 1, {0, 0, 0}}};
}

FrameSource frames(std::int64_t count) {
    return [index = std::int64_t{0}, count]() mutable -> Result<std::optional<Frame>> {
        if (index == count) return std::nullopt;
        return frame_at(index++);
    };
}

// Takes a different time for each frame, so that frames are ready out of order.
class UnevenDetector final : public perceive::Detector {
  public:
    Result<std::vector<Detection>> detect(const Picture& /*picture*/) override {
        std::this_thread::sleep_for(std::chrono::microseconds(calls_++ * 7919 % 400));
        return std::vector<Detection>{{{0, 0, 1, 1}, 0.5}};
    }
    [[nodiscard]] std::string describe() const override { return "uneven"; }

  private:
    int calls_ = 0;
};

class FailingDetector final : public perceive::Detector {
  public:
    Result<std::vector<Detection>> detect(const Picture& /*picture*/) override {
        return failed("no network");
    }
    [[nodiscard]] std::string describe() const override { return "failing"; }
};

std::vector<std::unique_ptr<perceive::Detector>> uneven(std::size_t count) {
    std::vector<std::unique_ptr<perceive::Detector>> detectors;
    for (std::size_t i = 0; i < count; ++i)
        detectors.push_back(std::make_unique<UnevenDetector>());
    return detectors;
}

TEST(DetectAhead, KeepsTheOrderOfFramesWithAnyNumberOfDetectors) {
    for (const std::size_t count : {1U, 2U, 5U}) {
        DetectAhead ahead(frames(200), uneven(count));
        for (std::int64_t index = 0; index < 200; ++index) {
            auto seen = ahead.next();
            ASSERT_TRUE(seen && *seen);
            ASSERT_EQ((*seen)->frame.index, index);
            ASSERT_EQ((*seen)->detections.size(), 1U);
        }
        for (int again = 0; again < 2; ++again) {
            auto end = ahead.next();
            ASSERT_TRUE(end);
            EXPECT_FALSE(*end);
        }
    }
}

TEST(DetectAhead, ErrorOfTheSourceComesAfterTheFramesBeforeIt) {
    DetectAhead ahead(
        [index = std::int64_t{0}]() mutable -> Result<std::optional<Frame>> {
            if (index == 10) return failed("cable cut");
            return frame_at(index++);
        },
        uneven(3));
    for (int i = 0; i < 10; ++i) {
        auto seen = ahead.next();
        ASSERT_TRUE(seen && *seen);
    }
    for (int again = 0; again < 2; ++again) {
        auto end = ahead.next();
        ASSERT_FALSE(end);
        EXPECT_EQ(end.error().message, "cable cut");
    }
}

TEST(DetectAhead, ErrorOfADetectorIsReported) {
    std::vector<std::unique_ptr<perceive::Detector>> detectors;
    detectors.push_back(std::make_unique<FailingDetector>());
    DetectAhead ahead(frames(5), std::move(detectors));
    const auto seen = ahead.next();
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().message, "no network");
}

TEST(DetectAhead, DoesNotRunFurtherAheadThanItsWindow) {
    std::atomic<int> read = 0;
    DetectAhead ahead([&read]() -> Result<std::optional<Frame>> { return frame_at(read++); }, uneven(2));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // The window, and one frame in the hands of each detector.
    EXPECT_LE(read.load(), static_cast<int>(kFramesAheadPerDetector * 2 + 2));
    const auto seen = ahead.next();
    EXPECT_TRUE(seen && *seen);
}

TEST(DetectAhead, LargePicturesAreBoundedInBytes) {
    constexpr std::size_t kThird = kBytesAhead / 3;
    constexpr int kDetectors = 4;
    std::atomic<int> read = 0;
    DetectAhead ahead(
        [&read]() -> Result<std::optional<Frame>> {
            if (read == 20) return std::nullopt;
            Frame frame = frame_at(read++);
            frame.picture.rgb.resize(kThird);
            return frame;
        },
        uneven(kDetectors));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // Three fit, and one is in the hands of each detector.
    EXPECT_LE(read.load(), 3 + kDetectors);
    for (std::int64_t index = 0; index < 20; ++index) {
        const auto seen = ahead.next();
        ASSERT_TRUE(seen && *seen);
        EXPECT_EQ((*seen)->frame.index, index);
    }
}

TEST(DetectAhead, CanBeDroppedInTheMiddle) {
    for (int round = 0; round < 20; ++round) {
        DetectAhead ahead(frames(1000), uneven(3));
        for (int i = 0; i < round; ++i) {
            const auto seen = ahead.next();
            ASSERT_TRUE(seen && *seen);
        }
    }
}

TEST(DetectAhead, EmptySourceEndsAtOnce) {
    DetectAhead ahead(frames(0), uneven(2));
    const auto end = ahead.next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

}  // namespace
}  // namespace vitrina::pipeline
