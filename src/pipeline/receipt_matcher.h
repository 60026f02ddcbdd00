// Keeps known whose receipt is whose: whenever receipts come, late ones too, or people were seen at a till,
// the day of that till is matched anew as a whole, so that what is found doesn't depend on the order in which
// things came. A thread of its own looks every few seconds; step() is what it does, for tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "records/match_store.h"

namespace vitrina::pipeline {

/// A buyer leaves the till and is known some seconds after: sooner finds nothing.
inline constexpr std::chrono::seconds kMatchEvery{5};

class ReceiptMatcher {
  public:
    struct Options {
        /// Begin and end of the shop's day that has this instant: the night's quietest hour parts them.
        std::function<std::pair<UtcTime, UtcTime>(UtcTime)> day_of;
        std::function<void(const std::string&)> log;  // may be empty
    };

    /// Borrows the store.
    ReceiptMatcher(records::MatchStore& store, Options options);
    /// Ends the thread.
    ~ReceiptMatcher();
    ReceiptMatcher(const ReceiptMatcher&) = delete;
    ReceiptMatcher& operator=(const ReceiptMatcher&) = delete;

    /// Begins to look by itself.
    void start();
    /// Matches what is due. How many days of a till that were. Not while the thread runs.
    [[nodiscard]] Result<int> step();

  private:
    void run();
    [[nodiscard]] bool wait();
    [[nodiscard]] Result<void> match(const std::string& till, UtcTime from, UtcTime to);

    records::MatchStore& store_;
    const Options options_;
    std::string trouble_;  // told last
    Mutex mutex_;
    Condition changed_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace vitrina::pipeline
