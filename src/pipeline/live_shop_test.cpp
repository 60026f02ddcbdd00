#include "pipeline/live_shop.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "records/test_records.h"
#include "records/test_stranger.h"
#include "video/test_cameras.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using video::comes_true;

constexpr auto kSoon = 20s;

/// Sees one person who stands in the middle, or hangs.
struct Network {
    std::atomic<int> looks = 0;
    std::atomic<bool> sees_somebody = true;
    std::atomic<bool> hangs = false;
};

class StandIn final : public perceive::Detector {
  public:
    explicit StandIn(Network& network) : network_(network) {}
    Result<std::vector<Detection>> detect(const Picture& picture) override {
        ++network_.looks;
        while (network_.hangs)
            std::this_thread::sleep_for(10ms);
        if (!network_.sees_somebody) return std::vector<Detection>();
        const double height = picture.height;
        return std::vector<Detection>{{{picture.width / 2.0, height * 0.3, height * 0.2, height * 0.5}, 0.9}};
    }
    std::string describe() const override { return "stand-in"; }

  private:
    Network& network_;
};

CameraSettings player(const std::string& id, const std::string& file) {
    CameraSettings settings;
    settings.id = id;
    settings.name = id;
    settings.address = file;
    settings.play_file = true;
    return settings;
}

class LiveShopTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<records::FactStore>(database_);
        store_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
    }
    void TearDown() override { network_.hangs = false; }

    void open_shop() {
        LiveShopOptions options;
        options.shop = "shop";
        options.threads = 2;
        options.log = [this](const std::string& line) {
            const MutexLock lock(said_mutex_);
            said_.push_back(line);
        };
        options.make_detector = [this](int, int) -> Result<std::unique_ptr<perceive::Detector>> {
            return std::make_unique<StandIn>(network_);
        };
        options.make_body_describer = []() -> Result<LiveShopOptions::DescribeBody> {
            return [](const Picture&, const Box& body) -> Result<std::vector<float>> {
                return std::vector<float>{static_cast<float>(body.height), 1};
            };
        };
        auto shop = LiveShop::create(std::move(options), *facts_, *store_, *paths_);
        ASSERT_TRUE(shop) << shop.error().message;
        shop_ = *std::move(shop);
    }
    void add(const CameraSettings& settings) {
        const auto set = shop_->set_camera(settings);
        ASSERT_TRUE(set) << set.error().message;
    }
    [[nodiscard]] CameraState state() const { return shop_->camera("door").value(); }
    [[nodiscard]] bool becomes_live() const {
        return comes_true([&] { return state().status == CameraStatus::kLive && state().analysed > 5; },
                          kSoon);
    }
    [[nodiscard]] std::vector<records::VisitRow> visits() const {
        records::VisitFilter filter;
        filter.from = UtcTime();
        filter.to = utc_now() + std::chrono::hours(1);
        return facts_->visits(filter)->rows;
    }
    [[nodiscard]] std::vector<records::Outage> outages() const {
        return *store_->outages(UtcTime(), utc_now() + std::chrono::hours(1));
    }

    /// Lines of the log that hold the words.
    [[nodiscard]] std::size_t said(const std::string& words) {
        const MutexLock lock(said_mutex_);
        return static_cast<std::size_t>(
            std::count_if(said_.begin(), said_.end(),
                          [&](const std::string& line) { return line.find(words) != std::string::npos; }));
    }
    [[nodiscard]] std::vector<records::TroubleRecord> troubles() const {
        return *store_->troubles(UtcTime(), utc_now() + std::chrono::hours(1));
    }

    Mutex said_mutex_;
    std::vector<std::string> said_ GUARDED_BY(said_mutex_);
    video::ClipFolder clips_;
    Network network_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> store_;
    std::unique_ptr<records::PathStore> paths_;
    std::unique_ptr<LiveShop> shop_;
};

