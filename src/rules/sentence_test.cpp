#include "rules/sentence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/plan.h"

namespace vitrina::rules {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string said(Measure measure, double value, Language language, const std::string& place = "till 1",
                 const std::string& camera = "door") {
    return sentence_of({"Queue", measure, camera, place, value, 5}, language);
}

TEST(Sentence, SaysWhatWhereAndTheLimit) {
    Rule rule;
    rule.name = "Queue";
    rule.limit = 5;
    EXPECT_EQ(sentence_of(rule, "door", "till 1", 6), "Queue: 6 people at till 1, camera door (limit 5)");
    EXPECT_EQ(sentence_of(rule, "door", "till 1", 1), "Queue: 1 person at till 1, camera door (limit 5)");
    EXPECT_EQ(sentence_of(rule, kPlanCamera, "till 1", 6),
              "Queue: 6 people at till 1, the floor plan (limit 5)");
    rule.measure = Measure::kCameraDown;
    rule.limit = 30;
    EXPECT_EQ(sentence_of(rule, "door", "", 31.4),
              "Queue: no usable picture for 31 s at camera door (limit 30)");
    rule.measure = Measure::kCameraTrouble;
    EXPECT_EQ(sentence_of(rule, "door", "covered", 45), "Queue: covered for 45 s at camera door (limit 30)");
    rule.measure = Measure::kSales;
    EXPECT_EQ(sentence_of(rule, "", "", 3), "Queue: 3 receipts within an hour (limit 30)");
}

TEST(Sentence, RussianCountsAsRussianDoes) {
    using enum Measure;
    const auto russian = [](Measure measure, double value) {
        return said(measure, value, Language::kRussian);
    };
    EXPECT_EQ(russian(kQueueLength, 1), "Queue: ждёт 1 человек — till 1, камера door (порог 5)");
    EXPECT_THAT(russian(kQueueLength, 2), HasSubstr("ждут 2 человека —"));
    EXPECT_THAT(russian(kQueueLength, 5), HasSubstr("ждут 5 человек —"));
    EXPECT_THAT(russian(kQueueLength, 11), HasSubstr("ждут 11 человек —"));
    EXPECT_THAT(russian(kQueueLength, 21), HasSubstr("ждёт 21 человек —"));
    EXPECT_THAT(russian(kQueueLength, 24), HasSubstr("ждут 24 человека —"));
    EXPECT_THAT(russian(kQueueLength, 112), HasSubstr("ждут 112 человек —"));
    EXPECT_THAT(russian(kQueueForecast, 6), HasSubstr("ожидается 6,0 человека на каждую"));
    EXPECT_THAT(russian(kPeople, 2.5), HasSubstr("2,5 человека"));
    EXPECT_EQ(said(kEntries, 3, Language::kRussian, "", ""), "Queue: вошло за час: 3 (порог 5)");
    EXPECT_THAT(said(kCameraTrouble, 45, Language::kRussian, "covered"),
                HasSubstr("объектив закрыт уже 45 с — камера door"));
    EXPECT_EQ(opening_text("касса 3", 17 * 60 + 4, Language::kRussian), "откройте касса 3 в 17:04");
    EXPECT_EQ(opening_text("till 3", 17 * 60 + 4, Language::kEnglish), "open till 3 at 17:04");
}

TEST(Sentence, AWatchlistNeedsAPersonInBothLanguages) {
    const Said seen{"Watchlist", Measure::kWatchlist, "door", "entry 5", 0.876, 0.8};
    EXPECT_THAT(
        sentence_of(seen, Language::kEnglish),
        HasSubstr("camera door looks like entry 5, likeness 0.88 (limit 0.80). A person has to look"));
    EXPECT_THAT(sentence_of(seen, Language::kRussian),
                HasSubstr("у камеры door похож на запись 5, сходство 0,88 (порог 0,80). Прежде"));
}

TEST(Sentence, EachMeasureHasWordsInEachLanguage) {
    for (std::size_t i = 0; i < kMeasures; ++i) {
        const auto measure = static_cast<Measure>(i);
        const std::string english = said(measure, 7, Language::kEnglish);
        const std::string russian = said(measure, 7, Language::kRussian);
        EXPECT_THAT(english, HasSubstr("7")) << to_text(measure);
        EXPECT_THAT(russian, HasSubstr("7")) << to_text(measure);
        EXPECT_THAT(russian, Not(HasSubstr("limit"))) << to_text(measure);
        EXPECT_NE(english, russian);
    }
}

}  // namespace
}  // namespace vitrina::rules
