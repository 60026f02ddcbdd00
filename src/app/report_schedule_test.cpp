#include "app/report_schedule.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "api/instant.h"
#include "domain/shop_hours.h"

namespace vitrina::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A shop in Moscow whose reports are sent at seven.
class ReportScheduleTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-schedule-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        outbox_ = std::make_unique<records::AlarmStore>(*database);
        settings_ = std::make_unique<records::AccountStore>(*database);
        zone_ = *api::ShopZone::create("Europe/Moscow");
    }
    void TearDown() override {
        outbox_.reset();
        settings_.reset();
        std::filesystem::remove_all(folder_);
    }
    void add_channel(const std::string& name, const std::string& kind = "email", bool enabled = true) {
        records::ChannelRecord channel;
        channel.name = name;
        channel.kind = kind;
        channel.enabled = enabled;
        channel.address = "smtp://mail.example.com:25";
        channel.recipient = "boss@example.com";
        channel_ = outbox_->save_channel(channel).value();
    }
    static ReportConfig each(ReportConfig::Every every) {
        ReportConfig config;
        config.every = every;
        config.channel = "Boss";
        return config;
    }
    int look(const std::string& now, const std::vector<ReportConfig>& reports) {
        now_ = *api::parse_instant(now);
        ReportSchedule::Options options;
        options.reports = reports;
        options.now = [this] { return now_; };
        options.make = [this](report::PeriodKind kind, std::chrono::sys_days day) {
            report::PeriodReport made;
            made.shop = "Corner shop";
            made.kind = kind;
            made.days = report::period_around(kind, day);
            made.total.people = visitors_;
            made_.push_back(name_of(made));
            return Result<report::PeriodReport>(made);
        };
        options.print = [this](const std::string& page) -> Result<std::string> {
            if (!prints_) return misconfigured("chromium is not installed");
            return "%PDF-" + std::to_string(page.size());
        };
        options.log = [this](const std::string& line) { log_.push_back(line); };
        ReportSchedule schedule(*outbox_, *settings_, *zone_, options);
        const int posted = schedule.look();
        EXPECT_EQ(schedule.look(), 0) << "once is enough";
        return posted;
    }
    /// Takes the oldest message out of the outbox.
    records::Outgoing sent() {
        const auto due = outbox_->due(channel_, now_ + std::chrono::hours(1));
        EXPECT_TRUE(due && *due);
        if (!due || !*due) return {};
        EXPECT_TRUE(outbox_->sent((*due)->id, now_));
        return **due;
    }

    std::filesystem::path folder_;
    std::unique_ptr<records::AlarmStore> outbox_;
    std::unique_ptr<records::AccountStore> settings_;
    std::unique_ptr<api::ShopZone> zone_;
    std::int64_t channel_ = 0;
    UtcTime now_;
    double visitors_ = 5;
    bool prints_ = true;
    std::vector<std::string> made_;
    std::vector<std::string> log_;
};

TEST_F(ReportScheduleTest, EachDayIsSentOnceAfterItIsOver) {
    add_channel("Boss");
    const std::vector<ReportConfig> daily = {each(ReportConfig::Every::kDay)};
    EXPECT_EQ(look("2026-11-24T03:59:00Z", daily), 1) << "the first time: what was due at seven yesterday";
    EXPECT_EQ(look("2026-11-24T04:00:00Z", daily), 1);
    EXPECT_EQ(look("2026-11-25T03:00:00Z", daily), 0);
    EXPECT_EQ(look("2026-11-27T12:00:00Z", daily), 1) << "after two days without power";
    EXPECT_THAT(made_, ElementsAre("2026-11-22", "2026-11-23", "2026-11-26"));
    const records::Outgoing message = sent();
    EXPECT_EQ(message.subject, "Corner shop: 22 Nov 2026, Sunday");
    EXPECT_THAT(message.text, HasSubstr("People seen: 5"));
    ASSERT_TRUE(message.file);
    EXPECT_EQ(message.file->name, "report-2026-11-22.pdf");
    EXPECT_EQ(message.file->type, "application/pdf");
    EXPECT_EQ(std::string(message.file->bytes.begin(), message.file->bytes.end()).substr(0, 5), "%PDF-");
    EXPECT_NE(message.key, sent().key);
    EXPECT_THAT(log_, IsEmpty());
}

TEST_F(ReportScheduleTest, WeeksAndMonthsHaveTheirOwnTurn) {
    add_channel("Boss");
    ReportConfig monthly = each(ReportConfig::Every::kMonth);
    monthly.form = ReportConfig::Form::kHtml;
    monthly.language = ReportConfig::Language::kRussian;
    EXPECT_EQ(look("2026-12-01T05:00:00Z", {each(ReportConfig::Every::kWeek), monthly}), 2);
    EXPECT_THAT(made_, ElementsAre("2026-W48", "2026-11"));
    EXPECT_EQ(sent().file->name, "report-2026-W48.pdf");
    const records::Outgoing month = sent();
    EXPECT_EQ(month.subject, "Corner shop: Ноябрь 2026");
    EXPECT_EQ(month.file->name, "report-2026-11.html");
    EXPECT_EQ(look("2026-12-02T05:00:00Z", {each(ReportConfig::Every::kWeek), monthly}), 0);
}

TEST_F(ReportScheduleTest, AReportWaitsForItsChannel) {
    const std::vector<ReportConfig> daily = {each(ReportConfig::Every::kDay)};
    EXPECT_EQ(look("2026-11-24T05:00:00Z", daily), 0);
    ASSERT_EQ(log_.size(), 1U) << "told once";
    EXPECT_THAT(log_[0], HasSubstr("\"Boss\": there is no channel of this name"));
    add_channel("Boss", "telegram");
    EXPECT_EQ(look("2026-11-24T05:01:00Z", daily), 0);
    EXPECT_THAT(log_.back(), HasSubstr("not one of e-mails"));
    ASSERT_TRUE(outbox_->remove_channel(channel_));
    add_channel("Boss", "email", false);
    EXPECT_EQ(look("2026-11-24T05:02:00Z", daily), 0);
    EXPECT_THAT(log_.back(), HasSubstr("switched off"));
    ASSERT_TRUE(outbox_->remove_channel(channel_));
    add_channel("Boss");
    EXPECT_EQ(look("2026-11-24T05:03:00Z", daily), 1);
    EXPECT_EQ(sent().file->name, "report-2026-11-23.pdf");
}

TEST_F(ReportScheduleTest, WithoutABrowserThePageIsSentAndItIsSaidWhy) {
    add_channel("Boss");
    prints_ = false;
    EXPECT_EQ(look("2026-11-24T05:00:00Z", {each(ReportConfig::Every::kDay)}), 1);
    const records::Outgoing message = sent();
    EXPECT_EQ(message.file->name, "report-2026-11-23.html");
    EXPECT_THAT(message.text, HasSubstr("chromium is not installed"));
    EXPECT_THAT(log_, ElementsAre(HasSubstr("chromium is not installed")));
}

TEST_F(ReportScheduleTest, AnEmptyDayIsToldButNotTheOneBeforeTheFirst) {
    add_channel("Boss");
    visitors_ = 0;
    const std::vector<ReportConfig> daily = {each(ReportConfig::Every::kDay)};
    EXPECT_EQ(look("2026-11-24T05:00:00Z", daily), 0) << "the program is new: there was no yesterday";
    EXPECT_EQ(look("2026-11-25T05:00:00Z", daily), 1) << "nobody came, or no camera saw anybody";
}

}  // namespace
}  // namespace vitrina::app
