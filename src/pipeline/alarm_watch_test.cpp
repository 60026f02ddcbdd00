#include "pipeline/alarm_watch.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/queue_samples.h"
#include "rules/sentence.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// "open till 2 at 17:00".
std::optional<std::string> advice_of(const QueueForecast& forecast, double limit,
                                     const rules::Engine::ToLocal& to_local) {
    const auto opening = opening_of(forecast, limit);
    if (!opening) return std::nullopt;
    return rules::opening_text(opening->till, to_local(opening->at).minute, Language::kEnglish);
}

/// A shop with one camera, which says what the test tells it to say.
class OneCamera final : public Shop {
  public:
    [[nodiscard]] std::vector<CameraState> cameras() const override {
        CameraState state;
        state.settings.id = "door";
        state.status = down_s > 0 ? CameraStatus::kAlarm : CameraStatus::kLive;
        state.without_picture_s = down_s;
        state.reconnects = reconnects;
        if (covered_ms > 0)
            state.troubles.push_back(
                {PictureTrouble::kCovered, UtcTime(std::chrono::milliseconds(covered_ms)), {}});
        return {state};
    }
    [[nodiscard]] std::optional<CameraState> camera(const std::string&) const override {
        return std::nullopt;
    }
    [[nodiscard]] Result<void> set_camera(const CameraSettings&) override { return {}; }
    [[nodiscard]] Result<void> remove_camera(const std::string&) override { return {}; }
    [[nodiscard]] Result<void> set_layout(const std::string&, const Layout&, UtcTime) override { return {}; }
    void recompute(const std::string&, UtcTime, const std::set<std::string>&) override {}
    [[nodiscard]] Result<void> accept_view(const std::string&) override { return {}; }
    [[nodiscard]] std::optional<Layout> layout(const std::string&) const override {
        Layout layout;
        layout.zones.push_back({"till", {}});
        return layout;
    }
    [[nodiscard]] Result<void> set_plan(const Plan&, UtcTime) override { return {}; }
    [[nodiscard]] std::optional<Plan> plan() const override { return std::nullopt; }
    [[nodiscard]] std::optional<FloorState> floor() const override { return std::nullopt; }
    [[nodiscard]] std::shared_ptr<void> on_plan(PlanCallback callback) override {
        return plan_listeners_.add(std::move(callback));
    }
    [[nodiscard]] std::vector<ZoneNow> now() const override { return {}; }
    [[nodiscard]] std::optional<Picture> picture(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::shared_ptr<video::View> view(const std::string&) override { return nullptr; }
    [[nodiscard]] std::vector<QueueForecast> forecasts() const override {
        const MutexLock lock(mutex_);
        return forecasts_;
    }
    [[nodiscard]] FactBacklog backlog() const override { return {}; }
    [[nodiscard]] std::chrono::milliseconds step_time() const override { return {}; }
    [[nodiscard]] std::shared_ptr<void> on_tracks(TracksCallback callback) override {
        return listeners_.add(std::move(callback));
    }
    [[nodiscard]] std::shared_ptr<void> on_facts(std::function<void()>) override { return nullptr; }

    void see(int people, UtcTime at) {
        const auto tracks = std::make_shared<LiveTracks>();
        tracks->camera = "door";
        tracks->at = at;
        for (int i = 0; i < people; ++i)
            tracks->people.push_back({i, {}, 0.9, {"till"}});
        listeners_.tell(tracks);
    }
    void see_on_plan(int people, UtcTime at) {
        const auto plan = std::make_shared<LivePlan>();
        plan->at = at;
        for (int i = 0; i < people; ++i)
            plan->people.push_back({i, {1, 1}, 0.1, {"till"}});
        plan_listeners_.tell(plan);
    }
    void expect(std::vector<QueueForecast> forecasts) {
        const MutexLock lock(mutex_);
        forecasts_ = std::move(forecasts);
    }
    std::atomic<double> down_s = 0;
    std::atomic<std::int64_t> reconnects = 0;
    std::atomic<std::int64_t> covered_ms = 0;  // since when, by the clock; 0: it is not

  private:
    mutable Mutex mutex_;
    std::vector<QueueForecast> forecasts_ GUARDED_BY(mutex_);
    Listeners<std::shared_ptr<const LiveTracks>> listeners_;
    Listeners<std::shared_ptr<const LivePlan>> plan_listeners_;
};

class AlarmWatchTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "alarms-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database);
        store_ = std::make_unique<records::AlarmStore>(*database);
        sales_ = std::make_unique<records::MatchStore>(*database);
        records::ChannelRecord channel;
        channel.name = "Guard";
        channel.kind = "webhook";
        channel.address = "https://example.com/";
        channel_ = *store_->save_channel(channel);
    }
    void TearDown() override {
        watch_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::int64_t add_rule(const std::string& fields) const {
        return *store_->save_rule(
            {0, fmt::format(R"({{"name": "Queue", "channels": [{}], {}}})", channel_, fields)});
    }
    void start(rules::LocalTime local = {}) {
        AlarmWatch::Options options;
        options.shop = "Corner";
        options.to_local = [local](UtcTime) { return local; };
        options.now = utc_now;
        options.posted = [this] { ++posted_; };
        options.log = [this](const std::string& line) {
            const MutexLock lock(mutex_);
            log_ += line + "\n";
        };
        options.trouble_unknown = trouble_unknown_;
        watch_ = std::make_unique<AlarmWatch>(*store_, *sales_, shop_, std::move(options));
    }
    /// All alarms, once `wanted` says so of them or some seconds have passed.
    std::vector<records::AlarmRecord> alarms(
        const std::function<bool(const std::vector<records::AlarmRecord>&)>& wanted) const {
        records::AlarmFilter filter;
        filter.to = utc_now() + std::chrono::hours(1);
        std::vector<records::AlarmRecord> found;
        for (int i = 0; i < 500; ++i) {
            found = *store_->alarms(filter);
            if (wanted(found)) break;
            std::this_thread::sleep_for(milliseconds(10));
        }
        return found;
    }
    std::vector<records::AlarmRecord> alarms(std::size_t count) const {
        return alarms([count](const auto& found) { return found.size() >= count; });
    }

    std::filesystem::path folder_;
    std::unique_ptr<records::AlarmStore> store_;
    std::unique_ptr<records::MatchStore> sales_;
    OneCamera shop_;
    std::int64_t channel_ = 0;
    milliseconds trouble_unknown_ = kTroubleUnknown;
    std::atomic<int> posted_ = 0;
    Mutex mutex_;
    std::string log_ GUARDED_BY(mutex_);
    std::unique_ptr<AlarmWatch> watch_;
};

