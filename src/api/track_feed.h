// Who is where, as it is seen, for all who watch: each picture's people are written as JSON once, and whoever
// is too slow for one picture gets the next.
//
// Threads: any thread may call anything. Must outlive the server of its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/stream.h"
#include "base/mutex.h"
#include "pipeline/shop.h"

namespace vitrina::api {

class TrackFeed {
  public:
    explicit TrackFeed(pipeline::Shop& shop);
    ~TrackFeed();
    TrackFeed(const TrackFeed&) = delete;
    TrackFeed& operator=(const TrackFeed&) = delete;

    /// Server-sent events `tracks` of these cameras, and `plan` for kPlanCamera; empty: of all.
    [[nodiscard]] std::shared_ptr<Stream> listen(std::vector<std::string> cameras);
    [[nodiscard]] std::size_t listeners() const;

  private:
    class Listener;
    struct Newest {
        std::int64_t number = 0;  // grows with each picture of any camera
        std::shared_ptr<const std::string> text;
    };
    void tell(const std::string& camera, std::string text);

    pipeline::Shop& shop_;
    mutable Mutex mutex_;
    std::int64_t number_ GUARDED_BY(mutex_) = 0;
    std::map<std::string, Newest> newest_ GUARDED_BY(mutex_);  // by camera
    std::map<const Listener*, std::function<void()>> listeners_ GUARDED_BY(mutex_);
    std::shared_ptr<void> subscription_;
    std::shared_ptr<void> plan_subscription_;
};

/// The JSON of one picture's people.
[[nodiscard]] std::string to_json(const pipeline::LiveTracks& tracks);
[[nodiscard]] std::string to_json(const pipeline::LivePlan& plan);

}  // namespace vitrina::api
