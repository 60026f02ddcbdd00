// Sex and age of people: as they are kept, and as figures are asked for by them.
#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

LiveEvent traits(PersonId person, Sex sex, int age, int revision = 1) {
    LiveEvent event = live("door", Traits{person, sex, age, age - 8, age + 8, on_source(1000)}, 1000, 1000);
    event.event.revision = revision;
    event.event.confidence = 0.9;
    return event;
}

class TraitsOfPeople : public testing::Test {
  protected:
    void SetUp() override {
        auto database = Database::open(folder_.path() / "vitrina.db", {});
        ASSERT_TRUE(database) << database.error().message;
        facts_ = std::make_unique<FactStore>(*database);
        for (PersonId person = 1; person <= 4; ++person) {
            add(visit(person, "hall", 1000 * person, 5000));
            add(crossing(person, "line", Direction::kIn, 1000 * person));
        }
        add(traits(1, Sex::kFemale, 30));
        add(traits(2, Sex::kMale, 50));
        add(traits(3, Sex::kUnknown, 30));
    }
    void add(const LiveEvent& event) { ASSERT_TRUE(facts_->append(std::span(&event, 1))); }

    [[nodiscard]] std::int64_t visits(const People& people) const {
        VisitFilter filter = begun_between(0, 60'000);
        filter.people = people;
        return facts_->visits(filter)->total;
    }
    [[nodiscard]] static People of(Sex sex, int age_min = 0, int age_max = People::kAgeMax) {
        People people;
        people.sex = sex;
        people.age_min = age_min;
        people.age_max = age_max;
        return people;
    }

    TempFolder folder_;
    std::unique_ptr<FactStore> facts_;
};

TEST_F(TraitsOfPeople, StandInTheListOfVisits) {
    VisitFilter filter = begun_between(0, 60'000);
    filter.descending = false;
    const auto rows = facts_->visit_rows(filter);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 4U);
    EXPECT_EQ(rows->at(0).sex, "female");
    EXPECT_EQ(rows->at(0).sex_confidence, 0.9);
    EXPECT_EQ(rows->at(0).age, 30);
    EXPECT_EQ(rows->at(0).age_low, 22);
    EXPECT_EQ(rows->at(0).age_high, 38);
    EXPECT_EQ(rows->at(2).sex, "unknown");
    EXPECT_EQ(rows->at(3).sex, "");
}

TEST_F(TraitsOfPeople, FiguresAreOfASexAndOfAges) {
    EXPECT_EQ(visits(People::kAll), 4);
    EXPECT_EQ(visits(of(Sex::kFemale)), 1);
    EXPECT_EQ(visits(of(Sex::kMale)), 1);
    EXPECT_EQ(visits(of(Sex::kUnknown, 25, 35)), 2);
    EXPECT_EQ(visits(of(Sex::kUnknown, 30, 30)), 2);
    EXPECT_EQ(visits(of(Sex::kUnknown, 31, 49)), 0);
    EXPECT_EQ(visits(of(Sex::kMale, 0, 40)), 0);
    const std::vector<UtcTime> edges = {at(0), at(60'000)};
    EXPECT_EQ(facts_->counts(edges, std::nullopt, of(Sex::kMale))->at(0).lines.at(0).in, 1);
}

TEST_F(TraitsOfPeople, TheNewestRevisionHoldsAndWhatIsTakenBackIsGone) {
    add(traits(1, Sex::kMale, 41, 2));
    EXPECT_EQ(visits(of(Sex::kFemale)), 0);
    EXPECT_EQ(visits(of(Sex::kMale)), 2);
    ASSERT_TRUE(facts_->retract(traits(1, Sex::kMale, 41).event.id));
    EXPECT_EQ(visits(of(Sex::kMale)), 1);
}

TEST_F(TraitsOfPeople, WhoIsLeftOutIsKnown) {
    const std::vector<PersonId> people = {1, 2, 3, 4};
    EXPECT_EQ(*facts_->left_out(people, People::kAll), std::set<PersonId>{});
    EXPECT_EQ(*facts_->left_out(people, of(Sex::kFemale)), (std::set<PersonId>{2, 3, 4}));
    add(live("door", Label{2, WhoIs::kStaff, LabelBy::kMark, on_source(1)}, 1, 1));
    EXPECT_EQ(*facts_->left_out(people, People::kCustomers), std::set<PersonId>{2});
    People men = of(Sex::kMale);
    men.who = People::kCustomers;
    EXPECT_EQ(*facts_->left_out(people, men), (std::set<PersonId>{1, 2, 3, 4}));
}

TEST_F(TraitsOfPeople, AreListedForASpan) {
    const auto all = facts_->traits(at(0), at(60'000), std::nullopt, People::kAll);
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 3U);
    EXPECT_EQ(all->at(1).sex, Sex::kMale);
    EXPECT_EQ(all->at(1).age, 50);
    EXPECT_EQ(all->at(1).age_high, 58);
    EXPECT_EQ(facts_->traits(at(0), at(1000), std::nullopt, People::kAll)->size(), 0U);
    EXPECT_EQ(facts_->traits(at(0), at(60'000), "other", People::kAll)->size(), 0U);
    EXPECT_EQ(facts_->traits(at(0), at(60'000), "door", of(Sex::kFemale))->size(), 1U);
}

TEST_F(TraitsOfPeople, AreCountedByCamera) {
    for (PersonId person = 11; person <= 12; ++person)
        add(live("back", Traits{person, Sex::kFemale, 30, 22, 38, on_source(1000)}, 1000, 1000));
    const auto all = facts_->faces_by_camera(at(0), at(60'000), People::kAll);
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->at(0).camera, "door");
    EXPECT_EQ(all->at(0).faces, 3);
    EXPECT_EQ(all->at(1).camera, "back");
    EXPECT_EQ(all->at(1).faces, 2);
    EXPECT_EQ(facts_->faces_by_camera(at(0), at(60'000), of(Sex::kFemale))->front().camera, "back");
    EXPECT_TRUE(facts_->faces_by_camera(at(0), at(1000), People::kAll)->empty());
}

TEST_F(TraitsOfPeople, AreReadBackAsTheyWereTold) {
    const auto log = facts_->after(0, 100);
    ASSERT_TRUE(log);
    for (const LoggedEvent& entry : *log) {
        const auto* read = std::get_if<Traits>(&entry.event.event.fact);
        if (read == nullptr || read->person != 1) continue;
        EXPECT_EQ(read->sex, Sex::kFemale);
        EXPECT_EQ(read->age, 30);
        EXPECT_EQ(read->age_low, 22);
        EXPECT_EQ(read->age_high, 38);
        EXPECT_EQ(read->at, on_source(1000));
        return;
    }
    FAIL() << "not in the log";
}

}  // namespace
}  // namespace vitrina::records
