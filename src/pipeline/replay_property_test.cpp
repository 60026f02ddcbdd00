// Days at random before a camera: whatever happens to it, its facts come out of what was stored as they were.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "pipeline/live_analysis.h"
#include "pipeline/replay.h"
#include "pipeline/shop_clock.h"
#include "records/test_records.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using records::at;

constexpr int kWidth = 640;
constexpr int kHeight = 360;
constexpr std::int64_t kDayMs = 24 * records::kHourMs;

SourceTime on_milliseconds(SourceTime time) {
    return SourceTime(std::chrono::ceil<std::chrono::milliseconds>(time.time_since_epoch()));
}

Layout random_layout(std::mt19937& random) {
    Layout layout{"", kWidth, kHeight, {}, {}};
    for (const char* const name : {"till", "shelf", "door"}) {
        if (random() % 4 == 0 && !layout.zones.empty()) continue;
        const double x = random() % 400;
        const double y = random() % 200;
        const double right = x + 60 + random() % 180;
        const double bottom = y + 60 + random() % 100;
        layout.zones.push_back({name, {{x, y}, {right, y}, {right + 20, bottom}, {x, bottom}}});
    }
    const double x = 100 + random() % 400;
    layout.lines.push_back({"gate", {x, 0}, {x + 50, kHeight}});
    return layout;
}

struct Walker {
    double x = 0;
    double y = 0;
    double dx = 0;
    double dy = 0;
    int hidden = 0;  // pictures
    int stays = 0;   // pictures
};

struct Facts final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        all.push_back(live_event(event));
        return {};
    }
    std::vector<LiveEvent> all;
};

std::string words_of(const LiveEvent& live) {
    const auto milliseconds = [](UtcTime instant) { return (instant - at(records::kHourMs)).count(); };
    std::string what = std::to_string(milliseconds(live.begin)) + " to " +
                       std::to_string(milliseconds(live.end)) + " ms, " +
                       std::to_string(live.event.confidence) + ": ";
    if (const auto* visit = std::get_if<Visit>(&live.event.fact))
        return what + std::to_string(visit->person) + " in " + visit->zone;
    if (const auto* crossing = std::get_if<Crossing>(&live.event.fact))
        return what + std::to_string(crossing->person) +
               (crossing->direction == Direction::kIn ? " in" : " out") + " by " + crossing->line;
    const auto& occupancy = std::get<Occupancy>(live.event.fact);
    return what + std::to_string(occupancy.people) + " people in " + occupancy.zone;
}

class Day {
  public:
    Day(unsigned seed, const std::shared_ptr<records::Database>& database)
        : random_(seed), facts_(database), shop_(database), paths_(database) {}

    void live() {
        now_ = from_utc(at(records::kHourMs)) + std::chrono::microseconds(random_() % 1'000'000);
        draw(random_() % 2 == 0 ? records::LayoutChange::kDrawnWrong : records::LayoutChange::kMovedNow);
        const int sessions = 1 + static_cast<int>(random_() % 3);
        for (int i = 0; i < sessions; ++i) {
            session();
            now_ += std::chrono::microseconds(1 + random_() % 40'000'000);
            if (random_() % 4 == 0) draw(records::LayoutChange::kMovedNow);
        }
    }

    ReplayReport replay_of(UtcTime from, UtcTime to, std::optional<std::set<std::string>> places = {}) {
        const auto report = replay(facts_, shop_, paths_,
                                   {.shop = "shop",
                                    .camera = "door",
                                    .from = from,
                                    .to = to,
                                    .places = std::move(places),
                                    .insight = {},
                                    .now = at(kDayMs),
                                    .threads = 2,
                                    .goes_on = {}});
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(ReplayReport{});
    }

