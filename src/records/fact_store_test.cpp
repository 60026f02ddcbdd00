#include "records/fact_store.h"

#include <limits>

#include <gmock/gmock.h>

#include "records/account_store.h"
#include "records/shop_store.h"
#include "records/test_records.h"
#include "records/test_stranger.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FactStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<FactStore>(database_);
    }

    std::int64_t append(std::initializer_list<LiveEvent> events) {
        const auto sequence = facts_->append(std::vector<LiveEvent>(events));
        EXPECT_TRUE(sequence) << sequence.error().message;
        return sequence.value_or(-1);
    }

    [[nodiscard]] std::vector<LoggedEvent> log(std::int64_t after = 0) const {
        const auto entries = facts_->after(after, 1000);
        EXPECT_TRUE(entries) << entries.error().message;
        return entries.value_or(std::vector<LoggedEvent>{});
    }

    [[nodiscard]] std::vector<Operation> operations() const {
        std::vector<Operation> result;
        for (const LoggedEvent& entry : log())
            result.push_back(entry.operation);
        return result;
    }

    [[nodiscard]] std::vector<VisitRow> visits() const {
        const auto page = facts_->visits(begun_between(-1000 * kHourMs, 1000 * kHourMs));
        EXPECT_TRUE(page) << page.error().message;
        return page ? page->rows : std::vector<VisitRow>{};
    }

    std::unique_ptr<FactStore> facts_;
};

ForgetBefore all(UtcTime instant) {
    return {.facts = instant, .heat = instant, .log = instant};
}

LiveEvent revised(LiveEvent event, int revision, std::int64_t end_ms) {
    event.event.revision = revision;
    event.end = at(end_ms);
    return event;
}

OpenVisit open_visit(const std::string& id, const std::string& camera, PersonId person) {
    return {.id = id,
            .camera = camera,
            .zone = "till",
            .layout = "2026-11-01.1",
            .person = person,
            .begin = at(1000),
            .seen = at(4000),
            .confidence = 0.5,
            .place = {12.3, 45.6},
            .body_height = 180.5};
}

TEST_F(FactStoreTest, GivesEveryKindOfFactBackAsItWas) {
    LiveEvent first = visit(3, "Касса \"1\"", 1234, 5678);
    first.event.confidence = 0.1234567890123;
    append({first, crossing(-4, "door", Direction::kOut, 77), crossing(4, "door", Direction::kIn, 78),
            occupancy("till", 0, 99)});
    const auto entries = log();
    ASSERT_EQ(entries.size(), 4U);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].sequence, static_cast<std::int64_t>(i) + 1);
        EXPECT_EQ(entries[i].operation, Operation::kAdd);
    }
    const LiveEvent& read = entries[0].event;
    EXPECT_EQ(to_json_line(read.event), to_json_line(first.event));
    EXPECT_EQ(read.event.confidence, first.event.confidence);
    EXPECT_EQ(read.begin, first.begin);
    EXPECT_EQ(read.end, first.end);
    EXPECT_EQ(std::get<Visit>(read.event.fact).end, on_source(1234 + 5678));
    const auto& out = std::get<Crossing>(entries[1].event.event.fact);
    EXPECT_EQ(out.person, -4);
    EXPECT_EQ(out.line, "door");
    EXPECT_EQ(out.direction, Direction::kOut);
    EXPECT_EQ(out.at, on_source(77));
    EXPECT_EQ(std::get<Crossing>(entries[2].event.event.fact).direction, Direction::kIn);
    const auto& people = std::get<Occupancy>(entries[3].event.event.fact);
    EXPECT_EQ(people.zone, "till");
    EXPECT_EQ(people.people, 0);
    EXPECT_EQ(people.at, on_source(99));
}

TEST_F(FactStoreTest, GivesTouchesBackWithAndWithoutASection) {
    const Touch divided{7, "rack: A", "top: left", Side::kRight, on_source(10), on_source(900)};
    const Touch whole{8, "B", "", Side::kLeft, on_source(20), on_source(700)};
    append({live("door", divided, 10, 900), live("door", whole, 20, 700)});
    const auto entries = log();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(to_json_line(entries[0].event.event), to_json_line(live("door", divided, 10, 900).event));
    EXPECT_EQ(to_json_line(entries[1].event.event), to_json_line(live("door", whole, 20, 700).event));
}

TEST_F(FactStoreTest, RecordsWhenItWasRecorded) {
    const auto before = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    append({visit(1, "till", 0, 10)});
    const auto after = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    EXPECT_GE(log().at(0).recorded, before);
    EXPECT_LE(log().at(0).recorded, after);
}

