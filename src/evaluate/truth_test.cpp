#include "evaluate/truth.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::evaluate {
namespace {

using ::testing::HasSubstr;

// As CVAT writes it, shortened: a job of every second frame from the tenth; keyframes only.
constexpr const char* kCvat = R"(<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <size>20</size>
      <mode>interpolation</mode>
      <start_frame>10</start_frame>
      <stop_frame>49</stop_frame>
      <frame_filter>step=2</frame_filter>
      <labels><label><name>person</name></label><label><name>trolley</name></label></labels>
      <original_size><width>768</width><height>576</height></original_size>
    </task>
  </meta>
  <track id="0" label="person" source="manual">
    <box frame="10" keyframe="1" outside="0" occluded="0" xtl="100.0" ytl="50.0" xbr="140.0" ybr="150.0" z_order="0">
      <attribute name="staff">false</attribute>
    </box>
    <box frame="14" keyframe="1" outside="0" occluded="1" xtl="120.0" ytl="50.0" xbr="160.0" ybr="150.0" z_order="0"></box>
    <box frame="16" keyframe="1" outside="1" occluded="0" xtl="120.0" ytl="50.0" xbr="160.0" ybr="150.0" z_order="0"></box>
    <box frame="20" keyframe="1" outside="0" occluded="0" xtl="200.0" ytl="50.0" xbr="240.0" ybr="150.0" z_order="0"></box>
  </track>
  <track id="1" label="trolley">
    <box frame="10" keyframe="1" outside="0" occluded="0" xtl="1" ytl="1" xbr="2" ybr="2"></box>
  </track>
</annotations>
)";

std::string error_of(const std::string& text, const std::string& label = "") {
    const auto truth = parse_truth(text, "a.xml", label);
    return truth ? "no error" : truth.error().message;
}

std::string with_change(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

TEST(Cvat, IsRead) {
    const auto truth = parse_truth(kCvat, "a.xml", "");
    ASSERT_TRUE(truth) << truth.error().message;
    EXPECT_EQ(truth->frame_step, 2);
    EXPECT_EQ(truth->first_frame, 10);
    EXPECT_EQ(truth->frames, 50);
    EXPECT_EQ(truth->width, 768);
    // 10, 14, and half way between them 12; 16 is outside; 20, and nothing between.
    ASSERT_EQ(truth->boxes.size(), 4);
    EXPECT_EQ(truth->boxes[1].frame, 12);
    EXPECT_EQ(truth->boxes[1].box, (Box{110, 50, 40, 100}));
    EXPECT_EQ(truth->boxes[3].frame, 20);
    EXPECT_EQ(parse_truth(kCvat, "a.xml", "trolley")->boxes.size(), 1);
}

TEST(Cvat, SaysWhereAndWhatIsWrong) {
    const std::string cvat = kCvat;
    EXPECT_EQ(error_of(cvat, "cat"),
              "a.xml: no track has the label \"cat\"; there are \"person\", \"trolley\"");
    EXPECT_THAT(error_of(with_change(cvat, "xtl=\"120.0\"", "xtl=\"nan\"")),
                HasSubstr("a.xml: line 19: xtl is \"nan\""));
    EXPECT_THAT(error_of(with_change(cvat, "xbr=\"140.0\"", "xbr=\"90.0\"")),
                HasSubstr("line 16: a box from 100"));
    EXPECT_THAT(error_of(with_change(cvat, "frame=\"14\"", "frame=\"9\"")), HasSubstr("frames must grow"));
    EXPECT_THAT(error_of(with_change(cvat, "frame=\"20\"", "frame=\"99\"")),
                HasSubstr("a box in frame 99, but the video has 50 frames"));
    EXPECT_THAT(error_of(with_change(cvat, "ybr=\"150.0\" ", "")), HasSubstr("a box without ybr"));
    EXPECT_THAT(error_of(with_change(cvat, "</annotations>", "")), HasSubstr("a.xml: line"));
    EXPECT_THAT(error_of("<html></html>"), HasSubstr("no CVAT export"));
    EXPECT_THAT(error_of("<annotations><image id=\"0\" name=\"a.png\"/></annotations>"),
                HasSubstr("CVAT for video 1.1"));
    EXPECT_THAT(
        error_of(
            "<annotations><track id=\"0\" label=\"person\"><polygon frame=\"0\"/></track></annotations>"),
        HasSubstr("holds a \"polygon\""));
    EXPECT_THAT(error_of("<annotations><track label=\"a\"/><track label=\"b\"/></annotations>"),
                HasSubstr("several labels (\"a\", \"b\")"));
    EXPECT_THAT(error_of("PK\x03\x04..."), HasSubstr("zip"));
}

TEST(Cvat, NothingOutsideTheFileIsRead) {
    const std::string outside =
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><annotations><track "
        "label=\"&e;\"><box frame=\"0\" xtl=\"1\" ytl=\"1\" xbr=\"2\" ybr=\"2\"/></track></annotations>";
    const auto truth = parse_truth(outside, "a.xml", "");
    ASSERT_TRUE(truth) << truth.error().message;
    EXPECT_EQ(truth->boxes.size(), 1);
}

TEST(Truth, OfAnotherVideoIsRefused) {
    const auto truth = parse_truth(kCvat, "a.xml", "");
    ASSERT_TRUE(truth);
    const auto late = parse_mot("51,1,1,1,5,5\n", "t.txt", MotKind::kTracks);
    EXPECT_THAT(check_same_video(*truth, *late, "t.txt").error().message,
                HasSubstr("t.txt: line 1: a box in frame 51, but a.xml is of a video of 50 frames"));
    const auto beside = parse_mot("1,1,1800,1,5,5\n2,1,1900,900,5,5\n", "t.txt", MotKind::kTracks);
    EXPECT_THAT(check_same_video(*truth, *beside, "t.txt").error().message,
                HasSubstr("outside the picture of 768 x 576"));
    const auto fits = parse_mot("50,1,1,1,5,5\n", "t.txt", MotKind::kTracks);
    EXPECT_TRUE(check_same_video(*truth, *fits, "t.txt"));
}

}  // namespace
}  // namespace vitrina::evaluate
