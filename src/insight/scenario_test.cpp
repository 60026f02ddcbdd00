// Runs src/insight/scenarios/*.test. VITRINA_APPROVE=1 writes what came out into them as what is expected.
#include "insight/scenario.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "source_dir.h"

namespace vitrina::insight {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scenario_files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(VITRINA_SOURCE_DIR "/src/insight/scenarios"))
        if (entry.path().extension() == ".test") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string content_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool approving() {
    return std::getenv("VITRINA_APPROVE") != nullptr;  // NOLINT(concurrency-mt-unsafe): no other thread
}

std::string run(const Scenario& scenario) {
    Collector collector;
    Insight insight(scenario.layout, {"shop", "camera"}, scenario.options, collector);
    for (std::size_t i = 0; i < scenario.sightings.size(); ++i) {
        const Sighting& sighting = scenario.sightings[i];
        EXPECT_TRUE(insight.observe(sighting));
        const auto is_same = [&](const Sighting& other) { return other.person == sighting.person; };
        const auto next = scenario.sightings.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        const bool last = std::none_of(next, scenario.sightings.end(), is_same);
        if (last && std::count(scenario.left.begin(), scenario.left.end(), sighting.person) > 0) {
            EXPECT_TRUE(insight.person_left(sighting.person));
        }
    }
    EXPECT_TRUE(insight.finish(scenario.end));
    TouchWatch touches(scenario.layout, {"shop", "camera"}, {}, collector);
    for (const Reach& reach : scenario.reaches)
        EXPECT_TRUE(touches.observe(reach));
    EXPECT_TRUE(touches.advance(scenario.end));
    EXPECT_TRUE(touches.finish());
    std::string result;
    for (const Event& event : collector.events)
        result += to_line(event) + "\n";
    return result + to_lines(insight.summary());
}

/// The facts of a text, without the summary, by what they say and then by time: near enough in time, two
/// facts may have changed places.
std::vector<std::vector<std::string>> facts_of(const std::string& text) {
    std::vector<std::vector<std::string>> facts;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> fact{std::istream_iterator<std::string>(words), {}};
        if (fact[0] == "visit" || fact[0] == "crossing" || fact[0] == "occupancy" || fact[0] == "touch")
            facts.push_back(fact);
    }
    std::stable_sort(facts.begin(), facts.end(), [](const auto& a, const auto& b) {
        return std::vector(a.begin(), a.begin() + 3) < std::vector(b.begin(), b.begin() + 3);
    });
    return facts;
}

void expect_near(const std::string& actual, const std::string& expected, double tolerance_s) {
    const auto a = facts_of(actual);
    const auto b = facts_of(expected);
    ASSERT_EQ(a.size(), b.size()) << actual << "instead of\n" << expected;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t k = 0; k < a[i].size(); ++k) {
            const bool number = k >= 3 && a[i][k].find_first_not_of("0123456789.") == std::string::npos;
            if (number)
                EXPECT_NEAR(std::stod(a[i][k]), std::stod(b[i][k]), tolerance_s) << actual << expected;
            else
                EXPECT_EQ(a[i][k], b[i][k]) << actual << "instead of\n" << expected;
        }
}

TEST(Scenarios, AreFound) {
    EXPECT_GE(scenario_files().size(), 20U);
}

class ScenarioTest : public testing::TestWithParam<fs::path> {};

TEST_P(ScenarioTest, GivesItsFacts) {
    const std::string text = content_of(GetParam());
    const std::vector<double> rates = rates_of(text);
    ASSERT_FALSE(rates.empty()) << parse_scenario(text, 10).error().message;
    for (const double rate : rates) {
        SCOPED_TRACE(testing::Message() << rate << " frames a second");
        const auto scenario = parse_scenario(text, rate);
        ASSERT_TRUE(scenario) << scenario.error().message;
        const std::string facts = run(*scenario);
        if (rate != rates.front()) {
            expect_near(facts, parse_scenario(content_of(GetParam()), rate)->expected, scenario->tolerance_s);
        } else if (approving()) {
            std::ofstream(GetParam()) << scenario->input << facts;
        } else {
            EXPECT_EQ(facts, scenario->expected);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, testing::ValuesIn(scenario_files()), [](const auto& file) {
    std::string name = file.param.stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace vitrina::insight
