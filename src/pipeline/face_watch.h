// Sex and age of the people before the cameras: puts together what the looks at a face say over a visit, and
// tells it as a fact, again when it is known better (domain/event.h, Traits). Of a look it keeps a few
// numbers, from which nobody can be told, and hands the whole of it on to who recognises people, if anybody
// does (docs/people.md).
//
// Any thread may call anything. A thread of its own fuses and tells; who looks only hands over, and never
// waits for the disk.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "domain/event.h"
#include "domain/face_look.h"
#include "pipeline/face_traits.h"

namespace vitrina::pipeline {

class FaceWatch final : public FaceLookSink {
  public:
    /// People whose looks are put together at a time. Beyond it those who were seen first go.
    static constexpr std::size_t kPeopleMax = 2000;
    /// Whoever is not seen for so long comes back under another number.
    static constexpr std::chrono::minutes kForgotten{10};
    /// Looks that wait: some seconds of sixteen cameras.
    static constexpr std::size_t kWaitingMax = 512;

    struct Options {
        std::string shop;                                     // its name, stands in each event
        std::function<void(std::vector<LiveEvent>)> publish;  // facts for the records
        /// Of the fact with this id that an earlier run told; 0: there is none.
        std::function<int(const std::string& id)> revision_of;
    };

    explicit FaceWatch(Options options);
    ~FaceWatch() override;

    /// Tells what is known, and then publishes nothing any more: before what it publishes to is closed.
    void stop();

    /// Who recognises people; null: nobody does. When this returns, who did is not called any more.
    void hand_on_to(FaceLookSink* next);

    void accept(const FaceLook& look) override;
    [[nodiscard]] bool wants_descriptors() const override;

    /// What is known of somebody; nothing when no look counted, or he was forgotten.
    [[nodiscard]] std::optional<FaceTraits> traits(PersonId person) const;
    /// Looks since the start: that came, and of them those that came too fast.
    [[nodiscard]] std::int64_t looks() const { return looks_; }
    [[nodiscard]] std::int64_t dropped() const { return dropped_; }

    /// Waits until what came is told, for tests. False: not in time.
    [[nodiscard]] bool settle(std::chrono::milliseconds within) const;

  private:
    struct Person {
        std::string camera;
        UtcTime first;
        UtcTime last;
        FaceTraitsFusion fusion;
        std::optional<FaceTraits> told;
        int revision = 0;
    };

    void run();
    void fuse(const FaceLook& look) REQUIRES(mutex_);
    [[nodiscard]] std::vector<LiveEvent> news();
    [[nodiscard]] LiveEvent event_of(PersonId number, const Person& person, const FaceTraits& traits) const;
    void forget_old() REQUIRES(mutex_);

    const Options options_;
    std::atomic<std::int64_t> looks_ = 0;
    std::atomic<std::int64_t> dropped_ = 0;

    mutable Mutex next_mutex_;  // nothing else is asked for under it, but by who recognises
    FaceLookSink* next_ GUARDED_BY(next_mutex_) = nullptr;

    mutable Mutex mutex_;
    mutable Condition changed_;
    std::deque<FaceLook> waiting_ GUARDED_BY(mutex_);  // only what traits come from
    std::map<PersonId, Person> people_ GUARDED_BY(mutex_);
    UtcTime newest_ GUARDED_BY(mutex_);  // of all looks
    bool telling_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
