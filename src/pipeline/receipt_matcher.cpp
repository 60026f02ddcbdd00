#include "pipeline/receipt_matcher.h"

#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "base/thread_name.h"
#include "checkout/match.h"

namespace vitrina::pipeline {
namespace {

constexpr std::int64_t kHoursAtOnce = 500;  // of all tills; the rest is due at the next step

checkout::TillClock clock_of(const records::ClockRecord& record) {
    return {record.leaves_s, record.spread_s, record.pairs};
}

}  // namespace

ReceiptMatcher::ReceiptMatcher(records::MatchStore& store, Options options)
    : store_(store), options_(std::move(options)) {}

ReceiptMatcher::~ReceiptMatcher() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void ReceiptMatcher::start() {
    thread_ = std::thread([this] {
        name_thread("match");
        run();
    });
}

void ReceiptMatcher::run() {
    while (wait()) {
        const auto done = step();
        const std::string trouble = done ? "" : done.error().message;
        if (trouble != trouble_ && options_.log)
            options_.log(trouble.empty() ? "receipts: matching again" : "receipts: " + trouble);
        trouble_ = trouble;
    }
}

bool ReceiptMatcher::wait() {
    const auto end = std::chrono::steady_clock::now() + kMatchEvery;
    const MutexLock lock(mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < end)
        changed_.wait_until(mutex_, end);
    return !stopping_;
}

Result<int> ReceiptMatcher::step() {
    TRY_ASSIGN(const std::vector<records::DueHour> due, store_.due(kHoursAtOnce));
    std::set<std::tuple<UtcTime, std::string, UtcTime>>
        days;  // the oldest first: a day learns from the one before
    for (const records::DueHour& hour : due) {
        const auto [from, to] = options_.day_of(hour.hour);
        days.emplace(from, hour.till, to);
        // The hour may reach over the end of the day.
        const auto [next_from, next_to] =
            options_.day_of(hour.hour + std::chrono::hours(1) - std::chrono::milliseconds(1));
        days.emplace(next_from, hour.till, next_to);
    }
    for (const auto& [from, till, to] : days) {
        {
            const MutexLock lock(mutex_);
            if (stopping_) break;
        }
        TRY(match(till, from, to));
    }
    return static_cast<int>(days.size());
}

Result<void> ReceiptMatcher::match(const std::string& till, UtcTime from, UtcTime to) {
    TRY_ASSIGN(const records::MatchInput input, store_.input(till, from, to));
    TRY_ASSIGN(const auto before, store_.clock(till, from));
    std::vector<checkout::TillReceipt> receipts;
    receipts.reserve(input.receipts.size());
    for (const auto& receipt : input.receipts)
        receipts.push_back({receipt.number, receipt.at});
    std::vector<checkout::TillStay> stays;
    stays.reserve(input.stays.size());
    for (const auto& stay : input.stays)
        stays.push_back({stay.visit, stay.person, stay.begin, stay.end});
    checkout::MatchOptions options;
    if (before) options.before = clock_of(*before);
    const checkout::TillMatches found = checkout::match_receipts(receipts, stays, options);
    std::vector<records::MatchRecord> matches;
    matches.reserve(found.matches.size());
    for (const checkout::ReceiptMatch& match : found.matches)
        matches.push_back({match.receipt, match.stay, match.person, match.probability});
    std::optional<records::ClockRecord> clock;
    if (found.clock)
        clock = records::ClockRecord{till, from, found.clock->leaves_s, found.clock->spread_s,
                                     found.clock->pairs};
    return store_.save(till, from, to, input.mark, matches, clock);
}

}  // namespace vitrina::pipeline
