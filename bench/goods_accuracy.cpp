// How well goods are told apart after a few photographs of each: what the page Teach does, on photographs
// that it did not learn from. Nothing but the photographs that are learnt from decides how.
//
//     goods_accuracy TRAIN TEST NETWORK.json...
//
// TRAIN and TEST hold a folder for each class. First all of TRAIN is learnt and TEST is asked. Then
// photographs of both are put together, and 1, 2, 3 and 5 of each class are learnt and the others asked, in
// several draws. Then half of the classes are learnt and the other half asked, which should be called none of
// these.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/interval.h"
#include "base/processor_time.h"
#include "teach/goods_model.h"
#include "teach/learn_goods.h"
#include "teach/picture_store.h"

namespace {

namespace fs = std::filesystem;
using namespace vitrina;

constexpr int kDraws = 2;
constexpr std::size_t kPhotographs[] = {1, 2, 3, 5};

using Photographs = std::map<std::string, std::vector<fs::path>>;

Photographs photographs_in(const fs::path& folder) {
    Photographs found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string ending = entry.path().extension();
        if (entry.is_regular_file() && (ending == ".jpg" || ending == ".jpeg" || ending == ".png"))
            found[entry.path().parent_path().filename()].push_back(entry.path());
    }
    for (auto& [name, files] : found)
        std::sort(files.begin(), files.end());
    return found;
}

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Of what was asked.
struct Outcome {
    std::size_t asked = 0;
    std::size_t right = 0;     // the likeliest class, whatever the confidence
    std::size_t accepted = 0;  // not called none of these
};

struct Trial {
    Outcome known;
    Outcome unknown;
    std::optional<double> promised;  // of pictures left out of learning
    std::string network;
    double seconds = 0;
    double processor_s = 0;
};

class Bench {
  public:
    Bench(std::vector<fs::path> networks, fs::path folder)
        : networks_(std::move(networks)), folder_(std::move(folder)) {}

    Result<Trial> run(const Photographs& learnt, const Photographs& asked) {
        teach::GoodsLesson lesson;
        for (const auto& [name, files] : learnt)
            for (const fs::path& file : files)
                lesson.examples.push_back({file.stem(), file, name});
        lesson.networks = networks_;
        lesson.folder = folder_ / "lesson";
        // What is measured includes computing features.
        lesson.cache = folder_ / fmt::format("features-{}", runs_++);
        fs::create_directories(lesson.folder);
        Trial trial;
        const auto begin = std::chrono::steady_clock::now();
        const auto processor = process_processor_time();
        TRY_ASSIGN(
            const teach::GoodsVersion version,
            teach::learn_goods(lesson, [](const std::string&, std::size_t, std::size_t) { return true; }));
        trial.processor_s = std::chrono::duration<double>(process_processor_time() - processor).count();
        trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        trial.network = version.network;
        if (version.accuracy) trial.promised = version.accuracy->value;
        TRY_ASSIGN(auto model, teach::GoodsModel::load(lesson.folder / teach::kModelFile));
        for (const auto& [name, files] : asked)
            for (const fs::path& file : files) {
                TRY_ASSIGN(const Picture picture, teach::decode_picture(file.string(), bytes_of(file)));
                TRY_ASSIGN(const teach::GoodsAnswer answer, model.look_at(picture));
                Outcome& outcome = learnt.contains(name) ? trial.known : trial.unknown;
                ++outcome.asked;
                outcome.right += answer.guesses[0].name == name ? 1 : 0;
                outcome.accepted += answer.known ? 1 : 0;
            }
        return trial;
    }

  private:
    std::vector<fs::path> networks_;
    fs::path folder_;
    int runs_ = 0;
};

/// With its 95 % interval.
std::string share(std::size_t right, std::size_t all) {
    if (all == 0) return "-";
    const ShareInterval interval = wilson95(static_cast<double>(right), static_cast<double>(all));
    return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * interval.share, 100 * interval.low,
                       100 * interval.high);
}

