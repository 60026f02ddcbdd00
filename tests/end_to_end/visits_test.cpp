// Visits counted on real clips, against what people saw in them, and on the same clips mirrored, scaled,
// re-encoded, turned round in time, thinned out and repeated: the truth transforms with them.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"
#include "source_dir.h"

namespace vitrina::end_to_end {
namespace {

struct Stay {
    double begin_s;
    double end_s;
};

// Seconds at which at least half of the person's body is in one-by-one-person-detection.mp4, read off the
// frames by a person; good to 0.3 s.
const std::vector<Stay> kOneByOne = {{6.7, 19.4},  {23.2, 44.3},  {50.9, 69.3},
                                     {75.2, 86.5}, {92.8, 119.3}, {124.3, 135.5}};
constexpr double kOneByOneSeconds = 139.4;
constexpr double kToleranceS = 1.0;

struct Variant {
    std::string name;
    std::string ffmpeg;  // options of the transformation; empty: the clip as it is
    std::function<std::vector<Stay>()> truth = [] { return kOneByOne; };
    bool always = false;  // the others take half a minute each: only with VITRINA_LONG_TESTS=1

    // For GoogleTest's messages.
    friend std::ostream& operator<<(std::ostream& stream, const Variant& variant) {
        return stream << variant.name;
    }
};

std::vector<Stay> backwards() {
    std::vector<Stay> stays;
    stays.reserve(kOneByOne.size());
    for (const Stay& stay : kOneByOne)
        stays.push_back({kOneByOneSeconds - stay.end_s, kOneByOneSeconds - stay.begin_s});
    std::reverse(stays.begin(), stays.end());
    return stays;
}

std::vector<Stay> twice() {
    std::vector<Stay> stays = kOneByOne;
    for (const Stay& stay : kOneByOne)
        stays.push_back({stay.begin_s + kOneByOneSeconds, stay.end_s + kOneByOneSeconds});
    return stays;
}

std::vector<nlohmann::json> events_of(const std::string& folder, const std::string& kind) {
    std::vector<nlohmann::json> events;
    std::istringstream lines(read(folder + "/events.jsonl"));
    for (std::string line; std::getline(lines, line);)
        if (nlohmann::json event = nlohmann::json::parse(line); event.at("kind") == kind)
            events.push_back(std::move(event));
    return events;
}

// For docs/accuracy.md: the errors of a passing run too.
void print_errors(const std::string& name, const std::vector<nlohmann::json>& visits,
                  const std::vector<Stay>& truth) {
    std::string begins;
    std::string ends;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        begins += fmt::format(" {:+.1f}", visits[i].at("begin_s").get<double>() - truth[i].begin_s);
        ends += fmt::format(" {:+.1f}", visits[i].at("end_s").get<double>() - truth[i].end_s);
    }
    fmt::print("{}: {} visits; begin off by{} s; end off by{} s\n", name, visits.size(), begins, ends);
}

class OneByOne : public testing::TestWithParam<Variant> {};

TEST_P(OneByOne, SixVisitsAtTheirTimes) {
    const bool all =
        std::getenv("VITRINA_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
    if (!GetParam().always && !all) GTEST_SKIP() << "one of the variants that scripts/test.sh --full takes";
    const auto clip = shared_clip("one-by-one-person-detection.mp4");
    if (!clip) GTEST_SKIP() << "one-by-one-person-detection.mp4 is not in VITRINA_SHARED";
    const TemporaryFolder folder;
    std::string source = *clip;
    if (!GetParam().ffmpeg.empty()) {
        source = folder / "clip.mp4";
        ASSERT_NO_FATAL_FAILURE(transform(*clip, GetParam().ffmpeg, source));
    }
    const Outcome outcome = vitrina({"analyze", "--source", source, "--out", folder / "out"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.out, "");

    std::vector<nlohmann::json> visits = events_of(folder / "out", "visit");
    std::sort(visits.begin(), visits.end(),
              [](const auto& a, const auto& b) { return a.at("begin_s") < b.at("begin_s"); });
    const std::vector<Stay> truth = GetParam().truth();
    ASSERT_EQ(visits.size(), truth.size()) << read(folder / "out/events.jsonl");
    print_errors(GetParam().name, visits, truth);
    std::set<std::int64_t> people;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        EXPECT_EQ(visits[i].at("zone"), "picture");
        EXPECT_NEAR(visits[i].at("begin_s").get<double>(), truth[i].begin_s, kToleranceS)
            << "visit " << i + 1;
        EXPECT_NEAR(visits[i].at("end_s").get<double>(), truth[i].end_s, kToleranceS) << "visit " << i + 1;
        people.insert(visits[i].at("person").get<std::int64_t>());
    }
    EXPECT_EQ(people.size(), truth.size());
}

INSTANTIATE_TEST_SUITE_P(
    Variants, OneByOne,
    testing::Values(
        Variant{"as_it_is", "", [] { return kOneByOne; }, true},
        Variant{"mirrored", "-vf hflip -c:v libx264 -crf 18"},
        Variant{"at_640x360", "-vf scale=640:360 -c:v libx264 -crf 18"},
        Variant{"at_1280x720", "-vf scale=1280:720 -c:v libx264 -crf 18"},
        Variant{"quarter_bit_rate", "-c:v libx264 -b:v 47k -maxrate 47k -bufsize 94k"},
        Variant{"backwards", "-vf reverse -c:v libx264 -crf 18", backwards},
        Variant{"at_5_frames_a_second", "-vf fps=5 -c:v libx264 -crf 18", [] { return kOneByOne; }, true},
        Variant{"twice", "-filter_complex '[0]split[a][b];[a][b]concat' -c:v libx264 -crf 18", twice}),
    [](const auto& variant) { return variant.param.name; });

TEST(StoreAisle, ThreePeopleAreNoMoreThanFourIdentities) {
    const auto clip = shared_clip("store-aisle-detection.gif");
    if (!clip) GTEST_SKIP() << "store-aisle-detection.gif is not in VITRINA_SHARED";
    const TemporaryFolder folder;
    const Outcome outcome = vitrina({"analyze", "--source", *clip, "--out", folder / "out"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    std::set<std::int64_t> people;
    for (const nlohmann::json& visit : events_of(folder / "out", "visit"))
        people.insert(visit.at("person").get<std::int64_t>());
    EXPECT_GE(people.size(), 3U) << read(folder / "out/events.jsonl");
    EXPECT_LE(people.size(), 4U) << read(folder / "out/events.jsonl");
}

TEST(Goods, NobodyIsSeenWhereNobodyIs) {
    const auto clip = shared_clip("fruit-and-vegetable-detection.gif");
    if (!clip) GTEST_SKIP() << "fruit-and-vegetable-detection.gif is not in VITRINA_SHARED";
    const TemporaryFolder folder;
    const Outcome outcome = vitrina({"analyze", "--source", *clip, "--out", folder / "out"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(events_of(folder / "out", "visit").empty()) << read(folder / "out/events.jsonl");
}

// A man reaches to the table with one hand until 1.8 s, a woman reaches up to the right-hand shelf from 0.8 s
// on, and is hidden by another one later. Their other hands hang before goods all the time. The man's hand is
// his right one: from 1.9 s on he turns his back, and the arm that hung at his side all the time is the left.
// The woman's is her left: the one that hangs, on the side of the camera, is her right.
TEST(Aisle, TwoHandsTouchTwoShelvesAndNothingElse) {
    const auto clip = shared_clip("store-aisle-detection.gif");
    if (!clip) GTEST_SKIP() << "store-aisle-detection.gif is not in VITRINA_SHARED";
    const TemporaryFolder folder;
    const Outcome outcome =
        vitrina({"analyze", "--source", *clip, "--out", folder / "out", "--layout",
                 std::string(VITRINA_SOURCE_DIR) + "/examples/store-aisle-detection.json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    std::vector<nlohmann::json> touches = events_of(folder / "out", "touch");
    std::sort(touches.begin(), touches.end(),
              [](const auto& a, const auto& b) { return a.at("begin_s") < b.at("begin_s"); });
    ASSERT_EQ(touches.size(), 2U) << read(folder / "out/events.jsonl");
    EXPECT_EQ(touches[0].at("shelf"), "table");
    EXPECT_LT(touches[0].at("begin_s"), 0.8);
    EXPECT_NEAR(touches[0].at("end_s").get<double>(), 1.7, 0.4);
    EXPECT_EQ(touches[0].at("hand"), "right");
    EXPECT_EQ(touches[1].at("shelf"), "right shelf");
    // The thin sleeve before white goods is told from 1.5 s on.
    EXPECT_GT(touches[1].at("begin_s"), 0.7);
    EXPECT_LT(touches[1].at("begin_s"), 1.7);
    // Another hides her from 1.9 s on.
    EXPECT_NEAR(touches[1].at("end_s").get<double>(), 1.9, 0.4);
    EXPECT_EQ(touches[1].at("hand"), "left");
    EXPECT_NE(touches[0].at("person"), touches[1].at("person"));
}

TEST(TwoRuns, GiveIdenticalFilesWithAnyNumberOfThreads) {
    const auto clip = shared_clip("store-aisle-detection.gif");
    if (!clip) GTEST_SKIP() << "store-aisle-detection.gif is not in VITRINA_SHARED";
    const TemporaryFolder folder;
    const std::vector<std::string> threads = {"1", "2", "3"};
    for (const std::string& count : threads) {
        const Outcome outcome =
            vitrina({"analyze", "--source", *clip, "--out", folder / count, "--threads", count});
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }
    for (const char* name :
         {"events.jsonl", "tracks.mot.txt", "tracks.smooth.mot.txt", "summary.json", "heatmap.png"}) {
        const std::string first = read(folder / ("1/" + std::string(name)));
        ASSERT_FALSE(first.empty()) << name;
        EXPECT_TRUE(first == read(folder / ("2/" + std::string(name)))) << name;
        EXPECT_TRUE(first == read(folder / ("3/" + std::string(name)))) << name;
    }
}

}  // namespace
}  // namespace vitrina::end_to_end