TEST_F(LiveShopTest, CountsWhoIsThereUntilItIsStopped) {
    open_shop();
    std::atomic<int> told = 0;
    const auto tracks = shop_->on_tracks([&](const auto& seen) { told += int(seen->people.size()); });
    // Longer than it takes until a visit is known: where a file begins anew, everybody has left.
    add(player("door", clips_.make_h264("a.mp4", 300)));
    ASSERT_TRUE(comes_true([&] { return told > 5; }, kSoon));
    ASSERT_TRUE(comes_true([&] { return facts_->open_visits()->size() == 1; }, kSoon));
    EXPECT_LT(shop_->step_time(), 5s);
    shop_->stop();
    ASSERT_EQ(visits().size(), 1U);
    EXPECT_EQ(visits()[0].zone, "picture");
    EXPECT_TRUE(facts_->open_visits()->empty());
    EXPECT_FALSE(shop_->set_camera(player("other", "b.mp4")));
    EXPECT_TRUE(shop_->camera("door")) << "who asks while the program ends has an answer";
}

TEST_F(LiveShopTest, ThePictureThatSettlesAVisitNamesIt) {
    open_shop();
    Mutex mutex;
    std::map<std::string, UtcTime> settled;
    const auto tracks = shop_->on_tracks([&](const auto& seen) {
        const MutexLock lock(mutex);
        for (const std::string& id : seen->facts)
            settled[id] = seen->at;
    });
    // Longer than it takes: where a file begins anew, visits end between two pictures.
    add(player("door", clips_.make_h264("a.mp4", 900)));
    ASSERT_TRUE(comes_true([&] { return facts_->open_visits()->size() == 1; }, kSoon));
    network_.sees_somebody = false;
    ASSERT_TRUE(comes_true([&] { return visits().size() == 1; }, kSoon));
    ASSERT_TRUE(comes_true(
        [&] {
            const MutexLock lock(mutex);
            return settled.contains(visits()[0].id);
        },
        kSoon));
    const MutexLock lock(mutex);
    EXPECT_EQ(settled.size(), 1U);
    EXPECT_GT(settled[visits()[0].id], visits()[0].end) << "known a while after he was last seen";
}

TEST_F(LiveShopTest, WithALineAloneTheWholePictureIsAZone) {
    open_shop();
    add(player("door", clips_.make_h264("a.mp4", 100)));
    ASSERT_TRUE(becomes_live());
    const Layout line{"drawn", 320, 240, {}, {{"door", {10, 10}, {10, 200}}}};
    ASSERT_TRUE(shop_->set_layout("door", line, utc_now()));
    const std::vector<ZoneNow> now = shop_->now();
    ASSERT_EQ(now.size(), 1U);
    EXPECT_EQ(now[0].zone, "picture");
    EXPECT_TRUE(comes_true([&] { return shop_->now()[0].people == 1; }, kSoon));
    EXPECT_EQ(state().layout, "drawn");
}

TEST_F(LiveShopTest, ACameraThatChangesItsShapeGoesOnAsTheWholePicture) {
    open_shop();
    const std::string clip = clips_.make_h264("a.mp4", 20);
    add(player("door", clip));
    ASSERT_TRUE(becomes_live());
    Layout drawn = whole_picture(320, 240);
    drawn.version = "drawn";
    drawn.zones[0].name = "shelf";
    ASSERT_TRUE(shop_->set_layout("door", drawn, utc_now()));
    EXPECT_TRUE(state().troubles.empty());
    std::filesystem::rename(clips_.make_h264("b.mp4", 100, "240x240"), clip);  // when it begins anew
    ASSERT_TRUE(comes_true([&] { return troubles().size() == 1; }, kSoon));
    EXPECT_EQ(troubles()[0].trouble, PictureTrouble::kOtherShape);
    EXPECT_EQ(state().trouble.code, video::TroubleCode::kOtherShape);
    EXPECT_EQ(shop_->now().at(0).zone, "picture");
    EXPECT_TRUE(comes_true([&] { return shop_->now().at(0).people == 1; }, kSoon)) << "it counts";
    EXPECT_EQ(said("camera door: other_shape"), 1U);

    Layout fitting = whole_picture(240, 240);
    fitting.version = "fitting";
    ASSERT_TRUE(shop_->set_layout("door", fitting, utc_now()));
    EXPECT_EQ(state().layout, "fitting");
    EXPECT_TRUE(comes_true([&] { return troubles()[0].end.has_value(); }, kSoon));
}

