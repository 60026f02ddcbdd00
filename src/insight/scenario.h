// Text scenarios for the tests of insight: sightings in, facts out (src/insight/scenarios/README.md). Tests
// only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/reach.h"
#include "domain/sighting.h"
#include "insight/insight.h"
#include "insight/touch_watch.h"

namespace vitrina::insight {

struct Scenario {
    Layout layout;
    Options options;
    std::vector<Sighting> sightings;  // in the order of time, then of the person
    std::vector<Reach> reaches;       // likewise
    std::vector<PersonId> left;       // told that they left right after their last sighting
    SourceTime end;
    std::vector<double> rates;  // frames a second; the first one is what is expected below
    double tolerance_s = 0;     // of times at the other rates
    std::string input;          // the text up to and with the line "expect"
    std::string expected;       // and after it
};

/// The rates of the scenario, of which one is given to parse_scenario().
[[nodiscard]] std::vector<double> rates_of(std::string_view text);

/// Fails with the number of the line that can't be read.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text, double rate);

/// Keeps what it is given.
class Collector final : public EventSink {
  public:
    [[nodiscard]] Result<void> accept(const Event& event) override {
        events.push_back(event);
        return {};
    }
    std::vector<Event> events;
};

/// One line for each event: `visit 1 table 2.000 5.000 0.90`.
[[nodiscard]] std::string to_line(const Event& event);

/// Of zones, lines and people, one line each.
[[nodiscard]] std::string to_lines(const Summary& summary);

}  // namespace vitrina::insight
