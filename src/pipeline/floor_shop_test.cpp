// A room with two cameras in the running shop, from their pictures to the records: each person counts once.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/live_shop.h"
#include "pipeline/test_room.h"
#include "records/test_records.h"
#include "video/test_cameras.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using video::comes_true;

constexpr auto kSoon = 20s;
constexpr int kLeftWidth = 160;  // by which a network knows whose picture it has

/// In, three seconds at the till, and out.
Way visit_at(double at_s) {
    return {{at_s, {4, 5.8}},         {at_s + 1, {4.2, 4.6}}, {at_s + 3.5, {6.2, 1.6}},
            {at_s + 6.5, {6.3, 1.7}}, {at_s + 9, {4.3, 4.6}}, {at_s + 10, {4.2, 5.8}}};
}

/// What happens in the room now.
class Stage {
  public:
    void begin(std::vector<Way> ways) {
        const MutexLock lock(mutex_);
        room_ = std::make_unique<TestRoom>(std::move(ways));
        begun_ = std::chrono::steady_clock::now();
    }
    [[nodiscard]] std::vector<Detection> seen(const Picture& picture) {
        const MutexLock lock(mutex_);
        if (!room_) return {};
        const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begun_;
        std::vector<Detection> seen = room_->seen(picture.width == kLeftWidth ? 0 : 1, since.count());
        for (Detection& detection : seen)
            detection.box = detection.box.scaled(picture.width / 1280.0, picture.height / 720.0);
        return seen;
    }

  private:
    Mutex mutex_;
    std::unique_ptr<TestRoom> room_ GUARDED_BY(mutex_);
    std::chrono::steady_clock::time_point begun_ GUARDED_BY(mutex_);
};

class Onlooker final : public perceive::Detector {
  public:
    explicit Onlooker(Stage& stage) : stage_(stage) {}
    Result<std::vector<Detection>> detect(const Picture& picture) override { return stage_.seen(picture); }
    std::string describe() const override { return "onlooker"; }

  private:
    Stage& stage_;
};

class FloorShopTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<records::FactStore>(database_);
        store_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
        left_ = clips_.make_h264("left.mp4", 600, "160x90");
        right_ = clips_.make_h264("right.mp4", 600, "176x99");
    }

    void open_shop() {
        LiveShopOptions options;
        options.shop = "shop";
        options.threads = 2;
        options.make_detector = [this](int, int) -> Result<std::unique_ptr<perceive::Detector>> {
            return std::make_unique<Onlooker>(stage_);
        };
        auto shop = LiveShop::create(std::move(options), *facts_, *store_, *paths_);
        ASSERT_TRUE(shop) << shop.error().message;
        shop_ = *std::move(shop);
        for (const auto& [id, file] : {std::pair("left", left_), std::pair("right", right_)}) {
            CameraSettings settings;
            settings.id = settings.name = id;
            settings.address = file;
            settings.play_file = true;
            const auto set = shop_->set_camera(settings);
            ASSERT_TRUE(set) << set.error().message;
        }
        ASSERT_TRUE(comes_true(
            [&] {
                const auto cameras = shop_->cameras();
                return std::all_of(cameras.begin(), cameras.end(),
                                   [](const CameraState& camera) { return camera.analysed > 3; });
            },
            kSoon));
    }
    void draw(const Plan& plan) {
        const auto saved = store_->save_plan(plan, records::LayoutChange::kMovedNow, utc_now(), "anna");
        ASSERT_TRUE(saved) << saved.error().message;
        ASSERT_TRUE(shop_->set_plan(saved->plan, saved->valid_from));
    }
    [[nodiscard]] std::vector<records::KnownFact> of_plan() const {
        auto all = *paths_->facts(kPlanCamera, UtcTime(), utc_now() + 1h);
        std::erase_if(all, [](const records::KnownFact& fact) { return fact.retracted; });
        return all;
    }

    video::ClipFolder clips_;
    std::string left_;
    std::string right_;
    Stage stage_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> store_;
    std::unique_ptr<records::PathStore> paths_;
    std::unique_ptr<LiveShop> shop_;
};

