// What an alarm says to people, in their language: what, where, and the limit. Pure functions; any thread.
#pragma once

#include <string>

#include "domain/language.h"
#include "rules/rule.h"

namespace vitrina::rules {

/// What came true.
struct Said {
    std::string rule;  // its name
    Measure measure = Measure::kPeople;
    std::string camera;  // kPlanCamera: of the floor plan; empty: of the shop
    std::string place;
    double value = 0;
    double limit = 0;
};

/// "Queue: 6 people at till 1, camera door (limit 5)"; of kWatchlist a sentence of its own, without a name.
[[nodiscard]] std::string sentence_of(const Said& said, Language language);
/// The same of a rule, in English.
[[nodiscard]] std::string sentence_of(const Rule& rule, const std::string& camera, const std::string& place,
                                      double value);

/// "open till-3 at 17:40"; `minute` of the day, by the shop's clock.
[[nodiscard]] std::string opening_text(const std::string& till, int minute, Language language);

}  // namespace vitrina::rules
