#include "app/space_filter.h"

#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

TEST(SpaceFilter, HoursDaysAndPeopleAreTaken) {
    InsightRequest request;
    request.hours = "9-11,17";
    request.weekdays = "sat,sun";
    request.sex = "female";
    request.age = "senior";
    const auto filter = space_filter_of(request);
    ASSERT_TRUE(filter) << filter.error().message;
    EXPECT_EQ(filter->hours, (7U << 9U) | (1U << 17U));
    EXPECT_EQ(filter->weekdays, 3U << 5U);
    EXPECT_EQ(filter->sex, Sex::kFemale);
    EXPECT_EQ(filter->age, AgeGroup::kSenior);
}

TEST(SpaceFilter, WhatIsWrongIsSaidWithItsOption) {
    const auto refused = [](auto change) {
        InsightRequest request;
        change(request);
        const auto filter = space_filter_of(request);
        return filter ? std::string("taken") : filter.error().message;
    };
    EXPECT_EQ(refused([](InsightRequest&) {}), "taken");
    for (const char* hours : {"24", "9-", "-3", "11-9", "x", "9,,10", "9 "})
        EXPECT_NE(refused([&](InsightRequest& it) { it.hours = hours; }).find("--hours: "), std::string::npos)
            << hours;
    EXPECT_NE(refused([](InsightRequest& it) { it.weekdays = "sat,day"; }).find("\"day\""),
              std::string::npos);
    EXPECT_NE(refused([](InsightRequest& it) { it.sex = "f"; }).find("--sex"), std::string::npos);
    EXPECT_NE(refused([](InsightRequest& it) { it.age = "old"; }).find("--age"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::app
