// Pages of visits, and counts.
#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

#include "records/fact_store.h"
#include "records/shop_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Order = VisitFilter::Order;

class FactQueriesTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<FactStore>(database_);
    }

    void append(const std::vector<LiveEvent>& events) {
        const auto sequence = facts_->append(events);
        ASSERT_TRUE(sequence) << sequence.error().message;
    }

    [[nodiscard]] std::vector<PersonId> people(const VisitFilter& filter) const {
        const auto page = facts_->visits(filter);
        EXPECT_TRUE(page) << page.error().message;
        std::vector<PersonId> result;
        if (page)
            for (const VisitRow& row : page->rows)
                result.push_back(row.person);
        return result;
    }

    [[nodiscard]] std::vector<PersonId> crossed(const CrossingFilter& filter) const {
        const auto page = facts_->crossings(filter);
        EXPECT_TRUE(page) << page.error().message;
        std::vector<PersonId> result;
        if (page)
            for (const CrossingRow& row : page->rows)
                result.push_back(row.person);
        return result;
    }

    std::unique_ptr<FactStore> facts_;
};

CrossingFilter crossed_between(std::int64_t from_ms, std::int64_t to_ms) {
    CrossingFilter filter;
    filter.from = at(from_ms);
    filter.to = at(to_ms);
    return filter;
}

VisitFilter whole_day() {
    return begun_between(0, 24 * kHourMs);
}

VisitFilter ordered(Order order, bool descending) {
    VisitFilter filter = whole_day();
    filter.order = order;
    filter.descending = descending;
    return filter;
}

TEST_F(FactQueriesTest, AVisitHasAllItsColumns) {
    append({visit(7, "till", 1000, 2500)});
    const auto page = facts_->visits(whole_day());
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 1U);
    const VisitRow& row = page->rows[0];
    EXPECT_EQ(row.id, visit(7, "till", 1000, 2500).event.id);
    EXPECT_EQ(row.revision, 1);
    EXPECT_EQ(row.camera, "door");
    EXPECT_EQ(row.zone, "till");
    EXPECT_EQ(row.layout, "2026-11-01.1");
    EXPECT_EQ(row.person, 7);
    EXPECT_EQ(row.begin, at(1000));
    EXPECT_EQ(row.end, at(3500));
    EXPECT_EQ(row.confidence, 0.75);
}

TEST_F(FactQueriesTest, FromIsInsideAndToIsNot) {
    append({visit(1, "till", 999, 10), visit(2, "till", 1000, 10), visit(3, "till", 1999, 9000),
            visit(4, "till", 2000, 10)});
    EXPECT_THAT(people(begun_between(1000, 2000)), ElementsAre(3, 2));
}

TEST_F(FactQueriesTest, OnlyVisitsAreVisits) {
    append({crossing(1, "door", Direction::kIn, 10), occupancy("till", 2, 10), visit(3, "till", 10, 10)});
    EXPECT_THAT(people(whole_day()), ElementsAre(3));
}

TEST_F(FactQueriesTest, Filters) {
    append({visit(1, "till", 0, 1000, "a"), visit(2, "till", 1, 2000, "b"), visit(3, "shelf", 2, 3000, "a"),
            visit(1, "shelf", 3, 4000, "b")});
    VisitFilter filter = whole_day();
    filter.camera = "a";
    EXPECT_THAT(people(filter), ElementsAre(3, 1));
    filter.zone = "shelf";
    EXPECT_THAT(people(filter), ElementsAre(3));
    filter = whole_day();
    filter.person = 1;
    EXPECT_THAT(people(filter), ElementsAre(1, 1));
    filter.dwell_ms_min = 1001;
    EXPECT_EQ(facts_->visits(filter)->rows.at(0).zone, "shelf");
    EXPECT_EQ(facts_->visits(filter)->total, 1);
    filter.zone = "nowhere";
    EXPECT_THAT(people(filter), IsEmpty());
}