TEST_F(AlarmWatchTest, AQueueThatIsExpectedIsToldWithWhatToDo) {
    QueueForecast forecast;
    forecast.camera = "door";
    forecast.at = utc_now();
    forecast.queues = {{"queue 1", "till 1", 2, std::chrono::seconds(80), true},
                       {"queue 2", "till 2", 0, {}, false}};
    forecast.minutes = {{std::chrono::minutes(5), 3, 3, 1, 5, 0.2, 1},
                        {std::chrono::minutes(10), 6, 6, 3, 9, 0.8, 1}};
    shop_.expect({forecast});
    add_rule(R"("measure": "queue_forecast", "limit": 5)");
    add_rule(R"("measure": "queue_wait_s", "place": "queue 1", "limit": 60)");
    add_rule(R"("measure": "queue_length", "limit": 3)");
    start({0, 17 * 60 + 40});
    const auto found = alarms(2);
    ASSERT_EQ(found.size(), 2U) << "and not of two people, where three are too many";
    std::map<std::string, std::string> texts;
    for (const records::AlarmRecord& alarm : found)
        texts[alarm.measure] = alarm.text;
    EXPECT_EQ(
        texts["queue_forecast"],
        "Queue: 6.0 people at each open till are expected at camera door (limit 5); open till 2 at 17:40");
    EXPECT_EQ(texts["queue_wait_s"], "Queue: who joins may wait for 80 s at queue 1, camera door (limit 60)");
}

TEST(QueueAdvice, IsDroppedOnceItsTillIsOpen) {
    const auto to_local = [](UtcTime) { return rules::LocalTime{0, 17 * 60}; };
    QueueForecast forecast;
    forecast.queues = {{"queue 1", "till 1", 4, {}, true}, {"queue 2", "till 2", 0, {}, false}};
    forecast.minutes = {{std::chrono::minutes(5), 6, 6, 3, 9, 0.8, 1}};
    forecast.advice = QueueAdvice{"till 2", {}, {}, 6, 0.8};
    EXPECT_EQ(advice_of(forecast, 4, to_local), "open till 2 at 17:00");
    forecast.queues.push_back({"queue 3", "till 3", 0, {}, false});
    forecast.queues[1].is_open = true;
    EXPECT_EQ(advice_of(forecast, 4, to_local), "open till 3 at 17:00");
    forecast.queues[2].is_open = true;
    EXPECT_EQ(advice_of(forecast, 4, to_local), std::nullopt);
}

