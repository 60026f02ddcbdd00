// How long it takes to compute a month of facts again: makes the paths of a shop with so many visits a day
// (people walk from place to place and stand there; boxes tremble) as the running shop stores them, moves a
// zone, and replays. One JSON object. Used by scripts/bench.sh replay.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "pipeline/path_thinner.h"
#include "pipeline/replay.h"
#include "pipeline/shop_clock.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/path_store.h"
#include "records/shop_store.h"

namespace {

using namespace vitrina;  // NOLINT(google-build-using-namespace): a program of this file alone
using namespace std::chrono_literals;

constexpr int kWidth = 1280;
constexpr int kHeight = 720;
constexpr int kDaysMax = 366;
const UtcTime kBegin{1'790'000'000'000ms};

Layout layout_of(double border) {
    const auto box = [](const char* name, double x, double y) {
        return Zone{name, {{x, y}, {x + 260, y}, {x + 260, y + 200}, {x, y + 200}}};
    };
    return {"bench",
            kWidth,
            kHeight,
            {box("till", border, 420), box("fruit", 420, 120), box("bread", 820, 200)},
            {{"door", {100, 0}, {100, kHeight}}}};
}

/// One visit, seen five times a second.
std::vector<PathPoint> visit(std::mt19937& random, SourceTime begin, Duration length) {
    std::uniform_real_distribution<double> across(60, kWidth - 60);
    std::uniform_real_distribution<double> down(160, kHeight - 10);
    std::exponential_distribution<double> stay_s(1 / 12.0);
    std::normal_distribution<double> tremble(0, 2.2);
    pipeline::PathThinner thinner(PathScale::of_picture(kWidth));
    std::vector<PathPoint> points;
    Point place{60, 400};
    Point goal = place;
    double standing_s = 0;
    for (SourceTime now = begin; now < begin + length; now += 200ms) {
        const double away = std::hypot(goal.x - place.x, goal.y - place.y);
        const double step = 0.2 * 0.7 * (120 + place.y / 3);  // 0.7 bodies a second
        if (away > step) {
            place = {place.x + (goal.x - place.x) * step / away, place.y + (goal.y - place.y) * step / away};
        } else if ((standing_s -= 0.2) <= 0) {
            goal = {across(random), down(random)};
            standing_s = stay_s(random);
        }
        const double body = 120 + place.y / 3 + tremble(random);
        thinner.see({1,
                     now,
                     {place.x + tremble(random), std::min<double>(kHeight, place.y + tremble(random))},
                     body,
                     0.55 + 0.02 * tremble(random),
                     1},
                    points);
    }
    thinner.flush(points);
    return points;
}

Result<void> make_day(records::PathStore& paths, std::mt19937& random, int day, int visits, Duration length) {
    std::uniform_int_distribution<std::int64_t> moment(0, 12 * 3'600'000);
    records::PathNews news;
    for (int i = 0; i < visits; ++i) {
        const UtcTime begin = kBegin + day * 24h + 8h + std::chrono::milliseconds(moment(random));
        const auto points = visit(random, pipeline::from_utc(begin), length);
        constexpr std::size_t kPiece = 300;
        for (std::size_t at = 0; at < points.size(); at += kPiece) {
            const auto first = points.begin() + static_cast<std::ptrdiff_t>(at);
            const auto last =
                points.begin() + static_cast<std::ptrdiff_t>(std::min(points.size(), at + kPiece));
            news.pieces.push_back({"camera", (std::int64_t{day} << 20) + i, {first, last}, std::nullopt});
        }
    }
    return paths.put(news);
}

Result<void> run(int days, int visits, int minutes, int threads) {
    std::string pattern = (std::filesystem::temp_directory_path() / "replay-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(pattern.data()) != nullptr ? pattern : ".";
    struct Gone {
        std::filesystem::path folder;
        ~Gone() {
            std::error_code ignored;
            std::filesystem::remove_all(folder, ignored);
        }
    } const gone{folder};
    TRY_ASSIGN(const auto database, records::Database::open(folder / "bench.db", {.reserve_bytes = 0}));
    records::FactStore facts(database);
    records::ShopStore shop(database);
    records::PathStore paths(database);
    TRY(shop.save_layout("camera", layout_of(200), records::LayoutChange::kDrawnWrong, kBegin, "bench"));
    TRY_ASSIGN(const auto session, facts.new_session("camera", kBegin));
    records::PathNews news;
    news.sessions = {{"camera", session, kBegin, kBegin + days * 24h, kWidth, kHeight}};
    TRY(paths.put(news));
    std::mt19937 random(1);
    for (int day = 0; day < days; ++day)
        TRY(make_day(paths, random, day, visits, std::chrono::minutes(minutes)));
    pipeline::ReplayOptions options{.shop = "bench",
                                    .camera = "camera",
                                    .from = kBegin,
                                    .to = kBegin + days * 24h,
                                    .places = {},
                                    .insight = {},
                                    .now = kBegin + days * 24h,
                                    .threads = threads,
                                    .goes_on = {}};
    const auto timed = [&](double& seconds) {
        const auto begin = std::chrono::steady_clock::now();
        auto report = pipeline::replay(facts, shop, paths, options);
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return report;
    };
    double first_s = 0;
    double changed_s = 0;
    TRY_ASSIGN(const auto first, timed(first_s));
    TRY(shop.save_layout("camera", layout_of(260), records::LayoutChange::kDrawnWrong, kBegin + 1s, "bench"));
    options.places = {"till"};
    TRY_ASSIGN(const auto changed, timed(changed_s));
    TRY_ASSIGN(const auto size, paths.size());
    const double seen_s = double(days) * visits * minutes * 60;
    fmt::print(
        "{{\"days\":{},\"visits\":{},\"minutes\":{},\"threads\":{},\"points\":{},\"points_per_second_seen\":{"
        ":.3f},"
        "\"bytes_per_point\":{:.2f},\"replay_s\":{:.2f},\"points_per_s\":{:.0f},\"facts\":{},"
        "\"first_replay_s\":{:.2f},\"amended\":{},\"added\":{},\"taken_back\":{}}}\n",
        days, visits, minutes, threads, size.points, static_cast<double>(size.points) / seen_s,
        static_cast<double>(size.code_bytes) / static_cast<double>(size.points), changed_s,
        static_cast<double>(changed.points) / changed_s, first.facts, first_s, changed.amended, changed.added,
        changed.retracted);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int index, int otherwise) {
        return argc > index ? std::atoi(argv[index]) : otherwise;
    };
    const int days = std::clamp(argument(1, 30), 1, kDaysMax);
    const auto done = run(days, argument(2, 1000), argument(3, 12), argument(4, 2));
    if (done) return 0;
    fmt::print(stderr, "replay_days: {}\n", done.error().message);
    return 1;
}