TEST_F(LiveShopTest, TheTimeOfAPausedCameraIsAnOutage) {
    open_shop();
    CameraSettings settings = player("door", clips_.make_h264("a.mp4", 100));
    settings.paused = true;
    add(settings);
    ASSERT_TRUE(comes_true([&] { return outages().size() == 1; }, kSoon));
    EXPECT_EQ(outages()[0].reason_code, "paused");
    EXPECT_FALSE(outages()[0].end);
    settings.paused = false;
    add(settings);
    EXPECT_TRUE(comes_true([&] { return outages()[0].end.has_value(); }, kSoon));
    EXPECT_EQ(outages().size(), 1U);
}

TEST_F(LiveShopTest, ACameraWhosePasswordIsLostSaysSo) {
    open_shop();
    CameraSettings settings = player("door", "http://127.0.0.1:1/video?***");
    settings.play_file = false;
    settings.paused = true;
    settings.password_lost = true;
    add(settings);
    EXPECT_EQ(state().status, CameraStatus::kPaused);
    EXPECT_EQ(state().trouble.code, video::TroubleCode::kPasswordLost);
    ASSERT_TRUE(comes_true([&] { return outages().size() == 1; }, kSoon));
    EXPECT_EQ(outages()[0].reason_code, "password_lost");
    settings.password_lost = false;
    add(settings);
    EXPECT_EQ(state().trouble.code, video::TroubleCode::kNone);
}

TEST_F(LiveShopTest, AnOutageThatEndsInAPauseIsTwo) {
    open_shop();
    CameraSettings silent = player("door", "rtsp://127.0.0.1:1/none");
    silent.play_file = false;
    add(silent);
    ASSERT_TRUE(comes_true([&] { return outages().size() == 1; }, kSoon));
    silent.paused = true;
    add(silent);
    ASSERT_TRUE(comes_true([&] { return outages().size() == 2; }, kSoon));
    EXPECT_TRUE(outages()[0].end);
    EXPECT_EQ(outages()[1].reason_code, "paused");
}

TEST_F(LiveShopTest, AStreamForEyesIsConnectedOnlyWhileSomebodyWatches) {
    open_shop();
    CameraSettings settings = player("door", clips_.make_h264("a.mp4", 100));
    settings.view_address =
        clips_.make("b.avi", {"-f", "lavfi", "-i", "testsrc2=size=640x480", "-t", "4", "-c:v", "mjpeg"});
    add(settings);
    ASSERT_TRUE(becomes_live());
    EXPECT_TRUE(state().has_mp4) << "a guess from the other stream, for want of anything better";
    {
        const auto view = shop_->view("door");
        ASSERT_NE(view, nullptr);
        EXPECT_EQ(shop_->view("door"), view);
        ASSERT_TRUE(comes_true([&] { return view->has_mp4().has_value(); }, kSoon));
        EXPECT_FALSE(*view->has_mp4());
        EXPECT_FALSE(state().has_mp4);
    }
    std::this_thread::sleep_for(kViewKept + 2s);
    EXPECT_FALSE(state().has_mp4) << "remembered, though nobody watches";
    EXPECT_FALSE(shop_->view("door")->has_mp4()) << "it was let go of, and connects anew";
}

TEST_F(LiveShopTest, WhatPeopleWatchEndsWithTheCamera) {
    open_shop();
    CameraSettings settings = player("door", clips_.make_h264("a.mp4", 100));
    CameraSettings other = player("other", settings.address);
    other.view_address = clips_.make_h264("b.mp4", 100);
    add(settings);
    add(other);
    ASSERT_TRUE(becomes_live());
    auto view = shop_->view("door");
    auto other_view = shop_->view("other");
    const auto viewer = view->watch(video::ViewForm::kJpeg, [] {});
    const auto other_viewer = other_view->watch(video::ViewForm::kJpeg, [] {});
    ASSERT_TRUE(viewer && other_viewer);
    const auto has_ended = [](video::Viewer& watched) {
        while (watched.next()) {
        }
        return watched.ended();
    };
    settings.paused = true;
    add(settings);
    EXPECT_TRUE(has_ended(*viewer));
    EXPECT_EQ(shop_->view("door"), nullptr);
    ASSERT_TRUE(shop_->remove_camera("other"));
    EXPECT_TRUE(has_ended(*other_viewer));
    // The last who watched is a thread of the server, which others wait for.
    const auto begin = std::chrono::steady_clock::now();
    view.reset();
    other_view.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20ms);
}