TEST_F(FloorShopTest, EntriesVisitsAndOccupancyCountEachPersonOnce) {
    records::PathNews earlier;  // of what lies before the first entry nothing is known
    earlier.entries = {{1, utc_now() - 2h, false}};
    ASSERT_TRUE(paths_->put(earlier));
    open_shop();
    EXPECT_FALSE(shop_->floor()) << "nothing is calibrated";
    draw(test_room());
    ASSERT_TRUE(shop_->floor());
    EXPECT_EQ(shop_->floor()->cameras, (std::vector<std::string>{"left", "right"}));

    std::atomic<std::size_t> most = 0;
    const auto listener =
        shop_->on_plan([&](const auto& plan) { most = std::max(most.load(), plan->people.size()); });
    stage_.begin({visit_at(1), visit_at(3.5)});
    EXPECT_TRUE(comes_true([&] { return shop_->floor()->people == 2; }, kSoon));
    int in_zone = 0;
    EXPECT_TRUE(comes_true(
        [&] {
            for (const ZoneNow& zone : shop_->now())
                if (zone.camera == kPlanCamera && zone.zone == "till")
                    in_zone = std::max(in_zone, zone.people);
            return shop_->floor()->people == 0 && in_zone > 0;
        },
        kSoon))
        << "they leave";
    EXPECT_EQ(most, 2U);
    EXPECT_GE(in_zone, 1);
    EXPECT_LT(shop_->floor()->delay_ms, 2500);
    EXPECT_EQ(shop_->floor()->dropped, 0);
    shop_->stop();

    int in = 0;
    int out = 0;
    int visits = 0;
    int most_at_till = 0;
    std::set<PersonId> people;
    for (const records::KnownFact& known : of_plan()) {
        const Fact& fact = known.event.event.fact;
        if (const auto* crossing = std::get_if<Crossing>(&fact))
            ++(crossing->direction == Direction::kIn ? in : out);
        if (const auto* visit = std::get_if<Visit>(&fact)) {
            ++visits;
            people.insert(visit->person);
        }
        if (const auto* occupancy = std::get_if<Occupancy>(&fact))
            most_at_till = std::max(most_at_till, occupancy->people);
    }
    EXPECT_EQ(in, 2);
    EXPECT_EQ(out, 2);
    EXPECT_EQ(visits, 2);
    EXPECT_EQ(people.size(), 2U);
    EXPECT_EQ(most_at_till, 2);
    EXPECT_EQ(paths_->entered(std::vector<UtcTime>{utc_now() - 1h, utc_now() + 1h})->front(), 2);
    EXPECT_FALSE(paths_->spans(kPlanCamera, UtcTime(), utc_now())->empty());
}

TEST_F(FloorShopTest, WhoWaitsInAQueueOfThePlanIsToldWhileItIsSeen) {
    open_shop();
    Plan plan = test_room();
    plan.zones[0].kind = ZoneKind::kQueue;
    plan.zones[0].till = "till 1";
    draw(plan);
    stage_.begin({{{0.5, {4, 5.8}}, {3, {6.2, 1.6}}, {90, {6.3, 1.7}}},
                  {{1.5, {4, 5.8}}, {5, {5.4, 0.9}}, {90, {5.4, 1}}}});
    const auto queue = [&]() -> std::optional<QueueForecast> {
        for (const QueueForecast& forecast : shop_->forecasts())
            if (forecast.camera == kPlanCamera) return forecast;
        return std::nullopt;
    };
    ASSERT_TRUE(comes_true(
        [&] {
            const auto known = queue();
            return known && known->queues.front().length == 2;
        },
        2 * kSoon));
    const auto known = queue();
    ASSERT_TRUE(known);
    EXPECT_EQ(known->queues.front().queue, "till");
    EXPECT_EQ(known->queues.front().till, "till 1");
    EXPECT_EQ(known->outlooks.size(), 3U);
    EXPECT_TRUE(comes_true([&] { return !store_->forecast(kPlanCamera)->empty(); }, kSoon))
        << "what was learnt is kept";

    for (const auto& [id, file] : {std::pair("left", left_), std::pair("right", right_)}) {
        CameraSettings settings;
        settings.id = settings.name = id;
        settings.address = file;
        settings.play_file = true;
        settings.paused = true;
        ASSERT_TRUE(shop_->set_camera(settings));
    }
    EXPECT_TRUE(comes_true([&] { return !queue(); }, kSoon)) << "nobody sees it, which is no empty queue";
}