TEST_F(FactQueriesTest, OrdersByEveryColumn) {
    LiveEvent one = visit(1, "c", 0, 9000, "y");  // ends at 9000
    LiveEvent two = visit(2, "a", 1000, 2000, "z");
    LiveEvent three = visit(3, "b", 2000, 5000, "x");  // ends at 7000
    one.event.confidence = 0.5;
    two.event.confidence = 0.9;
    three.event.confidence = 0.1;
    append({one, two, three});
    EXPECT_THAT(people(ordered(Order::kBegin, false)), ElementsAre(1, 2, 3));
    EXPECT_THAT(people(ordered(Order::kEnd, false)), ElementsAre(2, 3, 1));
    EXPECT_THAT(people(ordered(Order::kDwell, false)), ElementsAre(2, 3, 1));
    EXPECT_THAT(people(ordered(Order::kZone, false)), ElementsAre(2, 3, 1));
    EXPECT_THAT(people(ordered(Order::kCamera, false)), ElementsAre(3, 1, 2));
    EXPECT_THAT(people(ordered(Order::kPerson, false)), ElementsAre(1, 2, 3));
    EXPECT_THAT(people(ordered(Order::kConfidence, false)), ElementsAre(3, 1, 2));
    EXPECT_THAT(people(ordered(Order::kBegin, true)), ElementsAre(3, 2, 1));
    EXPECT_THAT(people(ordered(Order::kConfidence, true)), ElementsAre(2, 1, 3));
}

TEST_F(FactQueriesTest, PagesDoNotOverlapWhereTheOrderSaysNothing) {
    std::vector<LiveEvent> events;
    for (PersonId person = 0; person < 25; ++person)
        events.push_back(visit(person, "till", 0, 1000));
    append(events);
    for (const Order order : {Order::kBegin, Order::kZone, Order::kDwell}) {
        std::vector<PersonId> seen;
        VisitFilter filter = ordered(order, true);
        filter.limit = 10;
        for (filter.offset = 0; filter.offset < 30; filter.offset += 10) {
            const auto page = people(filter);
            seen.insert(seen.end(), page.begin(), page.end());
        }
        std::sort(seen.begin(), seen.end());
        ASSERT_EQ(seen.size(), 25U);
        EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
    }
}

TEST_F(FactQueriesTest, APageIsLimitedAndTheTotalIsNot) {
    std::vector<LiveEvent> events;
    for (PersonId person = 0; person < 1500; ++person)
        events.push_back(visit(person, "till", person, 1000));
    append(events);
    VisitFilter filter = whole_day();
    filter.limit = 1'000'000;
    EXPECT_EQ(facts_->visits(filter)->rows.size(), static_cast<std::size_t>(kVisitsAtOnceMax));
    EXPECT_EQ(facts_->visits(filter)->total, 1500);
    filter.limit = -1;
    filter.offset = -5;
    EXPECT_THAT(people(filter), IsEmpty());
    filter.limit = 2;
    filter.offset = 1499;
    EXPECT_THAT(people(filter), ElementsAre(0));

    VisitFilter rows = ordered(Order::kPerson, false);
    rows.limit = 3;
    rows.offset = 7;
    const auto read = facts_->visit_rows(rows);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->size(), 3U);
    EXPECT_EQ(read->front().person, 7);
}

TEST_F(FactQueriesTest, ACrossingHasAllItsColumns) {
    const LiveEvent event = crossing(7, "entrance", Direction::kOut, 1000);
    append({event});
    const auto page = facts_->crossings(crossed_between(0, kHourMs));
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 1U);
    const CrossingRow& row = page->rows[0];
    EXPECT_EQ(row.id, event.event.id);
    EXPECT_EQ(row.revision, 1);
    EXPECT_EQ(row.camera, "door");
    EXPECT_EQ(row.line, "entrance");
    EXPECT_EQ(row.layout, "2026-11-01.1");
    EXPECT_EQ(row.person, 7);
    EXPECT_EQ(row.direction, Direction::kOut);
    EXPECT_EQ(row.at, at(1000));
    EXPECT_EQ(row.confidence, 0.75);
}