TEST_F(LiveShopTest, AnOutageOfBeforeTheStartEndsWhenTheCameraIsLive) {
    ASSERT_TRUE(store_->outage_began("door", utc_now() - std::chrono::minutes(5), "no picture"));
    open_shop();
    add(player("door", clips_.make_h264("a.mp4", 100)));
    EXPECT_TRUE(comes_true([&] { return outages().at(0).end.has_value(); }, kSoon));
}

TEST_F(LiveShopTest, AnOutageEndsWithItsCamera) {
    open_shop();
    CameraSettings silent = player("door", "rtsp://127.0.0.1:1/none");
    silent.play_file = false;
    add(silent);
    ASSERT_TRUE(comes_true([&] { return outages().size() == 1; }, kSoon));
    EXPECT_FALSE(outages()[0].end);
    ASSERT_TRUE(shop_->remove_camera("door"));
    ASSERT_EQ(outages().size(), 1U);
    EXPECT_TRUE(outages()[0].end);
}

TEST_F(LiveShopTest, VisitsThatNobodyWentOnWithStayOpenForWhoStartsNext) {
    const UtcTime now = utc_now();
    const records::OpenVisit open{"a", "door", "picture", "picture", 5, now - 10s, now - 1s, 0.5, {1, 2}, 90};
    const records::OpenVisit old{"b", "door", "picture", "picture", 6, now - 90s, now - 60s, 0.5, {1, 2}, 90};
    ASSERT_TRUE(facts_->checkpoint("door", std::vector{open, old}));
    open_shop();
    shop_.reset();
    ASSERT_EQ(visits().size(), 1U);
    EXPECT_EQ(visits()[0].id, "b");
    ASSERT_EQ(facts_->open_visits()->size(), 1U);
    EXPECT_EQ(facts_->open_visits()->at(0).id, "a");
}

// Its facts wait for the records; the counting doesn't.
TEST_F(LiveShopTest, ALockedDatabaseKeepsNoCameraFromBeginning) {
    open_shop();
    ASSERT_TRUE(comes_true([&] { return shop_->backlog().waiting == 0; }, kSoon));
    records::Stranger other(file());
    other.execute("BEGIN IMMEDIATE; UPDATE alive SET at_ms = at_ms");
    add(player("door", clips_.make_h264("a.mp4", 100)));
    EXPECT_TRUE(comes_true([&] { return shop_->now().size() == 1 && shop_->now()[0].people == 1; }, kSoon));
    other.execute("ROLLBACK");
    EXPECT_TRUE(comes_true([&] { return facts_->open_visits()->size() == 1; }, kSoon));
}

TEST_F(LiveShopTest, ANetworkThatHangsIsNoticed) {
    open_shop();
    add(player("door", clips_.make_h264("a.mp4", 100)));
    ASSERT_TRUE(becomes_live());
    network_.hangs = true;
    EXPECT_TRUE(comes_true([&] { return shop_->step_time() > 2s; }, kSoon));
    network_.hangs = false;
    EXPECT_TRUE(comes_true([&] { return shop_->step_time() < 1s; }, kSoon));
}

