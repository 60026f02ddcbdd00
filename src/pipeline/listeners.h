// Who is to be told of something that happens: functions, each of them called by one thread at a time, and
// not any more once its handle is gone.
//
// Threads: any thread may call anything. To let go of a handle waits for the call that runs, so a function
// must not do it for itself.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace vitrina::pipeline {

template <typename... Arguments>
class Listeners {
  public:
    using Callback = std::function<void(Arguments...)>;

    /// Calls back until the returned object goes.
    [[nodiscard]] std::shared_ptr<void> add(Callback callback) {
        auto listener = std::make_shared<Listener>();
        {
            const MutexLock lock(listener->mutex);
            listener->callback = std::move(callback);
        }
        const MutexLock lock(mutex_);
        std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
        listeners_.push_back(listener);
        return {listener.get(), [listener](void*) {
                    const MutexLock in_call(listener->mutex);
                    listener->callback = nullptr;
                }};
    }

    void tell(const Arguments&... arguments) {
        std::vector<std::shared_ptr<Listener>> told;
        {
            const MutexLock lock(mutex_);
            for (const auto& known : listeners_)
                if (auto listener = known.lock()) told.push_back(std::move(listener));
        }
        for (const auto& listener : told) {
            const MutexLock lock(listener->mutex);
            if (listener->callback) listener->callback(arguments...);
        }
    }

  private:
    struct Listener {
        Mutex mutex;  // held during the call
        Callback callback GUARDED_BY(mutex);
    };

    Mutex mutex_;
    std::vector<std::weak_ptr<Listener>> listeners_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::pipeline