TEST_F(FactStoreTest, TheSameAgainIsIgnored) {
    const LiveEvent event = visit(1, "till", 0, 10);
    EXPECT_EQ(append({event}), 1);
    EXPECT_EQ(append({event, event}), 1);
    EXPECT_EQ(append({}), 1);
    EXPECT_EQ(log().size(), 1U);
    EXPECT_EQ(visits().size(), 1U);
}

TEST_F(FactStoreTest, AHigherRevisionReplacesAndALowerDoesNot) {
    const LiveEvent event = visit(1, "till", 0, 10);
    append({event});
    EXPECT_EQ(append({revised(event, 3, 500)}), 2);
    EXPECT_EQ(append({revised(event, 2, 9000)}), 2);
    EXPECT_THAT(operations(), ElementsAre(Operation::kAdd, Operation::kAmend));
    ASSERT_EQ(visits().size(), 1U);
    EXPECT_EQ(visits()[0].end, at(500));
    EXPECT_EQ(visits()[0].revision, 3);
}

TEST_F(FactStoreTest, ARetractedFactIsGoneButForTheLog) {
    const LiveEvent event = visit(1, "till", 0, 10);
    append({event, visit(2, "till", 0, 10)});
    EXPECT_EQ(facts_->retract(event.event.id).value(), 3);
    EXPECT_EQ(visits().size(), 1U);
    ASSERT_EQ(log().size(), 3U);
    EXPECT_EQ(log()[2].operation, Operation::kRetract);
    EXPECT_EQ(log()[2].event.event.id, event.event.id);
    EXPECT_EQ(log()[2].event.event.revision, 2);
    EXPECT_EQ(facts_->counts(std::vector{at(0), at(100)}, {})->at(0).zones.at(0).visits, 1);
}

TEST_F(FactStoreTest, ARetractedFactDoesNotComeBackWhenRepeated) {
    const LiveEvent event = visit(1, "till", 0, 10);
    append({event});
    ASSERT_TRUE(facts_->retract(event.event.id));
    append({event});
    EXPECT_THAT(visits(), IsEmpty());
    append({revised(event, 3, 50)});
    EXPECT_EQ(visits().size(), 1U);
    EXPECT_THAT(operations(), ElementsAre(Operation::kAdd, Operation::kRetract, Operation::kAdd));
}

TEST_F(FactStoreTest, OnlyWhatIsThereCanBeRetracted) {
    const auto unknown = facts_->retract("visit-unknown");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("visit-unknown"));
    const LiveEvent event = visit(1, "till", 0, 10);
    append({event});
    EXPECT_TRUE(facts_->retract(event.event.id));
    EXPECT_FALSE(facts_->retract(event.event.id));
    EXPECT_EQ(log().size(), 2U);
}

TEST_F(FactStoreTest, OneBadEventKeepsAllOut) {
    const LiveEvent good = visit(1, "till", 0, 10);
    LiveEvent nameless = good;
    nameless.event.id.clear();
    LiveEvent backwards = good;
    backwards.end = at(-1);
    LiveEvent unnumbered = good;
    unnumbered.event.revision = 0;
    LiveEvent unsure = good;
    unsure.event.confidence = std::numeric_limits<double>::quiet_NaN();
    for (const LiveEvent& bad : {nameless, backwards, unnumbered, unsure})
        EXPECT_FALSE(facts_->append(std::vector{good, bad}));
    EXPECT_THAT(log(), IsEmpty());
    EXPECT_THAT(visits(), IsEmpty());
}

TEST_F(FactStoreTest, TheLogIsReadInParts) {
    EXPECT_EQ(facts_->last_sequence().value(), 0);
    EXPECT_EQ(facts_->first_sequence().value(), 0);
    for (int i = 0; i < 10; ++i)
        append({visit(i, "till", i, 10)});
    const auto part = facts_->after(3, 4);
    ASSERT_TRUE(part);
    ASSERT_EQ(part->size(), 4U);
    EXPECT_EQ(part->front().sequence, 4);
    EXPECT_EQ(part->back().sequence, 7);
    EXPECT_EQ(facts_->after(10, 4)->size(), 0U);
    EXPECT_EQ(facts_->after(0, 0)->size(), 0U);
    EXPECT_EQ(facts_->after(0, -1)->size(), 0U);
    EXPECT_EQ(facts_->first_sequence().value(), 1);
    EXPECT_EQ(facts_->last_sequence().value(), 10);
}

