// What is put right of people in the gallery, and what goes by itself.
#include <algorithm>

#include <gmock/gmock.h>

#include "privacy/gallery.h"
#include "privacy/test_faces.h"

namespace vitrina::privacy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using Among = Gallery::Among;

std::string refusal(const Result<void>& done) {
    return done ? "" : done.error().message;
}

TEST_F(GalleryTest, WhatIsWrittenOfSomebodyIsCorrected) {
    const std::int64_t anna = added(1);
    const std::string before = store_->person(anna)->value().sealed_card;
    PersonChange change;
    change.name = "Anna Arkadyevna";
    change.external = "card-2";
    change.consent = Consent{"To be greeted, and no more.", "manager", now_ + std::chrono::hours(1)};
    change.expires = now_ + std::chrono::days(300);
    ASSERT_TRUE(gallery_->change(anna, change));
    for (int run = 0; run < 2; ++run) {
        const auto person = gallery_->person(anna);
        ASSERT_TRUE(person);
        EXPECT_EQ(person->card.name, "Anna Arkadyevna");
        EXPECT_EQ(person->card.external, "card-2");
        EXPECT_EQ(person->card.consent->taken_by, "manager");
        ASSERT_THAT(person->card.more_consents, SizeIs(1)) << "which was in force until now";
        EXPECT_EQ(person->card.more_consents[0].text, "To be greeted by name.");
        EXPECT_EQ(person->expires, now_ + std::chrono::days(300));
        EXPECT_THAT(person->pictures, SizeIs(1));
        EXPECT_THAT(store_->person(anna)->value().cards, ElementsAre(test_pseudonym("card-2")));
        EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), SizeIs(1));
        reopen();
    }
    EXPECT_NE(store_->person(anna)->value().sealed_card, before);
}

TEST_F(GalleryTest, WhatMayNotBeChangesNothing) {
    const std::int64_t anna = added(1);
    const std::int64_t thief = added(2, PersonKind::kWatched);
    PersonChange change;
    change.name = "somebody";
    change.expires = now_ - std::chrono::hours(1);
    EXPECT_THAT(refusal(gallery_->change(anna, change)), HasSubstr("in the future"));
    change.expires = now_ + std::chrono::days(401);
    EXPECT_THAT(refusal(gallery_->change(anna, change)), HasSubstr("400 days away at most"));
    change.expires.reset();
    change.reason = "none";
    EXPECT_THAT(refusal(gallery_->change(anna, change)), HasSubstr("only an entry of the watchlist"));
    change.reason = "";
    EXPECT_THAT(refusal(gallery_->change(thief, change)), HasSubstr("needs a reason"));
    change.reason.reset();
    change.external = "card-1";
    EXPECT_THAT(refusal(gallery_->change(thief, change)), HasSubstr("neither a number"));
    EXPECT_THAT(refusal(gallery_->change(999, change)), HasSubstr("not in the gallery"));
    EXPECT_EQ(gallery_->person(anna)->card.name, "Anna Karenina");
    EXPECT_EQ(gallery_->person(thief)->card.name, "Anna Karenina");
}

TEST_F(GalleryTest, WhoWasSeenIsEnrolledWhenHeAgrees) {
    const std::int64_t seen = added(1, PersonKind::kSeen);
    PersonChange change;
    change.consent = Consent{"To be greeted.", "owner", now_};
    ASSERT_TRUE(gallery_->change(seen, change));
    for (int run = 0; run < 2; ++run) {
        EXPECT_EQ(gallery_->person(seen)->kind, PersonKind::kEnrolled);
        EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), SizeIs(1));
        EXPECT_THAT(gallery_->likest(Among::kSeen, kTestForm, test_face(1), 0.7), IsEmpty());
        reopen();
    }
}