TEST(QueueAdvice, NamesTheMinuteInWhichTheLimitIsPassed) {
    const UtcTime now = std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + std::chrono::hours(17);
    const auto to_local = [](UtcTime at) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count();
        return rules::LocalTime{0, static_cast<int>(minutes % 1440)};
    };
    QueueForecast forecast;
    forecast.at = now;
    forecast.length_limit = 4;
    forecast.queues = {{"queue 1", "till 1", 4, {}, true}, {"queue 2", "till 2", 0, {}, false}};
    // 2.1 people in a minute, 0.1 more in each, to 3.4 in 14 minutes; and fewer after that.
    for (int minute = 1; minute <= 20; ++minute) {
        const double expected = minute <= 14 ? 2 + 0.1 * minute : 3.4 - 0.2 * (minute - 14);
        forecast.minutes.push_back({std::chrono::minutes(minute), expected, 2, 1, 4, 0.2, 1});
    }
    EXPECT_EQ(advice_of(forecast, 2, to_local), "open till 2 at 17:03") << "nobody is there sooner";
    EXPECT_EQ(advice_of(forecast, 2.75, to_local), "open till 2 at 17:08");
    EXPECT_EQ(advice_of(forecast, 3.45, to_local), std::nullopt);
    // Its peak lies between the moments that the page shows.
    for (const rules::Sample& sample : queue_samples(forecast, now))
        if (sample.measure == rules::Measure::kQueueForecast) EXPECT_DOUBLE_EQ(sample.value, 3.4);
    // What the page advises is of its limit.
    forecast.advice = QueueAdvice{"till 2", now, now + std::chrono::minutes(12), 4.1, 0.6};
    EXPECT_EQ(advice_of(forecast, 4, to_local), "open till 2 at 17:12");
    EXPECT_EQ(advice_of(forecast, 2.75, to_local), "open till 2 at 17:08");
}

TEST(QueueLimits, AreTheLowestOfTheRulesAboutACamera) {
    QueueLimits limits;
    EXPECT_EQ(limits.of("door"), std::nullopt);
    rules::Rule any;
    any.measure = rules::Measure::kQueueForecast;
    any.limit = 3;
    rules::Rule door = any;
    door.camera = "door";
    door.limit = 2;
    rules::Rule off = any;
    off.enabled = false;
    off.limit = 1;
    rules::Rule below = any;
    below.above = false;
    below.limit = 0.5;
    rules::Rule length = any;
    length.measure = rules::Measure::kQueueLength;
    length.limit = 1;
    limits.set(std::vector<rules::Rule>{any, door, off, below, length});
    EXPECT_EQ(limits.of("door"), 2);
    EXPECT_EQ(limits.of("hall"), 3);
    limits.set({});
    EXPECT_EQ(limits.of("hall"), std::nullopt);
}

TEST_F(AlarmWatchTest, AnAlarmLeavesWithinASecondOfItsSighting) {
    add_rule(R"("measure": "people", "limit": 3)");
    start();
    shop_.see(2, utc_now());
    const UtcTime seen = utc_now();
    shop_.see(3, seen);
    const auto found = alarms(1);
    ASSERT_EQ(found.size(), 1U);
    const auto due = *store_->due(channel_, utc_now());
    ASSERT_TRUE(due);
    EXPECT_LT(due->created - seen, seconds(1));
    EXPECT_GE(posted_, 1);
    EXPECT_EQ(found[0].raised, seen);
    EXPECT_EQ(found[0].text, "Queue: 3 people at till, camera door (limit 3)");
    EXPECT_EQ(due->subject, "[Corner] Queue");
    EXPECT_THAT(due->json, HasSubstr(R"("event":"raised","shop":"Corner")"));
    shop_.see(0, seen + seconds(2));
    const auto ended = alarms([](const auto& all) { return all[0].ended.has_value(); });
    EXPECT_EQ(ended[0].ended, seen + seconds(2));
}