TEST_F(FactStoreTest, OpenVisitsAreReplacedForEachCamera) {
    const OpenVisit a = open_visit("a", "door", 1);
    const OpenVisit b = open_visit("b", "door", 2);
    const OpenVisit c = open_visit("c", "till", 3);
    ASSERT_TRUE(facts_->checkpoint("door", std::vector{a, b}));
    ASSERT_TRUE(facts_->checkpoint("till", std::vector{c}));
    ASSERT_TRUE(facts_->checkpoint("door", std::vector{b}));
    reopen();
    const auto open = FactStore(database_).open_visits();
    ASSERT_TRUE(open);
    ASSERT_EQ(open->size(), 2U);
    const OpenVisit& read = open->front();
    EXPECT_EQ(read.id, "b");
    EXPECT_EQ(read.camera, "door");
    EXPECT_EQ(read.zone, "till");
    EXPECT_EQ(read.layout, "2026-11-01.1");
    EXPECT_EQ(read.person, 2);
    EXPECT_EQ(read.begin, at(1000));
    EXPECT_EQ(read.seen, at(4000));
    EXPECT_EQ(read.confidence, 0.5);
    EXPECT_EQ(read.place, (Point{12.3, 45.6}));
    EXPECT_EQ(read.body_height, 180.5);
    EXPECT_EQ(open->back().id, "c");
}

TEST_F(FactStoreTest, ACheckpointLeavesOutWhatHasClosedMeanwhile) {
    const LiveEvent closed = visit(7, "till", 1'000, 5'000);
    ASSERT_TRUE(facts_->append(std::vector{closed}));
    ASSERT_TRUE(facts_->checkpoint(
        "door", std::vector{open_visit(closed.event.id, "door", 7), open_visit("b", "door", 8)}));
    const auto open = facts_->open_visits();
    ASSERT_TRUE(open);
    ASSERT_EQ(open->size(), 1U);
    EXPECT_EQ(open->front().id, "b");
}

TEST_F(FactStoreTest, AClosedVisitIsNoLongerOpen) {
    const LiveEvent event = visit(1, "till", 1000, 10);
    ASSERT_TRUE(facts_->checkpoint(
        "door", std::vector{open_visit(event.event.id, "door", 1), open_visit("other", "door", 2)}));
    append({event});
    ASSERT_EQ(facts_->open_visits()->size(), 1U);
    EXPECT_EQ(facts_->open_visits()->front().id, "other");
}

TEST_F(FactStoreTest, SessionsAreNumberedOnce) {
    const auto first = facts_->new_session("door", at(0));
    const auto second = facts_->new_session("till", at(0));
    reopen();
    const auto third = FactStore(database_).new_session("door", at(5));
    ASSERT_TRUE(first && second && third);
    EXPECT_LT(0, *first);
    EXPECT_LT(*first, *second);
    EXPECT_LT(*second, *third);
}

TEST_F(FactStoreTest, ForgetsFactsHeatAndLogEachInItsTime) {
    append({visit(1, "till", 0, 10)});
    ShopStore shop(database_);
    const HeatGrid form{.width = 100, .height = 100, .columns = 1, .rows = 1, .seconds = {}};
    const std::vector<HeatCell> cell{{.column = 0, .row = 0, .microseconds = 1'000'000}};
    ASSERT_TRUE(shop.add_heat("door", at(0), form, cell));
    const UtcTime late = at(2 * kHourMs);
    EXPECT_EQ(facts_->forget_before({.facts = at(0), .heat = at(0), .log = late}).value(), 1);
    EXPECT_THAT(log(), IsEmpty());
    EXPECT_EQ(visits().size(), 1U);
    EXPECT_EQ(facts_->forget_before({.facts = at(0), .heat = late, .log = late}).value(), 1);
    EXPECT_EQ(shop.heat("door", at(0), late)->seconds.at(0), 0);
    EXPECT_EQ(visits().size(), 1U);
    EXPECT_EQ(facts_->forget_before(all(late)).value(), 1);
    EXPECT_THAT(visits(), IsEmpty());
}