TEST_F(GalleryTest, PicturesAreAddedAndTakenOut) {
    const std::int64_t anna = added(1);
    const std::vector<std::uint8_t> jpeg = {1, 2, 3};
    const auto ids = gallery_->add_pictures(anna, {{kTestForm, test_face(2), jpeg}});
    ASSERT_TRUE(ids) << ids.error().message;
    ASSERT_THAT(*ids, SizeIs(1));
    EXPECT_EQ(gallery_->picture(anna, ids->front())->value(), jpeg);
    EXPECT_EQ(gallery_->pictures(Among::kKnown, kTestForm), 2U);
    reopen();
    EXPECT_EQ(gallery_->likest(Among::kKnown, kTestForm, test_face(2), 0.7).at(0).person, anna);
    const std::int64_t first = gallery_->person(anna)->pictures.at(0).id;
    EXPECT_TRUE(gallery_->remove_picture(anna, first).value());
    EXPECT_FALSE(gallery_->remove_picture(anna, first).value()) << "it is gone";
    EXPECT_FALSE(gallery_->remove_picture(anna, ids->front())) << "the last one stays";
    for (int run = 0; run < 2; ++run) {
        EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), IsEmpty());
        EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(2), 0.7), SizeIs(1));
        EXPECT_THAT(*store_->pictures(anna), SizeIs(1));
        reopen();
    }
    std::vector<Photograph> many(kPicturesMax, {kTestForm, test_face(3), jpeg});
    const auto too_many = gallery_->add_pictures(anna, many);
    ASSERT_FALSE(too_many);
    EXPECT_THAT(too_many.error().message, HasSubstr("take some out"));
    EXPECT_FALSE(gallery_->add_pictures(anna, {{kTestForm, {1, 2}, jpeg}})) << "no descriptor";
    EXPECT_THAT(*store_->pictures(anna), SizeIs(1));
}

TEST_F(GalleryTest, AStayOfSomebodyElseIsTakenOut) {
    const std::int64_t anna = added(1);  // with one picture, as most are
    const std::int64_t anya = added(2);
    const auto stay = gallery_->add_stay(anna, {0, now_, "door", 7, 0.9});
    ASSERT_TRUE(stay && gallery_->add_stay(anna, {0, now_, "hall", 8, 0.9}));
    EXPECT_FALSE(gallery_->remove_stay(anya, *stay).value()) << "not hers";
    EXPECT_TRUE(gallery_->remove_stay(anna, *stay).value());
    EXPECT_FALSE(gallery_->remove_stay(anna, *stay).value());
    ASSERT_THAT(gallery_->stays(anna).value(), SizeIs(1));
    EXPECT_EQ(gallery_->stays(anna)->at(0).number, 8);
}

TEST_F(GalleryTest, NumbersAndConsentsOfBothAreKeptWhenTheyAreJoined) {
    NewPerson first = somebody(1);
    first.card.external.clear();
    first.card.name.clear();
    NewPerson second = somebody(2);
    second.card.external = "card-77";
    second.card.consent->taken_by = "manager";
    const std::int64_t anna = gallery_->add(first).value();
    const std::int64_t anya = gallery_->add(second).value();
    const std::int64_t third = added(3);
    ASSERT_TRUE(gallery_->merge(anna, anya));
    ASSERT_TRUE(gallery_->merge(anna, third));
    for (int run = 0; run < 2; ++run) {
        const PersonCard card = gallery_->person(anna)->card;
        EXPECT_EQ(card.name, "Anna Karenina") << "who had none has the other's";
        EXPECT_THAT(externals_of(card), ElementsAre("card-77", "card-31415926"));
        EXPECT_THAT(card.more_consents, SizeIs(2));
        EXPECT_EQ(card.consent->taken_by, "owner");
        EXPECT_EQ(card.more_consents.at(0).taken_by, "manager");
        EXPECT_THAT(store_->person(anna)->value().cards,
                    UnorderedElementsAre(test_pseudonym("card-77"), test_pseudonym("card-31415926")));
        reopen();
    }
}

TEST_F(GalleryTest, CardsAreKnownWhileItIsClosedAndAreAddedToRowsFromBefore) {
    const std::int64_t anna = added(1);
    records::GalleryChange older;
    older.people.push_back(store_->person(anna)->value());
    older.people.front().cards.clear();
    ASSERT_TRUE(store_->apply(older));
    reopen();
    EXPECT_THAT(store_->person(anna)->value().cards, ElementsAre(test_pseudonym("card-31415926")));
    std::filesystem::rename(key_file(), folder_ / "kept");
    open_gallery();
    ASSERT_NE(gallery_->closed(), "");
    EXPECT_THAT(store_->person(anna)->value().cards, SizeIs(1)) << "nothing opens his card";
    std::filesystem::rename(folder_ / "kept", key_file());
}

