// What the tests of the gallery share: a folder that goes, a clock that is set, and faces that are made up.
#pragma once

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/face_look.h"
#include "privacy/gallery.h"

namespace vitrina::privacy {

inline constexpr const char* kTestForm = "test/1";

/// Of unit length; `turned` 0 to 1 makes it less like himself.
inline std::vector<float> test_face(int person, double turned = 0) {
    constexpr std::size_t kLength = 16;
    std::vector<float> face(kLength, 0);
    face.at(static_cast<std::size_t>(person)) = static_cast<float>(std::sqrt(1 - turned * turned));
    face.back() = static_cast<float>(turned);
    return face;
}

/// By which receipts know the owner of a number.
inline std::string test_pseudonym(const std::string& external) {
    return "p" + std::to_string(std::hash<std::string>()(external));
}

inline FaceLook test_look(int person, PersonId number, UtcTime at, double turned = 0) {
    FaceLook look;
    look.camera = "door";
    look.person = number;
    look.at = at;
    look.quality.worth = 1;
    look.made_by = kTestForm;
    look.descriptor = test_face(person, turned);
    return look;
}

class GalleryTest : public testing::Test {
  protected:
    GalleryTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "gallery-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
        reopen();
    }
    ~GalleryTest() override {
        gallery_.reset();
        store_.reset();
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    /// As after a restart.
    void reopen() {
        gallery_.reset();
        store_.reset();
        database_.reset();
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        database_ = *database;
        store_ = std::make_shared<records::GalleryStore>(database_);
        open_gallery();
    }
    void open_gallery() {
        Gallery::Options options;
        options.people_max = 5;
        options.expires_max = std::chrono::days(400);
        options.pseudonym_of = test_pseudonym;
        options.now = [this] { return now_; };
        auto gallery = Gallery::create(store_, key_files_in(folder_), std::move(options));
        ASSERT_TRUE(gallery) << gallery.error().message;
        gallery_ = std::move(*gallery);
    }
    [[nodiscard]] std::filesystem::path key_file() const { return key_files_in(folder_).master; }

    [[nodiscard]] NewPerson somebody(int face, PersonKind kind = PersonKind::kEnrolled) const {
        NewPerson person;
        person.kind = kind;
        person.card.name = "Anna Karenina";
        if (kind != PersonKind::kSeen) person.card.external = "card-31415926";
        if (kind == PersonKind::kEnrolled)
            person.card.consent = Consent{"To be greeted by name.", "owner", now_};
        if (kind == PersonKind::kWatched) person.card.reason = "left without paying";
        person.created_by = "owner";
        person.expires = now_ + std::chrono::hours(24);
        const std::string jpeg = "a JPEG of face " + std::to_string(face);
        person.photographs.push_back({kTestForm, test_face(face), {jpeg.begin(), jpeg.end()}});
        return person;
    }
    [[nodiscard]] std::int64_t added(int face, PersonKind kind = PersonKind::kEnrolled) {
        const auto id = gallery_->add(somebody(face, kind));
        EXPECT_TRUE(id) << id.error().message;
        return id ? *id : 0;
    }

    std::filesystem::path folder_;
    UtcTime now_{std::chrono::hours(500'000)};
    std::shared_ptr<records::Database> database_;
    std::shared_ptr<records::GalleryStore> store_;
    std::unique_ptr<Gallery> gallery_;
};

}  // namespace vitrina::privacy
