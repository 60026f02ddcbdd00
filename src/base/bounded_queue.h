// A queue with a fixed capacity between two threads or more. push() waits while it is full, pop() while it
// is empty; close() ends both for good. Any thread may call anything.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"

namespace vitrina {

template <typename T>
class BoundedQueue {
  public:
    /// `capacity` is at least 1.
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) { VITRINA_ASSERT(capacity > 0); }

    /// Waits for room. False when the queue was closed: `item` is dropped.
    [[nodiscard]] bool push(T item) {
        const MutexLock lock(mutex_);
        while (items_.size() >= capacity_ && !closed_)
            room_.wait(mutex_);
        if (closed_) return false;
        items_.push_back(std::move(item));
        item_.notify_one();
        return true;
    }

    /// Waits for an item. Empty when the queue was closed and everything pushed before has been taken.
    [[nodiscard]] std::optional<T> pop() {
        const MutexLock lock(mutex_);
        while (items_.empty() && !closed_)
            item_.wait(mutex_);
        if (items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        room_.notify_one();
        return item;
    }

    /// No more pushes; what is inside can still be taken. May be called more than once.
    void close() {
        const MutexLock lock(mutex_);
        closed_ = true;
        item_.notify_all();
        room_.notify_all();
    }

  private:
    const std::size_t capacity_;
    Mutex mutex_;
    Condition room_;
    Condition item_;
    std::deque<T> items_ GUARDED_BY(mutex_);
    bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace vitrina
