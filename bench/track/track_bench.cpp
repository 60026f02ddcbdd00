// Vitrina's tracker beside its peers on simulated people: MOTA, IDF1, HOTA and frames a second. Prints a
// table, and writes JSON with --json FILE.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/processor_time.h"
#include "base/time.h"
#include "courtyard.h"
#include "domain/mot_file.h"
#include "evaluate/comparison.h"
#include "evaluate/metrics.h"
#include "peers.h"
#include "track/tracker.h"

namespace {

using namespace vitrina;         // NOLINT(google-build-using-namespace): this file is the program
using namespace vitrina::bench;  // NOLINT(google-build-using-namespace)

struct Scene {
    std::string name;
    CourtyardOptions options;
    int seeds = 1;
    bool timed = false;  // only how fast: the peers' quality there says nothing
};

std::vector<Scene> scenes(bool quick) {
    CourtyardOptions shop;
    shop.fps = 15;
    shop.people = 4;
    shop.seconds = 60;
    shop.standing = 0.8;
    CourtyardOptions slow;
    slow.fps = 5;
    CourtyardOptions few;
    few.people = 6.6;
    few.fps = 10;
    CourtyardOptions crowd;
    crowd.people = 62;
    crowd.seconds = 40;
    crowd.width = 1920;
    crowd.height = 1080;
    crowd.noise.false_places = 20;
    return {{"courtyard", {}, quick ? 8 : 48},
            {"shop, 15 frames/s", shop, quick ? 4 : 24},
            {"courtyard, 5 frames/s", slow, quick ? 4 : 24},
            {"6 people", few, quick ? 3 : 8, true},
            {"50 people", crowd, quick ? 2 : 4, true}};
}

struct Run {
    std::vector<MotRow> rows;
    double seconds = 0;  // of the processor
};

using Frames = std::vector<View>;

Run run_peer(Peer& peer, const Frames& frames) {
    Run run;
    std::vector<std::vector<PeerBox>> told(frames.size());
    const auto begin = thread_processor_time();
    for (std::size_t frame = 0; frame < frames.size(); ++frame)
        told[frame] = peer.update(frames[frame].seen);
    run.seconds = std::chrono::duration<double>(thread_processor_time() - begin).count();
    for (std::size_t frame = 0; frame < told.size(); ++frame)
        for (const PeerBox& box : told[frame])
            run.rows.push_back({static_cast<std::int64_t>(frame), box.id, box.box, box.score, -1, 0});
    return run;
}

enum class Output { kCausal, kSmooth };
enum class Appearance { kNone, kGiven };

Run run_vitrina(const CourtyardOptions& options, const Frames& frames, Appearance appearance, Output output) {
    std::vector<std::vector<Detection>> detections(frames.size());
    for (std::size_t frame = 0; frame < frames.size(); ++frame)
        for (const SeenBox& box : frames[frame].seen) {
            Detection& detection = detections[frame].emplace_back(Detection{box.box, box.score});
            if (appearance == Appearance::kGiven) detection.look.assign(box.look.begin(), box.look.end());
        }
    Run run;
    std::vector<track::Update> updates(frames.size());
    track::Tracker tracker({}, options.width, options.height);
    const auto begin = thread_processor_time();
    for (std::size_t frame = 0; frame < frames.size(); ++frame)
        updates[frame] =
            tracker.update(static_cast<std::int64_t>(frame),
                           instant_at(static_cast<double>(frame) / options.fps), detections[frame]);
    run.seconds = std::chrono::duration<double>(thread_processor_time() - begin).count();
    const auto keep = [&](const std::vector<TrackBox>& boxes) {
        for (const TrackBox& box : boxes)
            run.rows.push_back({box.frame, box.track, box.box, box.score, -1, 0});
    };
    for (const track::Update& update : updates) {
        keep(update.reported);
        keep(output == Output::kSmooth ? update.recovered : update.expected);
    }
    std::stable_sort(run.rows.begin(), run.rows.end(),
                     [](const MotRow& a, const MotRow& b) { return a.frame < b.frame; });
    return run;
}

struct Entry {
    std::string name;
    std::function<Run(const CourtyardOptions&, const Frames&)> run;
    bool timed = true;
};

std::vector<Entry> entries() {
    const auto peer = [](auto make) {
        return [make](const CourtyardOptions& /*options*/, const Frames& frames) {
            const std::unique_ptr<Peer> one = make();
            return run_peer(*one, frames);
        };
    };
    const auto own = [](Appearance appearance, Output output) {
        return [appearance, output](const CourtyardOptions& options, const Frames& frames) {
            return run_vitrina(options, frames, appearance, output);
        };
    };
    return {{"SORT, 0.5", peer([] { return make_sort(0.5); })},
            {"ByteTrack", peer([] { return make_bytetrack(); })},
            {"OC-SORT, 0.4", peer([] { return make_ocsort(0.4); })},
            {"OC-SORT, 0.2", peer([] { return make_ocsort(0.2); })},
            {"identities known, 0.5", peer([] { return make_oracle(0.5); }), false},
            {"identities known, 0.1", peer([] { return make_oracle(0.1); }), false},
            {"Vitrina, boxes alone", own(Appearance::kNone, Output::kCausal)},
            {"Vitrina, boxes alone, smoothed", own(Appearance::kNone, Output::kSmooth)},
            {"Vitrina, appearance", own(Appearance::kGiven, Output::kCausal)},
            {"Vitrina, appearance, smoothed", own(Appearance::kGiven, Output::kSmooth)}};
}

/// Sums over the seeds of a scene.
struct Sums {
    double mota = 0;
    double idf1 = 0;
    double hota = 0;
    double switches = 0;
    double seconds = 0;
    double frames = 0;
    int runs = 0;

