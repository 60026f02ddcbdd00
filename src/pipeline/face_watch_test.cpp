#include "pipeline/face_watch.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

FaceLook look(PersonId person, double female, double age, std::int64_t at_ms) {
    FaceLook look;
    look.camera = "door";
    look.person = person;
    look.at = UtcTime(std::chrono::milliseconds(at_ms));
    look.female = female;
    look.age = age;
    look.quality.worth = 0.8;
    look.descriptor = {0.6F, 0.8F};
    look.jpeg = {1, 2, 3};
    return look;
}

/// Keeps what is published.
class Told {
  public:
    [[nodiscard]] FaceWatch::Options options() {
        FaceWatch::Options options;
        options.shop = "shop";
        options.publish = [this](std::vector<LiveEvent> events) {
            const MutexLock lock(mutex_);
            events_.insert(events_.end(), events.begin(), events.end());
        };
        return options;
    }
    [[nodiscard]] std::vector<LiveEvent> events() const {
        const MutexLock lock(mutex_);
        return events_;
    }

  private:
    mutable Mutex mutex_;
    std::vector<LiveEvent> events_ GUARDED_BY(mutex_);
};

TEST(FaceWatch, TellsSexAndAgeOnceAndAgainWhenTheyAreKnownBetter) {
    Told told;
    FaceWatch watch(told.options());
    watch.accept(look(3, 0.8, 30, 1000));
    ASSERT_TRUE(watch.settle(5s));
    ASSERT_EQ(told.events().size(), 1U);
    const LiveEvent first = told.events()[0];
    const Traits traits = std::get<Traits>(first.event.fact);
    EXPECT_EQ(traits.person, 3);
    EXPECT_EQ(traits.sex, Sex::kFemale);
    EXPECT_LT(traits.age_low, traits.age);
    EXPECT_GT(traits.age_high, traits.age);
    EXPECT_EQ(first.begin, UtcTime(1000ms));
    EXPECT_EQ(first.event.revision, 1);
    EXPECT_EQ(first.event.camera, "door");
    EXPECT_EQ(first.event.shop, "shop");

    watch.accept(look(3, 0.8, 30, 2000));  // nothing new
    ASSERT_TRUE(watch.settle(5s));
    for (int i = 0; i < 6; ++i)
        watch.accept(look(3, 0.02, 55, 3000 + i));
    ASSERT_TRUE(watch.settle(5s));
    watch.stop();
    const auto events = told.events();
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events.back().event.id, first.event.id);
    EXPECT_EQ(events.back().event.revision, static_cast<int>(events.size()));
    EXPECT_EQ(std::get<Traits>(events.back().event.fact).sex, Sex::kMale);
    EXPECT_EQ(events.back().begin, UtcTime(1000ms));
    EXPECT_EQ(watch.traits(3)->looks, 8);
    EXPECT_FALSE(watch.traits(4));
}

TEST(FaceWatch, GoesOnWithTheRevisionThatAnEarlierRunTold) {
    Told told;
    FaceWatch::Options options = told.options();
    options.revision_of = [](const std::string& id) { return id.starts_with("traits-") ? 4 : 0; };
    FaceWatch watch(std::move(options));
    watch.accept(look(3, 0.9, 30, 1000));
    ASSERT_TRUE(watch.settle(5s));
    EXPECT_EQ(told.events().at(0).event.revision, 5);
}

TEST(FaceWatch, LooksOfNoWorthAreNotTold) {
    Told told;
    FaceWatch watch(told.options());
    FaceLook bad = look(3, 0.9, 30, 1000);
    bad.quality.worth = 0.01;
    watch.accept(bad);
    ASSERT_TRUE(watch.settle(5s));
    EXPECT_TRUE(told.events().empty());
    EXPECT_EQ(watch.looks(), 1);
}

TEST(FaceWatch, WhatIsKnownWhenItStopsIsTold) {
    Told told;
    FaceWatch watch(told.options());
    watch.accept(look(1, 0.9, 30, 1000));
    watch.stop();
    EXPECT_EQ(told.events().size(), 1U);
    watch.accept(look(2, 0.9, 30, 1000));  // too late, and no harm
    EXPECT_EQ(told.events().size(), 1U);
}

TEST(FaceWatch, OnlyWhoRecognisesGetsTheWholeLook) {
    class Gallery final : public FaceLookSink {
      public:
        void accept(const FaceLook& look) override { looks.push_back(look); }
        [[nodiscard]] bool wants_descriptors() const override { return true; }
        std::vector<FaceLook> looks;
    };
    Told told;
    Gallery gallery;
    FaceWatch watch(told.options());
    EXPECT_FALSE(watch.wants_descriptors());
    watch.hand_on_to(&gallery);
    EXPECT_TRUE(watch.wants_descriptors());
    watch.accept(look(1, 0.9, 30, 1000));
    ASSERT_EQ(gallery.looks.size(), 1U);
    EXPECT_EQ(gallery.looks[0].descriptor.size(), 2U);
    EXPECT_FALSE(gallery.looks[0].jpeg.empty());
    watch.hand_on_to(nullptr);
    watch.accept(look(1, 0.9, 30, 1100));
    EXPECT_EQ(gallery.looks.size(), 1U);
}

TEST(FaceWatch, WhoLeftIsForgotten) {
    Told told;
    FaceWatch watch(told.options());
    watch.accept(look(1, 0.9, 30, 1000));
    ASSERT_TRUE(watch.settle(5s));
    const auto later = std::chrono::duration_cast<std::chrono::milliseconds>(FaceWatch::kForgotten) + 2s;
    watch.accept(look(2, 0.9, 30, later.count()));
    ASSERT_TRUE(watch.settle(5s));
    EXPECT_FALSE(watch.traits(1));
    EXPECT_TRUE(watch.traits(2));
}

TEST(FaceWatch, AFloodIsBounded) {
    Told told;
    FaceWatch watch(told.options());
    for (int i = 0; i < 5000; ++i)
        watch.accept(look(i, 0.9, 30, 1000 + i));
    ASSERT_TRUE(watch.settle(10s));
    EXPECT_EQ(watch.looks(), 5000);
    const auto told_of = static_cast<std::int64_t>(told.events().size());
    EXPECT_EQ(told_of + watch.dropped(), 5000);
}

}  // namespace
}  // namespace vitrina::pipeline