void add(Outcome& sum, const Outcome& one) {
    sum.asked += one.asked;
    sum.right += one.right;
    sum.accepted += one.accepted;
}

void print(const std::string& what, const Trial& sum, int trials, double promised) {
    fmt::print(
        "{:<34} right {}  promised {}  accepted {}  unknown refused {}  {:.1f} s, {:.1f} s of "
        "processor  {}\n",
        what, share(sum.known.right, sum.known.asked),
        promised > 0 ? fmt::format("{:.1f} %", 100 * promised) : "-",
        share(sum.known.accepted, sum.known.asked),
        share(sum.unknown.asked - sum.unknown.accepted, sum.unknown.asked), sum.seconds / trials,
        sum.processor_s / trials, sum.network);
    std::fflush(stdout);
}

/// Several draws, added up.
template <typename Draw>
Result<void> run_draws(Bench& bench, const std::string& what, int draws, const Draw& draw) {
    Trial sum;
    double promised = 0;
    for (int i = 0; i < draws; ++i) {
        Photographs learnt;
        Photographs asked;
        draw(static_cast<std::uint32_t>(i), learnt, asked);
        if (asked.empty()) return {};
        TRY_ASSIGN(const Trial trial, bench.run(learnt, asked));
        add(sum.known, trial.known);
        add(sum.unknown, trial.unknown);
        sum.seconds += trial.seconds;
        sum.processor_s += trial.processor_s;
        sum.network = trial.network;
        promised += trial.promised.value_or(0) / draws;
    }
    print(what, sum, draws, promised);
    return {};
}

Result<void> run(const fs::path& train_folder, const fs::path& test_folder,
                 const std::vector<fs::path>& networks, const fs::path& folder) {
    Bench bench(networks, folder);
    const Photographs train = photographs_in(train_folder);
    const Photographs test = photographs_in(test_folder);
    TRY(run_draws(bench, "all of TRAIN", 1, [&](std::uint32_t, Photographs& learnt, Photographs& asked) {
        learnt = train;
        asked = test;
    }));
    Photographs all = train;
    for (const auto& [name, files] : test)
        all[name].insert(all[name].end(), files.begin(), files.end());
    for (const std::size_t photographs : kPhotographs) {
        const auto parted = [&](std::uint32_t seed, Photographs& learnt, Photographs& asked) {
            for (const auto& [name, files] : all) {
                if (files.size() <= photographs) continue;
                std::vector<fs::path> shuffled = files;
                std::mt19937 random(seed);
                std::shuffle(shuffled.begin(), shuffled.end(), random);
                const auto middle = shuffled.begin() + static_cast<std::ptrdiff_t>(photographs);
                learnt[name].assign(shuffled.begin(), middle);
                asked[name].assign(middle, shuffled.end());
            }
        };
        TRY(run_draws(bench, fmt::format("{} photographs a class", photographs), kDraws, parted));
    }
    return run_draws(bench, "all of TRAIN, of half the classes", kDraws,
                     [&](std::uint32_t seed, Photographs& learnt, Photographs& asked) {
                         std::vector<std::string> names;
                         for (const auto& [name, files] : train)
                             names.push_back(name);
                         std::mt19937 random(seed);
                         std::shuffle(names.begin(), names.end(), random);
                         names.resize(names.size() / 2);
                         for (const std::string& name : names)
                             learnt[name] = train.at(name);
                         asked = test;
                     });
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        fmt::print(stderr, "usage: goods_accuracy TRAIN TEST NETWORK.json...\n");
        return 2;
    }
    const std::vector<fs::path> networks(arguments + 3, arguments + count);
    std::string folder = (fs::temp_directory_path() / "goods-accuracy-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) return 1;
    const auto done = run(arguments[1], arguments[2], networks, folder);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    if (done) return 0;
    fmt::print(stderr, "goods_accuracy: {}\n", done.error().message);
    return 1;
}
