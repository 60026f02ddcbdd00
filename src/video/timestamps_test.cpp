// Timestamps of real files on their way through demuxer, decoder and clock.
#include <cmath>

#include <gmock/gmock.h>

#include "video/source.h"
#include "video/test_clips.h"

namespace vitrina::video {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

class Timestamps : public testing::Test {
  protected:
    const ClipFolder clips_;
};

TEST_F(Timestamps, VariableFrameRateIsKeptExactly) {
    std::vector<double> expected;
    for (int i = 0; i < 100; ++i)
        if (i < 10 || i % 7 == 0 || (i > 50 && i < 55)) expected.push_back(i / 25.0);
    const std::vector<std::string> select = {"-vf", "select='lt(n,10)+not(mod(n,7))+between(n,51,54)'",
                                             "-vsync", "vfr"};
    for (const auto& [name, tolerance] :
         {std::pair{"vfr.mp4", 0.0}, std::pair{"vfr.mkv", 0.00051}, std::pair{"vfr.ts", 0.0}}) {
        // The filter drops frames of the source, the count of frames comes out of it.
        const auto watched = watch(
            clips_.make(name, {"-f", "lavfi", "-i", "testsrc2=rate=25:size=160x120:duration=4", select[0],
                               select[1], select[2], select[3], "-c:v", "libx264", "-bf", "3"}));
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_THAT(watched->seconds(), Pointwise(DoubleNear(tolerance + 1e-9), expected)) << name;
        EXPECT_EQ(watched->report.repaired_timestamps, 0) << name;
        EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
    }
}

TEST_F(Timestamps, GifDelays) {
    const auto watched =
        watch(clips_.make("slow.gif", {"-f", "lavfi", "-i", "testsrc2=rate=4:size=80x60:duration=3"}));
    ASSERT_TRUE(watched) << watched.error().message;
    ASSERT_EQ(watched->frames.size(), 12U);
    EXPECT_NEAR(watched->seconds().back(), 2.75, 1e-9);
}

TEST_F(Timestamps, StartsThatAreNotZero) {
    const std::string clip = clips_.make_h264("a.mp4", 20);
    for (const auto& [name, offset] :
         {std::pair{"late.ts", "100"}, std::pair{"early.ts", "-3"}, std::pair{"late.mkv", "7"}}) {
        const auto watched = watch(clips_.make(
            name, {"-i", clip, "-c", "copy", "-avoid_negative_ts", "disabled", "-output_ts_offset", offset}));
        ASSERT_TRUE(watched) << watched.error().message;
        ASSERT_EQ(watched->frames.size(), 20U) << name;
        EXPECT_NEAR(watched->seconds().back(), 19 / 25.0, 0.0011) << name;
        EXPECT_EQ(watched->report.repaired_timestamps, 0) << name;
    }
}

TEST_F(Timestamps, AStreamWithoutAny) {
    const auto watched = watch(clips_.make_h264("raw.264", 50));
    ASSERT_TRUE(watched) << watched.error().message;
    ASSERT_EQ(watched->frames.size(), 50U);
    for (std::size_t i = 0; i < watched->frames.size(); ++i)
        EXPECT_NEAR(to_seconds(watched->frames[i].time), static_cast<double>(i) / 25, 1e-6);
}

TEST_F(Timestamps, StreamsPutTogetherGoOn) {
    const Bytes once = bytes_of(clips_.make_h264("once.ts", 40));
    Bytes twice = once;
    twice.insert(twice.end(), once.begin(), once.end());
    const auto watched = watch(clips_.write("twice.ts", twice));
    ASSERT_TRUE(watched) << watched.error().message;
    ASSERT_EQ(watched->frames.size(), 80U);
    for (std::size_t i = 0; i < watched->frames.size(); ++i)
        EXPECT_NEAR(to_seconds(watched->frames[i].time), static_cast<double>(i) / 25, 0.001) << i;
    EXPECT_EQ(watched->report.repaired_timestamps, 1);
}

}  // namespace
}  // namespace vitrina::video
