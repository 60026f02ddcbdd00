// Audits from film to answers: which windows are picked, what is kept of them, and what it says of counts.
#include "pipeline/audit_watch.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/audit_report.h"
#include "pipeline/test_room.h"
#include "records/test_records.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using records::at;

/// One camera with a line and a zone.
class Stage final : public Shop {
  public:
    std::vector<CameraState> cameras() const override {
        CameraState state;
        state.settings.id = "door";
        return {state};
    }
    std::optional<CameraState> camera(const std::string&) const override { return std::nullopt; }
    Result<void> set_camera(const CameraSettings&) override { return {}; }
    Result<void> remove_camera(const std::string&) override { return {}; }
    Result<void> set_layout(const std::string&, const Layout&, UtcTime) override { return {}; }
    std::optional<Layout> layout(const std::string& camera) const override {
        if (camera != "door") return std::nullopt;
        return Layout{
            "1", 640, 360, {{"till", {{0, 0}, {300, 0}, {300, 300}}}}, {{"gate", {400, 0}, {400, 360}}}};
    }
    void recompute(const std::string&, UtcTime, const std::set<std::string>&) override {}
    Result<void> accept_view(const std::string&) override { return {}; }
    Result<void> set_plan(const Plan&, UtcTime) override { return {}; }
    std::optional<Plan> plan() const override { return floor_plan; }
    std::optional<FloorState> floor() const override { return std::nullopt; }
    std::vector<ZoneNow> now() const override { return {}; }
    std::optional<Picture> picture(const std::string&) const override { return std::nullopt; }
    std::shared_ptr<video::View> view(const std::string&) override { return nullptr; }
    std::vector<QueueForecast> forecasts() const override { return {}; }
    FactBacklog backlog() const override { return {}; }
    std::chrono::milliseconds step_time() const override { return 0ms; }
    std::shared_ptr<void> on_tracks(TracksCallback) override { return nullptr; }
    std::shared_ptr<void> on_plan(PlanCallback) override { return nullptr; }
    std::shared_ptr<void> on_facts(std::function<void()>) override { return nullptr; }

    std::optional<Plan> floor_plan;
};

class AuditWatchTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        audits_ = std::make_unique<records::AuditStore>(database_);
        facts_ = std::make_unique<records::FactStore>(database_);
        auto sealer = privacy::Sealer::open(folder_.path() / "key");
        ASSERT_TRUE(sealer);
        sealer_ = std::move(*sealer);
        Frame frame;
        frame.picture.width = 64;
        frame.picture.height = 36;
        frame.picture.rgb.assign(std::size_t{64} * 36 * 3, 120);
        frame_ = std::make_shared<const Frame>(std::move(frame));
        open_watch();
    }
    void open_watch() {
        AuditWatch::Options options;
        options.folder = folder_.path() / "audit";
        options.now = [this] { return now_; };
        options.want_film = [this](bool wanted) { is_wanted_ = wanted; };
        options.has_room = [this] { return has_room_; };
        options.log = [this](const std::string& line) { log_ += line + "\n"; };
        options.thread = AuditWatch::Options::Thread::kNone;
        watch_ = std::make_unique<AuditWatch>(*audits_, *sealer_, shop_, std::move(options));
    }
    records::Audit open_audit(int clips_max, std::int64_t seed = 5) {
        records::Audit audit{0, at(0), "anna", at(records::kHourMs), std::nullopt, seed, clips_max, 10s};
        const auto id = audits_->open(audit);
        EXPECT_TRUE(id && *id);
        audit.id = id->value_or(0);
        return audit;
    }

    /// The camera gives pictures until then, five a second.
    void go_on(std::int64_t until_ms) {
        for (const UtcTime end = at(until_ms); now_ < end; now_ += 200ms) {
            watch_->film({"door", now_, frame_, {{10, 5, 10, 25}}});
            if (now_.time_since_epoch() % 1000ms == 0ms) watch_->step();
        }
        watch_->step();
    }
    [[nodiscard]] std::vector<records::AuditClip> clips(std::int64_t audit) const {
        const auto clips = audits_->clips(audit);
        EXPECT_TRUE(clips);
        return clips.value_or(std::vector<records::AuditClip>());
    }

    [[nodiscard]] Result<std::vector<AuditedPlace>> report_of(const records::Audit& audit) const {
        return audit_report(*audits_, records::ShopStore(database_), audit, now_);
    }
    [[nodiscard]] AuditedPlace report_of(const records::Audit& audit, const std::string& name) const {
        const auto report = report_of(audit);
        EXPECT_TRUE(report);
        for (const AuditedPlace& place : report.value_or(std::vector<AuditedPlace>()))
            if (place.place.place == name) return place;
        ADD_FAILURE() << name;
        return {};
    }

    Stage shop_;
    std::unique_ptr<records::AuditStore> audits_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<privacy::Sealer> sealer_;
    std::shared_ptr<const Frame> frame_;
    UtcTime now_ = at(0);
    bool is_wanted_ = false;
    bool has_room_ = true;
    std::string log_;
    std::unique_ptr<AuditWatch> watch_;
};

