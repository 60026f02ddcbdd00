// Text scenarios: detections in, tracks out. Each scenarios/*.test has the input, a line "----" and the
// expected tracks. To approve new output, look at the difference after
//
//     VITRINA_APPROVE=1 track_test --gtest_filter='*Scenario*'
//
// Input, one thing a line, '#' begins a comment:
//
//     picture WIDTH HEIGHT
//     frames FPS until SECONDS             frame times; several lines follow one another
//     seed N                               of what is random below; 1 by default
//     FROM TO box X Y W H [-> X Y W H] score S [option ...]
//         a box in each frame with FROM <= time < TO, going straight to its second place; options:
//         wobble S     score differs from frame to frame by up to S either way
//         jitter B     centre and size differ by up to B of the height
//         miss P       not detected with this probability
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "source_dir.h"
#include "track/tracker.h"

namespace vitrina::track {
namespace {

constexpr auto kSeparator = "----\n";

struct Actor {
    double from_s = 0;
    double to_s = 0;
    Box begin;
    Box end;
    double score = 0;
    double wobble = 0;
    double jitter = 0;
    double miss = 0;
};

struct Scenario {
    double width = 0;
    double height = 0;
    unsigned seed = 1;
    std::vector<double> frame_times_s;
    std::vector<Actor> actors;
};

Actor read_actor(double from_s, std::istringstream& words) {
    Actor actor;
    actor.from_s = from_s;
    words >> actor.to_s;
    for (std::string word; words >> word;) {
        Box box;
        if (word == "box" || word == "->") {
            words >> box.x >> box.y >> box.width >> box.height;
            actor.end = box;
            if (word == "box") actor.begin = box;
        } else if (word == "score") {
            words >> actor.score;
        } else if (word == "wobble") {
            words >> actor.wobble;
        } else if (word == "jitter") {
            words >> actor.jitter;
        } else if (word == "miss") {
            words >> actor.miss;
        } else {
            throw std::runtime_error("unknown word " + word);
        }
    }
    return actor;
}

Scenario read_scenario(const std::string& text) {
    Scenario scenario;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string word;
        if (!(words >> word)) continue;
        if (word == "picture") {
            words >> scenario.width >> scenario.height;
        } else if (word == "seed") {
            words >> scenario.seed;
        } else if (word == "frames") {
            double fps = 0;
            double until_s = 0;
            words >> fps >> word >> until_s;
            std::vector<double>& times = scenario.frame_times_s;
            const double begin_s = times.empty() ? 0 : times.back() + 1 / fps;
            for (int frame = 0; begin_s + frame / fps < until_s - 1e-9; ++frame)
                times.push_back(begin_s + frame / fps);
        } else {
            scenario.actors.push_back(read_actor(std::stod(word), words));
        }
        if (words.fail() && !words.eof()) throw std::runtime_error("can't read: " + line);
    }
    return scenario;
}

/// What the detector says of a frame.
std::vector<Detection> detections_at(const Scenario& scenario, double time_s, std::mt19937& random) {
    const auto swing = [&](double most) { return most * (2 * (random() / 4294967296.0) - 1); };
    std::vector<Detection> detections;
    for (const Actor& actor : scenario.actors) {
        if (time_s < actor.from_s - 1e-9 || time_s >= actor.to_s - 1e-9) continue;
        const double share = (time_s - actor.from_s) / (actor.to_s - actor.from_s);
        const auto mix = [&](double from, double to) { return from + (to - from) * share; };
        const Box exact{mix(actor.begin.x, actor.end.x), mix(actor.begin.y, actor.end.y),
                        mix(actor.begin.width, actor.end.width), mix(actor.begin.height, actor.end.height)};
        const double noise = actor.jitter * exact.height;
        const Box box{exact.x + swing(noise), exact.y + swing(noise), exact.width + swing(noise),
                      exact.height + swing(noise)};
        const double score = actor.score + swing(actor.wobble);
        const bool missed = random() / 4294967296.0 < actor.miss;
        if (!missed) detections.push_back({box, score});
    }
    return detections;
}

std::string place(const Box& box) {
    return fmt::format("({:.0f} {:.0f} {:.0f} {:.0f})", box.x, box.y, box.width, box.height);
}

/// One line a track: its smoothed path, how much of it was filled in, and since when it was told.
std::string tracks_of(const Scenario& scenario) {
    Tracker tracker({}, scenario.width, scenario.height);
    std::map<TrackId, std::vector<TrackBox>> smooth;
    std::map<TrackId, std::vector<TrackBox>> causal;
    std::map<TrackId, std::string> ended;
    std::mt19937 random(scenario.seed);
    for (std::size_t frame = 0; frame < scenario.frame_times_s.size(); ++frame) {
        const double time_s = scenario.frame_times_s[frame];
        const Update update = tracker.update(static_cast<std::int64_t>(frame), instant_at(time_s),
                                             detections_at(scenario, time_s, random));
        for (const TrackBox& box : update.recovered)
            smooth[box.track].push_back(box);
        for (const TrackBox& box : update.reported) {
            smooth[box.track].push_back(box);
            causal[box.track].push_back(box);
        }
        for (const TrackId id : update.ended)
            ended[id] = fmt::format("{:.1f}", time_s);
    }
    for (const TrackId id : tracker.finish())
        ended[id] = "finish";
    std::string text;
    for (auto& [id, path] : smooth) {
        std::stable_sort(path.begin(), path.end(),
                         [](const TrackBox& a, const TrackBox& b) { return a.time < b.time; });
        const auto filled = std::count_if(path.begin(), path.end(), [](auto& box) { return !box.measured; });
        text += fmt::format(
            "track {}: {:.1f} {} to {:.1f} {}, {} boxes, {} filled, told {} from {:.1f}, ended {}\n", id,
            to_seconds(path.front().time), place(path.front().box), to_seconds(path.back().time),
            place(path.back().box), path.size(), filled, causal[id].size(),
            to_seconds(causal[id].front().time), ended[id]);
    }
    return text.empty() ? "nobody\n" : text;
}

std::filesystem::path folder() {
    return std::filesystem::path(VITRINA_SOURCE_DIR) / "src" / "track" / "scenarios";
}

std::vector<std::string> scenario_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder()))
        if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, GivesTheExpectedTracks) {
    const std::filesystem::path path = folder() / (GetParam() + ".test");
    std::stringstream content;
    content << std::ifstream(path).rdbuf();
    const std::string text = content.str();
    const std::size_t separator = text.find(kSeparator);
    const std::string input = text.substr(0, separator);
    const std::string expected =
        separator == std::string::npos ? "" : text.substr(separator + std::string(kSeparator).size());
    const std::string actual = tracks_of(read_scenario(input));
    if (std::getenv("VITRINA_APPROVE") != nullptr) {  // NOLINT(concurrency-mt-unsafe): nothing sets it
        std::ofstream(path) << input << kSeparator << actual;
        return;
    }
    EXPECT_EQ(actual, expected);
}

INSTANTIATE_TEST_SUITE_P(Track, Scenarios, testing::ValuesIn(scenario_names()),
                         [](const auto& scenario) { return scenario.param; });

}  // namespace
}  // namespace vitrina::track