TEST_F(GalleryTest, WhoHasANumberElsewhereDoesNotGiveWay) {
    NewPerson carded = somebody(1, PersonKind::kSeen);
    carded.card.external = "card-31415926";
    const auto oldest = gallery_->add(carded);
    ASSERT_TRUE(oldest) << oldest.error().message;
    for (int face = 2; face <= 6; ++face) {
        now_ += std::chrono::minutes(1);
        static_cast<void>(added(face, PersonKind::kSeen));
    }
    EXPECT_EQ(gallery_->size(), 5U);
    EXPECT_TRUE(gallery_->person(*oldest)) << "his receipts would keep the number";
}

TEST_F(GalleryTest, InAFullGalleryWhoWasSeenAndNotForLongestGivesWay) {
    const std::int64_t anna = added(1);
    const std::int64_t thief = added(2, PersonKind::kWatched);
    now_ += std::chrono::minutes(1);
    const std::int64_t first = added(3, PersonKind::kSeen);
    now_ += std::chrono::minutes(1);
    const std::int64_t second = added(4, PersonKind::kSeen);
    now_ += std::chrono::minutes(1);
    const std::int64_t third = added(5, PersonKind::kSeen);
    ASSERT_TRUE(gallery_->add_stay(first, {0, now_ + std::chrono::minutes(1), "door", 7, 0.9}));
    now_ += std::chrono::minutes(2);
    const std::string key_name = store_->person(second)->value().key_name;
    const std::int64_t boris = added(6);
    EXPECT_EQ(gallery_->size(), 5U);
    EXPECT_FALSE(gallery_->person(second)) << "the first was here again";
    EXPECT_FALSE(store_->person(second)->has_value());
    reopen();
    static_cast<void>(added(7, PersonKind::kSeen));
    EXPECT_FALSE(gallery_->person(third)) << "as the records say after a restart";
    for (const std::int64_t stays : {anna, thief, first, boris})
        EXPECT_TRUE(gallery_->person(stays)) << stays;
    static_cast<void>(added(8));
    static_cast<void>(added(9));
    EXPECT_FALSE(gallery_->add(somebody(10))) << "nobody is left who gives way";
    EXPECT_FALSE(gallery_->add(somebody(11, PersonKind::kSeen)));
    gallery_.reset();
    EXPECT_EQ(KeyRing::open(key_files_in(folder_))->find(key_name), nullptr);
}

TEST_F(GalleryTest, NobodyIsKeptForEver) {
    NewPerson person = somebody(1);
    person.expires = now_ + std::chrono::days(400);
    EXPECT_TRUE(gallery_->add(person));
    person.expires = now_ + std::chrono::days(400) + std::chrono::hours(1);
    const auto refused = gallery_->add(person);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("privacy.expires_max_days"));
}

TEST_F(GalleryTest, PicturesOfMatchesThatNobodyJudgedGoAfterSomeDays) {
    const std::int64_t thief = added(3, PersonKind::kWatched);
    for (int day = 0; day < 3; ++day) {
        Gallery::Match match;
        match.id = "m" + std::to_string(day);
        match.person = thief;
        match.at = now_ + std::chrono::days(day);
        match.evidence = {"door", 9, 0.8, 0.7, 1, std::vector<std::uint8_t>(900, 7)};
        ASSERT_TRUE(gallery_->add_match(match));
    }
    ASSERT_TRUE(gallery_->judge("m1", true, "guard"));
    const auto has_picture = [&](const char* id) {
        return !gallery_->match(id)->value().evidence.jpeg.empty();
    };
    EXPECT_EQ(gallery_->forget_unjudged_evidence(now_ + std::chrono::hours(30)).value(), 1);
    EXPECT_FALSE(has_picture("m0"));
    EXPECT_TRUE(has_picture("m1")) << "a guard confirmed it";
    EXPECT_TRUE(has_picture("m2")) << "it is newer";
    EXPECT_EQ(gallery_->forget_unjudged_evidence(now_ + std::chrono::hours(30)).value(), 0);
    EXPECT_EQ(gallery_->match("m0")->value().evidence.likeness, 0.8) << "the match stays";
}

}  // namespace
}  // namespace vitrina::privacy
