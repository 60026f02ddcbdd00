#include "privacy/recogniser.h"

#include <gmock/gmock.h>

#include "privacy/test_faces.h"

namespace vitrina::privacy {
namespace {

class RecogniserTest : public GalleryTest {
  protected:
    [[nodiscard]] static Recogniser::Options options_of(Mode mode, Whom whom) {
        Recogniser::Options options;
        options.mode = mode;
        options.whom = whom;
        options.threshold = [](const std::string& made_by) -> std::optional<double> {
            if (made_by != kTestForm) return std::nullopt;
            return 0.7;
        };
        options.day_of = [](UtcTime at) {
            return std::int64_t{std::chrono::floor<std::chrono::days>(at).time_since_epoch().count()};
        };
        return options;
    }
    [[nodiscard]] Recogniser recogniser(Mode mode, Whom whom = Whom::kEnrolledAndWatchlist) const {
        return Recogniser(*gallery_, options_of(mode, whom));
    }
};

TEST_F(RecogniserTest, InTheAnonymousModeNobodyIsComparedAndNothingIsKept) {
    static_cast<void>(added(1));
    Recogniser anonymous = recogniser(Mode::kAnonymous);
    EXPECT_FALSE(anonymous.look(test_look(1, 5, now_)).known);
    EXPECT_EQ(anonymous.visitors(), 0U);
    EXPECT_EQ(anonymous.of_today(), 0U);
}

TEST_F(RecogniserTest, EachVisitorIsToldOfOnce) {
    const std::int64_t anna = added(1);
    const std::int64_t thief = added(2, PersonKind::kWatched);
    Recogniser known = recogniser(Mode::kRecognition);
    EXPECT_FALSE(known.look(test_look(1, 5, now_)).known) << "one look is not enough";
    EXPECT_EQ(known.look(test_look(1, 5, now_)).known->person, anna);
    EXPECT_FALSE(known.look(test_look(1, 5, now_)).known);
    EXPECT_FALSE(known.look(test_look(1, 6, now_)).known);
    EXPECT_EQ(known.look(test_look(1, 6, now_)).known->person, anna) << "another visit";
    EXPECT_EQ(known.look(test_look(2, 7, now_)).watched->person, thief);
    EXPECT_FALSE(known.look(test_look(2, 7, now_)).watched);
    EXPECT_FALSE(known.look(test_look(2, 8, now_)).known);
}

TEST_F(RecogniserTest, LooksThatSayLittleDecideNothing) {
    static_cast<void>(added(1));
    Recogniser known = recogniser(Mode::kRecognition);
    FaceLook blurred = test_look(1, 5, now_);
    blurred.quality.worth = 0.1;
    EXPECT_FALSE(known.look(blurred).known);
    FaceLook of_another_network = test_look(1, 5, now_);
    of_another_network.made_by = "other/1";
    EXPECT_FALSE(known.look(of_another_network).known) << "nobody measured it";
    EXPECT_FALSE(known.look(test_look(1, 5, now_, 0.8)).known) << "below the threshold";
    EXPECT_FALSE(known.look(test_look(1, 5, now_)).known);
    EXPECT_TRUE(known.look(test_look(1, 5, now_)).known);
    EXPECT_EQ(known.compared().looks, 3);
    EXPECT_EQ(known.compared().visitors, 1);
}

TEST_F(RecogniserTest, OneStrayLookIsNotBelieved) {
    static_cast<void>(added(1));
    static_cast<void>(added(2));
    Recogniser known = recogniser(Mode::kRecognition);
    for (const int face : {9, 1, 9, 9, 2, 9, 9, 1, 9})
        EXPECT_FALSE(known.look(test_look(face, 5, now_)).known) << "now and then he looks like somebody";
    for (const int face : {1, 2, 1, 2, 1, 2})
        EXPECT_FALSE(known.look(test_look(face, 6, now_)).known) << "like two as often";
}

TEST_F(RecogniserTest, WhatLaterLooksDenyIsTakenBack) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    Recogniser known = recogniser(Mode::kRecognition);
    static_cast<void>(known.look(test_look(1, 5, now_)));
    ASSERT_EQ(known.look(test_look(1, 5, now_)).known->person, anna);
    known.kept(test_look(1, 5, now_), 77);
    for (int look = 3; look <= 8; ++look)
        EXPECT_FALSE(known.look(test_look(9, 5, now_)).mistaken) << "a quarter of his looks still says so";
    const auto denied = known.look(test_look(9, 5, now_));
    ASSERT_TRUE(denied.mistaken);
    EXPECT_EQ(denied.mistaken->person, anna);
    EXPECT_EQ(denied.mistaken->stay, 77);
    EXPECT_FALSE(known.look(test_look(9, 5, now_)).mistaken) << "once";

