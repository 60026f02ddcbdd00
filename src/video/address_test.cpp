#include "video/address.h"

#include <gmock/gmock.h>

namespace vitrina::video {
namespace {

using testing::HasSubstr;

TEST(Address, TellsFilesFromCameras) {
    EXPECT_EQ(parse_address("clip.mp4")->kind, AddressKind::kFile);
    EXPECT_EQ(parse_address("/a/b:c/d e.mp4")->kind, AddressKind::kFile);
    EXPECT_EQ(parse_address("concat:a.mp4|b.mp4")->kind, AddressKind::kFile);
    EXPECT_EQ(parse_address("rtsp://camera/1")->kind, AddressKind::kRtsp);
    EXPECT_EQ(parse_address("RTSPS://camera/1")->kind, AddressKind::kRtsp);
    EXPECT_EQ(parse_address("http://camera/1")->kind, AddressKind::kHttp);
    EXPECT_EQ(parse_address("https://camera/1")->kind, AddressKind::kHttp);
}

TEST(Address, RefusesOtherSchemes) {
    for (const char* text : {"file:///etc/passwd", "gopher://host/1", "ftp://host/a.mp4", "udp://@:1234",
                             "concat://a|b", "rtsp+x://host", "rtmp://host/live"}) {
        const auto address = parse_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_THAT(address.error().message, HasSubstr("is not opened"));
        EXPECT_EQ(address.error().kind, ErrorKind::kConfiguration);
    }
    const auto empty = parse_address("");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, ErrorKind::kConfiguration);
}

TEST(Address, HidesCredentials) {
    EXPECT_EQ(redacted("rtsp://user:pass@camera:554/1"), "rtsp://***@camera:554/1");
    EXPECT_EQ(redacted("rtsp://user@camera"), "rtsp://***@camera");
    EXPECT_EQ(redacted("http://camera/video?user=admin&password=secret"), "http://camera/video?***");
    EXPECT_EQ(redacted("rtsp://camera/user=admin_password=secret_channel=1.sdp?real"),
              "rtsp://camera/user=admin_password=***");
    EXPECT_EQ(redacted("rtsp://camera/live/PWD=secret"), "rtsp://camera/live/PWD=***");
    EXPECT_EQ(redacted("rtsp://user:p@ss/w?rd@camera/1"), "rtsp://***@camera/1");
    EXPECT_EQ(redacted("Connection to tcp://u:p@host:1?timeout=0 failed: refused, see 'http://a:b@c'"),
              "Connection to tcp://***@host:1?*** failed: refused, see 'http://***@c'");
    EXPECT_EQ(redacted("nothing to hide"), "nothing to hide");
    EXPECT_EQ(redacted("://"), "://");
    EXPECT_EQ(parse_address("rtsp://user:pass@camera/1")->shown, "rtsp://***@camera/1");
    EXPECT_THAT(parse_address("ftp://user:pass@host/a").error().message, Not(HasSubstr("pass")));
}

}  // namespace
}  // namespace vitrina::video
