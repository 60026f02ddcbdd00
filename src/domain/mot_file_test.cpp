#include "domain/mot_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using ::testing::HasSubstr;

std::string error_of(std::string_view text, MotKind kind = MotKind::kTracks) {
    const auto rows = parse_mot(text, "f.txt", kind);
    return rows ? "no error" : rows.error().message;
}

TEST(MotFile, ReadsTracksByFrame) {
    const auto rows = parse_mot("2,7,1.5,2,30,40.25,0.9,-1,-1,-1\n1,7,1,2,30,40,1,-1,-1,-1\n2,3,5,6,7,8\n",
                                "f", MotKind::kTracks);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 3);
    EXPECT_EQ((*rows)[0].frame, 0);
    EXPECT_EQ((*rows)[0].line, 2);
    EXPECT_EQ((*rows)[1].id, 7);
    EXPECT_EQ((*rows)[1].box, (Box{1.5, 2, 30, 40.25}));
    EXPECT_DOUBLE_EQ((*rows)[1].score, 0.9);
    EXPECT_EQ((*rows)[1].label, -1);
    EXPECT_EQ((*rows)[2].id, 3);
    EXPECT_DOUBLE_EQ((*rows)[2].score, 1);
}

TEST(MotFile, ReadsWhatOthersWrite) {
    // A mark before UTF-8, ends of lines of another system, blanks, an empty line, whole numbers with a
    // point, truth with class and visibility, no end of the last line.
    const auto rows = parse_mot(
        "\xEF\xBB\xBF"
        "1, 2, 3, 4, 5, 6, 1, 7, 0.5\r\n\r\n2.0 2 3 4 5 6e1 0",
        "f", MotKind::kTracks);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 2);
    EXPECT_EQ((*rows)[0].label, 7);
    EXPECT_DOUBLE_EQ((*rows)[1].box.height, 60);
    EXPECT_DOUBLE_EQ((*rows)[1].score, 0);
    EXPECT_TRUE(parse_mot("", "f", MotKind::kTracks)->empty());
}

TEST(MotFile, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(error_of("1,1,1,1,5,5\n1,2,x,1,5,5\n"), "f.txt: line 2: column 3: \"x\" is no number");
    EXPECT_THAT(error_of("1,1,1,1,5\n"), HasSubstr("line 1: 5 numbers"));
    EXPECT_THAT(error_of("1,1,nan,1,5,5\n"), HasSubstr("line 1: column 3: nan is not finite"));
    EXPECT_THAT(error_of("1,1,1,inf,5,5\n"), HasSubstr("column 4: inf is not finite"));
    EXPECT_THAT(error_of("1,1,1,1,5,1e999\n"), HasSubstr("column 6: \"1e999\" is no number"));
    EXPECT_THAT(error_of("0,1,1,1,5,5\n"), HasSubstr("frame 0 is not a whole number from 1"));
    EXPECT_THAT(error_of("1.5,1,1,1,5,5\n"), HasSubstr("frame 1.5"));
    EXPECT_THAT(error_of("1,-1,1,1,5,5\n"), HasSubstr("id -1"));
    EXPECT_THAT(error_of("1,1,1,1,0,5\n"), HasSubstr("a box of 0 x 5 is empty"));
    EXPECT_THAT(error_of("1,1,1,1,-4,5\n"), HasSubstr("empty"));
    EXPECT_THAT(error_of("1,1,1e9,1,4,5\n"), HasSubstr("outside any picture"));
    EXPECT_THAT(error_of("1,,1,1,4,5\n"), HasSubstr("column 2"));
    EXPECT_THAT(error_of("<?xml version=\"1.0\"?>\n"), HasSubstr("line 1: column 1"));
    EXPECT_THAT(error_of(std::string("1,1,\0,1,5,5\n", 12)), HasSubstr("column 3"));
    EXPECT_THAT(error_of("1,-1,1,1,5,5,1.5\n", MotKind::kDetections), HasSubstr("a score of 1.5"));
}

TEST(MotFile, RefusesTheSameIdTwiceInAFrame) {
    EXPECT_EQ(error_of("3,1,1,1,5,5\n2,1,1,1,5,5\n3,1,9,9,5,5\n"),
              "f.txt: line 3: id 1 is in frame 3 already, in line 1");
    std::string many;
    for (int i = 0; i < 40; ++i)
        many += "1," + std::to_string(i) + ",1,1,5,5\n";
    EXPECT_EQ(error_of(many), "no error");
    EXPECT_THAT(error_of(many + "1,20,1,1,5,5\n"),
                HasSubstr("line 41: id 20 is in frame 1 already, in line 21"));
    EXPECT_EQ(error_of("1,-1,1,1,5,5,0.5\n1,-1,9,9,5,5,0.5\n", MotKind::kDetections), "no error");
}

TEST(SequenceInfoFile, IsRead) {
    const auto info = parse_sequence_info(
        "[Sequence]\nname=A\nframeRate=7\nseqLength = 795\r\nimWidth=768\nimHeight=576\n", "s");
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_DOUBLE_EQ(info->frame_rate.value(), 7);
    EXPECT_EQ(info->frames.value(), 795);
    EXPECT_DOUBLE_EQ(info->width.value(), 768);
    EXPECT_DOUBLE_EQ(info->height.value(), 576);
    EXPECT_FALSE(parse_sequence_info("", "s")->frame_rate);
    EXPECT_EQ(parse_sequence_info("\nframeRate=0\n", "s").error().message,
              "s: line 2: frameRate is \"0\", not a number above 0");
    EXPECT_FALSE(parse_sequence_info("imWidth=12px\n", "s"));
}

TEST(MotFile, MissingFilesAreErrors) {
    EXPECT_THAT(load_mot("/nowhere/a.txt", MotKind::kTracks).error().message, HasSubstr("no such file"));
    EXPECT_THAT(load_mot("/tmp", MotKind::kTracks).error().message, HasSubstr("is a directory"));
    EXPECT_FALSE(load_sequence_info("/nowhere/a/b.txt")->frame_rate);
}

}  // namespace
}  // namespace vitrina