    static_cast<void>(known.look(test_look(1, 6, now_)));
    ASSERT_TRUE(known.look(test_look(1, 6, now_)).known);
    for (int look = 0; look < 3; ++look)
        EXPECT_FALSE(known.look(test_look(2, 6, now_)).known);
    const auto other = known.look(test_look(2, 6, now_));
    ASSERT_TRUE(other.mistaken && other.known);
    EXPECT_EQ(other.mistaken->person, anna);
    EXPECT_EQ(other.known->person, anya);
}

TEST_F(RecogniserTest, AmongManyOneHasToBeLiker) {
    static_cast<void>(added(1));
    auto options = options_of(Mode::kRecognition, Whom::kEnrolledAndWatchlist);
    std::size_t pictures = 0;
    options.threshold_among = [&](const std::string&, std::size_t count) -> std::optional<double> {
        pictures = count;
        return 0.95;
    };
    Recogniser known(*gallery_, options);
    for (int look = 0; look < 3; ++look)
        EXPECT_FALSE(known.look(test_look(1, 5, now_, 0.6)).known) << "0.8 is enough for a pair alone";
    EXPECT_EQ(pictures, 1U);
    static_cast<void>(known.look(test_look(1, 6, now_)));
    EXPECT_TRUE(known.look(test_look(1, 6, now_)).known);
    const std::int64_t thief = added(2, PersonKind::kWatched);
    EXPECT_EQ(known.look(test_look(2, 7, now_, 0.6)).watched->person, thief) << "of the list a guard decides";
}

TEST_F(RecogniserTest, BehindTheOneWhoWasToldTheNextIsTold) {
    const std::int64_t one = added(1, PersonKind::kWatched);
    const std::int64_t another = added(2, PersonKind::kWatched);
    Recogniser known = recogniser(Mode::kRecognition);
    FaceLook look = test_look(1, 5, now_);
    look.descriptor[1] = 0.7075F;
    look.descriptor[2] = 0.7067F;  // like both, a little more like the first
    EXPECT_EQ(known.look(look).watched->person, one);
    EXPECT_EQ(known.look(look).watched->person, another);
    EXPECT_FALSE(known.look(look).watched);
}

TEST_F(RecogniserTest, WhatIsKnownOfAVisitorGoesWithHim) {
    Recogniser known = recogniser(Mode::kRecognition);
    static_cast<void>(known.look(test_look(1, 5, now_)));
    EXPECT_EQ(known.visitors(), 1U);
    known.forget(now_ + kVisitPause + std::chrono::seconds(1));
    EXPECT_EQ(known.visitors(), 0U);
}

TEST_F(RecogniserTest, WhereAllAreKnownNewcomersAreTakenInAfterSomeLooks) {
    Recogniser all = recogniser(Mode::kRecognition, Whom::kAll);
    for (int i = 1; i < kLooksToKnow; ++i)
        EXPECT_FALSE(all.look(test_look(1, 5, now_)).is_newcomer);
    const FaceLook last = test_look(1, 5, now_);
    EXPECT_TRUE(all.look(last).is_newcomer);
    all.took_in(last, added(1, PersonKind::kSeen));
    EXPECT_FALSE(all.look(last).is_newcomer);
    for (int i = 0; i < 20; ++i) {
        const auto other = all.look(test_look(9, 5, now_));
        EXPECT_FALSE(other.mistaken || other.is_newcomer)
            << "whom his own looks made can't be taken back by them";
    }
    EXPECT_FALSE(all.look(test_look(1, 6, now_)).known);
    EXPECT_TRUE(all.look(test_look(1, 6, now_)).known) << "he came again";
    Recogniser few = recogniser(Mode::kRecognition);
    for (int i = 0; i < 2 * kLooksToKnow; ++i)
        EXPECT_FALSE(few.look(test_look(9, 5, now_)).is_newcomer);
}

TEST_F(RecogniserTest, WhoWasOnlySeenIsKnownNoMoreWhenTheModeIsAnother) {
    const std::int64_t seen = added(1, PersonKind::kSeen);
    Recogniser few = recogniser(Mode::kRecognition);
    EXPECT_FALSE(few.look(test_look(1, 5, now_)).known);
    Recogniser all = recogniser(Mode::kRecognition, Whom::kAll);
    EXPECT_FALSE(all.look(test_look(1, 5, now_)).known);
    EXPECT_EQ(all.look(test_look(1, 5, now_)).known->person, seen);
    const std::int64_t anna = added(1);
    EXPECT_FALSE(all.look(test_look(1, 6, now_)).known);
    EXPECT_EQ(all.look(test_look(1, 6, now_)).known->person, anna) << "of equals the one who is enrolled";
}

TEST_F(RecogniserTest, WhatNobodyWasToldIsSaidAgain) {
    const std::int64_t thief = added(2, PersonKind::kWatched);
    Recogniser known = recogniser(Mode::kRecognition);
    const FaceLook look = test_look(2, 7, now_);
    EXPECT_TRUE(known.look(look).watched);
    EXPECT_FALSE(known.look(look).watched);
    known.not_told(look, thief);
    EXPECT_TRUE(known.look(look).watched);
}

TEST_F(RecogniserTest, InTheModeOfADayWhoComesBackIsKnownUntilItsEnd) {
    static_cast<void>(added(1));
    Recogniser day = recogniser(Mode::kPseudonymous);
    for (int i = 0; i < kLooksToKnow; ++i) {
        const auto outcome = day.look(test_look(1, 5, now_));
        EXPECT_FALSE(outcome.known || outcome.was_here_today) << "nobody is recognised";
    }
    const UtcTime later = now_ + std::chrono::hours(2);
    EXPECT_TRUE(day.look(test_look(1, 6, later)).was_here_today);
    EXPECT_FALSE(day.look(test_look(1, 6, later)).was_here_today) << "once";
    EXPECT_FALSE(day.look(test_look(2, 7, later)).was_here_today) << "somebody else";
    day.forget(now_ + std::chrono::hours(24));
    EXPECT_EQ(day.of_today(), 0U);
    EXPECT_FALSE(day.look(test_look(1, 8, now_ + std::chrono::hours(25))).was_here_today);
}

}  // namespace
}  // namespace vitrina::privacy
