#include "pipeline/people_watch.h"

#include <atomic>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "pipeline/listeners.h"
#include "records/test_records.h"
#include "records/test_stranger.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWidth = 12;

/// A shop that only tells who is there.
class Door final : public Shop {
  public:
    [[nodiscard]] std::vector<CameraState> cameras() const override {
        CameraState state;
        state.settings.id = "door";
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
        layout.zones.push_back({"store room", {}, ZoneKind::kStaff, {}});
        return layout;
    }
    [[nodiscard]] Result<void> set_plan(const Plan&, UtcTime) override { return {}; }
    [[nodiscard]] std::optional<Plan> plan() const override { return std::nullopt; }
    [[nodiscard]] std::vector<ZoneNow> now() const override { return {}; }
    [[nodiscard]] std::optional<Picture> picture(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::shared_ptr<video::View> view(const std::string&) override { return nullptr; }
    [[nodiscard]] FactBacklog backlog() const override { return {}; }
    [[nodiscard]] std::optional<FloorState> floor() const override { return std::nullopt; }
    [[nodiscard]] std::vector<QueueForecast> forecasts() const override { return {}; }
    [[nodiscard]] std::chrono::milliseconds step_time() const override { return {}; }
    [[nodiscard]] std::shared_ptr<void> on_plan(PlanCallback) override { return nullptr; }
    [[nodiscard]] std::shared_ptr<void> on_tracks(TracksCallback callback) override {
        return listeners_.add(std::move(callback));
    }
    [[nodiscard]] std::shared_ptr<void> on_facts(std::function<void()>) override { return nullptr; }

    void see(PersonId person, UtcTime at, const std::string& zone) {
        const auto tracks = std::make_shared<LiveTracks>();
        tracks->camera = "door";
        tracks->at = at;
        tracks->people.push_back({person, {}, 0.9, {zone}});
        listeners_.tell(tracks);
    }

  private:
    Listeners<std::shared_ptr<const LiveTracks>> listeners_;
};

class PeopleWatchTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        sealer_ = *privacy::Sealer::open(folder_.path() / "vitrina.key");
        open_stores();
        start();
    }
    void TearDown() override { watch_.reset(); }

    void open_stores() {
        facts_ = std::make_unique<records::FactStore>(database_);
        taught_ = std::make_unique<records::TaughtStore>(database_);
    }
    void start(const std::string& form = "test/1") {
        watch_.reset();
        PeopleWatch::Options options;
        options.shop = "Corner";
        options.form = form;
        options.now = [this] { return UtcTime(std::chrono::milliseconds(now_ms_)); };
        options.publish = [this](const std::vector<LiveEvent>& events) {
            is_publishing_ = true;
            for (int i = 0; i < 500 && disk_is_slow_; ++i)
                std::this_thread::sleep_for(10ms);
            const auto written = facts_->append(events);
            EXPECT_TRUE(written) << written.error().message;
        };
        options.log = [this](const std::string& line) { log_ = line; };
        auto watch = PeopleWatch::create(*taught_, *facts_, *sealer_, door_, std::move(options));
        ASSERT_TRUE(watch) << watch.error().message;
        watch_ = std::move(*watch);
    }
    /// Staff wear what makes the first number large.
    void come(PersonId person, bool staff, int looks = 4, float uniform = 0.5F) {
        std::normal_distribution<float> unit(0, 0.1F);
        teach::Look self(kWidth);
        for (float& value : self)
            value = unit(random_);
        self[0] += staff ? uniform : -uniform;
        for (int i = 0; i < looks; ++i) {
            BodyLook look;
            look.camera = "door";
            look.person = person;
            look.at = UtcTime(std::chrono::milliseconds(now_ms_ + 500 * i));
            look.quality = 0.8;
            look.description = self;
            for (float& value : look.description)
                value += 0.2F * unit(random_);
            look.jpeg = {1, static_cast<std::uint8_t>(i)};
            watch_->look(std::move(look));
        }
    }
    void mark(PersonId person, std::optional<WhoIs> who, const std::string& name = "") {
        const auto marked = watch_->mark(person, who, name, "owner");
        ASSERT_TRUE(marked) << marked.error().message;
        ASSERT_TRUE(*marked);
    }
    /// Twenty marks: six staff, fourteen customers.
    void teach_twenty() {
        for (PersonId person = 1; person <= 20; ++person) {
            come(person, person <= 6);
            mark(person, person <= 6 ? WhoIs::kStaff : WhoIs::kCustomer, person == 1 ? "Anna" : "");
        }
        ASSERT_TRUE(watch_->settle(10s));
    }
    [[nodiscard]] bool is_staff(PersonId person) const {
        const std::vector<PersonId> people = {person};
        return !facts_->left_out(people, records::People::kCustomers)->empty();
    }
    [[nodiscard]] std::vector<Label> labels_of(PersonId person) const {
        std::vector<Label> labels;
        const auto entries = facts_->after(0, 10'000);
        if (!entries) return labels;
        for (const records::LoggedEvent& entry : *entries) {
            const auto* const label = std::get_if<Label>(&entry.event.event.fact);
            if (label != nullptr && label->person == person) labels.push_back(*label);
        }
        return labels;
    }

    std::mt19937 random_{5};
    std::atomic<std::int64_t> now_ms_ = 1'790'000'000'000;
    Door door_;
    std::string log_;
    std::atomic<bool> disk_is_slow_ = false;
    std::atomic<bool> is_publishing_ = false;
    std::unique_ptr<privacy::Sealer> sealer_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::TaughtStore> taught_;
    std::unique_ptr<PeopleWatch> watch_;
};