    [[nodiscard]] UtcTime some_time() {
        return at(records::kHourMs + static_cast<std::int64_t>(random_() % 400'000));
    }
    /// What is known, in words.
    [[nodiscard]] std::vector<std::string> stored() {
        std::vector<std::string> all;
        const auto known = paths_.facts("door", at(0), at(kDayMs));
        EXPECT_TRUE(known);
        for (const records::KnownFact& fact : *known)
            if (!fact.retracted) all.push_back(words_of(fact.event));
        std::sort(all.begin(), all.end());
        return all;
    }

  private:
    void draw(records::LayoutChange change) {
        const auto saved = shop_.save_layout("door", random_layout(random_), change, to_utc(now_), "anna");
        ASSERT_TRUE(saved) << saved.error().message;
        layout_ = saved->layout;
        valid_from_ = saved->valid_from;
    }

    // As CameraRun does it.
    void session() {
        const UtcTime began = std::max(
            valid_from_, UtcTime(std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch())));
        records::CameraSession session{"door", ++sessions_, began, std::nullopt, kWidth, kHeight};
        news_.sessions.push_back(session);
        LiveAnalysisOptions options;
        options.width = kWidth;
        options.height = kHeight;
        options.layout = with_zone(layout_);
        options.identity = {"shop", "door"};
        options.session = session.number;
        LiveAnalysis analysis(std::move(options), {}, from_utc(began), events_);
        ASSERT_TRUE(analysis.begin(from_utc(began)));
        const SourceTime end = now_ + std::chrono::seconds(20 + random_() % 100);
        bool is_quiet = false;
        while (now_ < end) {
            now_ += std::chrono::microseconds(80'000 + random_() % 160'000);
            if (random_() % 300 == 0) is_quiet = !is_quiet;
            something_happens(analysis);
            if (random_() % 6 == 0)
                ASSERT_TRUE(analysis.advance(now_));
            else
                ASSERT_TRUE(analysis.take(++frame_, now_, kWidth, kHeight,
                                          is_quiet ? std::vector<Detection>() : seen()));
            if (random_() % 40 == 0) store(analysis);
        }
        now_ = on_milliseconds(now_);
        ASSERT_TRUE(analysis.finish(now_));
        session.ended = to_utc(now_);
        news_.sessions.push_back(session);
        store(analysis);
    }

    void something_happens(LiveAnalysis& analysis) {
        switch (random_() % 500) {
            case 0:  // the network stood still
                for (int i = 0; i < 10; ++i)
                    ASSERT_TRUE(analysis.advance(now_ += std::chrono::microseconds(random_() % 900'000)));
                break;
            case 1:  // a file begins anew
                ASSERT_TRUE(analysis.cut(now_));
                break;
            case 2: {
                const UtcTime valid_from = to_utc(now_);
                const auto saved = shop_.save_layout("door", random_layout(random_),
                                                     records::LayoutChange::kMovedNow, valid_from, "anna");
                ASSERT_TRUE(saved);
                layout_ = saved->layout;
                valid_from_ = valid_from;
                now_ = on_milliseconds(now_ + std::chrono::microseconds(random_() % 400'000));
                ASSERT_TRUE(analysis.change_layout(with_zone(layout_), now_));
                news_.layouts.push_back({"door", valid_from, to_utc(now_)});
                break;
            }
            default:
                break;
        }
    }

    std::vector<Detection> seen() {
        if (walkers_.size() < 9 && random_() % 25 == 0)
            walkers_.push_back({double(random_() % kWidth), double(random_() % 200)});
        if (!walkers_.empty() && random_() % 70 == 0) walkers_.erase(walkers_.begin());
        std::normal_distribution<double> tremble(0, 1.5);
        std::vector<Detection> detections;
        for (Walker& walker : walkers_) {
            if (random_() % 15 == 0) {
                walker.dx = double(random_() % 160) / 10 - 8;
                walker.dy = double(random_() % 60) / 10 - 3;
            }
            if (random_() % 60 == 0) walker.hidden = static_cast<int>(random_() % 35);
            if (random_() % 50 == 0) walker.stays = static_cast<int>(random_() % 60);
            if (walker.stays-- <= 0) {
                walker.x = std::clamp(walker.x + walker.dx, 0.0, double(kWidth));
                walker.y = std::clamp(walker.y + walker.dy, 0.0, 230.0);
            }
            if (walker.hidden-- > 0 || random_() % 12 == 0) continue;
            detections.push_back({{walker.x - 25 + tremble(random_), walker.y + tremble(random_), 50, 130},
                                  0.3 + double(random_() % 60) / 100});
        }
        return detections;
    }

    void store(LiveAnalysis& analysis) {
        for (NewPath& path : analysis.take_paths())
            news_.pieces.push_back({"door", path.person, std::move(path.points), path.left});
        ASSERT_TRUE(paths_.put(std::exchange(news_, {})));
        ASSERT_TRUE(facts_.append(std::exchange(events_.all, {})));
    }

    std::mt19937 random_;
    records::FactStore facts_;
    records::ShopStore shop_;
    records::PathStore paths_;
    Layout layout_;
    UtcTime valid_from_;
    std::vector<Walker> walkers_;
    Facts events_;
    records::PathNews news_;
    std::int64_t sessions_ = 0;
    std::int64_t frame_ = 0;
    SourceTime now_;
};

/// What is not in both, the first few of it.
std::vector<std::string> changes(const std::vector<std::string>& before,
                                 const std::vector<std::string>& after) {
    std::vector<std::string> result;
    for (const std::string& fact : before)
        if (!std::binary_search(after.begin(), after.end(), fact)) result.push_back("gone: " + fact);
    for (const std::string& fact : after)
        if (!std::binary_search(before.begin(), before.end(), fact)) result.push_back("new:  " + fact);
    result.resize(std::min<std::size_t>(result.size(), 12));
    return result;
}

TEST(ReplayPropertyTest, NothingChangesWhenItIsComputedAgain) {
    std::size_t facts = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        const records::TempFolder folder;
        const auto database = records::Database::open(folder.path() / "day.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        Day day(seed, *database);
        ASSERT_NO_FATAL_FAILURE(day.live());
        const std::vector<std::string> before = day.stored();
        facts += before.size();
        const ReplayReport all = day.replay_of(at(0), at(kDayMs));
        EXPECT_EQ(all.unchanged, static_cast<std::int64_t>(before.size()));
        EXPECT_THAT(changes(before, day.stored()), testing::IsEmpty());
        for (int i = 0; i < 4; ++i) {
            const UtcTime from = day.some_time();
            const ReplayReport some = day.replay_of(from, from + 100s);
            EXPECT_EQ(some.amended + some.added + some.retracted, 0);
        }
        const ReplayReport places = day.replay_of(at(0), at(kDayMs), std::set<std::string>{"till", "gate"});
        EXPECT_EQ(places.amended + places.added + places.retracted, 0);
    }
    EXPECT_GT(facts, 1'000U);
}

}  // namespace
}  // namespace vitrina::pipeline
