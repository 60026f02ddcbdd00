// Whom a label says to work here, and who then counts.
#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

LiveEvent label(PersonId person, WhoIs who, int revision, double confidence = 0.9) {
    LiveEvent event = live("door", Label{person, who, LabelBy::kModel, on_source(1000)}, 1000, 1000);
    event.event.revision = revision;
    event.event.confidence = confidence;
    return event;
}

class StaffLabels : public testing::Test {
  protected:
    void SetUp() override {
        auto database = Database::open(folder_.path() / "vitrina.db", {});
        ASSERT_TRUE(database) << database.error().message;
        facts_ = std::make_unique<FactStore>(*database);
        for (PersonId person = 1; person <= 3; ++person) {
            add(visit(person, "hall", 1000 * person, 5000));
            add(crossing(person, "line", Direction::kIn, 1000 * person));
        }
        add(live("door", Wait{1, "queue", on_source(1), on_source(5000), WaitEnd::kServed}, 1, 5000));
        add(live("door", Wait{2, "queue", on_source(1), on_source(9000), WaitEnd::kServed}, 1, 9000));
    }
    void add(const LiveEvent& event) { ASSERT_TRUE(facts_->append(std::span(&event, 1))); }

    [[nodiscard]] std::int64_t visits(People people) const {
        VisitFilter filter = begun_between(0, 60'000);
        filter.people = people;
        return facts_->visits(filter)->total;
    }
    [[nodiscard]] std::int64_t crossings(People people) const {
        CrossingFilter filter;
        filter.from = at(0);
        filter.to = at(60'000);
        filter.people = people;
        return facts_->crossings(filter)->total;
    }

    TempFolder folder_;
    std::unique_ptr<FactStore> facts_;
};

TEST_F(StaffLabels, WithoutLabelsEverybodyIsACustomer) {
    EXPECT_EQ(visits(People::kAll), 3);
    EXPECT_EQ(visits(People::kCustomers), 3);
}

TEST_F(StaffLabels, StaffAreLeftOutWhereOnlyCustomersCount) {
    add(label(2, WhoIs::kStaff, 1));
    add(label(3, WhoIs::kCustomer, 1));
    EXPECT_EQ(visits(People::kAll), 3);
    EXPECT_EQ(visits(People::kCustomers), 2);
    EXPECT_EQ(crossings(People::kAll), 3);
    EXPECT_EQ(crossings(People::kCustomers), 2);
    const std::vector<UtcTime> edges = {at(0), at(60'000)};
    EXPECT_EQ(facts_->counts(edges, std::nullopt)->front().zones.front().visits, 3);
    EXPECT_EQ(facts_->counts(edges, std::nullopt, People::kCustomers)->front().zones.front().visits, 2);
    EXPECT_EQ(facts_->counts(edges, std::nullopt, People::kCustomers)->front().lines.front().in, 2);
    EXPECT_EQ(facts_->queues(edges, at(60'000), std::nullopt)->front().served, 2);
    EXPECT_EQ(facts_->queues(edges, at(60'000), std::nullopt, People::kCustomers)->front().served, 1);
    const std::vector<PersonId> people = {1, 2, 3};
    EXPECT_EQ(*facts_->left_out(people, People::kCustomers), std::set<PersonId>{2});
}

TEST_F(StaffLabels, ARevisedLabelHolds) {
    add(label(2, WhoIs::kStaff, 1));
    add(label(2, WhoIs::kCustomer, 2, 0.7));
    EXPECT_EQ(visits(People::kCustomers), 3);
    add(label(2, WhoIs::kStaff, 2));  // not newer
    EXPECT_EQ(visits(People::kCustomers), 3);
    EXPECT_EQ(facts_->revision_of(label(2, WhoIs::kStaff, 1).event.id).value(), 2);
    EXPECT_EQ(facts_->revision_of("label-unknown").value(), 0);
    ASSERT_TRUE(facts_->retract(label(2, WhoIs::kStaff, 1).event.id));
    EXPECT_EQ(visits(People::kCustomers), 3);
}

TEST_F(StaffLabels, VisitsSayWhoseTheyAre) {
    add(label(2, WhoIs::kStaff, 1, 0.8));
    VisitFilter filter = begun_between(0, 60'000);
    filter.descending = false;
    const auto page = facts_->visits(filter);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 3U);
    EXPECT_EQ(page->rows[0].label, "");
    EXPECT_EQ(page->rows[1].label, "staff");
    EXPECT_EQ(page->rows[1].label_confidence, 0.8);
}

TEST_F(StaffLabels, GoThroughTheLogAsTheyCame) {
    const LiveEvent event = label(2, WhoIs::kStaff, 1);
    add(event);
    const auto last = facts_->last_sequence();
    const auto entries = facts_->after(*last - 1, 1);
    ASSERT_TRUE(entries);
    const auto* read = std::get_if<Label>(&entries->front().event.event.fact);
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->person, 2);
    EXPECT_EQ(read->who, WhoIs::kStaff);
    EXPECT_EQ(read->by, LabelBy::kModel);
    EXPECT_EQ(read->at, on_source(1000));
}

}  // namespace
}  // namespace vitrina::records