TEST_F(PeopleWatchTest, NothingIsSaidBeforeItWasTaught) {
    come(1, true);
    ASSERT_TRUE(watch_->settle(10s));
    const auto page = watch_->page();
    ASSERT_EQ(page.people.size(), 1U);
    EXPECT_EQ(page.people[0].looks.size(), 4U);
    EXPECT_FALSE(page.people[0].staff_probability);
    EXPECT_FALSE(page.lesson.right);
    EXPECT_FALSE(watch_->labels_people());
    EXPECT_TRUE(labels_of(1).empty());
}

TEST_F(PeopleWatchTest, TwentyMarksTellTheNextOnes) {
    teach_twenty();
    const auto page = watch_->page();
    EXPECT_EQ(page.lesson.staff, 6);
    EXPECT_EQ(page.lesson.customers, 14);
    EXPECT_EQ(page.lesson.unnamed, 5) << "one has a name";
    ASSERT_TRUE(page.lesson.right);
    EXPECT_EQ(page.lesson.right->all, 20);
    EXPECT_GE(page.lesson.right->right, 19);
    EXPECT_TRUE(page.lesson.is_used);
    EXPECT_TRUE(is_staff(1));
    EXPECT_FALSE(is_staff(7));
    come(101, true, 1);  // a provisional answer from one look
    come(102, false, 1);
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_TRUE(is_staff(101));
    EXPECT_FALSE(is_staff(102));
    ASSERT_EQ(labels_of(102).size(), 1U);
    EXPECT_EQ(labels_of(102)[0].by, LabelBy::kModel);
}

TEST(PeopleWatchGate, WhoTakesEverybodyForACustomerLabelsNobody) {
    // 17 of the 20 marked are customers: taking all for customers tells 0.85 of them right.
    EXPECT_FALSE(is_good_enough(teach::rate_of(0, 3), teach::rate_of(17, 17)));
    EXPECT_FALSE(is_good_enough(teach::rate_of(1, 3), teach::rate_of(17, 17)));
    EXPECT_TRUE(is_good_enough(teach::rate_of(3, 3), teach::rate_of(12, 17)));
    EXPECT_TRUE(is_good_enough(teach::rate_of(3, 6), teach::rate_of(14, 14)));
    EXPECT_FALSE(is_good_enough(teach::rate_of(3, 6), teach::rate_of(13, 14)));
    EXPECT_FALSE(is_good_enough(teach::rate_of(0, 0), teach::rate_of(0, 0)));
}