    void add(const evaluate::Comparison& comparison, const Run& run, std::size_t count) {
        const evaluate::ClearMot clear = evaluate::clear_mot(comparison);
        mota += clear.mota;
        switches += static_cast<double>(clear.switches);
        idf1 += evaluate::identity(comparison).idf1;
        hota += evaluate::hota(comparison).mean.hota;
        seconds += run.seconds;
        frames += static_cast<double>(count);
        ++runs;
    }
};

evaluate::Truth truth_of(const Frames& frames) {
    evaluate::Truth truth;
    for (std::size_t frame = 0; frame < frames.size(); ++frame)
        for (const TrueBox& box : frames[frame].truth)
            truth.boxes.push_back({static_cast<std::int64_t>(frame), box.person, box.box});
    return truth;
}

nlohmann::ordered_json measure(const Scene& scene) {
    const std::vector<Entry> all = entries();
    std::vector<Sums> sums(all.size());
    double boxes = 0;
    double frames_count = 0;
    for (int seed = 1; seed <= scene.seeds; ++seed) {
        const Frames frames = courtyard(scene.options, static_cast<std::uint32_t>(seed));
        const evaluate::Truth truth = truth_of(frames);
        boxes += static_cast<double>(truth.boxes.size());
        frames_count += static_cast<double>(frames.size());
        // In turns, so that a machine that is busy for a while slows all of them.
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (scene.timed && !all[i].timed) continue;
            const Run run = all[i].run(scene.options, frames);
            sums[i].add(evaluate::compare(truth, run.rows), run, frames.size());
        }
    }
    fmt::print("{}: {} runs, {:.1f} people a frame\n", scene.name, scene.seeds, boxes / frames_count);
    nlohmann::ordered_json json{{"scene", scene.name}, {"people", boxes / frames_count}};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Sums& sum = sums[i];
        if (sum.runs == 0) continue;
        const double n = sum.runs;
        const double us = 1e6 * sum.seconds / sum.frames;
        fmt::print(
            "  {:32} MOTA {:.3f}  IDF1 {:.3f}  HOTA {:.3f}  switches {:5.1f}  {:8.1f} us/frame {:10.0f} "
            "frames/s\n",
            all[i].name, sum.mota / n, sum.idf1 / n, sum.hota / n, sum.switches / n, us, 1e6 / us);
        json["trackers"].push_back({{"name", all[i].name},
                                    {"mota", sum.mota / n},
                                    {"idf1", sum.idf1 / n},
                                    {"hota", sum.hota / n},
                                    {"switches", sum.switches / n},
                                    {"us_per_frame", us},
                                    {"frames_per_s", 1e6 / us}});
    }
    return json;
}

int run(int argc, char** argv) {
    bool quick = false;
    std::string json_file;
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--quick") {
            quick = true;
        } else if (arguments[i] == "--json" && i + 1 < arguments.size()) {
            json_file = arguments[++i];
        } else {
            fmt::print(stderr, "usage: track_bench [--quick] [--json FILE]\n");
            return 2;
        }
    }
    auto results = nlohmann::ordered_json::array();
    for (const Scene& scene : scenes(quick))
        results.push_back(measure(scene));
    if (json_file.empty()) return 0;
    std::ofstream file(json_file);
    file << results.dump(2) << "\n";
    file.close();
    if (file) return 0;
    fmt::print(stderr, "track_bench: {}: can't be written\n", json_file);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "track_bench: %s\n", exception.what());
        return 1;
    }
}