class QuietSink final : public FloorSink {
  public:
    void facts(std::vector<LiveEvent> /*events*/) override {}
    void people(std::shared_ptr<const LivePlan> /*plan*/) override {}
    void corrected(UtcTime /*from*/) override {}
    [[nodiscard]] Result<std::int64_t> new_session(const std::string& /*camera*/) override { return 1; }
    [[nodiscard]] std::vector<insight::OpenVisit> visits_to_resume(const std::string& /*camera*/) override {
        return {};
    }
    [[nodiscard]] Result<std::string> saved_forecast(const std::string& /*camera*/) override { return ""; }
};

// One camera is looked at three seconds late, the clock of the other is a minute ahead.
TEST(FloorRun, PicturesThatAreOfNoUseAreCountedAndTold) {
    QuietSink sink;
    const ShopClock clock;
    FloorRun run({"shop", {}, {}, 5min, "", {}}, clock, sink);
    ASSERT_TRUE(run.set_plan(test_room(), utc_now()));
    std::int64_t frame = 0;
    const auto has = [&](const std::string& camera, PictureTrouble trouble) {
        const auto troubles = run.troubles(camera);
        return !troubles.empty() && troubles.front().trouble == trouble;
    };
    EXPECT_TRUE(comes_true(
        [&] {
            ++frame;
            run.see({"left", frame, clock.now() - 3s, 1280, 720, {}});
            run.see({"right", frame, clock.now() + 60s, 1280, 720, {}});
            run.see({"yard", frame, clock.now() - 3s, 1280, 720, {}});  // is not on the plan
            return has("left", PictureTrouble::kLate) && has("right", PictureTrouble::kClockApart);
        },
        2 * kSoon));
    const auto state = run.state();
    ASSERT_TRUE(state);
    ASSERT_EQ(state->misses.size(), 2U);
    EXPECT_EQ(state->misses[0].camera, "left");
    EXPECT_GT(state->misses[0].late, 5);
    EXPECT_EQ(state->misses[0].clock, 0);
    EXPECT_EQ(state->misses[1].camera, "right");
    EXPECT_GT(state->misses[1].clock, 5);
    EXPECT_EQ(state->misses[1].late, 0);
}

TEST_F(FloorShopTest, NothingGoesOnWhenNoCameraIsCalibratedAnyMore) {
    open_shop();
    draw(test_room());
    stage_.begin({{{0.5, {4, 5.8}}, {3, {6.2, 1.6}}, {60, {6.3, 1.7}}}});
    ASSERT_TRUE(comes_true(
        [&] {
            const auto now = shop_->now();
            return std::any_of(now.begin(), now.end(), [](const ZoneNow& zone) {
                return zone.camera == kPlanCamera && zone.people == 1;
            });
        },
        kSoon));
    Plan bare = test_room();
    for (PlacedCamera& camera : bare.cameras)
        camera.calibration.reset();
    draw(bare);
    EXPECT_FALSE(shop_->floor());
    EXPECT_FALSE(shop_->layout(kPlanCamera));
    EXPECT_TRUE(comes_true([&] { return !of_plan().empty(); }, kSoon)) << "what was known is written";
    const auto now = shop_->now();
    EXPECT_TRUE(
        std::none_of(now.begin(), now.end(), [](const ZoneNow& zone) { return zone.camera == kPlanCamera; }));
    CameraSettings reserved;
    reserved.id = kPlanCamera;
    EXPECT_FALSE(shop_->set_camera(reserved));
}

}  // namespace
}  // namespace vitrina::pipeline
