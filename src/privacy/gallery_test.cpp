#include "privacy/gallery.h"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>

#include "privacy/key_ring.h"
#include "privacy/sealer.h"
#include "privacy/test_faces.h"

namespace vitrina::privacy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Among = Gallery::Among;

TEST_F(GalleryTest, KnowsPeopleAgainAfterARestart) {
    const std::int64_t anna = added(1);
    const std::int64_t thief = added(2, PersonKind::kWatched);
    for (int run = 0; run < 2; ++run) {
        auto likest = gallery_->likest(Among::kKnown, kTestForm, test_face(1, 0.5), 0.7);
        ASSERT_THAT(likest, SizeIs(1));
        EXPECT_EQ(likest[0].person, anna);
        EXPECT_NEAR(likest[0].likeness, std::sqrt(0.75), 1e-3);
        EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(2), 0.7), IsEmpty()) << "is watched";
        EXPECT_EQ(gallery_->likest(Among::kWatched, kTestForm, test_face(2), 0.7).at(0).person, thief);
        EXPECT_THAT(gallery_->likest(Among::kKnown, "other/1", test_face(1), 0.7), IsEmpty());
        const auto card = gallery_->person(anna);
        ASSERT_TRUE(card);
        EXPECT_EQ(card->card.name, "Anna Karenina");
        EXPECT_EQ(card->card.consent->taken_by, "owner");
        const auto jpeg = gallery_->picture(anna, card->pictures.at(0).id);
        ASSERT_TRUE(jpeg && *jpeg);
        EXPECT_EQ(std::string((*jpeg)->begin(), (*jpeg)->end()), "a JPEG of face 1");
        EXPECT_FALSE(gallery_->picture(thief, card->pictures.at(0).id)->has_value()) << "not hers";
        reopen();
    }
}

TEST_F(GalleryTest, SaysWhyNobodyIsTakenIn) {
    const auto why = [&](NewPerson person) {
        const auto id = gallery_->add(std::move(person));
        EXPECT_FALSE(id);
        return id ? "" : id.error().message;
    };
    NewPerson person = somebody(1);
    person.card.consent.reset();
    EXPECT_THAT(why(person), HasSubstr("consent"));
    person = somebody(1);
    person.expires = now_;
    EXPECT_THAT(why(person), HasSubstr("in the future"));
    person = somebody(1);
    person.photographs.clear();
    EXPECT_THAT(why(person), HasSubstr("a photograph is needed"));
    person = somebody(1);
    person.photographs[0].descriptor.clear();
    EXPECT_THAT(why(person), HasSubstr("unit length"));
    person = somebody(1, PersonKind::kWatched);
    person.card.reason.clear();
    EXPECT_THAT(why(person), HasSubstr("reason"));
    for (int face = 0; face < 5; ++face)
        static_cast<void>(added(face));
    EXPECT_THAT(why(somebody(6)), HasSubstr("gallery is full"));
}

TEST_F(GalleryTest, ForgetsOnTheDayThatWasSaid) {
    static_cast<void>(added(1));
    now_ += std::chrono::hours(25);
    EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), IsEmpty());
    EXPECT_EQ(gallery_->forget_expired(now_).value(), 1);
    EXPECT_EQ(gallery_->size(), 0U);
    EXPECT_TRUE(store_->people()->empty());
}

TEST_F(GalleryTest, AWrongKeyClosesItAndErasingWorksAllTheSame) {
    const std::int64_t anna = added(1);
    std::filesystem::rename(key_file(), folder_ / "kept");
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("the key is not there"));
    EXPECT_THAT(gallery_->people(PersonKind::kEnrolled), IsEmpty());
    ASSERT_TRUE(Sealer::open(key_file()));  // another
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("is not the key that the gallery was sealed with"));
    EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), IsEmpty());
    EXPECT_FALSE(gallery_->add(somebody(2)));
    EXPECT_FALSE(gallery_->stays(anna));
    std::ofstream(key_file(), std::ios::trunc) << "nonsense";
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("is not a key"));
    const std::string key_name = store_->person(anna)->value().key_name;
    EXPECT_TRUE(gallery_->erase(anna).value());
    EXPECT_FALSE(gallery_->erase(anna).value());
    std::filesystem::rename(folder_ / "kept", key_file());
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_EQ(gallery_->size(), 0U);
    const auto ring = KeyRing::open(key_files_in(folder_));
    ASSERT_TRUE(ring) << ring.error().message;
    EXPECT_EQ(ring->find(key_name), nullptr) << "the key is destroyed, though it could not be opened then";
}