TEST_F(PeopleWatchTest, ARevisedAnswerIsTheNextRevision) {
    teach_twenty();
    come(101, true);
    ASSERT_TRUE(watch_->settle(10s));
    ASSERT_TRUE(is_staff(101));
    mark(101, WhoIs::kCustomer);
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_FALSE(is_staff(101));
    EXPECT_EQ(labels_of(101).back().by, LabelBy::kMark);
    mark(101, std::nullopt);
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_TRUE(is_staff(101));
    EXPECT_EQ(labels_of(101).back().by, LabelBy::kModel);
}

TEST_F(PeopleWatchTest, WhatWasTaughtOutlivesARestartAndLooksDoNot) {
    teach_twenty();
    start();
    ASSERT_TRUE(watch_->settle(10s));
    const auto page = watch_->page();
    EXPECT_TRUE(page.people.empty());
    EXPECT_EQ(page.lesson.staff, 6);
    EXPECT_EQ(page.lesson.customers, 12) << "means of three; two who were not brought together are gone";
    ASSERT_EQ(page.staff.size(), 6U);
    EXPECT_EQ(page.staff[0].name, "Anna");
    EXPECT_EQ(page.staff[0].marked_by, "owner");
    come(201, true);
    come(202, false);
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_TRUE(is_staff(201));
    EXPECT_FALSE(is_staff(202));
}

TEST_F(PeopleWatchTest, NoCustomerIsStoredAloneAndNothingInTheClear) {
    teach_twenty();
    const auto records = taught_->all();
    ASSERT_TRUE(records);
    for (const records::TaughtRecord& record : *records) {
        EXPECT_EQ(record.people, record.label == "customer" ? 3 : 1);
        EXPECT_EQ(record.sealed_name.find("Anna"), std::string::npos);
    }
    EXPECT_EQ(records->size(), 6U + 4U);
}

TEST_F(PeopleWatchTest, LooksGoSomeMinutesAfterTheVisit) {
    come(1, true);
    const auto look = watch_->page().people.at(0).looks.at(0);
    EXPECT_TRUE(watch_->picture(1, look));
    EXPECT_FALSE(watch_->picture(2, look));
    now_ms_ += std::chrono::milliseconds(29min).count();
    std::this_thread::sleep_for(600ms);
    EXPECT_TRUE(watch_->picture(1, look));
    now_ms_ += std::chrono::milliseconds(2min).count();
    for (int i = 0; i < 100 && watch_->picture(1, look); ++i)
        std::this_thread::sleep_for(50ms);
    EXPECT_FALSE(watch_->picture(1, look));
    EXPECT_TRUE(watch_->page().people.empty());
    EXPECT_FALSE(watch_->mark(1, WhoIs::kStaff, "", "owner").value());
}

TEST_F(PeopleWatchTest, StaffCanBeForgotten) {
    teach_twenty();
    const auto first = watch_->page().staff.at(0).id;
    EXPECT_TRUE(watch_->forget(first).value());
    EXPECT_FALSE(watch_->forget(first).value());
    const auto taught = taught_->all();
    ASSERT_TRUE(taught);
    for (const records::TaughtRecord& record : *taught) {
        if (record.label == "customer") {
            EXPECT_FALSE(watch_->forget(record.id).value()) << "only staff";
        }
    }
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_EQ(watch_->page().lesson.staff, 5);
    EXPECT_FALSE(watch_->page().people.empty());
    ASSERT_TRUE(watch_->forget_all());
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_EQ(watch_->page().lesson.staff + watch_->page().lesson.customers, 0);
    EXPECT_FALSE(watch_->labels_people());
    EXPECT_TRUE(taught_->all()->empty());
}