TEST_F(AuditWatchTest, NothingIsFilmedWhileNoAuditIsOpen) {
    go_on(60'000);
    EXPECT_FALSE(is_wanted_);
    const records::Audit audit = open_audit(3);
    go_on(64'000);
    EXPECT_TRUE(is_wanted_);
    ASSERT_TRUE(audits_->close(audit.id, now_));
    go_on(68'000);
    EXPECT_FALSE(is_wanted_);
}

TEST_F(AuditWatchTest, WindowsAreSortedPickedAndKept) {
    const records::Audit audit = open_audit(3);
    for (int i = 0; i < 8; ++i)  // somebody comes in in every second window
        ASSERT_TRUE(facts_->append(
            std::vector{records::crossing(i + 1, "gate", Direction::kIn, 20'000 * i + 13'000)}));
    go_on(180'000);
    const auto strata = audits_->strata(audit.id);
    ASSERT_TRUE(strata);
    std::int64_t busy = 0;
    std::int64_t quiet = 0;
    for (const records::AuditStratum& stratum : *strata)
        if (stratum.place.place == "gate") (stratum.is_busy ? busy : quiet) += stratum.windows;
    EXPECT_NEAR(static_cast<double>(busy), 8, 1);
    EXPECT_NEAR(static_cast<double>(quiet), 8, 2);
    std::map<std::string, int> picked;
    for (const records::AuditClip& clip : clips(audit.id)) {
        ++picked[clip.place.place + (clip.is_busy ? " busy" : " quiet")];
        const auto pictures = watch_->pictures(clip);
        ASSERT_TRUE(pictures) << pictures.error().message;
        EXPECT_EQ(pictures->size(), static_cast<std::size_t>(clip.frames));
        EXPECT_GE(pictures->size(), 45U);
        EXPECT_GE(pictures->front().at, clip.begin);
        EXPECT_LE(pictures->back().at, clip.end);
        EXPECT_NE(clip.drawing.find("points"), std::string::npos);
    }
    EXPECT_EQ(picked, (std::map<std::string, int>{{"gate busy", 3}, {"gate quiet", 3}, {"till quiet", 3}}));
    std::size_t files = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path() / "audit"))
        files += file.is_regular_file() ? 1 : 0;
    EXPECT_EQ(files, 9U) << "those that were replaced are gone";
    EXPECT_EQ(log_, "");
    EXPECT_TRUE(*watch_->remove(audit.id));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "audit" / std::to_string(audit.id)));
}

TEST_F(AuditWatchTest, OnAFullDiskTheOldestFilmGoesAndNoneIsKept) {
    const records::Audit audit = open_audit(30);
    go_on(120'000);
    const auto files = [&] {
        std::size_t count = 0;
        for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path() / "audit"))
            count += file.is_regular_file() ? 1 : 0;
        return count;
    };
    const std::size_t kept = files();
    ASSERT_GT(kept, 3U);
    UtcTime oldest = clips(audit.id).front().begin;
    for (const records::AuditClip& clip : clips(audit.id))
        oldest = std::min(oldest, clip.begin);
    ASSERT_TRUE(*watch_->forget_oldest_film());
    EXPECT_EQ(files(), kept - 1);
    for (const records::AuditClip& clip : clips(audit.id))
        EXPECT_TRUE(clip.frames > 0 || clip.begin == oldest);
    has_room_ = false;
    go_on(150'000);
    EXPECT_EQ(files(), kept - 1);
    EXPECT_NE(log_.find("the disk is full"), std::string::npos) << log_;
    while (*watch_->forget_oldest_film()) {
    }
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(*audits_->bytes(), 0);
    EXPECT_GT(clips(audit.id).size(), kept) << "the clips stay, without pictures";
}