TEST_F(GalleryTest, TheMasterKeyRotatesAndTheOldOneOpensNothing) {
    static_cast<void>(added(1));
    std::filesystem::copy_file(key_file(), folder_ / "old");
    gallery_.reset();
    {
        auto ring = KeyRing::open(key_files_in(folder_));
        ASSERT_TRUE(ring) << ring.error().message;
        EXPECT_EQ(ring->size(), 1U);
        ASSERT_TRUE(ring->rotate());
    }
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), SizeIs(1));
    // Killed between the database and the file: the new key lies beside the old one.
    std::filesystem::rename(key_file(), key_file().string() + ".next");
    std::filesystem::copy_file(folder_ / "old", key_file());
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_FALSE(std::filesystem::exists(key_file().string() + ".next"));
    std::filesystem::copy_file(folder_ / "old", key_file(),
                               std::filesystem::copy_options::overwrite_existing);
    open_gallery();
    EXPECT_NE(gallery_->closed(), "");
}

TEST_F(GalleryTest, WithoutTheRingOfKeysItIsClosedAndNoNewOneIsMade) {
    static_cast<void>(added(1));
    std::filesystem::rename(key_files_in(folder_).ring, folder_ / "kept");
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("are not there; put the file back"));
    std::ofstream(key_files_in(folder_).ring) << "nonsense";
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("is damaged"));
    std::filesystem::rename(folder_ / "kept", key_files_in(folder_).ring);
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_EQ(gallery_->size(), 1U);
}

TEST_F(GalleryTest, WithoutBothKeyFilesNoNewOnesAreMadeOverPeopleWhoAreThere) {
    static_cast<void>(added(1));
    const KeyFiles files = key_files_in(folder_);
    std::filesystem::rename(files.ring, folder_ / "kept.ring");
    std::filesystem::rename(files.master, folder_ / "kept.master");
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("put both files back"));
    EXPECT_FALSE(std::filesystem::exists(files.ring));
    EXPECT_FALSE(std::filesystem::exists(files.master));
    std::filesystem::rename(folder_ / "kept.ring", files.ring);
    std::filesystem::rename(folder_ / "kept.master", files.master);
    open_gallery();
    EXPECT_EQ(gallery_->size(), 1U);
}

TEST_F(GalleryTest, ARingThatIsThereAndCantBeReadIsNotReplaced) {
    const std::int64_t anna = added(1);
    const KeyFiles files = key_files_in(folder_);
    std::filesystem::rename(files.ring, folder_ / "kept.ring");
    std::filesystem::rename(files.master, folder_ / "kept.master");
    std::filesystem::create_directory(files.ring);  // nobody can read a folder, not even root
    EXPECT_FALSE(KeyRing::open(files));
    open_gallery();
    EXPECT_THAT(gallery_->closed(), HasSubstr("can't be read"));
    EXPECT_FALSE(std::filesystem::exists(files.master));
    EXPECT_FALSE(gallery_->erase(anna)) << "his key may still be there";
    EXPECT_TRUE(store_->person(anna)->has_value());
}

TEST_F(GalleryTest, ErasingWithAClosedGalleryLeavesNoTornKey) {
    const std::int64_t anna = added(1);
    static_cast<void>(added(2));
    std::filesystem::rename(key_file(), folder_ / "kept");
    std::ofstream(key_files_in(folder_).ring, std::ios::app) << "0123456789ab half a k";
    open_gallery();
    EXPECT_NE(gallery_->closed(), "");
    EXPECT_TRUE(gallery_->erase(anna).value());
    std::filesystem::rename(folder_ / "kept", key_file());
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_EQ(gallery_->size(), 1U);
}

