// Reports that are sent again and again: when a day, a week or a month is over, its report is put into the
// outbox as an e-mail with a file. What was missed while the program did not run is sent when it does, the
// last of each kind.
//
// look() belongs to one thread: the caller's, or the object's own after start().
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "api/shop_zone.h"
#include "app/config.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "records/account_store.h"
#include "records/alarm_store.h"
#include "report/period_report.h"

namespace vitrina::app {

class ReportSchedule {
  public:
    struct Options {
        std::vector<ReportConfig> reports;
        std::function<UtcTime()> now;
        /// The report of the period that begins on that day.
        std::function<Result<report::PeriodReport>(report::PeriodKind, std::chrono::sys_days)> make;
        /// HTML as a PDF: drawing::print_page() but in tests.
        std::function<Result<std::string>(const std::string&)> print;
        std::function<void()>
            cut_off;  // a print, at the end: drawing::end_printing(); empty: it is waited for
        std::function<void()> posted;  // there is something in the outbox
        std::function<void(const std::string& line)> log;
    };

    /// Borrows all but the options. `settings` keeps what was sent.
    ReportSchedule(records::AlarmStore& outbox, records::AccountStore& settings, const api::ShopZone& zone,
                   Options options);
    /// Ends the thread; a report that is being made is waited for, but not its print.
    ~ReportSchedule();
    ReportSchedule(const ReportSchedule&) = delete;
    ReportSchedule& operator=(const ReportSchedule&) = delete;

    /// Begins to look by itself, twice a minute.
    void start();
    /// Posts what is due and was not posted yet. How many were. Not while the thread runs.
    int look();

  private:
    /// Whether it was posted now; false also when there is nothing to do.
    Result<bool> look_at(const ReportConfig& config);
    /// The newest period whose report is due.
    [[nodiscard]] report::PeriodDays due_of(const ReportConfig& config, UtcTime now) const;
    [[nodiscard]] Result<std::int64_t> channel_of(const ReportConfig& config) const;
    [[nodiscard]] records::Outgoing message_of(const ReportConfig& config,
                                               const report::PeriodReport& report) const;
    void run();
    [[nodiscard]] bool wait();

    records::AlarmStore& outbox_;
    records::AccountStore& settings_;
    const api::ShopZone& zone_;
    const Options options_;
    std::map<std::string, std::string> troubles_;  // by report, that were told
    Mutex mutex_;
    Condition changed_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace vitrina::app
