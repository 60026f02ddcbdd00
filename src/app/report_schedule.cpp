#include "app/report_schedule.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "report/period_page.h"

namespace vitrina::app {
namespace {

constexpr std::chrono::seconds kLookAtScheduleEvery{30};

report::PeriodKind kind_of(const ReportConfig& config) {
    return static_cast<report::PeriodKind>(config.every);
}
static_assert(static_cast<int>(ReportConfig::Every::kMonth) == static_cast<int>(report::PeriodKind::kMonth));

report::PageLanguage language_of(const ReportConfig& config) {
    return config.language == ReportConfig::Language::kRussian ? report::PageLanguage::kRussian
                                                               : report::PageLanguage::kEnglish;
}

/// Stays the same for as long as nobody changes what is sent to whom.
std::string setting_of(const ReportConfig& config) {
    return fmt::format("report.sent.{}.{}.{}.{}", to_text(kind_of(config)),
                       config.form == ReportConfig::Form::kPdf ? "pdf" : "html",
                       config.language == ReportConfig::Language::kRussian ? "ru" : "en", config.channel);
}

}  // namespace

ReportSchedule::ReportSchedule(records::AlarmStore& outbox, records::AccountStore& settings,
                               const api::ShopZone& zone, Options options)
    : outbox_(outbox), settings_(settings), zone_(zone), options_(std::move(options)) {}

ReportSchedule::~ReportSchedule() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (options_.cut_off) options_.cut_off();
    if (thread_.joinable()) thread_.join();
}

void ReportSchedule::start() {
    thread_ = std::thread([this] {
        name_thread("reports");
        run();
    });
}

void ReportSchedule::run() {
    do {
        look();
    } while (wait());
}

bool ReportSchedule::wait() {
    const auto end = std::chrono::steady_clock::now() + kLookAtScheduleEvery;
    const MutexLock lock(mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < end)
        changed_.wait_until(mutex_, end);
    return !stopping_;
}

int ReportSchedule::look() {
    int posted = 0;
    for (const ReportConfig& config : options_.reports) {
        const auto done = look_at(config);
        std::string& told = troubles_[setting_of(config)];
        const std::string trouble = done ? "" : done.error().message;
        if (!trouble.empty() && trouble != told)
            options_.log(fmt::format("the report of each {} for \"{}\": {}", to_text(kind_of(config)),
                                     config.channel, trouble));
        told = trouble;
        if (done && *done) ++posted;
    }
    if (posted > 0 && options_.posted) options_.posted();
    return posted;
}

report::PeriodDays ReportSchedule::due_of(const ReportConfig& config, UtcTime now) const {
    const report::PeriodKind kind = kind_of(config);
    const auto last = report::period_before(kind, report::period_around(kind, zone_.day_of(now)));
    const auto at = zone_.instant_of(
        fmt::format("{} {:02}:{:02}", day_text(last.end), config.at.count() / 60, config.at.count() % 60));
    // A time that the clock passes over, and one before the shop's day has ended, is when that has ended.
    const UtcTime end = zone_.begin_of_day(last.end);
    const UtcTime due = at ? std::max(*at, end) : end;
    return now >= due ? last : report::period_before(kind, last);
}

Result<std::int64_t> ReportSchedule::channel_of(const ReportConfig& config) const {
    TRY_ASSIGN(const auto channels, outbox_.channels());
    const auto found =
        std::find_if(channels.begin(), channels.end(),
                     [&](const records::ChannelRecord& channel) { return channel.name == config.channel; });
    if (found == channels.end())
        return misconfigured("there is no channel of this name on the page Alarms; it waits for one");
    if (found->kind != "email") return misconfigured("the channel is not one of e-mails");
    if (!found->enabled) return misconfigured("the channel is switched off; it waits");
    return found->id;
}

records::Outgoing ReportSchedule::message_of(const ReportConfig& config,
                                             const report::PeriodReport& report) const {
    const report::PageLanguage language = language_of(config);
    records::Outgoing message;
    message.key = fmt::format("{}:{}", setting_of(config), name_of(report));
    message.subject = title_of(report, language);
    message.text = summary_of(report, language);
    message.json = "{}";
    message.created = options_.now();
    const std::string page = page_of(report, language);
    const std::string name =
        fmt::format("{}report-{}", report.is_simulated ? "simulated-" : "", name_of(report));
    if (config.form == ReportConfig::Form::kPdf) {
        const auto pdf = options_.print(page);
        if (pdf) {
            message.file =
                records::OutgoingFile{name + ".pdf", "application/pdf", {pdf->begin(), pdf->end()}};
            return message;
        }
        // A report that can be read is better than none.
        message.text += "\n" + pdf.error().message + "\n";
        options_.log("a report is sent as HTML: " + pdf.error().message);
    }
    message.file =
        records::OutgoingFile{name + ".html", "text/html; charset=utf-8", {page.begin(), page.end()}};
    return message;
}

Result<bool> ReportSchedule::look_at(const ReportConfig& config) {
    const report::PeriodDays days = due_of(config, options_.now());
    const std::string setting = setting_of(config);
    const std::string wanted = day_text(days.first);
    TRY_ASSIGN(const auto sent, settings_.setting(setting));
    if (sent && *sent >= wanted) return false;
    TRY_ASSIGN(const std::int64_t channel, channel_of(config));
    TRY_ASSIGN(const report::PeriodReport report, options_.make(kind_of(config), days.first));
    // The first time: what was before anything was counted is of no interest.
    if (!sent && !report.total.has_any()) {
        TRY(settings_.set_setting(setting, wanted));
        return false;
    }
    records::Outgoing message = message_of(config, report);
    {
        // One that was cut off is not sent as HTML: it is made again at the next start.
        const MutexLock lock(mutex_);
        if (stopping_) return false;
    }
    message.channel = channel;
    // In this order: a report that comes twice, under one number, is better than one that never comes.
    TRY(outbox_.post(message));
    TRY(settings_.set_setting(setting, wanted));
    return true;
}

}  // namespace vitrina::app