// Of a camera, and of the floor plan, whose queues no camera has of its own.
TEST_F(AlarmWatchTest, AQueueIsToldOfWithinASecondOfWhenItIsKnown) {
    for (const char* const camera : {"door", kPlanCamera}) {
        const std::int64_t length = add_rule(fmt::format(
            R"("measure": "queue_length", "camera": "{}", "limit": 5, "again_after_s": 0)", camera));
        const std::int64_t wait = add_rule(fmt::format(
            R"("measure": "queue_wait_s", "camera": "{}", "limit": 300, "again_after_s": 0)", camera));
        QueueForecast forecast;
        forecast.camera = camera;
        forecast.queues = {{"queue 1", "till 1", 4, std::chrono::seconds(200), true}};
        shop_.expect({forecast});
        if (!watch_) start();
        ASSERT_TRUE(watch_->reload());
        std::this_thread::sleep_for(milliseconds(700));  // in between the looks at what changes slowly
        forecast.queues[0].length = 9;
        forecast.queues[0].wait = std::chrono::seconds(400);
        const UtcTime known = utc_now();
        shop_.expect({forecast});
        const auto found = alarms([&](const auto& all) {
            return std::count_if(all.begin(), all.end(), [&](const auto& alarm) {
                       return alarm.rule == length || alarm.rule == wait;
                   }) == 2;
        });
        for (const records::AlarmRecord& alarm : found) {
            if (alarm.rule != length && alarm.rule != wait) continue;
            EXPECT_EQ(alarm.camera, camera);
            EXPECT_EQ(alarm.place, "queue 1");
            EXPECT_LT(alarm.raised - known, seconds(1));
        }
        std::size_t told = 0;
        for (auto due = *store_->due(channel_, utc_now()); due; due = *store_->due(channel_, utc_now())) {
            ++told;
            EXPECT_LT(due->created - known, seconds(1));
            ASSERT_TRUE(store_->sent(due->id, utc_now()));
        }
        EXPECT_EQ(told, 2U);
    }
}

TEST_F(AlarmWatchTest, OfQueuesThatNobodySeesNothingIsExpected) {
    QueueForecast forecast;
    forecast.camera = kPlanCamera;
    forecast.queues = {{"queue 1", "till 1", 0, {}, false}};
    const auto samples = queue_samples(forecast, utc_now());
    EXPECT_EQ(samples.size(), 2U) << "no forecast is not a forecast of nobody";
    EXPECT_EQ(advice_of(forecast, 4, [](UtcTime) { return rules::LocalTime{}; }), std::nullopt);
}

TEST_F(AlarmWatchTest, ACoveredCameraIsToldAndOverWhenItIsSeenAgain) {
    add_rule(R"("measure": "camera_trouble_s", "limit": 1)");
    shop_.covered_ms = (utc_now() - seconds(3)).time_since_epoch() / milliseconds(1);
    trouble_unknown_ = milliseconds(100);
    start();
    const auto found = alarms(1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].place, "covered");
    EXPECT_THAT(found[0].text, testing::MatchesRegex("Queue: covered for . s at camera door .limit 1."));
    EXPECT_FALSE(found[0].ended);
    shop_.covered_ms = 0;
    EXPECT_TRUE(alarms([](const auto& all) { return all[0].ended.has_value(); })[0].ended);
}

