#include "records/shop_store.h"

#include <map>
#include <string>

#include <gmock/gmock.h>

#include "records/test_records.h"
#include "records/test_stranger.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ShopStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        shop_ = std::make_unique<ShopStore>(database_);
    }

    LayoutVersion save(LayoutChange change, std::int64_t now_ms, const std::string& zone,
                       const std::string& camera = "door") {
        Layout layout = whole_picture(640, 360);
        layout.zones[0].name = zone;
        auto saved = shop_->save_layout(camera, layout, change, at(now_ms), "anna");
        EXPECT_TRUE(saved) << saved.error().message;
        return saved.value_or(LayoutVersion{});
    }

    /// The zone of the layout that is valid then; empty without one.
    [[nodiscard]] std::string zone_at(std::int64_t instant_ms) const {
        const auto layout = shop_->layout_at("door", at(instant_ms));
        EXPECT_TRUE(layout) << layout.error().message;
        return layout && *layout ? (*layout)->layout.zones.at(0).name : "";
    }

    std::unique_ptr<ShopStore> shop_;
};

CameraRecord camera(const std::string& id) {
    return {.id = id,
            .name = "Дверь",
            .address = "rtsp://10.0.0.7/2",
            .view_address = "rtsp://10.0.0.7/1",
            .sealed_secret = "c2VhbGVk",
            .paused = false,
            .added = at(3),
            .udp = true};
}

TEST_F(ShopStoreTest, KeepsCameras) {
    ASSERT_TRUE(shop_->save_camera(camera("door")));
    CameraRecord second = camera("till-2");
    second.added = at(4);
    ASSERT_TRUE(shop_->save_camera(second));
    reopen();
    const auto cameras = ShopStore(database_).cameras();
    ASSERT_TRUE(cameras);
    ASSERT_EQ(cameras->size(), 2U);
    const CameraRecord& read = cameras->front();
    EXPECT_EQ(read.id, "door");
    EXPECT_EQ(read.name, "Дверь");
    EXPECT_EQ(read.address, "rtsp://10.0.0.7/2");
    EXPECT_EQ(read.view_address, "rtsp://10.0.0.7/1");
    EXPECT_EQ(read.sealed_secret, "c2VhbGVk");
    EXPECT_FALSE(read.paused);
    EXPECT_TRUE(read.udp);
    EXPECT_EQ(read.added, at(3));
    EXPECT_EQ(cameras->back().id, "till-2");
}

TEST_F(ShopStoreTest, KeepsWhatWasLearntOfQueues) {
    EXPECT_EQ(*shop_->forecast("door"), "");
    ASSERT_TRUE(shop_->save_forecast("door", "1 2 3"));
    ASSERT_TRUE(shop_->save_forecast("door", "1 2 4"));
    ASSERT_TRUE(shop_->save_forecast("hall", "5"));
    EXPECT_EQ(*shop_->forecast("door"), "1 2 4");
    EXPECT_EQ(*shop_->forecast("hall"), "5");
}

TEST_F(ShopStoreTest, ReplacesACamera) {
    ASSERT_TRUE(shop_->save_camera(camera("door")));
    CameraRecord changed = camera("door");
    changed.name = "Back door";
    changed.paused = true;
    ASSERT_TRUE(shop_->save_camera(changed));
    ASSERT_EQ(shop_->cameras()->size(), 1U);
    EXPECT_EQ(shop_->cameras()->front().name, "Back door");
    EXPECT_TRUE(shop_->cameras()->front().paused);
}

TEST_F(ShopStoreTest, ARemovedCamerasIdIsNeverAnothers) {
    ASSERT_TRUE(shop_->save_camera(camera("door")));
    ASSERT_TRUE(shop_->remove_camera("door"));
    EXPECT_THAT(shop_->cameras().value(), IsEmpty());
    const auto again = shop_->save_camera(camera("door"));
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("was removed"));
    EXPECT_FALSE(shop_->remove_camera("door"));
    EXPECT_FALSE(shop_->remove_camera("unknown"));
}

TEST_F(ShopStoreTest, RefusesIdsThatCannotStandInAddresses) {
    for (const char* id : {"", "Door", "a b", "../x", "дверь", "a23456789012345678901234567890123"})
        EXPECT_FALSE(shop_->save_camera(camera(id))) << id;
    EXPECT_TRUE(shop_->save_camera(camera("a2345678901234567890123456789012")));
}