TEST_F(FactQueriesTest, CrossingsAreFilteredAndNothingElseIsOne) {
    append({crossing(1, "entrance", Direction::kIn, 999), crossing(2, "entrance", Direction::kIn, 1000),
            crossing(3, "entrance", Direction::kOut, 1500), crossing(4, "till", Direction::kIn, 1600, "b"),
            crossing(5, "entrance", Direction::kIn, 2000), visit(6, "till", 1100, 10),
            occupancy("till", 2, 1200)});
    CrossingFilter filter = crossed_between(1000, 2000);
    EXPECT_THAT(crossed(filter), ElementsAre(4, 3, 2));
    filter.direction = Direction::kIn;
    EXPECT_THAT(crossed(filter), ElementsAre(4, 2));
    filter.line = "entrance";
    EXPECT_THAT(crossed(filter), ElementsAre(2));
    filter.direction = Direction::kOut;
    EXPECT_THAT(crossed(filter), ElementsAre(3));
    filter.camera = "b";
    EXPECT_THAT(crossed(filter), IsEmpty());
    EXPECT_EQ(facts_->crossings(filter)->total, 0);
}

TEST_F(FactQueriesTest, PagesOfCrossingsDoNotOverlap) {
    append({crossing(1, "a", Direction::kIn, 5), crossing(2, "a", Direction::kIn, 5),
            crossing(3, "a", Direction::kIn, 5), crossing(4, "a", Direction::kIn, 4)});
    CrossingFilter filter = crossed_between(0, 10);
    filter.limit = 2;
    EXPECT_THAT(crossed(filter), ElementsAre(3, 2));
    EXPECT_EQ(facts_->crossings(filter)->total, 4);
    filter.offset = 2;
    EXPECT_THAT(crossed(filter), ElementsAre(1, 4));
    filter.descending = false;
    EXPECT_THAT(crossed(filter), ElementsAre(2, 3));
}

TEST_F(FactQueriesTest, CountsByHour) {
    append({visit(1, "till", 0, 1000), visit(1, "till", 10'000, 4000), visit(2, "till", kHourMs - 1, 2000),
            visit(3, "shelf", kHourMs, 5000), visit(4, "shelf", 2 * kHourMs, 5000),
            crossing(1, "door", Direction::kIn, 5), crossing(2, "door", Direction::kIn, 6),
            crossing(1, "door", Direction::kOut, kHourMs), occupancy("till", 3, 5)});
    const auto counts = facts_->counts(std::vector{at(0), at(kHourMs), at(2 * kHourMs)}, std::nullopt);
    ASSERT_TRUE(counts) << counts.error().message;
    ASSERT_EQ(counts->size(), 2U);
    const SpanCounts& first = counts->at(0);
    EXPECT_EQ(first.from, at(0));
    EXPECT_EQ(first.to, at(kHourMs));
    ASSERT_EQ(first.zones.size(), 1U);
    EXPECT_EQ(first.zones[0].camera, "door");
    EXPECT_EQ(first.zones[0].zone, "till");
    EXPECT_EQ(first.zones[0].visits, 3);
    EXPECT_EQ(first.zones[0].people, 2);
    EXPECT_EQ(first.zones[0].dwell_ms_median, 2000);
    EXPECT_EQ(first.zones[0].dwell_ms_mean, 2333);
    ASSERT_EQ(first.lines.size(), 1U);
    EXPECT_EQ(first.lines[0].line, "door");
    EXPECT_EQ(first.lines[0].in, 2);
    EXPECT_EQ(first.lines[0].out, 0);
    const SpanCounts& second = counts->at(1);
    ASSERT_EQ(second.zones.size(), 1U);
    EXPECT_EQ(second.zones[0].zone, "shelf");
    EXPECT_EQ(second.zones[0].visits, 1);
    EXPECT_EQ(second.lines.at(0).out, 1);
}

TEST_F(FactQueriesTest, TheMedianOfTwoIsBetweenThem) {
    append({visit(1, "till", 0, 1000), visit(2, "till", 1, 4000)});
    const auto counts = facts_->counts(std::vector{at(0), at(kHourMs)}, std::nullopt);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->at(0).zones.at(0).dwell_ms_median, 2500);
}

