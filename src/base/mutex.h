// A mutex and a condition variable that Clang's thread-safety analysis understands: a field marked
// GUARDED_BY(mutex_) may be touched only while the mutex is held, and clang-tidy refuses what does otherwise.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define VITRINA_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define VITRINA_THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(x) VITRINA_THREAD_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY VITRINA_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(x) VITRINA_THREAD_ANNOTATION(guarded_by(x))
#define REQUIRES(...) VITRINA_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ACQUIRE(...) VITRINA_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) VITRINA_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define RELEASE(...) VITRINA_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS VITRINA_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace vitrina {

class CAPABILITY("mutex") Mutex {
  public:
    void lock() ACQUIRE() { mutex_.lock(); }
    void unlock() RELEASE() { mutex_.unlock(); }
    [[nodiscard]] bool try_lock() TRY_ACQUIRE(true) { return mutex_.try_lock(); }

  private:
    friend class Condition;
    std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
  public:
    explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    /// Of one that try_lock() has locked.
    MutexLock(Mutex& mutex, std::adopt_lock_t /*locked*/) REQUIRES(mutex) : mutex_(mutex) {}
    ~MutexLock() RELEASE() { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

  private:
    Mutex& mutex_;
};

class Condition {
  public:
    /// Waits until woken. Spurious wake-ups happen: call it in a loop on the condition itself.
    void wait(Mutex& mutex) REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        condition_.wait(lock);
        static_cast<void>(lock.release());
    }
    /// As wait(), until `end` at the latest.
    void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point end)
        REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        static_cast<void>(condition_.wait_until(lock, end));
        static_cast<void>(lock.release());
    }
    void notify_one() { condition_.notify_one(); }
    void notify_all() { condition_.notify_all(); }

  private:
    std::condition_variable condition_;
};

}  // namespace vitrina
