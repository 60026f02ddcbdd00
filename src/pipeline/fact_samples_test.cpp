#include "pipeline/fact_samples.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/event_json.h"

namespace vitrina::pipeline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const UtcTime kSampledAt =
    UtcTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27)) + std::chrono::hours(15);

class FactSamplesTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "samples-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database);
        facts_ = std::make_unique<records::FactStore>(*database);
    }
    void TearDown() override {
        facts_.reset();
        std::filesystem::remove_all(folder_);
    }
    void append(const std::string& camera, const Fact& fact, UtcTime begin) const {
        Event event{.id = event_id("shop", camera, fact),
                    .revision = 1,
                    .shop = "shop",
                    .camera = camera,
                    .layout = "1",
                    .confidence = 0.75,
                    .fact = fact};
        ASSERT_TRUE(facts_->append(std::vector<LiveEvent>{{std::move(event), begin, begin + seconds(9)}}));
    }
    void talk(const std::string& zone, Approach approach, int waited_s, minutes ago) const {
        const SourceTime begin(kSampledAt.time_since_epoch() - ago);
        append("hall", Talk{7, 8, zone, approach, seconds(waited_s), 1, begin, begin + seconds(9)},
               kSampledAt - ago);
    }

    std::filesystem::path folder_;
    std::unique_ptr<records::FactStore> facts_;
};

TEST_F(FactSamplesTest, ConsultantsWaitIsTheMeanOfThoseWhomStaffWentTo) {
    talk("shoes", Approach::kStaff, 30, minutes(10));
    talk("shoes", Approach::kStaff, 90, minutes(20));
    talk("shoes", Approach::kStaff, 900, minutes(70));   // too long ago
    talk("shoes", Approach::kCustomer, 0, minutes(15));  // went himself
    talk("hats", Approach::kStaff, 15, minutes(5));
    const auto samples = consult_samples(*facts_, kSampledAt);
    ASSERT_TRUE(samples) << samples.error().message;
    ASSERT_EQ(samples->size(), 2U);
    EXPECT_EQ(samples->at(0).place, "hats");
    EXPECT_DOUBLE_EQ(samples->at(0).value, 15);
    EXPECT_EQ(samples->at(1).place, "shoes");
    EXPECT_DOUBLE_EQ(samples->at(1).value, 60);
    EXPECT_EQ(samples->at(1).camera, "hall");
}

TEST(UnattendedTills, CountWhileSomebodyWaitsAndNobodyServes) {
    UnattendedTills tills;
    QueueForecast forecast;
    forecast.camera = "hall";
    forecast.queues = {{"queue 1", "till 1", 2, {}, false}, {"queue 2", "till 2", 3, {}, true}};
    const auto value_at = [&](UtcTime now) {
        const auto samples = tills.take(forecast, now);
        EXPECT_EQ(samples.size(), 2U);
        EXPECT_EQ(samples[1].value, 0) << "somebody serves there";
        return samples[0].value;
    };
    EXPECT_EQ(value_at(kSampledAt), 0);
    EXPECT_EQ(value_at(kSampledAt + seconds(40)), 40);
    forecast.queues[0].is_open = true;
    EXPECT_EQ(value_at(kSampledAt + seconds(50)), 0);
    forecast.queues[0].is_open = false;
    EXPECT_EQ(value_at(kSampledAt + seconds(60)), 0);
    EXPECT_EQ(value_at(kSampledAt + seconds(65)), 5);
    EXPECT_EQ(value_at(kSampledAt - seconds(100)), 0) << "a clock that was set back";
    forecast.queues[0].length = 0;
    EXPECT_EQ(value_at(kSampledAt - seconds(50)), 0) << "nobody waits";
}

}  // namespace
}  // namespace vitrina::pipeline
