// Facts for all who listen: read from the records once, written as JSON once, and handed to every listener as
// the same bytes.
//
// Threads: any thread may call anything. One thread of its own reads the records when the shop says that
// there is something new; it ends with the object, which must outlive its streams' server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "api/fact_json.h"
#include "api/stream.h"
#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/shop.h"
#include "records/fact_store.h"

namespace vitrina::api {

/// Kept in memory, newest last: a listener who was away for less reads no disk. About 2 MB.
inline constexpr std::size_t kFactsKept = 4096;
/// Read from the records at once.
inline constexpr std::int64_t kFactsAtOnce = 256;

class FactFeed {
  public:
    [[nodiscard]] static Result<std::unique_ptr<FactFeed>> create(const records::FactStore& facts,
                                                                  pipeline::Shop& shop);
    ~FactFeed();
    FactFeed(const FactFeed&) = delete;
    FactFeed& operator=(const FactFeed&) = delete;

    /// Server-sent events after the sequence; `gap` first where some of them are not kept any more.
    [[nodiscard]] std::shared_ptr<Stream> listen(std::int64_t after, FactsTold told = FactsTold::kAll);
    /// The newest fact that listeners have been told of.
    [[nodiscard]] std::int64_t last() const;
    [[nodiscard]] std::size_t listeners() const;

  private:
    class Listener;
    struct Kept {
        std::int64_t sequence = 0;
        std::shared_ptr<const std::string> text;
        std::shared_ptr<const std::string> plain;  // the same text where nothing is left out
    };
    FactFeed(const records::FactStore& facts, std::int64_t last);

    void tell_news();
    void run();
    [[nodiscard]] bool wait_for_news();
    /// Whether there may be more.
    [[nodiscard]] bool read_some();

    /// Whether all that comes after the sequence is in memory.
    [[nodiscard]] bool has(std::int64_t after) const;
    [[nodiscard]] bool has_kept(std::int64_t after) const REQUIRES(mutex_);
    /// Some of that, and moves `after` on; none when part of it is on the disk only.
    [[nodiscard]] std::optional<Batch> take(std::int64_t& after, FactsTold told) const;
    void wake_at_news(const Listener* listener, std::function<void()> wake);
    void leave(const Listener* listener);

    const records::FactStore& facts_;
    mutable Mutex mutex_;
    Condition news_;
    bool has_news_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::int64_t last_ GUARDED_BY(mutex_);
    std::int64_t before_kept_ GUARDED_BY(mutex_);  // all after it are in kept_
    std::deque<Kept> kept_ GUARDED_BY(mutex_);
    std::map<const Listener*, std::function<void()>> listeners_ GUARDED_BY(mutex_);
    std::shared_ptr<void> subscription_;
    std::thread thread_;
};

}  // namespace vitrina::api
