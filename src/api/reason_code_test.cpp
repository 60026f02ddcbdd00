#include "api/reason_code.h"

#include <gtest/gtest.h>

namespace vitrina::api {
namespace {

TEST(ReasonCode, KnowsWhatCamerasFailWith) {
    EXPECT_EQ(reason_code(""), "");
    EXPECT_EQ(reason_code("the user or the password is wrong or missing (401 Unauthorized)"),
              "wrong_credentials");
    EXPECT_EQ(reason_code("this user may not see it (403 Forbidden)"), "forbidden");
    EXPECT_EQ(reason_code("there is nothing at this path (404 Not Found)"), "wrong_path");
    EXPECT_EQ(reason_code("rtsp://10.0.0.9/: Connection to tcp://10.0.0.9:554 failed: Connection refused"),
              "connection_refused");
    EXPECT_EQ(reason_code("No route to host"), "unreachable");
    EXPECT_EQ(reason_code("Failed to resolve hostname door: Name or service not known"), "unknown_host");
    EXPECT_EQ(reason_code("no answer within 5 s"), "no_answer");
    EXPECT_EQ(reason_code("no answer yet"), "no_answer");
    EXPECT_EQ(reason_code("rtsp://door/: no picture within 4 s"), "no_answer");
    EXPECT_EQ(reason_code("connected, but no more pictures come"), "no_picture");
    EXPECT_EQ(reason_code("no picture for 5 s"), "no_picture");
    EXPECT_EQ(reason_code("connected, but no picture that can be decoded has come yet"), "not_decodable");
    EXPECT_EQ(reason_code("pictures in av1 can't be decoded"), "not_decodable");
    EXPECT_EQ(reason_code("the connection broke: Connection reset by peer"), "connection_lost");
    EXPECT_EQ(reason_code("the connection broke: Connection timed out"), "no_answer");
    EXPECT_EQ(reason_code("is a playlist or text (hls), not a video; playlists are not followed"),
              "not_video");
    EXPECT_EQ(reason_code("Vitrina did not run"), "not_running");
    EXPECT_EQ(reason_code("no memory to open it"), "other");
}

}  // namespace
}  // namespace vitrina::api
