// Facts that are to be computed again while the shop runs, one camera after the other, on a thread of its
// own. Any thread; borrows the stores.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "pipeline/replay.h"

namespace vitrina::pipeline {

class ReplayQueue {
  public:
    /// `done` is told what came of each, from the thread of the queue.
    ReplayQueue(records::FactStore& facts, const records::ShopStore& shop, const records::PathStore& paths,
                std::function<void(const ReplayOptions&, const Result<ReplayReport>&)> done);
    /// Calls stop().
    ~ReplayQueue();
    ReplayQueue(const ReplayQueue&) = delete;
    ReplayQueue& operator=(const ReplayQueue&) = delete;

    /// One that is asked for while an earlier one of the same camera waits takes its place, and begins where
    /// the earlier of the two begins.
    void ask(ReplayOptions options);
    /// Ends the one in work, whose facts stay as they are, and forgets the others.
    void stop();

  private:
    void run();

    records::FactStore& facts_;
    const records::ShopStore& shop_;
    const records::PathStore& paths_;
    const std::function<void(const ReplayOptions&, const Result<ReplayReport>&)> done_;
    mutable Mutex mutex_;
    Condition changed_;
    std::deque<ReplayOptions> waiting_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
