// Files that stop before their end, and files that are damaged inside.
#include <random>
#include <string_view>

#include <gmock/gmock.h>

#include "video/source.h"
#include "video/test_clips.h"

namespace vitrina::video {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr double kShare = 0.6;
constexpr int kFrames = 250;

class Truncation : public testing::Test {
  protected:
    /// A cut file gives its first part, says that it ended early, and its whole is complete.
    void expect_early(const std::string& whole) {
        const auto complete = watch(whole);
        ASSERT_TRUE(complete) << complete.error().message;
        EXPECT_EQ(complete->report.ending, Ending::kComplete) << complete->report.early_end;
        EXPECT_EQ(complete->frames.size(), static_cast<std::size_t>(kFrames)) << whole;

        const std::string cut = clips_.cut(whole, "cut", kShare);
        const auto watched = watch(cut);
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_GT(watched->frames.size(), kFrames * kShare * 0.8) << whole;
        EXPECT_LT(watched->frames.size(), kFrames * kShare * 1.2) << whole;
        EXPECT_EQ(watched->report.ending, Ending::kEarly) << whole;
        EXPECT_THAT(watched->report.early_end, StartsWith(cut + ": ended early at "));
        RecordProperty(whole.substr(whole.rfind('.') + 1), watched->report.early_end);
    }

    const ClipFolder clips_;
};

TEST_F(Truncation, Mp4WithItsIndexInFront) {
    expect_early(clips_.make_h264("a.mp4", kFrames, "320x240", {"-movflags", "+faststart"}));
}

TEST_F(Truncation, Mp4InFragments) {
    expect_early(
        clips_.make_h264("fragments.mp4", kFrames, "320x240", {"-movflags", "+frag_keyframe+empty_moov"}));
}

TEST_F(Truncation, Avi) {
    expect_early(clips_.make_h264("a.avi", kFrames));
}

TEST_F(Truncation, Matroska) {
    expect_early(clips_.make_h264("a.mkv", kFrames));
}

TEST_F(Truncation, Flv) {
    expect_early(clips_.make_h264("a.flv", kFrames));
}

TEST_F(Truncation, Gif) {
    expect_early(clips_.make("a.gif", {"-f", "lavfi", "-i", "testsrc2=rate=25:size=160x120", "-frames:v",
                                       std::to_string(kFrames)}));
}

TEST_F(Truncation, Mp4WithSoundToo) {
    for (const char* name : {"a.mp4", "a.avi", "a.mkv", "a.flv"})
        expect_early(clips_.make(
            name, {"-f", "lavfi", "-i", "testsrc2=rate=25:size=160x120", "-f", "lavfi", "-i", "sine", "-t",
                   "10", "-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"}));
}

/// A transport stream promises nothing: only what is there is read, without loss.
TEST_F(Truncation, TransportStreamGivesWhatIsThere) {
    const std::string cut = clips_.cut(clips_.make_h264("a.ts", kFrames), "cut.ts", kShare);
    const auto watched = watch(cut);
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_GT(watched->frames.size(), 120U);
    EXPECT_LT(watched->frames.size(), 180U);
}

/// In the middle of a packet, whatever its size; 188 bytes alone, 192 with the times of Blu-ray.
TEST_F(Truncation, TransportStreamThatEndsInsideAPacket) {
    for (const char* name : {"a.ts", "a.m2ts"}) {
        Bytes bytes = bytes_of(clips_.make_h264(name, 50));
        const auto whole = watch(clips_.path(name));
        ASSERT_TRUE(whole) << whole.error().message;
        EXPECT_EQ(whole->report.ending, Ending::kComplete) << whole->report.early_end;
        bytes.resize(bytes.size() - 100);
        const auto cut = watch(clips_.write("cut.ts", bytes));
        ASSERT_TRUE(cut) << cut.error().message;
        EXPECT_THAT(cut->report.early_end, HasSubstr("cut inside a packet")) << name;
    }
}

TEST_F(Truncation, ProgramStreamThatEndsInsideAPacket) {
    Bytes bytes = bytes_of(clips_.make("a.mpg", {"-f", "lavfi", "-i", "testsrc2=rate=25:size=160x120", "-c:v",
                                                 "mpeg2video", "-frames:v", "50", "-f", "vob"}));
    const auto whole = watch(clips_.path("a.mpg"));
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->report.ending, Ending::kComplete) << whole->report.early_end;
    bytes.resize(bytes.size() - 100);
    const auto cut = watch(clips_.write("cut.mpg", bytes));
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_THAT(cut->report.early_end, HasSubstr("its last packet reaches beyond the end"));
}

