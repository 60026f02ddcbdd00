// What is no video, or must not be opened: each with an error that says what and where.
#include <random>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "video/source.h"
#include "video/test_clips.h"

namespace vitrina::video {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The beginning of a picture of 16384 x 16384 pixels; the ffmpeg command refuses to make one.
Bytes huge_png() {
    return {0x89, 'P',  'N', 'G', '\r', '\n', 0x1A, '\n', 0,    0,    0,   13,   'I',  'H',  'D',  'R',  0,
            0,    0x40, 0,   0,   0,    0x40, 0,    8,    2,    0,    0,   0,    0x4C, 0x57, 0x68, 0x6E, 0,
            0,    0,    8,   'I', 'D',  'A',  'T',  0x78, 0x9C, 0x63, 0,   0,    0,    1,    0,    1,    0,
            0,    0,    0,   0,   0,    0,    0,    'I',  'E',  'N',  'D', 0xAE, 0x42, 0x60, 0x82};
}

Bytes huge_gif() {
    return {'G',  'I',  'F', '8', '9', 'a', 0, 0x40, 0, 0x40, 0x80, 0, 0, 0,    0, 0, 0xFF, 0xFF,
            0xFF, 0x2C, 0,   0,   0,   0,   0, 0x40, 0, 0x40, 0,    2, 2, 0x44, 1, 0, 0x3B};
}

class BadInput : public testing::Test {
  protected:
    /// A message that begins with the address and holds `why`.
    static void expect_error(const std::string& address, const std::string& why) {
        EXPECT_THAT(error_of(address), AllOf(StartsWith(address + ": "), HasSubstr(why)));
    }

    const ClipFolder clips_;
};

TEST_F(BadInput, NothingThere) {
    expect_error(clips_.path("missing.mp4"), "no such file");
    expect_error(clips_.path(""), "is a directory");
    expect_error(clips_.write_text("empty.mp4", ""), "the file is empty");
    expect_error(clips_.write_text("file", "x") + "/inside.mp4", "Not a directory");
    expect_error("/dev/null", "is not a regular file");
}

TEST_F(BadInput, NoPermission) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    const std::string path = clips_.make_h264("secret.mp4", 2);
    ASSERT_EQ(::chmod(path.c_str(), 0), 0);
    expect_error(path, "Permission denied");
}

TEST_F(BadInput, TextNamedAsVideo) {
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "A shop already has cameras. ";
    expect_error(clips_.write_text("short.mp4", "hello\n"), "is not a video");
    expect_error(clips_.write_text("text.mp4", text), "is not a video");
    expect_error(clips_.write_text("page.mp4", "<!DOCTYPE html><html><body>404</body></html>"),
                 "is not a video");
}

TEST_F(BadInput, Noise) {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        std::mt19937 random(seed);
        Bytes noise(seed * 40'000);
        for (std::uint8_t& byte : noise)
            byte = static_cast<std::uint8_t>(random());
        const std::string path = clips_.write("noise.mp4", noise);
        EXPECT_THAT(error_of(path), StartsWith(path + ": ")) << seed;
    }
}

TEST_F(BadInput, OnlySound) {
    const std::string sound =
        clips_.make("sound.mp4", {"-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"});
    expect_error(sound, "has no pictures, only sound");
    expect_error(clips_.make("sound.wav", {"-f", "lavfi", "-i", "sine=duration=1"}), "only sound");
    const std::string cover = clips_.make(
        "cover.jpg", {"-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1", "-update", "1"});
    expect_error(clips_.make("record.m4a", {"-i", sound, "-i", cover, "-map", "0:a", "-map", "1:v", "-c",
                                            "copy", "-disposition:v:0", "attached_pic"}),
                 "only sound");
}

TEST_F(BadInput, PicturesTooLarge) {
    for (const Bytes& picture : {huge_png(), huge_gif()}) {
        const std::string path = clips_.write("large", picture);
        EXPECT_THAT(error_of(path),
                    AllOf(StartsWith(path + ": "),
                          HasSubstr("16384x16384 are larger than the limit of 67.1 million")));
    }
    SourceOptions options;
    options.max_pixels = 320 * 240 - 1;
    for (const char* name : {"a.mp4", "a.avi", "a.ts", "a.264"}) {
        const std::string path = clips_.make_h264(name, 3);
        EXPECT_THAT(error_of(path, options),
                    AllOf(StartsWith(path + ": "), HasSubstr("320x240 are larger than")));
    }
    options.max_pixels = 320 * 240;
    EXPECT_TRUE(watch(clips_.make_h264("fits.mp4", 3), options));
}

TEST_F(BadInput, OtherSchemes) {
    const std::string clip = clips_.make_h264("a.mp4", 3);
    for (const std::string& address : {"file://" + clip, std::string("gopher://host/1")}) {
        const auto source = Source::open(address);
        ASSERT_FALSE(source);
        EXPECT_THAT(source.error().message,
                    AllOf(StartsWith(address + ": "), HasSubstr(":// is not opened")));
        EXPECT_EQ(source.error().kind, ErrorKind::kConfiguration);
    }
    expect_error("concat:" + clip + "|" + clip, "\"concat:\" is not an address");
    expect_error("subfile,,start,0,end,100,,:" + clip, "no such file");
    expect_error("pipe:0", "no such file");
}

TEST_F(BadInput, NothingThatOpensOtherFiles) {
    const std::string clip = clips_.make_h264("a.ts", 30);
    expect_error(clips_.write_text("list.ffconcat", "ffconcat version 1.0\nfile a.ts\n"), "playlist");
    expect_error(
        clips_.write_text("list.m3u8", "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.2,\n" +
                                           clip + "\n#EXT-X-ENDLIST\n"),
        "playlist");
    expect_error(
        clips_.write_text("camera.sdp",
                          "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 "
                          "RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
        "playlist");
    expect_error(clips_.write_text(
                     "list.mpd",
                     "<?xml version=\"1.0\"?><MPD profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" "
                     "xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
                     "type=\"static\"><Period><AdaptationSet><Representation id=\"1\"><BaseURL>" +
                         clip + "</BaseURL></Representation></AdaptationSet></Period></MPD>"),
                 "playlist");
    for (const char* number : {"1", "2"})
        static_cast<void>(
            clips_.make(std::string("s") + number + ".png",
                        {"-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v", "1", "-update", "1"}));
    expect_error(clips_.path("s%d.png"), "no such file");
    expect_error(clips_.path("s*.png"), "no such file");
    const auto still = watch(clips_.path("s1.png"));
    ASSERT_TRUE(still) << still.error().message;
    EXPECT_EQ(still->frames.size(), 1U);
}

}  // namespace
}  // namespace vitrina::video
