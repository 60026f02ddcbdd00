#include "domain/sighting_file.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

class SightingFileTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::path(::testing::TempDir()) / (std::string(test->name()) + ".sightings");
        head_.start = UtcTime(std::chrono::milliseconds(1'772'409'600'000));
        head_.width_m = 26;
        head_.depth_m = 18;
    }
    void TearDown() override { std::filesystem::remove(path_); }

    static Sighting sighting(PersonId person, double at_s, Point place) {
        Sighting it;
        it.person = person;
        it.at = instant_at(at_s);
        it.place = place;
        it.body_height = 1.7;
        it.score = 1;
        return it;
    }
    void write(const std::vector<Sighting>& sightings) {
        auto writer = SightingWriter::create(path_, head_);
        ASSERT_TRUE(writer) << writer.error().message;
        for (const Sighting& it : sightings)
            writer->write(it);
        const auto closed = writer->close();
        ASSERT_TRUE(closed) << closed.error().message;
    }
    std::string bytes() {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void put(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
    /// All of them, or what is wrong.
    std::string trouble() {
        auto reader = SightingReader::open(path_);
        if (!reader) return reader.error().message;
        for (;;) {
            const auto next = reader->next();
            if (!next) return next.error().message;
            if (!*next) return "";
        }
    }
    std::filesystem::path path_;
    SightingHead head_;
};

TEST_F(SightingFileTest, WhatIsWrittenIsRead) {
    Sighting first = sighting(7, 12.345, {3.21, 17.99});
    first.labels = {true, true, Sex::kFemale, AgeGroup::kSenior};
    first.visible = 0.5;
    first.score = 0.2;
    write({first, sighting(4'000'000'000, 12.345, {0, 0})});
    auto reader = SightingReader::open(path_);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(reader->head().start, head_.start);
    EXPECT_EQ(reader->head().width_m, 26);
    const auto read = reader->next();
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->person, 7);
    EXPECT_EQ((*read)->at, first.at);
    EXPECT_NEAR((*read)->place.x, 3.21, 1e-9);
    EXPECT_NEAR((*read)->place.y, 17.99, 1e-9);
    EXPECT_EQ((*read)->labels, first.labels);
    EXPECT_NEAR((*read)->score, 0.2, 0.002);
    EXPECT_NEAR((*read)->visible, 0.5, 1e-9);
    const auto second = reader->next();
    ASSERT_TRUE(second && *second);
    EXPECT_EQ((*second)->person, 4'000'000'000);
    EXPECT_EQ((*second)->labels, Labels());
    const auto end = reader->next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

TEST_F(SightingFileTest, WhatCantBeHeldIsSaid) {
    auto writer = SightingWriter::create(path_, head_);
    ASSERT_TRUE(writer);
    writer->write(sighting(1, 0, {700, 0}));
    const auto closed = writer->close();
    ASSERT_FALSE(closed);
    EXPECT_NE(closed.error().message.find("1 sightings are beyond"), std::string::npos);
}

TEST_F(SightingFileTest, ABadFileIsAnErrorThatSaysWhere) {
    EXPECT_NE(trouble().find("no such file"), std::string::npos);
    put("VITSIGHT");
    EXPECT_NE(trouble().find("is no file of sightings"), std::string::npos);
    put(std::string(200, 'x'));
    EXPECT_NE(trouble().find("is no file of sightings"), std::string::npos);
    write({sighting(1, 1, {1, 1}), sighting(1, 2, {1, 1})});
    const std::string good = bytes();
    put(good.substr(0, good.size() - 5));
    EXPECT_NE(trouble().find("ends in the middle of sighting 2"), std::string::npos) << trouble();
    std::string bad = good;
    bad[8] = 2;  // version
    put(bad);
    EXPECT_NE(trouble().find("has version 2"), std::string::npos);
    bad = good;
    bad[kSightingHeadBytes + kSightingBytes] = 0;  // its time becomes earlier
    bad[kSightingHeadBytes + kSightingBytes + 1] = 0;
    put(bad);
    EXPECT_NE(trouble().find("sighting 2 is earlier"), std::string::npos) << trouble();
    bad = good;
    bad[kSightingHeadBytes + 14] = 3;  // no sex
    put(bad);
    EXPECT_NE(trouble().find("sighting 1 has a sex"), std::string::npos);
    for (std::size_t i = 8; i < kSightingHeadBytes; ++i) {  // no byte of the head brings it down
        bad = good;
        bad[i] = static_cast<char>(0xff);
        put(bad);
        static_cast<void>(trouble());
    }
}

}  // namespace
}  // namespace vitrina
