#include "video/decode_ahead.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "video/test_clips.h"

namespace vitrina::video {
namespace {

/// Times 10 ms: a minute, for sanitizers on a busy computer.
constexpr int kPatience = 6000;

class DecodeAheadTest : public testing::Test {
  protected:
    static std::unique_ptr<Source> open(const std::string& path) {
        auto source = Source::open(path);
        EXPECT_TRUE(source) << source.error().message;
        return *std::move(source);
    }

    const ClipFolder clips_;
};

TEST_F(DecodeAheadTest, GivesTheFramesOfItsSource) {
    const std::string clip = clips_.make_h264("a.mp4", 60);
    const auto expected = watch(clip, {}, Pictures::kKeep);
    ASSERT_TRUE(expected);
    DecodeAhead ahead(open(clip));
    EXPECT_EQ(ahead.info().width, 320);
    std::size_t count = 0;
    while (auto frame = ahead.next().value()) {
        ASSERT_LT(count, expected->frames.size());
        EXPECT_EQ(frame->index, static_cast<std::int64_t>(count));
        EXPECT_EQ(frame->time, expected->frames[count].time);
        EXPECT_TRUE(frame->picture.rgb == expected->frames[count].picture.rgb);
        ++count;
    }
    EXPECT_EQ(count, 60U);
    EXPECT_EQ(ahead.report().frames, 60);
    EXPECT_EQ(ahead.report().ending, Ending::kComplete);
    EXPECT_GT(ahead.decoding_time(), Duration::zero());
    EXPECT_FALSE(ahead.next().value());
}

TEST_F(DecodeAheadTest, RunsAheadOnlyAsFarAsItMay) {
    using namespace std::chrono_literals;
    DecodeAhead ahead(open(clips_.make_h264("a.mp4", 60)));
    // One more than the queue holds waits in the thread's hands.
    for (int i = 0; i < kPatience && ahead.report().frames < static_cast<std::int64_t>(kFramesAhead) + 1; ++i)
        std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(ahead.report().frames, static_cast<std::int64_t>(kFramesAhead) + 1);
}

TEST_F(DecodeAheadTest, LargePicturesAreBoundedInBytes) {
    using namespace std::chrono_literals;
    // 18.9 MB each: three fit into the budget, the fourth waits.
    DecodeAhead ahead(open(clips_.make("large.mp4", {"-f", "lavfi", "-i", "color=size=3072x2048", "-frames:v",
                                                     "12", "-c:v", "libx264", "-preset", "ultrafast"})));
    for (int i = 0; i < kPatience && ahead.report().frames < 4; ++i)
        std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(ahead.report().frames, 4);
    int count = 0;
    while (ahead.next().value())
        ++count;
    EXPECT_EQ(count, 12);
}

TEST_F(DecodeAheadTest, StopsInTheMiddle) {
    const std::string clip = clips_.make_h264("a.mp4", 100);
    for (int taken = 0; taken < 12; ++taken) {
        DecodeAhead ahead(open(clip));
        for (int i = 0; i < taken; ++i)
            EXPECT_TRUE(ahead.next().value());
        if (taken % 2 == 0) {
            ahead.stop();
            EXPECT_FALSE(ahead.next().value());
            ahead.stop();
        }
    }
}

TEST_F(DecodeAheadTest, StopFromAnotherThreadEndsTheWait) {
    DecodeAhead ahead(open(clips_.make_h264("a.mp4", 250)));
    std::thread stopper([&ahead] { ahead.stop(); });
    while (ahead.next().value()) {
    }
    stopper.join();
}

TEST_F(DecodeAheadTest, AskedToStopItGivesNothingMore) {
    DecodeAhead ahead(open(clips_.make_h264("a.mp4", 250)));
    EXPECT_TRUE(ahead.next().value());
    ahead.ask_to_stop();
    ahead.ask_to_stop();
    EXPECT_FALSE(ahead.next().value());
}

TEST_F(DecodeAheadTest, AnEarlyEndIsReported) {
    const std::string whole = clips_.make_h264("a.mp4", 100, "320x240", {"-movflags", "+faststart"});
    DecodeAhead ahead(open(clips_.cut(whole, "cut.mp4", 0.5)));
    while (ahead.next().value()) {
    }
    EXPECT_EQ(ahead.report().ending, Ending::kEarly);
    EXPECT_FALSE(ahead.report().early_end.empty());
}

TEST(ByteBudget, OneThatIsLargerThanTheLimitGoesAlone) {
    ByteBudget budget(10);
    EXPECT_TRUE(budget.take(100));
    budget.give_back(100);
    EXPECT_TRUE(budget.take(6));
    EXPECT_TRUE(budget.take(4));
    budget.close();
    EXPECT_FALSE(budget.take(1));
}

}  // namespace
}  // namespace vitrina::video
