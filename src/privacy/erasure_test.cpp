// What was erased is nowhere: not in the database, its log or any other file of the shop, and not in
// messages.
#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>

#include "privacy/known_person.h"
#include "privacy/test_faces.h"
#include "records/test_stranger.h"

namespace vitrina::privacy {
namespace {

using testing::IsEmpty;

class ErasureTest : public GalleryTest {
  protected:
    /// Which of the texts stand in which file of the folder, now.
    [[nodiscard]] std::set<std::string> found(const std::vector<std::string>& texts) const {
        std::set<std::string> where;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content((std::istreambuf_iterator<char>(file)),
                                      std::istreambuf_iterator<char>());
            for (const std::string& text : texts)
                if (content.find(text) != std::string::npos)
                    where.insert(entry.path().filename().string() + ": " + text.substr(0, 40));
        }
        return where;
    }
    /// Everything that is kept of a person, as it stands in the file.
    [[nodiscard]] std::vector<std::string> sealed_texts(std::int64_t person) const {
        std::vector<std::string> texts = {store_->person(person)->value().key_name,
                                          store_->person(person)->value().sealed_card};
        const auto pictures = store_->pictures(person);
        const auto stays = store_->stays(person);
        const auto matches = store_->matches(person, 10);
        for (const auto& picture : *pictures) {
            texts.push_back(picture.sealed_descriptor);
            texts.push_back(picture.sealed_jpeg.substr(0, 60));  // it may go over pages
        }
        for (const auto& stay : *stays)
            texts.push_back(stay.sealed_stay);
        for (const auto& match : *matches)
            texts.push_back(match.sealed_evidence.substr(0, 60));
        return texts;
    }
};

TEST_F(ErasureTest, NothingStandsOpenlyInTheFiles) {
    const std::int64_t anna = added(1);
    ASSERT_TRUE(gallery_->add_stay(anna, {0, now_, "entrance-camera", 7, 0.9}));
    EXPECT_THAT(found({"Karenina", "31415926", "greeted by name", "a JPEG of face", "entrance-camera",
                       code_of(test_face(1))}),
                IsEmpty());
    EXPECT_EQ(found({"enrolled"}).size(), 1U) << "the search finds what is there";
}

TEST_F(ErasureTest, WhatWasErasedIsInNoFile) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    const std::int64_t thief = added(3, PersonKind::kWatched);
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(gallery_->add_stay(anna, {0, now_ + std::chrono::seconds(i), "door", 7 + i, 0.9}));
    Gallery::Match match;
    match.id = "ab12";
    match.person = thief;
    match.at = now_;
    match.evidence = {"door", 9, 0.8, 0.7, 1, std::vector<std::uint8_t>(20'000, 7)};
    ASSERT_TRUE(gallery_->add_match(match));
    std::vector<std::string> of_anna = sealed_texts(anna);
    const std::vector<std::string> of_anya = sealed_texts(anya);
    const std::vector<std::string> of_thief = sealed_texts(thief);
    ASSERT_GE(found(of_anna).size(), of_anna.size()) << "in the file, its log, or both";
    ASSERT_TRUE(gallery_->erase(anna).value());
    ASSERT_TRUE(gallery_->erase(thief).value());
    EXPECT_THAT(found(of_anna), IsEmpty());
    EXPECT_THAT(found(of_thief), IsEmpty());
    EXPECT_GE(found(of_anya).size(), of_anya.size()) << "somebody else's stay";
    reopen();
    EXPECT_THAT(found(of_anna), IsEmpty());
    EXPECT_EQ(gallery_->size(), 1U);
}

TEST_F(ErasureTest, ThePictureOfWhoWasRejectedIsInNoFile) {
    const std::int64_t thief = added(3, PersonKind::kWatched);
    Gallery::Match match;
    match.id = "ab12";
    match.person = thief;
    match.at = now_;
    match.evidence = {"door", 9, 0.8, 0.7, 1, std::vector<std::uint8_t>(20'000, 7)};
    ASSERT_TRUE(gallery_->add_match(match));
    const std::string sealed = store_->match("ab12")->value().sealed_evidence;
    EXPECT_THAT(found({sealed.substr(0, 60)}), testing::Not(IsEmpty()));
    ASSERT_TRUE(gallery_->judge("ab12", false, "guard"));
    // Long texts are parted into pages of the file, so pieces are looked for.
    EXPECT_THAT(found({sealed.substr(0, 60), sealed.substr(9'000, 60), sealed.substr(19'000, 60)}),
                IsEmpty());
}

TEST_F(ErasureTest, ABackupFromBeforeForgetsToo) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    {
        records::Stranger copier(folder_ / "vitrina.db");  // as a backup is taken: the database, not the keys
        copier.execute("VACUUM INTO '" + (folder_ / "backup.db").string() + "'");
    }
    ASSERT_TRUE(gallery_->erase(anna).value());
    gallery_.reset();
    auto backup = records::Database::open(folder_ / "backup.db", {.reserve_bytes = 0});
    ASSERT_TRUE(backup) << backup.error().message;
    store_ = std::make_shared<records::GalleryStore>(*backup);
    ASSERT_EQ(store_->people()->size(), 2U) << "the rows are in the backup";
    open_gallery();
    EXPECT_EQ(gallery_->closed(), "");
    EXPECT_FALSE(gallery_->person(anna)) << "and nothing opens them";
    EXPECT_TRUE(gallery_->person(anya));
    EXPECT_THAT(gallery_->likest(Gallery::Among::kKnown, kTestForm, test_face(1), 0.7), IsEmpty());
}

TEST_F(ErasureTest, WhoWasJoinedWithAnotherIsErasedWithHim) {
    const std::int64_t anna = added(1);
    const std::int64_t anya = added(2);
    const std::vector<std::string> before = sealed_texts(anya);
    ASSERT_TRUE(gallery_->merge(anna, anya));
    EXPECT_THAT(found(before), IsEmpty()) << "sealed anew, the old key is gone";
    const std::vector<std::string> joined = sealed_texts(anna);
    ASSERT_TRUE(gallery_->erase(anna).value());
    EXPECT_THAT(found(joined), IsEmpty());
}

}  // namespace
}  // namespace vitrina::privacy