TEST_F(ShopStoreTest, LayoutVersionsAreNumberedInTheDayOverAllCameras) {
    constexpr std::int64_t kDayMs = 24 * kHourMs;
    EXPECT_EQ(save(LayoutChange::kMovedNow, 0, "a").version, "2026-11-23.1");
    EXPECT_EQ(save(LayoutChange::kMovedNow, 1, "a", "till").version, "2026-11-23.2");
    EXPECT_EQ(save(LayoutChange::kDrawnWrong, 2, "a").version, "2026-11-23.3");
    EXPECT_EQ(save(LayoutChange::kMovedNow, kDayMs, "a").version, "2026-11-24.1");
    EXPECT_EQ(save(LayoutChange::kMovedNow, kDayMs - 1, "a").version, "2026-11-23.4");
    for (int i = 5; i <= 11; ++i)
        EXPECT_EQ(save(LayoutChange::kMovedNow, i, "a").version, "2026-11-23." + std::to_string(i));
}

TEST_F(ShopStoreTest, WhatMovedBeginsNow) {
    EXPECT_EQ(zone_at(0), "");
    save(LayoutChange::kMovedNow, 1000, "first");
    const LayoutVersion second = save(LayoutChange::kMovedNow, 2000, "second");
    EXPECT_EQ(second.valid_from, at(2000));
    EXPECT_EQ(second.author, "anna");
    EXPECT_EQ(second.layout.version, second.version);
    EXPECT_EQ(zone_at(999), "");
    EXPECT_EQ(zone_at(1000), "first");
    EXPECT_EQ(zone_at(1999), "first");
    EXPECT_EQ(zone_at(2000), "second");
    EXPECT_EQ(zone_at(9000), "second");
}

TEST_F(ShopStoreTest, WhatWasDrawnWrongIsReplacedFromWhereItWasValid) {
    save(LayoutChange::kMovedNow, 1000, "first");
    save(LayoutChange::kMovedNow, 2000, "wrong");
    const LayoutVersion right = save(LayoutChange::kDrawnWrong, 3000, "right");
    EXPECT_EQ(right.valid_from, at(2000));
    EXPECT_EQ(right.saved, at(3000));
    EXPECT_EQ(zone_at(1500), "first");
    EXPECT_EQ(zone_at(2000), "right");
    EXPECT_EQ(zone_at(9000), "right");
    std::vector<std::string> zones;
    const auto versions = shop_->layouts("door");
    ASSERT_TRUE(versions);
    for (const LayoutVersion& version : *versions)
        zones.push_back(version.layout.zones.at(0).name);
    EXPECT_THAT(zones, ElementsAre("right", "wrong", "first"));
}

TEST_F(ShopStoreTest, TheFirstDrawnWrongIsValidFromTheStart) {
    EXPECT_EQ(save(LayoutChange::kDrawnWrong, 1000, "first").valid_from, UtcTime{});
    EXPECT_EQ(zone_at(0), "first");
}

TEST_F(ShopStoreTest, AClockThatWasSetBackLeavesNoLayoutInTheFuture) {
    save(LayoutChange::kMovedNow, 1000, "first");
    save(LayoutChange::kMovedNow, kHourMs, "from the future");
    save(LayoutChange::kMovedNow, 2000, "now");
    EXPECT_EQ(zone_at(1500), "first");
    EXPECT_EQ(zone_at(2000), "now");
    EXPECT_EQ(zone_at(2 * kHourMs), "now");
}

TEST_F(ShopStoreTest, KeepsTheWholeLayout) {
    Layout layout{.version = "mine",
                  .width = 768,
                  .height = 432,
                  .zones = {{"Стол", {{10, 10}, {200.5, 10}, {200, 300}}}},
                  .lines = {{"door", {700, 400}, {700, 20}}}};
    ASSERT_TRUE(shop_->save_layout("door", layout, LayoutChange::kMovedNow, at(0), "anna"));
    reopen();
    const auto read = ShopStore(database_).layout_at("door", at(0));
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->camera, "door");
    const Layout& same = (*read)->layout;
    EXPECT_EQ(same.version, "2026-11-23.1");
    EXPECT_EQ(same.width, 768);
    ASSERT_EQ(same.zones.size(), 1U);
    EXPECT_EQ(same.zones[0].name, "Стол");
    EXPECT_EQ(same.zones[0].polygon, layout.zones[0].polygon);
    ASSERT_EQ(same.lines.size(), 1U);
    EXPECT_EQ(same.lines[0].to, (Point{700, 20}));
}