TEST_F(GalleryTest, AKeyThatWasHalfWrittenIsNoneAndTheOthersOpen) {
    static_cast<void>(added(1));
    std::ofstream(key_files_in(folder_).ring, std::ios::app) << "0123456789ab half a k";
    for (int run = 0; run < 2; ++run) {
        open_gallery();
        EXPECT_EQ(gallery_->closed(), "");
        EXPECT_EQ(gallery_->size(), 1U + static_cast<std::size_t>(run));
        if (run == 0) static_cast<void>(added(2));
    }
}

TEST_F(GalleryTest, HistoryFollowsWhoIsJoinedAndParted) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    ASSERT_TRUE(gallery_->add_stay(anya, {0, now_, "door", 7, 0.9}));
    ASSERT_TRUE(gallery_->merge(anna, anya));
    EXPECT_EQ(gallery_->likest(Among::kKnown, kTestForm, test_face(2), 0.7).at(0).person, anna);
    reopen();
    EXPECT_EQ(gallery_->size(), 1U);
    const auto stays = gallery_->stays(anna);
    ASSERT_TRUE(stays && stays->size() == 1) << (stays ? "" : stays.error().message);
    EXPECT_EQ((*stays)[0].number, 7);
    const auto pictures = gallery_->person(anna)->pictures;
    ASSERT_THAT(pictures, SizeIs(2));
    const auto other = gallery_->split(anna, {pictures[1].id}, {(*stays)[0].id});
    ASSERT_TRUE(other) << other.error().message;
    for (int run = 0; run < 2; ++run) {
        EXPECT_EQ(gallery_->likest(Among::kKnown, kTestForm, test_face(2), 0.7).at(0).person, *other);
        EXPECT_EQ(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7).at(0).person, anna);
        EXPECT_THAT(gallery_->stays(anna).value(), IsEmpty());
        EXPECT_THAT(gallery_->stays(*other).value(), SizeIs(1));
        reopen();
    }
}

TEST_F(GalleryTest, RejectedMatchesMakeAnEntryStricter) {
    const std::int64_t thief = added(3, PersonKind::kWatched);
    Gallery::Match match;
    match.id = "ab12";
    match.person = thief;
    match.at = now_;
    match.evidence = {"door", 9, 0.8, 0.7, gallery_->likest_picture(thief, test_face(3)), {1, 2, 3}};
    ASSERT_TRUE(gallery_->add_match(match));
    const auto judged = gallery_->judge("ab12", false, "guard");
    ASSERT_TRUE(judged && *judged);
    EXPECT_EQ((*judged)->verdict, "rejected");
    EXPECT_THAT((*judged)->evidence.jpeg, IsEmpty());
    EXPECT_FALSE(gallery_->judge("ab12", true, "guard")) << "once";
    EXPECT_FALSE(gallery_->judge("cd34", true, "guard")->has_value());
    for (int run = 0; run < 2; ++run) {
        EXPECT_THAT(gallery_->likest(Among::kWatched, kTestForm, test_face(3, 0.6), 0.7), IsEmpty());
        EXPECT_THAT(gallery_->likest(Among::kWatched, kTestForm, test_face(3, 0.2), 0.7), SizeIs(1));
        EXPECT_THAT(gallery_->match("ab12")->value().evidence.jpeg, IsEmpty()) << "of a stranger";
        EXPECT_EQ(gallery_->match("ab12")->value().evidence.likeness, 0.8);
        reopen();
    }
}