TEST_F(PeopleWatchTest, AMarkIsChangedWhollyOrNotAtAll) {
    for (PersonId person = 1; person <= 4; ++person) {
        come(person, person == 1);
        mark(person, person == 1 ? WhoIs::kStaff : WhoIs::kCustomer);
    }
    ASSERT_TRUE(watch_->settle(10s));
    records::Stranger stranger(database_->path());
    stranger.execute(
        "CREATE TRIGGER keep BEFORE DELETE ON taught WHEN old.id <= 2 "
        "BEGIN SELECT RAISE(ABORT, 'kept'); END");
    EXPECT_FALSE(watch_->mark(1, WhoIs::kCustomer, "", "owner"));
    EXPECT_FALSE(watch_->mark(2, WhoIs::kStaff, "", "owner"));
    EXPECT_EQ(taught_->all()->size(), 2U) << "what was stored for the new mark is gone";
    EXPECT_EQ(watch_->page().lesson.staff, 1);
    EXPECT_EQ(watch_->page().lesson.customers, 3);
    stranger.execute("DROP TRIGGER keep");
    mark(2, WhoIs::kStaff);
    EXPECT_EQ(watch_->page().lesson.staff, 2);
    EXPECT_EQ(watch_->page().lesson.customers, 2);
    EXPECT_EQ(taught_->all()->size(), 2U);
}

TEST_F(PeopleWatchTest, WhatIsMarkedBeforeItStopsIsLabelledAndNothingLater) {
    come(1, true);
    come(2, true);
    mark(1, WhoIs::kStaff);
    watch_->stop();
    EXPECT_TRUE(is_staff(1));
    EXPECT_FALSE(watch_->mark(2, WhoIs::kStaff, "", "owner"));
    EXPECT_FALSE(watch_->forget(watch_->page().staff.at(0).id));
    watch_->stop();
    EXPECT_EQ(taught_->all()->size(), 1U);
}

TEST_F(PeopleWatchTest, NoPictureWaitsForTheDisk) {
    teach_twenty();
    is_publishing_ = false;
    disk_is_slow_ = true;
    come(101, true);
    for (int i = 0; i < 500 && !is_publishing_; ++i)
        std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(is_publishing_);
    const auto begin = std::chrono::steady_clock::now();
    come(102, true);
    door_.see(102, UtcTime(std::chrono::milliseconds(now_ms_)), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    disk_is_slow_ = false;
    ASSERT_TRUE(watch_->settle(10s));
    EXPECT_TRUE(is_staff(102));
}

TEST_F(PeopleWatchTest, TheStoreRoomTellsStaffWhateverTheyLookLike) {
    teach_twenty();
    come(301, false);
    for (int second = 0; second < 60; ++second) {
        now_ms_ += 1000;
        door_.see(301, UtcTime(std::chrono::milliseconds(now_ms_)), "store room");
    }
    for (int i = 0; i < 100 && !is_staff(301); ++i)
        std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(is_staff(301));
    EXPECT_GT(watch_->page().people.at(0).staff_place_s, 30);
}

TEST_F(PeopleWatchTest, SaysWhenUniformsChange) {
    teach_twenty();
    EXPECT_FALSE(watch_->page().lesson.uniform_changed);
    for (PersonId person = 401; person <= 403; ++person) {
        come(person, false);  // dressed like customers
        ASSERT_TRUE(watch_->settle(10s));
        EXPECT_FALSE(watch_->page().lesson.uniform_changed) << "three are needed";
        mark(person, WhoIs::kStaff);
    }
    EXPECT_TRUE(watch_->page().lesson.uniform_changed);
    EXPECT_NE(log_.find("no longer look"), std::string::npos);
}

TEST_F(PeopleWatchTest, DescriptionsOfAnotherVersionAreSaidToBeUseless) {
    teach_twenty();
    start("test/2");
    EXPECT_NE(log_.find("10 of 10"), std::string::npos) << log_;
    EXPECT_EQ(watch_->page().lesson.staff, 0);
}

}  // namespace
}  // namespace vitrina::pipeline
