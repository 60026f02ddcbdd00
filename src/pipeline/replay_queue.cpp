#include "pipeline/replay_queue.h"

#include <algorithm>
#include <utility>

#include "base/thread_name.h"

namespace vitrina::pipeline {

ReplayQueue::ReplayQueue(records::FactStore& facts, const records::ShopStore& shop,
                         const records::PathStore& paths,
                         std::function<void(const ReplayOptions&, const Result<ReplayReport>&)> done)
    : facts_(facts), shop_(shop), paths_(paths), done_(std::move(done)), thread_([this] { run(); }) {}

ReplayQueue::~ReplayQueue() {
    stop();
}

void ReplayQueue::ask(ReplayOptions options) {
    const MutexLock lock(mutex_);
    const auto known = std::find_if(waiting_.begin(), waiting_.end(), [&](const ReplayOptions& waiting) {
        return waiting.camera == options.camera;
    });
    if (known != waiting_.end()) {
        options.from = std::min(options.from, known->from);
        if (!known->places)
            options.places.reset();
        else if (options.places)
            options.places->insert(known->places->begin(), known->places->end());
        *known = std::move(options);
    } else {
        waiting_.push_back(std::move(options));
    }
    changed_.notify_one();
}

void ReplayQueue::stop() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void ReplayQueue::run() {
    name_thread("replay");
    while (true) {
        ReplayOptions options;
        {
            const MutexLock lock(mutex_);
            while (waiting_.empty() && !stopping_)
                changed_.wait(mutex_);
            if (stopping_) return;
            options = std::move(waiting_.front());
            waiting_.pop_front();
        }
        options.goes_on = [this] {
            const MutexLock lock(mutex_);
            return !stopping_;
        };
        done_(options, replay(facts_, shop_, paths_, options));
    }
}

}  // namespace vitrina::pipeline
