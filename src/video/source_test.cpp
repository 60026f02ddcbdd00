#include "video/source.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <gmock/gmock.h>

#include "video/test_clips.h"

namespace vitrina::video {
namespace {

using testing::HasSubstr;

class SourceTest : public testing::Test {
  protected:
    const ClipFolder clips_;
};

TEST_F(SourceTest, GivesEveryFrameOfEveryContainer) {
    // H.264 with B-frames: the last pictures come only when the decoder is emptied.
    for (const char* name : {"a.mp4", "a.mkv", "a.avi", "a.ts", "a.mov", "a.flv", "a.264"}) {
        const auto watched = watch(clips_.make_h264(name, 60));
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_EQ(watched->frames.size(), 60U) << name;
        EXPECT_EQ(watched->info.width, 320);
        EXPECT_EQ(watched->info.height, 240);
        EXPECT_EQ(watched->info.codec, "h264");
        EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
        EXPECT_EQ(watched->report.damaged_packets, 0) << name;
        EXPECT_EQ(watched->report.damaged_frames, 0) << name;
        EXPECT_NEAR(watched->info.nominal_frame_rate, 25, 0.1) << name;
        EXPECT_NEAR(watched->seconds().back(), 59 / 25.0, 0.0011) << name;
    }
}

TEST_F(SourceTest, ReadsOtherCodecs) {
    struct Case {
        std::string name;
        std::vector<std::string> encoder;
    };
    for (const Case& clip :
         {Case{"a.mjpeg.avi", {"-c:v", "mjpeg"}}, Case{"b.mpeg4.mp4", {"-c:v", "mpeg4", "-bf", "2"}},
          Case{"c.mpg", {"-c:v", "mpeg2video"}}, Case{"d.webm", {"-c:v", "libvpx", "-deadline", "realtime"}},
          Case{"e.raw.avi", {"-c:v", "rawvideo"}}, Case{"f.gif", {}}, Case{"g.apng", {}}}) {
        std::vector<std::string> arguments = {"-f",        "lavfi", "-i", "testsrc2=rate=25:size=160x120",
                                              "-frames:v", "20"};
        arguments.insert(arguments.end(), clip.encoder.begin(), clip.encoder.end());
        const auto watched = watch(clips_.make(clip.name, arguments));
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_EQ(watched->frames.size(), 20U) << clip.name;
        EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
        EXPECT_NEAR(watched->seconds().back(), 19 / 25.0, 0.012) << clip.name;
    }
}

TEST_F(SourceTest, OneFrame) {
    EXPECT_EQ(watch(clips_.make_h264("one.mp4", 1))->frames.size(), 1U);
    for (const char* name : {"one.png", "one.jpg", "one.bmp", "one.gif"}) {
        const auto watched =
            watch(clips_.make(name, {"-f", "lavfi", "-i", "testsrc2=size=320x240,scale=101:77", "-frames:v",
                                     "1", "-update", "1"}));
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_EQ(watched->frames.size(), 1U) << name;
        EXPECT_EQ(watched->info.width, 101);
        EXPECT_EQ(watched->info.height, 77);
        EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
    }
}

TEST_F(SourceTest, SoundLongerOrShorterThanThePicturesIsNoEarlyEnd) {
    for (const char* seconds : {"1", "8"})
        for (const char* name : {"a.mp4", "a.mkv", "a.avi", "a.flv", "a.ts"}) {
            const auto watched = watch(clips_.make(
                name, {"-f", "lavfi", "-i", "testsrc2=rate=25:size=160x120:duration=4", "-f", "lavfi", "-i",
                       std::string("sine=duration=") + seconds, "-c:v", "libx264", "-c:a", "aac"}));
            ASSERT_TRUE(watched) << watched.error().message;
            EXPECT_EQ(watched->frames.size(), 100U) << name;
            EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
        }
}

TEST_F(SourceTest, ATrimmedMp4IsComplete) {
    const std::string whole = clips_.make_h264("whole.mp4", 250);
    const auto watched =
        watch(clips_.make("trimmed.mp4", {"-ss", "2.5", "-i", whole, "-t", "3", "-c", "copy"}));
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
    EXPECT_NEAR(static_cast<double>(watched->frames.size()), 75, 4);
}

TEST_F(SourceTest, FramesThatChangeSizeComeInTheirOwn) {
    Bytes both = bytes_of(clips_.make_h264("small.ts", 30, "320x240"));
    const Bytes large = bytes_of(clips_.make_h264("large.ts", 20, "640x360"));
    both.insert(both.end(), large.begin(), large.end());
    const auto watched = watch(clips_.write("both.ts", both));
    ASSERT_TRUE(watched) << watched.error().message;
    ASSERT_EQ(watched->frames.size(), 50U);
    EXPECT_EQ(watched->frames[29].picture.width, 320);
    EXPECT_EQ(watched->frames[30].picture.width, 640);
    EXPECT_EQ(watched->report.size_changes, 1);
    ASSERT_TRUE(watched->report.first_size_change);
    EXPECT_EQ(watched->report.first_size_change->at, watched->frames[30].time);
    EXPECT_EQ(watched->report.first_size_change->from_width, 320);
    EXPECT_EQ(watched->report.first_size_change->to_height, 360);
}

TEST_F(SourceTest, AnEndThatCannotBeDecodedIsAnEarlyEnd) {
    SourceOptions options;
    options.max_pixels = 320 * 240;
    const Bytes small = bytes_of(clips_.make_h264("small.ts", 30, "320x240"));
    const auto watch_with_end = [&](int frames) {
        Bytes both = small;
        const Bytes large = bytes_of(clips_.make_h264("large.ts", frames, "640x360"));
        both.insert(both.end(), large.begin(), large.end());
        return watch(clips_.write("both.ts", both), options);
    };
    for (const int frames : {200, 35}) {
        const auto lost = watch_with_end(frames);
        ASSERT_TRUE(lost) << lost.error().message;
        EXPECT_NEAR(static_cast<double>(lost->frames.size()), 30, 3);
        EXPECT_EQ(lost->report.ending, Ending::kEarly) << frames;
        EXPECT_THAT(lost->report.early_end, HasSubstr("could be decoded: "));
    }
    const auto hurt = watch_with_end(20);
    ASSERT_TRUE(hurt) << hurt.error().message;
    EXPECT_EQ(hurt->report.ending, Ending::kComplete) << hurt->report.early_end;
    EXPECT_GT(hurt->report.damaged_packets, 0);
}

TEST_F(SourceTest, ACodecThatChangesHalfWayIsAnEarlyEnd) {
    Bytes both = bytes_of(clips_.make_h264("h264.ts", 50));
    const Bytes other = bytes_of(clips_.make(
        "hevc.ts", {"-f", "lavfi", "-i", "testsrc2=rate=25:size=320x240", "-frames:v", "50", "-c:v",
                    "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"}));
    both.insert(both.end(), other.begin(), other.end());
    const auto watched = watch(clips_.write("both.ts", both));
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_NEAR(static_cast<double>(watched->frames.size()), 50, 3);
    EXPECT_EQ(watched->report.ending, Ending::kEarly);
    EXPECT_THAT(watched->report.early_end, HasSubstr("could be decoded: "));
}

/// Gives the picture with this number, from 0, a type that no H.264 decoder knows. The key picture has none.
void spoil_picture(Bytes& mp4, int number) {
    constexpr std::string_view kData = "mdat";
    constexpr std::size_t kLengthBytes = 4;
    constexpr std::uint8_t kTypeBits = 0x1F;
    constexpr std::uint8_t kPicture = 1;
    auto unit = std::search(mp4.begin(), mp4.end(), kData.begin(), kData.end()) + kData.size();
    while (static_cast<std::size_t>(mp4.end() - unit) > kLengthBytes) {
        std::uint8_t& header = unit[kLengthBytes];
        if ((header & kTypeBits) == kPicture && number-- == 0) {
            header = kTypeBits;
            return;
        }
        std::size_t length = 0;
        for (std::size_t i = 0; i < kLengthBytes; ++i)
            length = (length << 8U) | unit[i];
        unit += static_cast<std::ptrdiff_t>(
            std::min(kLengthBytes + length, static_cast<std::size_t>(mp4.end() - unit)));
    }
    FAIL() << "the clip has no such picture";
}

TEST_F(SourceTest, ADamagedPictureIsNoEarlyEndThoughTheDecoderHeldAllBack) {
    Bytes bytes =
        bytes_of(clips_.make("short.mp4", {"-f", "lavfi", "-i", "testsrc2=rate=5:size=320x240", "-frames:v",
                                           "12", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0",
                                           "-pix_fmt", "yuv420p", "-threads", "1"}));
    ASSERT_NO_FATAL_FAILURE(spoil_picture(bytes, 5));
    // Each thread of the decoder holds a picture back, so that the first comes after the last packet.
    SourceOptions options;
    options.decode_threads = 16;
    const auto hurt = watch(clips_.write("hurt.mp4", bytes), options);
    ASSERT_TRUE(hurt) << hurt.error().message;
    EXPECT_GE(hurt->frames.size(), 10U);
    EXPECT_GT(hurt->report.damaged_packets, 0);
    EXPECT_EQ(hurt->report.ending, Ending::kComplete) << hurt->report.early_end;
}

TEST_F(SourceTest, DecodesTheSameWithMoreThreads) {
    const std::string clip = clips_.make_h264("a.mp4", 40);
    SourceOptions options;
    options.decode_threads = 2;
    const auto one = watch(clip, {}, Pictures::kKeep);
    const auto two = watch(clip, options, Pictures::kKeep);
    ASSERT_TRUE(one && two);
    ASSERT_EQ(one->frames.size(), two->frames.size());
    for (std::size_t i = 0; i < one->frames.size(); ++i) {
        EXPECT_EQ(one->frames[i].time, two->frames[i].time);
        EXPECT_TRUE(one->frames[i].picture.rgb == two->frames[i].picture.rgb) << i;
    }
}

TEST_F(SourceTest, InterruptEndsItSoonAndSaysSo) {
    const auto source = Source::open(clips_.make_h264("a.mp4", 200));
    ASSERT_TRUE(source) << source.error().message;
    (*source)->interrupt();
    int frames = 0;
    while (auto frame = (*source)->next().value())
        ++frames;
    EXPECT_LT(frames, 50);
    EXPECT_EQ((*source)->report().ending, Ending::kEarly);
    EXPECT_THAT((*source)->report().early_end, HasSubstr("interrupted"));
}

}  // namespace
}  // namespace vitrina::video