TEST_F(AuditWatchTest, TheSameSeedPicksTheSameAndAnotherOthers) {
    const auto begins = [&](std::int64_t seed) {
        now_ = at(0);
        open_watch();
        const records::Audit audit = open_audit(3, seed);
        go_on(300'000);
        std::set<UtcTime> all;
        for (const records::AuditClip& clip : clips(audit.id))
            if (clip.place.place == "gate") all.insert(clip.begin);
        EXPECT_TRUE(*watch_->remove(audit.id));
        return all;
    };
    const auto first = begins(5);
    EXPECT_EQ(first, begins(5));
    EXPECT_NE(first, begins(6));
}

TEST_F(AuditWatchTest, AWindowWithoutPicturesIsNotOffered) {
    const records::Audit audit = open_audit(9);
    go_on(35'000);
    now_ += 20s;  // the camera was silent
    go_on(90'000);
    for (const records::AuditClip& clip : clips(audit.id))
        EXPECT_TRUE(clip.end <= at(35'000) || clip.begin >= at(55'000))
            << clip.begin.time_since_epoch().count();
    EXPECT_FALSE(clips(audit.id).empty());
}

TEST_F(AuditWatchTest, AnswersSayHowWrongTheCountIs) {
    const records::Audit audit = open_audit(30);
    for (int i = 0; i < 8; ++i)
        ASSERT_TRUE(facts_->append(
            std::vector{records::crossing(i + 1, "gate", Direction::kIn, 20'000 * i + 13'000)}));
    go_on(180'000);
    auto report = report_of(audit);
    ASSERT_TRUE(report);
    for (const AuditedPlace& place : *report)
        EXPECT_FALSE(place.in) << "nothing is answered yet";
    // In each busy window two came, of whom one was counted; in the others nobody.
    for (const records::AuditClip& clip : clips(audit.id))
        ASSERT_TRUE(*audits_->answer(clip.id, {clip.is_busy ? 2 : 0, 0, false, "anna", now_}));
    report = report_of(audit);
    ASSERT_TRUE(report);
    for (const AuditedPlace& place : *report) {
        ASSERT_TRUE(place.in);
        if (place.place.place != "gate") continue;
        EXPECT_DOUBLE_EQ(place.in->truth, 2 * place.in->counted);
        EXPECT_DOUBLE_EQ(*place.in->share, -0.5);
        ASSERT_TRUE(place.out);
        EXPECT_DOUBLE_EQ(place.out->truth, 0);
    }
}

// Answers are of the line that was drawn in the clip: another line of that name is as wrong as it is.
TEST_F(AuditWatchTest, AnswersOfALineThatWasMovedSayNothingAnyMore) {
    const records::Audit audit = open_audit(30);
    go_on(100'000);
    for (const records::AuditClip& clip : clips(audit.id))
        ASSERT_TRUE(*audits_->answer(clip.id, {0, 0, false, "anna", now_}));
    records::ShopStore shop(database_);
    Layout drawn = *shop_.layout("door");
    ASSERT_TRUE(shop.save_layout("door", drawn, records::LayoutChange::kDrawnWrong, now_, "anna"));
    EXPECT_FALSE(report_of(audit, "gate").is_outdated) << "as it was";
    EXPECT_TRUE(report_of(audit, "gate").in);
    drawn.lines[0].to = {420, 360};
    ASSERT_TRUE(shop.save_layout("door", drawn, records::LayoutChange::kMovedNow, now_, "anna"));
    EXPECT_TRUE(report_of(audit, "gate").is_outdated);
    EXPECT_FALSE(report_of(audit, "gate").in);
    EXPECT_FALSE(report_of(audit, "till").is_outdated);
    EXPECT_TRUE(report_of(audit, "till").in);
    drawn.lines.clear();
    ASSERT_TRUE(shop.save_layout("door", drawn, records::LayoutChange::kMovedNow, now_, "anna"));
    EXPECT_TRUE(report_of(audit, "gate").is_outdated);
}

TEST_F(AuditWatchTest, ALineOfThePlanThatWasMovedIsOutdatedToo) {
    records::ShopStore shop(database_);
    Plan plan;
    plan.width_m = plan.depth_m = 10;
    plan.lines = {{"street", {2, 5}, {4, 5}}};
    ASSERT_TRUE(shop.save_plan(plan, records::LayoutChange::kDrawnWrong, at(0), "anna"));
    const records::Audit audit = open_audit(30);
    records::AuditClip clip;
    clip.place = {kPlanCamera, records::AuditKind::kCrossing, "street"};
    clip.begin = at(20'000);
    clip.end = at(30'000);
    clip.film = "door";
    clip.drawing = "{}";
    clip.frames = 1;
    const auto offered = audits_->offer(audit, clip);
    ASSERT_TRUE(offered && offered->kept);
    ASSERT_TRUE(*audits_->answer(*offered->kept, {1, 0, false, "anna", at(40'000)}));
    now_ = at(60'000);
    EXPECT_FALSE(report_of(audit, "street").is_outdated);
    plan.zones = {{"fruit", {{1, 1}, {2, 1}, {2, 2}}}};
    ASSERT_TRUE(shop.save_plan(plan, records::LayoutChange::kDrawnWrong, at(50'000), "anna"));
    EXPECT_FALSE(report_of(audit, "street").is_outdated) << "something else was drawn";
    EXPECT_TRUE(report_of(audit, "street").in);
    plan.lines[0].from = {2, 7};
    ASSERT_TRUE(shop.save_plan(plan, records::LayoutChange::kDrawnWrong, at(55'000), "anna"));
    EXPECT_TRUE(report_of(audit, "street").is_outdated);
    EXPECT_FALSE(report_of(audit, "street").in);
}

TEST_F(AuditWatchTest, WhatWasNotOnFilmIsAsWrongAsTheRest) {
    const records::Audit audit = open_audit(30);
    go_on(60'000);
    now_ += 60s;  // the camera was silent
    go_on(180'000);
    for (const records::AuditClip& clip : clips(audit.id))
        ASSERT_TRUE(*audits_->answer(clip.id, {1, 0, false, "anna", now_}));
    const auto report = report_of(audit);
    ASSERT_TRUE(report);
    for (const AuditedPlace& place : *report) {
        ASSERT_TRUE(place.in);
        if (place.place.place == "gate") {
            EXPECT_GE(place.in->truth, static_cast<double>(place.windows) + 5) << "one in each window";
            EXPECT_LE(place.in->truth, 18);
        }
    }
}

TEST(AuditPlaces, OfThePlanAreShownByItsNearestCamera) {
    const auto places = places_of(test_room());
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].place.place, "door");
    EXPECT_TRUE(places[0].film == "right" || places[0].film == "left");
    ASSERT_EQ(places[0].drawing.points.size(), 2U);
    for (const Point& point : places[0].drawing.points) {
        EXPECT_GT(point.x, 0);
        EXPECT_LT(point.x, 1);
        EXPECT_GT(point.y, 0);
        EXPECT_LT(point.y, 1);
    }
    ASSERT_TRUE(places[0].drawing.in_arrow);
    EXPECT_EQ(places[1].place.kind, records::AuditKind::kStay);
}

TEST(DrawOf, IsEvenAndDependsOnAllOfIt) {
    double sum = 0;
    const records::AuditPlace place{"door", records::AuditKind::kCrossing, "gate"};
    for (int i = 0; i < 1000; ++i)
        sum += draw_of(1, place, i);
    EXPECT_NEAR(sum / 1000, 0.5, 0.03);
    EXPECT_EQ(draw_of(1, place, 5), draw_of(1, place, 5));
    EXPECT_NE(draw_of(1, place, 5), draw_of(2, place, 5));
    EXPECT_NE(draw_of(1, place, 5), draw_of(1, {"yard", records::AuditKind::kCrossing, "gate"}, 5));
}

AuditedPlace audited(const std::string& camera, const std::string& name, double counted,
                     std::vector<double> busy_differences) {
    AuditedPlace place;
    place.place = {camera, records::AuditKind::kCrossing, name};
    place.answers_in = {{10, std::move(busy_differences)}, {90, {0, 0, 0}}};
    place.answers_out = {{10, {0, 0}}, {90, {0, 0, 0}}};
    place.in = evaluate::count_error(counted, place.answers_in);
    place.out = evaluate::count_error(5, place.answers_out);
    return place;
}

TEST(AuditByCamera, AddsUpTheLinesOfEachCamera) {
    // Of ten busy windows each: one too few in each at the gate, one too many in each at the street.
    std::vector<AuditedPlace> places = {audited("door", "gate", 40, {1, 1}),
                                        audited("door", "street", 60, {-1, -1}),
                                        audited("yard", "gate", 30, {2, 2})};
    AuditedPlace unknown;
    unknown.place = {"door", records::AuditKind::kCrossing, "back"};
    places.push_back(unknown);
    const auto cameras = audit_by_camera(places);
    ASSERT_EQ(cameras.size(), 2U);
    EXPECT_EQ(cameras[0].camera, "door");
    EXPECT_EQ(cameras[0].places, 2) << "nothing is known of the third";
    ASSERT_TRUE(cameras[0].in);
    EXPECT_EQ(cameras[0].in->counted, 100);
    EXPECT_EQ(cameras[0].in->truth, 100) << "they cancel";
    EXPECT_EQ(cameras[0].in->answered, 10);
    EXPECT_GT(cameras[0].in->truth_high, places[0].in->truth_high - places[0].in->truth + 100)
        << "two places are less sure than one";
    ASSERT_TRUE(cameras[0].out);
    EXPECT_EQ(cameras[0].out->counted, 10);
    EXPECT_EQ(cameras[1].camera, "yard");
    EXPECT_EQ(cameras[1].in->truth, 50);
}

}  // namespace
}  // namespace vitrina::pipeline
