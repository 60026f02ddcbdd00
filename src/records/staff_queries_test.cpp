// Work of staff, stands and talks of customers, as they are asked for.
#include <gtest/gtest.h>

#include "records/match_store.h"
#include "records/receipt_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

class StaffQueries : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<FactStore>(database_);
    }
    void add(const Fact& fact, std::int64_t begin_ms, std::int64_t end_ms) {
        const LiveEvent event = live("floor", fact, begin_ms, end_ms);
        ASSERT_TRUE(facts_->append(std::span(&event, 1)));
    }
    void work(PersonId person, Activity activity, std::int64_t begin_ms, std::int64_t end_ms) {
        add(Work{person, activity, "", on_source(begin_ms), on_source(end_ms)}, begin_ms, end_ms);
    }
    void label(PersonId person, WhoIs who, std::int64_t member) {
        add(Label{person, who, LabelBy::kMark, on_source(0), member}, 0, 0);
    }

    std::unique_ptr<FactStore> facts_;
};

TEST_F(StaffQueries, FactsComeBackAsTheyWere) {
    const Talk talk{7,
                    2,
                    "wine: \"red\"",
                    Approach::kStaff,
                    std::chrono::milliseconds(21'500),
                    0.82,
                    on_source(5000),
                    on_source(45'000)};
    add(talk, 5000, 45'000);
    work(2, Activity::kStockRoom, 1000, 9000);
    add(Stand{7, "wine", on_source(1000), on_source(50'000)}, 1000, 50'000);
    const auto talks = facts_->facts_of("talk", std::nullopt, at(0), at(60'000));
    ASSERT_TRUE(talks) << talks.error().message;
    ASSERT_EQ(talks->size(), 1U);
    const auto* read = std::get_if<Talk>(&talks->front().event.fact);
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->person, 7);
    EXPECT_EQ(read->staff, 2);
    EXPECT_EQ(read->zone, talk.zone);
    EXPECT_EQ(read->approach, Approach::kStaff);
    EXPECT_EQ(read->wait, talk.wait);
    EXPECT_DOUBLE_EQ(read->distance_m, 0.82);
    const auto works = facts_->facts_of("work", "floor", at(0), at(60'000));
    ASSERT_EQ(works->size(), 1U);
    EXPECT_EQ(std::get<Work>(works->front().event.fact).activity, Activity::kStockRoom);
    EXPECT_TRUE(facts_->facts_of("stand", "other", at(0), at(60'000))->empty());
    EXPECT_TRUE(facts_->facts_of("stand", "floor", at(1001), at(60'000))->empty());
}

TEST_F(StaffQueries, StandsOfStaffAreLeftOutWhereCustomersCount) {
    add(Stand{7, "wine", on_source(1000), on_source(50'000)}, 1000, 50'000);
    add(Stand{8, "wine", on_source(2000), on_source(50'000)}, 2000, 50'000);
    label(8, WhoIs::kStaff, 0);
    EXPECT_EQ(facts_->facts_of("stand", std::nullopt, at(0), at(60'000))->size(), 2U);
    EXPECT_EQ(facts_->facts_of("stand", std::nullopt, at(0), at(60'000), People::kCustomers)->size(), 1U);
}

TEST_F(StaffQueries, MembersAreThoseWhoWorkAndAreStillStaff) {
    work(2, Activity::kFloor, 1000, 9000);
    work(3, Activity::kFloor, 1000, 9000);
    work(4, Activity::kTill, 1000, 9000);
    work(5, Activity::kTill, 70'000, 90'000);
    label(2, WhoIs::kStaff, 12);
    label(3, WhoIs::kStaff, 0);
    label(4, WhoIs::kCustomer, 0);
    label(5, WhoIs::kStaff, 13);
    const auto members = facts_->members_at_work(at(0), at(60'000));
    ASSERT_TRUE(members);
    EXPECT_EQ(*members, (std::map<PersonId, std::int64_t>{{2, 12}, {3, 0}}));
}

TEST_F(StaffQueries, WithoutReceiptsNobodySpent) {
    const MatchStore matches(database_);
    const auto spent = matches.spent(at(0), at(60'000));
    ASSERT_TRUE(spent) << spent.error().message;
    EXPECT_TRUE(spent->empty());
}

}  // namespace
}  // namespace vitrina::records