TEST_F(FactQueriesTest, CountsZonesOfEachCameraApart) {
    append({visit(1, "till", 0, 1000, "a"), visit(2, "till", 0, 3000, "b"),
            crossing(1, "door", Direction::kIn, 5, "a"), crossing(2, "door", Direction::kOut, 5, "b")});
    const std::vector<UtcTime> edges{at(0), at(kHourMs)};
    const auto all = facts_->counts(edges, std::nullopt);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->at(0).zones.size(), 2U);
    EXPECT_EQ(all->at(0).zones[0].dwell_ms_median, 1000);
    EXPECT_EQ(all->at(0).zones[1].dwell_ms_median, 3000);
    EXPECT_EQ(all->at(0).lines.size(), 2U);
    const auto one = facts_->counts(edges, "b");
    ASSERT_TRUE(one);
    ASSERT_EQ(one->at(0).zones.size(), 1U);
    EXPECT_EQ(one->at(0).zones[0].camera, "b");
    EXPECT_EQ(one->at(0).lines.at(0).out, 1);
}

TEST_F(FactQueriesTest, SpansWithoutAnythingAreThereAndEmpty) {
    const auto counts = facts_->counts(std::vector{at(0), at(1), at(2), at(3)}, std::nullopt);
    ASSERT_TRUE(counts);
    ASSERT_EQ(counts->size(), 3U);
    EXPECT_THAT(counts->at(2).zones, IsEmpty());
    EXPECT_THAT(counts->at(2).lines, IsEmpty());
}

TEST_F(FactQueriesTest, EdgesThatAreNoSpansAreRefused) {
    EXPECT_FALSE(facts_->counts(std::vector<UtcTime>{}, std::nullopt));
    EXPECT_FALSE(facts_->counts(std::vector{at(0)}, std::nullopt));
    EXPECT_FALSE(facts_->counts(std::vector{at(1), at(0)}, std::nullopt));
    EXPECT_FALSE(facts_->counts(std::vector{at(0), at(0)}, std::nullopt));
}

TEST_F(FactQueriesTest, QueuesAreTalliedByTheTimeThatTheyWereThatLong) {
    const auto queue = [](int length, std::int64_t at_ms) {
        return live("door", Queue{"queue", length, std::chrono::seconds(30 * length), on_source(at_ms)},
                    at_ms, at_ms);
    };
    const auto wait = [](PersonId person, std::int64_t begin_ms, std::int64_t end_ms, WaitEnd outcome) {
        return live("door", Wait{person, "queue", on_source(begin_ms), on_source(end_ms), outcome}, begin_ms,
                    end_ms);
    };
    append({queue(1, 1000), queue(3, 2000), queue(0, 3500), wait(1, 1000, 2500, WaitEnd::kServed),
            wait(2, 1000, 3500, WaitEnd::kServed), wait(3, 1500, 3000, WaitEnd::kAbandoned),
            wait(4, 1500, 3100, WaitEnd::kMoved)});
    const std::vector<UtcTime> edges = {at(0), at(2000), at(4000), at(6000)};
    const auto queues = facts_->queues(edges, at(5000), std::nullopt);
    ASSERT_TRUE(queues) << queues.error().message;
    ASSERT_EQ(queues->size(), 1U);
    const QueueCount& count = queues->front();
    EXPECT_EQ(count.queue, "queue");
    EXPECT_EQ(count.length, 0);
    EXPECT_EQ(count.longest, 3);
    EXPECT_EQ(count.served, 2);
    EXPECT_EQ(count.abandoned, 1);
    EXPECT_EQ(count.moved, 1);
    EXPECT_EQ(count.wait_ms_longest, 2500);
    ASSERT_EQ(count.bins.size(), 3U);
    EXPECT_EQ(count.bins[0].people_ms, 1000);
    EXPECT_EQ(count.bins[0].known_ms, 1000);
    EXPECT_EQ(count.bins[1].people_ms, 4500);
    EXPECT_EQ(count.bins[1].longest, 3);
    EXPECT_EQ(count.bins[2].people_ms, 0);
    EXPECT_EQ(count.bins[2].known_ms, 1000);  // later than now nothing is known
}