TEST_F(GalleryTest, OnAFullDiskPicturesOfMatchesGoAndTheMatchesStay) {
    const std::int64_t thief = added(3, PersonKind::kWatched);
    const std::string camera(32, 'c');  // as long as it may be
    for (int i = 0; i < 30; ++i) {
        Gallery::Match match;
        match.id = "m" + std::to_string(i);
        match.person = thief;
        match.at = now_ + std::chrono::seconds(i);
        match.evidence = {camera,         (PersonId{1} << 52) + i,
                          0.123456789012, 0.7,
                          123456,         std::vector<std::uint8_t>(i == 0 ? 0 : 900, 7)};
        ASSERT_TRUE(gallery_->add_match(match));
    }
    const auto pictures = [&] {
        const auto matches = *gallery_->matches(thief, 100);
        EXPECT_THAT(matches, SizeIs(30));
        return std::count_if(matches.begin(), matches.end(),
                             [](const Gallery::Match& match) { return !match.evidence.jpeg.empty(); });
    };
    EXPECT_EQ(pictures(), 29);
    EXPECT_TRUE(*gallery_->forget_oldest_evidence());
    EXPECT_EQ(pictures(), 9);
    EXPECT_FALSE(gallery_->match("m29")->value().evidence.jpeg.empty()) << "the newest go last";
    EXPECT_EQ(gallery_->match("m1")->value().evidence.likeness, 0.123456789012);
    EXPECT_TRUE(*gallery_->forget_oldest_evidence());
    EXPECT_EQ(pictures(), 0);
    EXPECT_FALSE(*gallery_->forget_oldest_evidence()) << "none is left";
    ASSERT_TRUE(gallery_->judge("m1", true, "guard"));
    EXPECT_THAT(gallery_->person(thief)->pictures, SizeIs(1)) << "by whom he is known stays";
}

TEST_F(GalleryTest, WhoWasSeenIsJoinedIntoWhoIsEnrolledAndItsKeyIsDestroyed) {
    const std::int64_t seen = added(1, PersonKind::kSeen);
    const std::int64_t anna = added(2);
    const std::int64_t thief = added(3, PersonKind::kWatched);
    EXPECT_FALSE(gallery_->merge(anna, thief));
    EXPECT_FALSE(gallery_->merge(seen, thief));
    const std::string key_name = store_->person(seen)->value().key_name;
    EXPECT_THAT(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7), IsEmpty());
    EXPECT_EQ(gallery_->likest(Among::kSeen, kTestForm, test_face(1), 0.7).at(0).person, seen);
    EXPECT_EQ(gallery_->merge(seen, anna).value(), anna) << "who agreed stays";
    EXPECT_FALSE(gallery_->person(seen));
    EXPECT_EQ(gallery_->likest(Among::kKnown, kTestForm, test_face(1), 0.7).at(0).person, anna);
    reopen();
    EXPECT_EQ(gallery_->person(anna)->card.consent->taken_by, "owner");
    EXPECT_THAT(gallery_->person(anna)->pictures, SizeIs(2));
    EXPECT_FALSE(store_->person(seen)->has_value());
    gallery_.reset();
    EXPECT_EQ(KeyRing::open(key_files_in(folder_))->find(key_name), nullptr);
}

TEST_F(GalleryTest, ASplitThatFailsLeavesNoKey) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    ASSERT_TRUE(gallery_->merge(anna, anya));
    const auto pictures = gallery_->person(anna)->pictures;
    EXPECT_FALSE(gallery_->split(anna, {pictures.at(1).id}, {999}));
    gallery_.reset();
    EXPECT_EQ(KeyRing::open(key_files_in(folder_))->size(), 1U);
}

TEST_F(GalleryTest, BehindStricterEntriesTheNextIsFound) {
    for (int i = 0; i < 4; ++i) {
        const std::int64_t entry = added(3, PersonKind::kWatched);
        if (i == 3) continue;
        Gallery::Match match;
        match.id = "m" + std::to_string(i);
        match.person = entry;
        match.at = now_;
        match.evidence = {"door", 9, 0.9, 0.7, 0, {}};
        ASSERT_TRUE(gallery_->add_match(match));
        ASSERT_TRUE(gallery_->judge(match.id, false, "guard"));
    }
    EXPECT_THAT(gallery_->likest(Among::kWatched, kTestForm, test_face(3, 0.6), 0.7), SizeIs(1));
}

}  // namespace
}  // namespace vitrina::privacy
