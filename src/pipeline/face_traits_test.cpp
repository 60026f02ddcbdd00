#include "pipeline/face_traits.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

FaceLook look(double female, double age, double worth = 0.8) {
    FaceLook look;
    look.female = female;
    look.age = age;
    look.quality.worth = worth;
    return look;
}

TEST(FaceTraits, NothingIsKnownBeforeALookCounted) {
    FaceTraitsFusion fusion;
    EXPECT_FALSE(fusion.traits());
    EXPECT_FALSE(fusion.add(look(0.9, 30, 0.1)));
    EXPECT_FALSE(fusion.traits());
    EXPECT_TRUE(fusion.add(look(0.9, 30)));
    EXPECT_TRUE(fusion.traits());
}

TEST(FaceTraits, LooksVoteByWhatTheyAreWorth) {
    FaceTraitsFusion fusion;
    for (int i = 0; i < 3; ++i)
        fusion.add(look(0.95, 30));
    fusion.add(look(0.2, 60, 0.2));
    const FaceTraits traits = fusion.traits().value();
    EXPECT_EQ(traits.sex, Sex::kFemale);
    EXPECT_EQ(traits.looks, 4);
    FaceTraitsFusion alike;
    for (int i = 0; i < 4; ++i)
        alike.add(look(0.95, 30));
    EXPECT_LT(traits.sex_confidence, alike.traits()->sex_confidence);
    EXPECT_LT(traits.age, alike.traits()->age + 6);
    EXPECT_GT(traits.age, alike.traits()->age);
}

TEST(FaceTraits, ManyLooksAreSurerButNeverAsSureAsManyPeople) {
    FaceTraitsFusion one;
    one.add(look(0.8, 30));
    FaceTraitsFusion many;
    for (int i = 0; i < 1000; ++i)
        many.add(look(0.8, 30));
    EXPECT_GT(many.traits()->sex_confidence, one.traits()->sex_confidence);
    EXPECT_LT(many.traits()->sex_confidence, 0.95);
}

TEST(FaceTraits, WhatCannotBeToldIsUnknown) {
    FaceTraitsFusion fusion;
    fusion.add(look(0.5, 30));
    const FaceTraits traits = fusion.traits().value();
    EXPECT_EQ(traits.sex, Sex::kUnknown);
    EXPECT_NEAR(traits.sex_confidence, 0.5, 1e-9);
    fusion.add(look(0.02, 30));
    fusion.add(look(0.02, 30));
    EXPECT_EQ(fusion.traits()->sex, Sex::kMale);
}

TEST(FaceTraits, BoundsHoldTheAgeAndNobodyIsYoungerThanNothing) {
    for (const double age : {0.0, 1.0, 30.0, 99.0}) {
        FaceTraitsFusion fusion;
        fusion.add(look(0.9, age));
        const FaceTraits traits = fusion.traits().value();
        EXPECT_GE(traits.age_low, 0);
        EXPECT_LE(traits.age_low, traits.age);
        EXPECT_GT(traits.age_high, traits.age);
    }
}

TEST(FaceTraits, NumbersThatAreNoneDontCount) {
    FaceTraitsFusion fusion;
    EXPECT_FALSE(fusion.add(look(std::nan(""), 30)));
    EXPECT_FALSE(fusion.add(look(0.5, 30, std::nan(""))));
    EXPECT_TRUE(fusion.add(look(0, 30)));
    EXPECT_TRUE(fusion.add(look(1, 30)));
    EXPECT_TRUE(std::isfinite(fusion.traits()->sex_confidence));
}

TEST(FaceTraits, OnlyWhatDiffersIsNews) {
    FaceTraits told;
    told.sex = Sex::kFemale;
    told.sex_confidence = 0.9;
    told.age = 30;
    FaceTraits known = told;
    EXPECT_FALSE(is_news(told, known));
    known.age = 31;
    EXPECT_FALSE(is_news(told, known));
    known.age = 36;
    EXPECT_TRUE(is_news(told, known));
    known = told;
    known.sex = Sex::kMale;
    EXPECT_TRUE(is_news(told, known));
    known = told;
    known.sex_confidence = 0.7;
    EXPECT_TRUE(is_news(told, known));
}

}  // namespace
}  // namespace vitrina::pipeline