// What is wrong with its pictures is seen anew, some time after it has come back.
TEST_F(AlarmWatchTest, ACoveredCameraThatComesAndGoesIsToldOnce) {
    add_rule(R"("measure": "camera_trouble_s", "limit": 1, "again_after_s": 0)");
    shop_.covered_ms = (utc_now() - seconds(3)).time_since_epoch() / milliseconds(1);
    start();
    ASSERT_EQ(alarms(1).size(), 1U);
    shop_.covered_ms = 0;
    ++shop_.reconnects;  // so quickly that nobody sees it away
    std::this_thread::sleep_for(milliseconds(2'500));
    shop_.down_s = 5;
    std::this_thread::sleep_for(milliseconds(2'500));
    shop_.down_s = 0;
    std::this_thread::sleep_for(milliseconds(2'500));
    ASSERT_EQ(alarms(1).size(), 1U);
    EXPECT_FALSE(alarms(1)[0].ended) << "nobody has seen that the bag is gone";
    shop_.covered_ms = utc_now().time_since_epoch() / milliseconds(1);
    std::this_thread::sleep_for(milliseconds(3'500));
    EXPECT_EQ(alarms(1).size(), 1U);
    EXPECT_FALSE(alarms(1)[0].ended);
}

TEST_F(AlarmWatchTest, AForbiddenZoneAtNightTellsTheScreenAloneInQuietHours) {
    add_rule(R"("measure": "people", "limit": 1, "quiet": {"from": "22:00", "to": "06:00"})");
    start({4, 23 * 60});
    shop_.see(1, utc_now());
    ASSERT_EQ(alarms(1).size(), 1U);
    EXPECT_EQ(*store_->next_due(channel_) == std::nullopt, true);
}

TEST_F(AlarmWatchTest, ACameraWithoutPicture) {
    add_rule(R"("measure": "camera_down_s", "limit": 10)");
    shop_.down_s = 12;
    start();
    const auto found = alarms(1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text, "Queue: no usable picture for 12 s at camera door (limit 10)");
}

TEST_F(AlarmWatchTest, NobodyAcknowledgesSoItEscalatesOnce) {
    add_rule(fmt::format(R"("measure": "people", "limit": 1, "escalate_after_s": 1, "escalate_to": [{}])",
                         channel_));
    start();
    shop_.see(1, utc_now());
    const auto found = alarms([](const auto& all) { return !all.empty() && all[0].escalated.has_value(); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].escalated);
    std::this_thread::sleep_for(milliseconds(600));
    EXPECT_EQ(store_->channel_health(utc_now())->at(0).waiting, 2);
}

TEST_F(AlarmWatchTest, WhoAcknowledgesIsTold) {
    add_rule(R"("measure": "people", "limit": 1, "escalate_after_s": 1)");
    start();
    std::atomic<int> changes = 0;
    const auto listening = watch_->on_change([&](std::int64_t) { ++changes; });
    shop_.see(1, utc_now());
    const auto found = alarms(1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(*watch_->acknowledge(found[0].id, "ann", ""), true);
    EXPECT_EQ(*watch_->acknowledge(99, "ann", ""), false);
    EXPECT_GE(changes, 2);
    std::this_thread::sleep_for(milliseconds(1'500));
    EXPECT_FALSE(alarms(1)[0].escalated);
}

TEST_F(AlarmWatchTest, AWatchlistAlarmEscalatesUntilItIsAnsweredNotOnlySeen) {
    add_rule(R"("measure": "watchlist", "escalate_after_s": 1)");
    start();
    AlarmWatch::Watched watched;
    watched.camera = "door";
    watched.at = utc_now();
    const auto seen = watch_->raise_watchlist(watched);
    const auto answered = watch_->raise_watchlist(watched);
    ASSERT_TRUE(seen && answered);
    EXPECT_EQ(*watch_->acknowledge(*seen, "ann", ""), true);
    EXPECT_EQ(*watch_->answer_watchlist(*answered, "ann", "confirmed"), true);
    const auto found = alarms([&](const auto& all) {
        return std::any_of(all.begin(), all.end(),
                           [](const auto& alarm) { return alarm.escalated.has_value(); });
    });
    ASSERT_EQ(found.size(), 2U);
    for (const auto& alarm : found)
        EXPECT_EQ(alarm.escalated.has_value(), alarm.id == *seen);
}

TEST_F(AlarmWatchTest, ARestartIsNoNewAlarm) {
    add_rule(R"("measure": "people", "limit": 1, "again_after_s": 0)");
    start();
    shop_.see(1, utc_now());
    ASSERT_EQ(alarms(1).size(), 1U);
    watch_.reset();
    start();
    shop_.see(1, utc_now());
    std::this_thread::sleep_for(milliseconds(600));
    EXPECT_EQ(alarms(1).size(), 1U);
    EXPECT_FALSE(alarms(1)[0].ended);
    shop_.see(0, utc_now() + seconds(2));
    EXPECT_TRUE(alarms([](const auto& all) { return all[0].ended.has_value(); })[0].ended);
}

TEST_F(AlarmWatchTest, AChangedRuleEndsItsAlarmsAndABadOneIsLeftOut) {
    const std::int64_t id = add_rule(R"("measure": "people", "limit": 1)");
    start();
    shop_.see(1, utc_now());
    ASSERT_EQ(alarms(1).size(), 1U);
    ASSERT_TRUE(store_->save_rule({id, "{}"}));
    ASSERT_TRUE(watch_->reload());
    EXPECT_TRUE(alarms(1)[0].ended);
    const MutexLock lock(mutex_);
    EXPECT_THAT(log_, HasSubstr("rule 1: name: is missing"));
}

}  // namespace
}  // namespace vitrina::pipeline