TEST_F(FactQueriesTest, WhereNobodyLookedNoLengthIsKnown) {
    const auto queue = [](const char* camera, const char* place, int length, std::int64_t at_ms) {
        return live(camera, Queue{place, length, std::chrono::seconds(0), on_source(at_ms)}, at_ms, at_ms);
    };
    constexpr std::int64_t kMinute = 60'000;
    append({queue("door", "queue", 2, 0), queue("door", "queue", 0, 5000),  // empty before the span begins
            queue("hall", "busy", 3, 9 * kMinute),                          // nobody knows how it went on
            queue("plan", "floor", 0, 1000)});
    ShopStore shop(database_);
    // The camera is dead for 20 minutes, the program for one, twice counted by nobody.
    ASSERT_TRUE(shop.outage_began("door", at(15 * kMinute), "dead"));
    ASSERT_TRUE(shop.outage_began("", at(30 * kMinute), "off"));
    ASSERT_TRUE(shop.outage_ended("", at(31 * kMinute)));
    ASSERT_TRUE(shop.outage_ended("door", at(35 * kMinute)));
    ASSERT_TRUE(shop.outage_began("hall", at(20 * kMinute), "dead"));  // goes on
    const std::vector<UtcTime> edges = {at(10 * kMinute), at(20 * kMinute), at(30 * kMinute),
                                        at(40 * kMinute)};
    QueuePlaces places;
    places.drawn = {{"door", "queue"}, {"hall", "busy"}, {"hall", "new"}, {"plan", "floor"}};
    places.plan_cameras = {"door", "hall"};
    const auto queues = facts_->queues(edges, at(38 * kMinute), std::nullopt, People::kAll, places);
    ASSERT_TRUE(queues) << queues.error().message;
    ASSERT_EQ(queues->size(), 4U) << "those that are drawn, heard of in the span or not";
    const auto known_min = [&](std::size_t i) {
        std::vector<std::int64_t> minutes;
        for (const QueueBin& bin : queues->at(i).bins)
            minutes.push_back(bin.known_ms / kMinute);
        return minutes;
    };
    EXPECT_EQ(queues->at(0).queue, "queue");
    EXPECT_THAT(known_min(0), ElementsAre(5, 0, 3));
    EXPECT_EQ(queues->at(0).now, 0);
    EXPECT_EQ(queues->at(1).queue, "busy");
    EXPECT_THAT(known_min(1), ElementsAre(0, 0, 0));
    EXPECT_EQ(queues->at(1).now, std::nullopt);
    EXPECT_EQ(queues->at(2).queue, "new");
    EXPECT_THAT(known_min(2), ElementsAre(0, 0, 0));
    EXPECT_EQ(queues->at(2).at, std::nullopt);
    EXPECT_EQ(queues->at(3).queue, "floor");
    EXPECT_THAT(known_min(3), ElementsAre(10, 0, 3)) << "dark while both cameras are, and the program";
    EXPECT_EQ(queues->at(3).now, 0);
    const auto later = facts_->queues(edges, at(38 * kMinute), std::nullopt);
    ASSERT_TRUE(later);
    EXPECT_THAT(*later, IsEmpty()) << "nothing was heard of in the span";
}

TEST_F(FactQueriesTest, SpansOfOneKindByTheirEnds) {
    const auto service = [](PersonId person, std::int64_t begin_ms, std::int64_t end_ms, const char* camera) {
        return live(camera, Service{person, "till", on_source(begin_ms), on_source(end_ms)}, begin_ms,
                    end_ms);
    };
    append({service(1, 1000, 5000, "door"), service(2, 500, 9000, "door"), service(3, 1000, 4000, "hall"),
            visit(4, "till", 1000, 3000)});
    ASSERT_TRUE(facts_->retract(service(1, 1000, 5000, "door").event.id));
    append({service(5, 2000, 8999, "door")});
    const auto spans = facts_->spans("service", "door", at(2000), at(9000));
    ASSERT_TRUE(spans) << spans.error().message;
    ASSERT_EQ(spans->size(), 1U) << "not what was taken back, ends later, or is another camera's or kind";
    EXPECT_EQ(spans->front().person, 5);
    EXPECT_EQ(spans->front().place, "till");
    EXPECT_EQ(spans->front().begin, at(2000));
    EXPECT_EQ(spans->front().end, at(8999));
}

}  // namespace
}  // namespace vitrina::records
