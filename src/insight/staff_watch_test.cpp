#include "insight/staff_watch.h"

#include <algorithm>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/insight.h"
#include "insight/scenario.h"

namespace vitrina::insight {
namespace {

constexpr double kRate = 5;

/// 20 x 10 m: a department, a till with its cashier's place, and a room for staff.
Layout shop() {
    Layout layout{"v", 20, 10, {}, {}, {}};
    const auto box = [](double x0, double y0, double x1, double y1) {
        return Polygon{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
    };
    layout.zones = {{"wine", box(0, 0, 10, 10), ZoneKind::kDepartment, {}},
                    {"service", box(12, 0, 14, 4), ZoneKind::kService, "till 1"},
                    {"cashier", box(10, 0, 12, 4), ZoneKind::kCashier, "till 1"},
                    {"store", box(16, 0, 20, 10), ZoneKind::kStaff, {}}};
    return layout;
}

/// Walks and stands of several people, as sightings in the order of time.
class Scene {
  public:
    void person(PersonId id, bool is_staff = false) {
        now_ = Sighting{id, {}, {}, 1.7, 0.9, 1, {}};
        now_.labels.staff = is_staff;
    }
    Scene& stand(Point place, double from_s, double to_s) { return walk(place, place, from_s, to_s); }
    Scene& walk(Point from, Point to, double from_s, double to_s) {
        for (double at = from_s; at < to_s - 1e-9; at += 1 / kRate) {
            const double share = (at - from_s) / (to_s - from_s);
            Sighting& sighting = sightings_.emplace_back(now_);
            sighting.at = instant_at(std::round(at * 1000) / 1000);
            sighting.place = {from.x + share * (to.x - from.x) + shift(),
                              from.y + share * (to.y - from.y) + shift()};
        }
        return *this;
    }
    void tremble(double size) { size_ = size; }

    /// Facts of talks, stands and work, as lines; times in whole seconds.
    std::vector<std::string> facts(const Layout& layout = shop()) {
        std::stable_sort(sightings_.begin(), sightings_.end(), [](const Sighting& a, const Sighting& b) {
            return a.at != b.at ? a.at < b.at : a.person < b.person;
        });
        Collector collector;
        Insight insight(layout, {"shop", "plan"}, {}, collector);
        SourceTime last;
        for (const Sighting& sighting : sightings_) {
            EXPECT_TRUE(insight.observe(sighting));
            last = sighting.at;
        }
        EXPECT_TRUE(insight.finish(last));
        std::vector<std::string> lines;
        for (const Event& event : collector.events)
            if (std::string line = line_of(event.fact); !line.empty()) lines.push_back(std::move(line));
        return lines;
    }
    static std::vector<std::string> only(const std::vector<std::string>& lines, const std::string& kind) {
        std::vector<std::string> found;
        for (const std::string& line : lines)
            if (line.starts_with(kind)) found.push_back(line);
        return found;
    }

  private:
    double shift() { return size_ * (static_cast<double>(random_()) / 2147483648.0 - 1); }
    static std::string span(SourceTime begin, SourceTime end) {
        return fmt::format("{:.0f} {:.0f}", to_seconds(begin), to_seconds(end));
    }
    static std::string line_of(const Fact& fact) {
        if (const auto* talk = std::get_if<Talk>(&fact))
            return fmt::format("talk {} {} {} {} waited {:.0f} {:.1f} m {}", talk->staff, talk->person,
                               talk->zone, to_text(talk->approach), to_seconds(talk->wait), talk->distance_m,
                               span(talk->begin, talk->end));
        if (const auto* stand = std::get_if<Stand>(&fact))
            return fmt::format("stand {} {} {}", stand->person, stand->zone, span(stand->begin, stand->end));
        if (const auto* work = std::get_if<Work>(&fact))
            return fmt::format("work {} {} {} {}", work->person, to_text(work->activity), work->place,
                               span(work->begin, work->end));
        return {};
    }

    std::vector<Sighting> sightings_;
    Sighting now_;
    double size_ = 0;
    std::mt19937 random_{1};
};

using Lines = std::vector<std::string>;

// A stand lasts until somebody is farther than its radius: half a second of walking.
TEST(StaffWatch, StaffWhoComeToACustomerTalkWithHim) {
    Scene scene;
    scene.person(1);
    scene.stand({5, 5}, 0, 60).walk({5, 5}, {5, 9}, 60, 64);
    scene.person(2, true);
    scene.walk({9, 9}, {5.8, 5}, 16, 20).stand({5.8, 5}, 20, 50).walk({5.8, 5}, {9, 9}, 50, 55);
    const Lines facts = scene.facts();
    ASSERT_EQ(Scene::only(facts, "talk").size(), 1U);
    EXPECT_EQ(Scene::only(facts, "talk").front(), "talk 2 1 wine staff waited 20 0.8 m 20 51");
    EXPECT_EQ(Scene::only(facts, "stand"), Lines{"stand 1 wine 0 60"});
}

TEST(StaffWatch, ACustomerWhoGoesToStaffHasNotWaited) {
    Scene scene;
    scene.person(1);
    scene.walk({1, 5}, {5.2, 5}, 26, 30).stand({5.2, 5}, 30, 60).walk({5.2, 5}, {1, 5}, 60, 64);
    scene.person(2, true);
    scene.stand({6, 5}, 0, 70);
    const Lines talks = Scene::only(scene.facts(), "talk");
    ASSERT_EQ(talks.size(), 1U);
    EXPECT_EQ(talks.front().substr(0, 30), "talk 2 1 wine customer waited ");
    EXPECT_NE(talks.front().find("waited 0 "), std::string::npos) << talks.front();
}

TEST(StaffWatch, PassingByIsNoTalkNorIsStandingFarApart) {
    Scene scene;
    scene.person(1);
    scene.stand({5, 5}, 0, 60);
    scene.person(2, true);
    scene.walk({1, 5.6}, {9, 5.6}, 10, 18).stand({8, 5.6}, 18, 60);
    scene.person(3, true);
    scene.walk({1, 9}, {5.9, 5}, 30, 34).stand({5.9, 5}, 34, 39).walk({5.9, 5}, {1, 9}, 39, 44);
    EXPECT_EQ(Scene::only(scene.facts(), "talk"), Lines{});
}

TEST(StaffWatch, TremblingAndAStepAsideLeaveOneTalkOne) {
    Scene scene;
    scene.tremble(0.15);
    scene.person(1);
    scene.stand({5, 5}, 0, 50).walk({5, 5}, {5.9, 5.4}, 50, 51).stand({5.9, 5.4}, 51, 90);
    scene.person(2, true);
    scene.walk({9, 9}, {5.9, 4.8}, 15, 20).stand({5.9, 4.8}, 20, 51).stand({6.6, 5.6}, 51, 80);
    scene.walk({6.6, 5.6}, {9, 9}, 80, 85);
    const Lines talks = Scene::only(scene.facts(), "talk");
    ASSERT_EQ(talks.size(), 1U);
    EXPECT_NE(talks.front().find("staff waited 20"), std::string::npos) << talks.front();
}

TEST(StaffWatch, WhoCameWithTheCustomerIsNotAnother) {
    Scene scene;
    scene.person(1);
    scene.stand({5, 5}, 0, 60);
    scene.person(3);
    scene.stand({5, 5.6}, 0, 60);
    scene.person(2, true);
    scene.walk({9, 9}, {5.7, 4.9}, 16, 20).stand({5.7, 4.9}, 20, 50).walk({5.7, 4.9}, {9, 9}, 50, 55);
    const Lines talks = Scene::only(scene.facts(), "talk");
    ASSERT_EQ(talks.size(), 1U);
    EXPECT_EQ(talks.front().substr(0, 9), "talk 2 1 ");
}

TEST(StaffWatch, AtATillNobodyTalksThoughNear) {
    Scene scene;
    scene.person(1);
    scene.stand({12.4, 2}, 0, 60);
    scene.person(2, true);
    scene.stand({11.6, 2}, 0, 60);
    const Lines facts = scene.facts();
    EXPECT_EQ(Scene::only(facts, "talk"), Lines{});
    EXPECT_EQ(Scene::only(facts, "stand"), Lines{}) << "being served is not looking at goods";
    EXPECT_EQ(Scene::only(facts, "work"), Lines{"work 2 till till 1 0 60"});
}

TEST(StaffWatch, WorkIsToldByPlaceAndInPieces) {
    Scene scene;
    scene.person(2, true);
    scene.stand({18, 5}, 0, 400).walk({18, 5}, {5, 5}, 400, 413).stand({5, 5}, 413, 600);
    scene.walk({5, 5}, {11, 2}, 600, 606).stand({11, 2}, 606, 640);
    const Lines facts = scene.facts();
    EXPECT_EQ(
        Scene::only(facts, "work"),
        (Lines{"work 2 stock_room store 0 300", "work 2 stock_room store 300 402", "work 2 floor  402 413",
               "work 2 idle  413 601", "work 2 floor  601 605", "work 2 till till 1 605 640"}));
}

TEST(StaffWatch, NothingIsToldWhereNobodyIsKnownToWork) {
    Scene scene;
    scene.person(1);
    scene.stand({5, 5}, 0, 60);
    scene.person(2);
    scene.stand({5.8, 5}, 10, 50);
    EXPECT_EQ(scene.facts(), Lines{});
}

TEST(StaffWatch, WhoTurnsOutToBeStaffWasNeverACustomer) {
    Scene scene;
    scene.person(1, true);
    scene.stand({5, 5}, 0, 60);
    scene.person(2);
    scene.stand({5.8, 5}, 0, 30);
    scene.person(2, true);
    scene.stand({5.8, 5}, 30, 60);
    const Lines facts = scene.facts();
    EXPECT_EQ(Scene::only(facts, "talk"), Lines{});
    EXPECT_EQ(Scene::only(facts, "stand"), Lines{});
}

TEST(StaffWatch, TheOrderOfDifferentPeopleWithinTheLagChangesNothing) {
    const auto scene = [](PersonId first, PersonId second) {
        Scene made;
        made.person(first);
        made.stand({5, 5}, 0, 60);
        made.person(second, true);
        made.walk({9, 9}, {5.8, 5}, 16, 20).stand({5.8, 5}, 20, 50);
        return made.facts();
    };
    const Lines one = Scene::only(scene(1, 2), "talk");
    const Lines other = Scene::only(scene(2, 1), "talk");
    ASSERT_EQ(one.size(), 1U);
    ASSERT_EQ(other.size(), 1U);
    EXPECT_EQ(one.front().substr(9), other.front().substr(9));
}

}  // namespace
}  // namespace vitrina::insight
