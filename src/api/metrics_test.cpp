// The shop's figures for Prometheus, and the dashboard that shows them.
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"
#include "source_dir.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;

class MetricsTest : public testing::Test {
  protected:
    MetricsTest() {
        site_.add_users();
        site_.start();
    }
    TestSite site_;
};

TEST_F(MetricsTest, MetricsHaveTheShopsFigures) {
    pipeline::CameraSettings door;
    door.id = "door";
    ASSERT_TRUE(site_.shop.set_camera(door));
    site_.add_facts({test_visit("visit-1", "till", 1, std::chrono::minutes(1), std::chrono::seconds(1))});
    pipeline::QueueForecast forecast;
    forecast.camera = "door";
    forecast.queues = {{"queue 1", "till 1", 3, std::chrono::seconds(90), true},
                       {"queue 2", "till 2", 0, {}, false}};
    forecast.outlooks = {{std::chrono::minutes(10), 4.5, 4, 2, 8, 0.6, 1.5}};
    site_.shop.set_forecasts({forecast});
    ASSERT_EQ(site_
                  .ask("POST", "/api/channels",
                       R"({"name": "Guard", "kind": "webhook", "address": "https://example.com/x"})")
                  .status,
              201);
    records::AlarmRecord alarm;
    alarm.severity = "urgent";
    alarm.raised = test_now();
    records::AlarmStore& alarms = site_.services().alarms;
    const auto seen = alarms.raise(alarm);
    ASSERT_TRUE(seen && alarms.raise(alarm));
    ASSERT_TRUE(alarms.acknowledge(*seen, "guard", "", test_now()));
    ASSERT_EQ(alarms.open_alarms()->size(), 2U);
    const std::string text = site_.ask("GET", "/metrics").body;
    for (const char* line :
         {"vitrina_visits_today{camera=\"door\",zone=\"till\"} 1", "vitrina_entries_today 0",
          "vitrina_receipts_today{kind=\"sale\"} 0", "vitrina_zone_people{camera=\"door\",zone=\"till\"} 2",
          "vitrina_queue_length{camera=\"door\",queue=\"queue 1\"} 3",
          "vitrina_queue_wait_seconds{camera=\"door\",queue=\"queue 1\"} 90",
          "vitrina_till_open{camera=\"door\",till=\"till 2\"} 0",
          "vitrina_queue_expected{camera=\"door\",minutes=\"10\"} 4.5",
          "vitrina_alarms_open{severity=\"urgent\"} 2", "vitrina_alarms_open{severity=\"info\"} 0",
          "vitrina_alarms_unacknowledged{severity=\"urgent\"} 1",
          "vitrina_messages_waiting{channel=\"1\",kind=\"webhook\"} 0"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(MetricsTest, TheGrafanaDashboardAsksForMetricsThatAreThere) {
    std::ifstream file(VITRINA_SOURCE_DIR "/examples/grafana/vitrina.json");
    const nlohmann::json dashboard = nlohmann::json::parse(file, nullptr, false);
    ASSERT_TRUE(dashboard.is_object());
    const std::string text = site_.ask("GET", "/metrics").body;
    std::set<std::string> names;
    const std::regex metric("(vitrina|process)_[a-z_]+");
    for (const auto& panel : dashboard["panels"])
        for (const auto& target : panel.value("targets", nlohmann::json::array())) {
            const auto expression = target["expr"].get<std::string>();
            for (std::sregex_iterator it(expression.begin(), expression.end(), metric), end; it != end; ++it)
                names.insert(it->str());
            EXPECT_TRUE(std::regex_search(expression, metric)) << expression;
        }
    EXPECT_GE(names.size(), 20U);
    for (const std::string& name : names)
        EXPECT_THAT(text, HasSubstr("# TYPE " + name + " ")) << name;
}

}  // namespace
}  // namespace vitrina::api