TEST_F(ShopStoreTest, RefusesALayoutThatNobodyCouldRead) {
    Layout layout = whole_picture(640, 360);
    layout.zones[0].polygon.resize(2);
    const auto saved = shop_->save_layout("door", layout, LayoutChange::kMovedNow, at(0), "anna");
    ASSERT_FALSE(saved);
    EXPECT_THAT(saved.error().message, HasSubstr("camera \"door\""));
    EXPECT_THAT(shop_->layouts("door").value(), IsEmpty());
}

HeatGrid form(int columns, int rows, double width = 640, double height = 360) {
    return {.width = width, .height = height, .columns = columns, .rows = rows, .seconds = {}};
}

TEST_F(ShopStoreTest, AddsHeatUpOverTheHours) {
    ASSERT_TRUE(
        shop_->add_heat("door", at(0), form(2, 2), std::vector<HeatCell>{{0, 0, 500'000}, {1, 1, 1}}));
    ASSERT_TRUE(shop_->add_heat("door", at(0), form(2, 2), std::vector<HeatCell>{{0, 0, 500'000}}));
    ASSERT_TRUE(shop_->add_heat("door", at(kHourMs), form(2, 2), std::vector<HeatCell>{{1, 0, 2'000'000}}));
    ASSERT_TRUE(shop_->add_heat("till", at(0), form(2, 2), std::vector<HeatCell>{{0, 1, 7'000'000}}));
    const auto both = shop_->heat("door", at(0), at(2 * kHourMs));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->width, 640);
    EXPECT_EQ(both->height, 360);
    EXPECT_EQ(both->columns, 2);
    EXPECT_EQ(both->rows, 2);
    EXPECT_THAT(both->seconds, ElementsAre(1.0, 2.0, 0.0, 0.000001));
    EXPECT_THAT(shop_->heat("door", at(0), at(kHourMs))->seconds, ElementsAre(1.0, 0.0, 0.0, 0.000001));
    EXPECT_THAT(shop_->heat("door", at(1), at(kHourMs))->seconds, ElementsAre(0.0, 0.0, 0.0, 0.0));
}

TEST_F(ShopStoreTest, ANewFormOfTheHeatMapBeginsANewSeries) {
    ASSERT_TRUE(shop_->add_heat("door", at(0), form(2, 2), std::vector<HeatCell>{{1, 1, 1'000'000}}));
    ASSERT_TRUE(shop_->add_heat("door", at(kHourMs), form(3, 1), std::vector<HeatCell>{{2, 0, 2'000'000}}));
    EXPECT_THAT(shop_->heat("door", at(0), at(2 * kHourMs))->seconds, ElementsAre(0.0, 0.0, 2.0));
    EXPECT_THAT(shop_->heat("door", at(0), at(kHourMs))->seconds, ElementsAre(0.0, 0.0, 0.0, 1.0))
        << "a period of the old form only";
    EXPECT_THAT(shop_->heat("door", at(5 * kHourMs), at(6 * kHourMs))->seconds, ElementsAre(0.0, 0.0, 0.0))
        << "a period of neither";

    // Back again, in a picture of as many cells and more pixels.
    ASSERT_TRUE(shop_->add_heat("door", at(2 * kHourMs), form(2, 2, 1280, 720),
                                std::vector<HeatCell>{{0, 0, 4'000'000}}));
    EXPECT_THAT(shop_->heat("door", at(0), at(3 * kHourMs))->seconds, ElementsAre(4.0, 0.0, 0.0, 1.0));
    EXPECT_THAT(shop_->heat("door", at(kHourMs), at(2 * kHourMs))->seconds, ElementsAre(0.0, 0.0, 2.0));

    // As many cells, of other places.
    ASSERT_TRUE(shop_->add_heat("door", at(3 * kHourMs), form(2, 2, 480, 480),
                                std::vector<HeatCell>{{1, 0, 8'000'000}}));
    const auto square = shop_->heat("door", at(0), at(4 * kHourMs));
    ASSERT_TRUE(square);
    EXPECT_EQ(square->height, 480);
    EXPECT_THAT(square->seconds, ElementsAre(0.0, 8.0, 0.0, 0.0));
}

// Where each change of the picture began a series of its own, there may be several of one form.
TEST_F(ShopStoreTest, SeriesOfOneFormAreOneHeatMap) {
    ASSERT_TRUE(shop_->add_heat("door", at(0), form(2, 2), std::vector<HeatCell>{{1, 1, 1'000'000}}));
    Stranger(file()).execute(
        "INSERT INTO heat_forms (camera, width, height, columns, rows) "
        "SELECT camera, 1280, 720, columns, rows FROM heat_forms; "
        "INSERT INTO heat SELECT 2, hour_ms + 3600000, 0, 4000000 FROM heat");
    EXPECT_THAT(shop_->heat("door", at(0), at(2 * kHourMs))->seconds, ElementsAre(4.0, 0.0, 0.0, 1.0));
}

TEST_F(ShopStoreTest, WithoutHeatTheGridIsEmpty) {
    const auto heat = shop_->heat("door", at(0), at(kHourMs));
    ASSERT_TRUE(heat);
    EXPECT_EQ(heat->columns, 0);
    EXPECT_THAT(heat->seconds, IsEmpty());
}

TEST_F(ShopStoreTest, RefusesHeatOutsideOfTheGrid) {
    for (const HeatCell& cell :
         {HeatCell{2, 0, 1}, HeatCell{0, 2, 1}, HeatCell{-1, 0, 1}, HeatCell{0, 0, -1}})
        EXPECT_FALSE(shop_->add_heat("door", at(0), form(2, 2), std::vector{cell}));
    EXPECT_FALSE(shop_->add_heat("door", at(0), form(0, 0), {}));
    EXPECT_EQ(shop_->heat("door", at(0), at(kHourMs))->columns, 0);
}

TEST_F(ShopStoreTest, AnOutageBeginsOnceAndEnds) {
    ASSERT_TRUE(shop_->outage_ended("door", at(0)));  // none is open
    ASSERT_TRUE(shop_->outage_began("door", at(1000), "connection refused", "connection_refused"));
    ASSERT_TRUE(shop_->outage_began("door", at(2000), "timed out"));
    ASSERT_TRUE(shop_->outage_began("", at(1500), "stopped"));
    ASSERT_TRUE(shop_->outage_ended("door", at(3000)));
    ASSERT_TRUE(shop_->outage_began("door", at(4000), "again"));
    const auto outages = shop_->outages(at(0), at(kHourMs));
    ASSERT_TRUE(outages);
    ASSERT_EQ(outages->size(), 3U);
    EXPECT_EQ(outages->at(0).camera, "door");
    EXPECT_EQ(outages->at(0).begin, at(1000));
    EXPECT_EQ(outages->at(0).end, at(3000));
    EXPECT_EQ(outages->at(0).reason, "connection refused");
    EXPECT_EQ(outages->at(0).reason_code, "connection_refused");
    EXPECT_EQ(outages->at(1).camera, "");
    EXPECT_FALSE(outages->at(1).end);
    EXPECT_EQ(outages->at(2).begin, at(4000));
}

TEST_F(ShopStoreTest, OutagesReachIntoASpan) {
    ASSERT_TRUE(shop_->outage_began("door", at(1000), ""));
    ASSERT_TRUE(shop_->outage_ended("door", at(2000)));
    EXPECT_THAT(shop_->outages(at(0), at(1000)).value(), IsEmpty());
    EXPECT_EQ(shop_->outages(at(0), at(1001))->size(), 1U);
    EXPECT_EQ(shop_->outages(at(1999), at(3000))->size(), 1U);
    EXPECT_THAT(shop_->outages(at(2000), at(3000)).value(), IsEmpty());
}

TEST_F(ShopStoreTest, AnOutageDoesNotEndBeforeItsBegin) {
    ASSERT_TRUE(shop_->outage_began("door", at(1000), ""));
    ASSERT_TRUE(shop_->outage_ended("door", at(500)));
    EXPECT_EQ(shop_->outages(at(999), at(2000)).value().size(), 1U);
}

TEST_F(ShopStoreTest, RemembersWhenItWasAlive) {
    EXPECT_FALSE(shop_->last_alive().value());
    ASSERT_TRUE(shop_->alive(at(1)));
    ASSERT_TRUE(shop_->alive(at(2)));
    reopen();
    EXPECT_EQ(ShopStore(database_).last_alive().value(), at(2));
}

TEST_F(ShopStoreTest, TroublesBeginOnceAndFactsOfTheirTimeCarryANote) {
    FactStore facts(database_);
    ASSERT_TRUE(facts.append(std::vector{visit(1, "till", 1'000, 5'000), visit(2, "till", 20'000, 5'000),
                                         visit(3, "till", 20'000, 5'000, "other"),
                                         crossing(4, "door", Direction::kIn, 30'000)}));
    ASSERT_TRUE(
        shop_->trouble_began({"door", PictureTrouble::kMoved, at(10'000), std::nullopt, {true, 3, 0, 0, 1}}));
    ASSERT_TRUE(shop_->trouble_began(
        {"door", PictureTrouble::kMoved, at(12'000), std::nullopt, {true, 9, -2, 4, 1.5}}));
    ASSERT_TRUE(shop_->trouble_began({"door", PictureTrouble::kBlurred, at(24'000), std::nullopt, {}}));
    ASSERT_TRUE(shop_->trouble_ended("door", PictureTrouble::kBlurred, at(26'000)));
    const auto troubles = shop_->troubles(at(0), at(60'000));
    ASSERT_TRUE(troubles);
    ASSERT_EQ(troubles->size(), 2U);
    EXPECT_EQ(troubles->at(0).begin, at(10'000));
    EXPECT_FALSE(troubles->at(0).end);
    EXPECT_TRUE(troubles->at(0).move.known);
    EXPECT_EQ(troubles->at(0).move.dx_px, 9);
    EXPECT_EQ(troubles->at(0).move.zoom, 1.5);
    EXPECT_FALSE(troubles->at(1).move.known);
    EXPECT_EQ(troubles->at(1).end, at(26'000));

    VisitFilter filter = begun_between(0, 60'000);
    filter.descending = false;
    const auto visits = facts.visits(filter);
    ASSERT_TRUE(visits);
    ASSERT_EQ(visits->rows.size(), 3U);
    EXPECT_EQ(visits->rows[0].notes, "");
    EXPECT_THAT(visits->rows[1].notes, testing::AnyOf("moved,blurred", "blurred,moved"));
    EXPECT_EQ(visits->rows[2].notes, "") << "of another camera";
    CrossingFilter crossings;
    crossings.from = at(0);
    crossings.to = at(60'000);
    EXPECT_EQ(facts.crossings(crossings)->rows.at(0).notes, "moved");
    EXPECT_EQ(facts.after(0, 10)->at(3).notes, "moved");

    ASSERT_TRUE(shop_->end_troubles(at(40'000)));
    EXPECT_THAT(*shop_->troubles(at(50'000), at(60'000)), IsEmpty());
}

/// Ten metres each way, with one calibrated camera.
Plan plan_seen_by_the_door() {
    Plan plan;
    plan.width_m = plan.depth_m = 10;
    plan.cameras = {{"door", CameraCalibration{.width = 640,
                                               .height = 360,
                                               .focal_px = 500,
                                               .center = {320, 180},
                                               .place = {1, 1},
                                               .height_m = 3,
                                               .tilt_deg = 30}}};
    return plan;
}

TEST_F(ShopStoreTest, FactsOfThePlanCarryTheNotesOfItsCalibratedCameras) {
    Plan plan = plan_seen_by_the_door();
    plan.cameras.push_back({"hall", std::nullopt});
    const auto saved = shop_->save_plan(plan, LayoutChange::kDrawnWrong, at(0), "anna");
    ASSERT_TRUE(saved) << saved.error().message;
    const auto on_plan = [&](PersonId person, std::int64_t begin_ms) {
        LiveEvent event = visit(person, "fruit", begin_ms, 5'000, kPlanCamera);
        event.event.layout = saved->version;
        return event;
    };
    LiveEvent of_another_plan = visit(4, "fruit", 10'000, 5'000, kPlanCamera);
    of_another_plan.event.layout = "another";
    FactStore facts(database_);
    ASSERT_TRUE(facts.append(
        std::vector{on_plan(1, 1'000), on_plan(2, 10'000), on_plan(3, 20'000), of_another_plan}));
    ASSERT_TRUE(shop_->trouble_began({"hall", PictureTrouble::kBlack, at(0), std::nullopt, {}}));
    ASSERT_TRUE(shop_->trouble_began({"door", PictureTrouble::kCovered, at(12'000), std::nullopt, {}}));
    ASSERT_TRUE(shop_->trouble_ended("door", PictureTrouble::kCovered, at(13'000)));
    ASSERT_TRUE(shop_->outage_began("hall", at(0), "cable"));
    ASSERT_TRUE(shop_->outage_began("door", at(26'500), "cable"));

    VisitFilter filter = begun_between(0, 60'000);
    filter.descending = false;
    std::map<PersonId, std::string> notes;
    const auto visits = facts.visits(filter);
    ASSERT_TRUE(visits);
    for (const VisitRow& row : visits->rows)
        notes[row.person] = row.notes;
    EXPECT_EQ(notes[1], "") << "the hall is not calibrated";
    EXPECT_EQ(notes[2], "covered");
    EXPECT_EQ(notes[3], "silent") << "cut off a second and a half before";
    EXPECT_EQ(notes[4], "");
}

// A camera that is looked at too late for the plan counts its own people as ever.
TEST_F(ShopStoreTest, WhatIsWrongOnThePlanAloneIsNoNoteOfTheCamera) {
    const Plan plan = plan_seen_by_the_door();
    const auto saved = shop_->save_plan(plan, LayoutChange::kDrawnWrong, at(0), "anna");
    ASSERT_TRUE(saved) << saved.error().message;
    LiveEvent on_plan = visit(1, "fruit", 1'000, 5'000, kPlanCamera);
    on_plan.event.layout = saved->version;
    FactStore facts(database_);
    ASSERT_TRUE(facts.append(std::vector{on_plan, visit(2, "till", 1'000, 5'000)}));
    for (const PictureTrouble trouble : {PictureTrouble::kLate, PictureTrouble::kClockApart})
        ASSERT_TRUE(shop_->trouble_began({"door", trouble, at(0), std::nullopt, {}}));
    std::map<PersonId, std::string> notes;
    const auto visits = facts.visits(begun_between(0, 60'000));
    ASSERT_TRUE(visits);
    for (const VisitRow& row : visits->rows)
        notes[row.person] = row.notes;
    EXPECT_THAT(notes[1], testing::AnyOf("clock_apart,late", "late,clock_apart"));
    EXPECT_EQ(notes[2], "");
    EXPECT_EQ(shop_->troubles(at(0), at(60'000))->size(), 2U) << "and both are read back";
}

TEST_F(ShopStoreTest, WhileNothingRanFactsOfEveryCameraAreLessCertain) {
    FactStore facts(database_);
    ASSERT_TRUE(facts.append(std::vector{visit(1, "till", 1'000, 20'000), visit(2, "till", 30'000, 5'000)}));
    ASSERT_TRUE(shop_->outage_began("", at(10'000), "Vitrina did not run", "not_running"));
    ASSERT_TRUE(shop_->outage_ended("", at(12'000)));
    VisitFilter filter = begun_between(0, 60'000);
    filter.descending = false;
    const auto visits = facts.visits(filter);
    ASSERT_TRUE(visits && visits->rows.size() == 2);
    EXPECT_EQ(visits->rows[0].notes, "silent");
    EXPECT_EQ(visits->rows[1].notes, "");
}

TEST_F(ShopStoreTest, KeepsTheViewOfACamera) {
    EXPECT_THAT(*shop_->view("door"), IsEmpty());
    ASSERT_TRUE(shop_->save_view("door", {1, 0, 255}));
    ASSERT_TRUE(shop_->save_view("door", {2, 0, 255}));
    EXPECT_THAT(*shop_->view("door"), ElementsAre(2, 0, 255));
    ASSERT_TRUE(shop_->save_view("door", {}));
    EXPECT_THAT(*shop_->view("door"), IsEmpty());
}

TEST_F(ShopStoreTest, ADrawingStaysAsLongAsAPlanMayNeedIt) {
    const auto save = [&](std::uint8_t content, std::int64_t now_ms) {
        return shop_->save_drawing({.id = {}, .png = {content, 2, 3}, .width = 4, .height = 5}, at(now_ms));
    };
    const auto used = save(1, 0);
    const auto unused = save(2, 0);
    ASSERT_TRUE(used && unused);
    EXPECT_NE(used->id, unused->id);
    EXPECT_EQ(save(1, 1000)->id, used->id);
    Plan plan;
    plan.width_m = plan.depth_m = 5;
    plan.drawing = used->id;
    ASSERT_TRUE(shop_->save_plan(plan, LayoutChange::kMovedNow, at(2000), "anna"));
    ASSERT_TRUE(save(3, 25 * kHourMs));
    ASSERT_TRUE(*shop_->drawing(used->id));
    EXPECT_EQ((*shop_->drawing(used->id))->png, (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_EQ((*shop_->drawing(used->id))->height, 5);
    EXPECT_FALSE(*shop_->drawing(unused->id));
    EXPECT_FALSE(*shop_->drawing("no such"));
}

}  // namespace
}  // namespace vitrina::records