TEST_F(Truncation, WhatStandsBehindTheEndMarkOfGifIsNoCut) {
    Bytes bytes =
        bytes_of(clips_.make("a.gif", {"-f", "lavfi", "-i", "testsrc2=size=80x60", "-frames:v", "10"}));
    for (const char byte : std::string_view("\r\n<!-- comment -->"))
        bytes.push_back(static_cast<std::uint8_t>(byte));
    const auto watched = watch(clips_.write("more.gif", bytes));
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
}

/// Nothing tells that a JPEG is cut but its missing pixels.
TEST_F(Truncation, StillPicturesGiveWhatTheyHave) {
    for (const char* name : {"a.png", "a.jpg"}) {
        const std::string whole = clips_.make(
            name, {"-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1", "-update", "1"});
        const auto watched = watch(clips_.cut(whole, std::string("cut") + name, kShare));
        if (watched)
            EXPECT_EQ(watched->frames.size(), 1U);
        else
            EXPECT_THAT(watched.error().message, HasSubstr("can be decoded"));
    }
}

TEST_F(Truncation, Mp4WithoutIndex) {
    const std::string cut = clips_.cut(clips_.make_h264("a.mp4", kFrames), "cut.mp4", kShare);
    EXPECT_THAT(error_of(cut), AllOf(StartsWith(cut + ": "), HasSubstr("its index is missing")));
}

TEST_F(Truncation, DamageInTheMiddleIsPassedOver) {
    Bytes bytes = bytes_of(clips_.make_h264("a.ts", kFrames));
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 3000; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 31);
    const auto watched = watch(clips_.write("hurt.ts", bytes));
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_GT(watched->frames.size(), 200U);
    EXPECT_GT(watched->report.damaged_packets + watched->report.damaged_frames, 0);
    EXPECT_NEAR(watched->seconds().back(), 249 / 25.0, 0.1);
    EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
}

/// Random damage with a fixed seed: anything but a crash or a stall is right.
TEST_F(Truncation, RandomDamage) {
    constexpr unsigned kSeed = 20230610;
    constexpr int kRounds = 12;
    constexpr int kFlips = 20;
    std::mt19937 random(kSeed);
    const std::vector<std::string> wholes = {
        clips_.make_h264("a.mp4", 30, "160x120"),
        clips_.make_h264("b.mp4", 30, "160x120", {"-movflags", "+faststart"}),
        clips_.make_h264("a.avi", 30, "160x120"),
        clips_.make_h264("a.mkv", 30, "160x120"),
        clips_.make_h264("a.ts", 30, "160x120"),
        clips_.make("a.gif", {"-f", "lavfi", "-i", "testsrc2=size=80x60", "-frames:v", "10"}),
        clips_.make("a.png",
                    {"-f", "lavfi", "-i", "testsrc2=size=160x120", "-frames:v", "1", "-update", "1"}),
        clips_.make("a.jpg",
                    {"-f", "lavfi", "-i", "testsrc2=size=160x120", "-frames:v", "1", "-update", "1"})};
    for (const std::string& whole : wholes) {
        const Bytes good = bytes_of(whole);
        for (int round = 0; round < kRounds; ++round) {
            Bytes bad = good;
            // Every second round aims at the headers.
            const std::size_t reach = round % 2 == 0 ? bad.size() : std::min<std::size_t>(bad.size(), 2000);
            for (int i = 0; i < kFlips; ++i)
                bad[random() % reach] ^= static_cast<std::uint8_t>(1U << (random() % 8));
            const auto watched = watch(clips_.write("bad", bad));
            const std::string message = watched ? "" : watched.error().message;
            EXPECT_TRUE(watched || message.rfind(clips_.path("bad") + ": ", 0) == 0) << message;
        }
    }
}

}  // namespace
}  // namespace vitrina::video