TEST_F(FactStoreTest, ForgetsWhatEndedBefore) {
    const LiveEvent old = visit(1, "till", 0, 10);
    append(
        {old, visit(2, "till", 0, 5000), crossing(1, "door", Direction::kIn, 7), visit(3, "till", 6000, 10)});
    EXPECT_EQ(facts_->forget_before(all(at(5000))).value(), 4);  // two facts and their entries
    EXPECT_EQ(facts_->forget_before(all(at(5000))).value(), 0);
    EXPECT_EQ(visits().size(), 2U);
    EXPECT_EQ(log().size(), 2U);
    EXPECT_EQ(facts_->first_sequence().value(), 2);
    EXPECT_FALSE(facts_->retract(old.event.id));
}

TEST_F(FactStoreTest, NumbersAreNotGivenAgainAfterForgettingAll) {
    append({visit(1, "till", 0, 10), visit(2, "till", 0, 10)});
    EXPECT_EQ(facts_->forget_before(all(at(kHourMs))).value(), 4);
    EXPECT_EQ(facts_->first_sequence().value(), 0);
    EXPECT_EQ(facts_->last_sequence().value(), 2);
    EXPECT_EQ(append({visit(3, "till", 0, 10)}), 3);
}

TEST_F(FactStoreTest, ForgetsInParts) {
    std::vector<LiveEvent> events;
    for (int i = 0; i < 5000; ++i)
        events.push_back(visit(i, "till", i, 10));
    ASSERT_TRUE(facts_->append(events));
    std::int64_t parts = 0;
    std::int64_t count = 0;
    while (const std::int64_t forgotten = facts_->forget_before(all(at(kHourMs))).value()) {
        ++parts;
        count += forgotten;
    }
    EXPECT_EQ(count, 10'000);
    EXPECT_GT(parts, 1);
    EXPECT_THAT(visits(), IsEmpty());
}

TEST_F(FactStoreTest, ForgetsHeatOutagesAndAuditOfThatTime) {
    ShopStore shop(database_);
    AccountStore accounts(database_);
    const HeatGrid form{.width = 100, .height = 100, .columns = 1, .rows = 1, .seconds = {}};
    const std::vector<HeatCell> cell{{.column = 0, .row = 0, .microseconds = 1'000'000}};
    ASSERT_TRUE(shop.add_heat("door", at(0), form, cell));
    ASSERT_TRUE(shop.add_heat("door", at(kHourMs), form, cell));
    ASSERT_TRUE(shop.outage_began("door", at(0), "cable"));
    ASSERT_TRUE(shop.outage_ended("door", at(10)));
    ASSERT_TRUE(shop.outage_began("door", at(20), "cable"));
    ASSERT_TRUE(accounts.audit(at(0), "anna", "signed in"));
    ASSERT_TRUE(accounts.audit(at(kHourMs), "anna", "signed out"));
    EXPECT_EQ(facts_->forget_before(all(at(kHourMs))).value(), 3);
    EXPECT_EQ(facts_->forget_before(all(at(kHourMs))).value(), 0);
    EXPECT_EQ(shop.heat("door", at(0), at(2 * kHourMs))->seconds.at(0), 1);
    EXPECT_EQ(shop.outages(at(0), at(kHourMs))->size(), 1U);
}

TEST_F(FactStoreTest, AnEntryThatCantBeReadIsPassedOver) {
    std::vector<std::string> said;
    facts_->set_log([&](const std::string& line) { said.push_back(line); });
    append({visit(1, "till", 0, 5'000), visit(2, "till", 0, 5'000), visit(3, "till", 0, 5'000)});
    Stranger(file()).execute("UPDATE events SET kind = 'of tomorrow' WHERE sequence <= 2");
    for (int i = 0; i < 2; ++i) {
        const auto entries = facts_->after(0, 1);
        ASSERT_TRUE(entries) << entries.error().message;
        ASSERT_EQ(entries->size(), 1U) << "though two before it can't be read";
        EXPECT_EQ(entries->front().sequence, 3);
    }
    ASSERT_EQ(said.size(), 2U) << "each once";
    EXPECT_THAT(said.front(), HasSubstr("of tomorrow"));
}

TEST_F(FactStoreTest, OpenVisitsOfSeveralCamerasAreReplacedTogether) {
    const OpenVisit open{"a", "door", "till", "picture", 5, at(0), at(1), 0.5, {1, 2}, 90};
    ASSERT_TRUE(facts_->checkpoint(std::vector<CameraVisits>{{"door", {open}}, {"back", {}}}));
    EXPECT_EQ(facts_->open_visits()->size(), 1U);
    ASSERT_TRUE(facts_->checkpoint(std::vector<CameraVisits>{{"door", {}}}));
    EXPECT_TRUE(facts_->open_visits()->empty());
}

}  // namespace
}  // namespace vitrina::records
