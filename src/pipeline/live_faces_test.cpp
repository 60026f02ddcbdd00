#include "pipeline/live_faces.h"

#include <gtest/gtest.h>

#include "pipeline/test_eyes.h"

namespace vitrina::pipeline {
namespace {

class Looks final : public FaceLookSink {
  public:
    void accept(const FaceLook& look) override { looks.push_back(look); }
    [[nodiscard]] bool wants_descriptors() const override { return recognises; }

    std::vector<FaceLook> looks;
    bool recognises = false;
};

LivePerson person(PersonId id, double x, double height = 600) {
    LivePerson person;
    person.person = id;
    person.box = {x, 100, height / 3, height};
    person.score = 0.9;
    return person;
}

class LiveFacesTest : public testing::Test {
  protected:
    LiveFacesTest() {
        work_.eyes = [this] { return &eyes_; };
        work_.sink = &sink_;
        tracks_.camera = "door";
        tracks_.at = UtcTime(std::chrono::milliseconds(5000));
    }
    /// The head of a person where head_of() expects it.
    [[nodiscard]] static Point head(const LivePerson& somebody) {
        return head_of(somebody, Picture{1920, 1080, {}})->center;
    }

    SeeingEyes eyes_;
    Looks sink_;
    FaceWork work_;
    LiveTracks tracks_;
    LiveFaces faces_;
    const Picture picture_ = checkered(1920, 1080);
};

TEST_F(LiveFacesTest, AFaceInAHeadIsToldWithWhoseItIs) {
    tracks_.people = {person(7, 400)};
    eyes_.faces = {face_at(head(tracks_.people[0]), 60)};
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(5)));
    ASSERT_EQ(sink_.looks.size(), 1U);
    const FaceLook& look = sink_.looks[0];
    EXPECT_EQ(look.camera, "door");
    EXPECT_EQ(look.person, 7);
    EXPECT_EQ(look.at, tracks_.at);
    EXPECT_EQ(look.female, 0.9);
    EXPECT_EQ(look.age, 31);
    EXPECT_NEAR(look.quality.eyes_px, 26.4, 0.1);
    EXPECT_GT(look.quality.worth, 0.3);
}

TEST_F(LiveFacesTest, DescriptorsAndPicturesAreMadeOnlyForWhoRecognises) {
    tracks_.people = {person(7, 400)};
    eyes_.faces = {face_at(head(tracks_.people[0]), 60)};
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(5)));
    EXPECT_TRUE(sink_.looks.at(0).descriptor.empty());
    EXPECT_TRUE(sink_.looks.at(0).jpeg.empty());
    EXPECT_TRUE(sink_.looks.at(0).made_by.empty());
    sink_.recognises = true;
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(6)));
    ASSERT_EQ(sink_.looks.size(), 2U);
    EXPECT_EQ(sink_.looks[1].descriptor.size(), 2U);
    EXPECT_EQ(sink_.looks[1].made_by, "nobody 1");
    EXPECT_GT(sink_.looks[1].jpeg.size(), 100U);
}

TEST_F(LiveFacesTest, AFaceBetweenTwoHeadsIsThatOfTheNearer) {
    tracks_.people = {person(1, 400), person(2, 520)};
    eyes_.faces = {face_at(head(tracks_.people[1]), 60)};
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(5)));
    ASSERT_EQ(sink_.looks.size(), 1U);
    EXPECT_EQ(sink_.looks[0].person, 2);
}

TEST_F(LiveFacesTest, FacesThatTellNothingAreNotRead) {
    tracks_.people = {person(1, 400)};
    eyes_.faces = {face_at(head(tracks_.people[0]), 18)};  // 8 px between the eyes
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(5)));
    EXPECT_GT(eyes_.finds, 0);
    EXPECT_EQ(eyes_.reads, 0);
    EXPECT_TRUE(sink_.looks.empty());
}

TEST_F(LiveFacesTest, ABrokenNetworkIsAnErrorAndNoEyesAreNone) {
    tracks_.people = {person(1, 400)};
    eyes_.broken = true;
    EXPECT_FALSE(faces_.look(work_, picture_, tracks_, instant_at(5)));
    work_.eyes = [] { return nullptr; };
    EXPECT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(6)));
    work_.eyes = nullptr;
    EXPECT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(7)));
}

TEST_F(LiveFacesTest, WithoutTimeLeftNobodyIsLookedAt) {
    tracks_.people = {person(1, 400)};
    work_.time.spend(std::chrono::seconds(60));
    ASSERT_TRUE(work_.time.is_left(instant_at(5)) == false);
    ASSERT_TRUE(faces_.look(work_, picture_, tracks_, instant_at(5.2)));
    EXPECT_EQ(eyes_.finds, 0);
}

TEST(FacePicture, IsSmallAndSquareAndNotBeyondWhatIsThere) {
    const Picture picture = checkered(640, 480);
    const Picture large = face_picture(picture, {200, 100, 200, 220}, 160);
    EXPECT_EQ(large.width, 160);
    EXPECT_EQ(large.height, 160);
    const Picture small = face_picture(picture, {200, 100, 20, 20}, 160);
    EXPECT_EQ(small.width, 36);
    EXPECT_TRUE(face_picture(picture, {200, 100, 0, 0}, 160).rgb.empty());
    EXPECT_FALSE(face_picture(picture, {-50, -50, 60, 60}, 160).rgb.empty());
}

}  // namespace
}  // namespace vitrina::pipeline