TEST_F(LiveShopTest, ManyChangeItAtOnce) {
    open_shop();
    const std::string clip = clips_.make_h264("a.mp4", 100);
    add(player("door", clip));
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 5; ++round) {
                CameraSettings settings = player("door", clip);
                settings.rate = 3 + i;
                settings.paused = round % 3 == 2;  // not in the last
                EXPECT_TRUE(shop_->set_camera(settings));
                const auto listener = shop_->on_tracks([](const auto&) {});
                const auto view = shop_->view("door");
                static_cast<void>(shop_->set_layout("door", whole_picture(320, 240), utc_now()));
                static_cast<void>(shop_->cameras());
                const std::string own = "own-" + std::to_string(i);
                EXPECT_TRUE(shop_->set_camera(player(own, clip)));
                std::this_thread::sleep_for(50ms);
                EXPECT_TRUE(shop_->remove_camera(own));
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(shop_->cameras().size(), 1U);
    EXPECT_TRUE(becomes_live());
}

TEST_F(LiveShopTest, ManyCamerasStopTogether) {
    open_shop();
    const std::string clip = clips_.make_h264("a.mp4", 100, "160x120");
    for (int i = 0; i < 16; ++i)
        add(player("c-" + std::to_string(i), clip));
    std::this_thread::sleep_for(1s);
    const auto begin = std::chrono::steady_clock::now();
    shop_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(LiveShopTest, LooksAtBodiesNowAndThen) {
    open_shop();
    std::atomic<int> pictures = 0;
    std::atomic<int> looks = 0;
    std::atomic<bool> are_whole = true;
    const auto tracks = shop_->on_tracks([&](const auto& seen) { pictures += int(seen->people.size()); });
    const auto told = shop_->on_looks([&](const BodyLook& look) {
        ++looks;
        are_whole = are_whole && look.camera == "door" && look.description.size() == 2 && !look.jpeg.empty();
    });
    add(player("door", clips_.make_h264("a.mp4", 300)));
    ASSERT_TRUE(comes_true([&] { return looks >= 2; }, kSoon));
    ASSERT_TRUE(comes_true([&] { return pictures >= 20; }, kSoon));
    EXPECT_TRUE(are_whole);
    EXPECT_LT(looks, pictures / 2) << "never each picture";
    shop_->stop();
}

// ---- one camera ----

class NoShop final : public RunSink {
  public:
    void facts(std::vector<LiveEvent>) override {}
    void tracks(std::shared_ptr<const LiveTracks>) override {}
    void seen(SeenPicture) override {}
    void look(BodyLook) override {}
    bool is_joined(const std::string&) const override { return false; }
    bool wants_film() const override { return false; }
    void film(FilmFrame) override {}
    bool wants_poses() const override { return false; }
    Result<std::int64_t> new_session(const std::string&) override { return ++sessions_; }
    std::vector<insight::OpenVisit> visits_to_resume(const std::string&) override { return {}; }
    Result<std::optional<Layout>> saved_layout(const std::string&) override {
        return std::optional<Layout>();
    }
    Result<std::vector<std::uint8_t>> saved_view(const std::string&) override {
        return std::vector<std::uint8_t>();
    }
    Result<std::string> saved_forecast(const std::string&) override { return std::string(); }

  private:
    std::int64_t sessions_ = 0;
};

TEST(CameraRun, AClockThatIsSetBackDoesNotKeepItFromLooking) {
    const video::ClipFolder clips;
    const std::string still = clips.make(
        "still.mp4", {"-f", "lavfi", "-i", "color=gray:size=160x120:rate=10", "-t", "60", "-c:v", "libx264"});
    NoShop sink;
    Network network;
    network.sees_somebody = false;
    StandIn detector(network);
    Networks networks;
    networks.detector_for = [&](int, int) -> Result<perceive::Detector*> { return &detector; };
    RunOptions options;
    options.shop = "shop";
    options.closer = std::make_shared<CameraCloser>();
    const auto run = CameraRun::create(player("door", still), options, ShopClock(), sink);
    ASSERT_TRUE(run) << run.error().message;
    const auto looks_again = [&] {
        (*run)->work(networks);
        return network.looks > 0;
    };
    ASSERT_TRUE(comes_true(looks_again, kSoon));
    (*run)->restart(ShopClock(ShopClock::System::now() - 1h, ShopClock::Steady::now()));
    network.looks = 0;
    EXPECT_TRUE(comes_true(looks_again, 5s));
    (*run)->end();
}

}  // namespace
}  // namespace vitrina::pipeline
