// Watches the running shop for what its rules want to be told of, and brings alarms into the records with the
// messages that tell of them. What was true when the program was stopped goes on being the same alarm.
//
// Any thread may call anything. A thread of its own judges; the shop's threads only hand their pictures over.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/listeners.h"
#include "pipeline/shop.h"
#include "pipeline/zone_samples.h"
#include "records/alarm_store.h"
#include "records/match_store.h"
#include "rules/engine.h"

namespace vitrina::pipeline {

/// What lasts is noticed this much late at most; an alarm leaves within a second of its sighting.
inline constexpr std::chrono::milliseconds kJudgeEvery{250};
static_assert(kJudgeEvery < std::chrono::seconds(1));
/// Pictures that wait to be judged: a few seconds of all cameras. Beyond it the oldest go.
inline constexpr std::size_t kTracksWaitingMax = 2'000;

class AlarmWatch {
  public:
    struct Options {
        std::string shop;  // its name, stands in messages
        rules::Engine::ToLocal to_local;
        std::function<UtcTime()> now;
        std::function<void()> posted;                 // there are messages to deliver; may be empty
        std::function<void(const std::string&)> log;  // may be empty
    };

    /// Borrows everything but the options. Starts its thread.
    AlarmWatch(records::AlarmStore& store, records::MatchStore& sales, Shop& shop, Options options);
    ~AlarmWatch();
    AlarmWatch(const AlarmWatch&) = delete;
    AlarmWatch& operator=(const AlarmWatch&) = delete;

    /// Reads the rules anew; those that can't be read are told to the log and left out.
    [[nodiscard]] Result<void> reload();
    /// Somebody is taken for one of the watchlist: by the first rule about it that is of this camera, with
    /// all that it says of whom to tell and when to tell others; without one it is urgent, and on the screen
    /// alone. Goes on until answer_watchlist(). Its id.
    struct Watched {
        std::string camera;
        std::string place;  // the entry
        double likeness = 0;
        double likeness_min = 0;
        std::string text;
        UtcTime at;
    };
    [[nodiscard]] Result<std::int64_t> raise_watchlist(const Watched& watched);
    /// Acknowledged and over. Whether it was there.
    [[nodiscard]] Result<bool> answer_watchlist(std::int64_t alarm, const std::string& who,
                                                const std::string& note);
    /// As records::AlarmStore has it; listeners are told.
    [[nodiscard]] Result<bool> acknowledge(std::int64_t alarm, const std::string& who,
                                           const std::string& note);
    /// Calls back with the id of each alarm that was raised, has ended, escalated or was acknowledged, until
    /// the returned object goes.
    [[nodiscard]] std::shared_ptr<void> on_change(std::function<void(std::int64_t)> callback);

  private:
    void take(std::shared_ptr<const LiveTracks> tracks);
    void run();
    [[nodiscard]] bool wait();
    void judge();
    void sample_cameras(UtcTime now, std::vector<rules::Sample>& samples) const REQUIRES(judging_);
    void sample_queues(UtcTime now, std::vector<rules::Sample>& samples) REQUIRES(judging_);
    void sample_sales(UtcTime now, std::vector<rules::Sample>& samples) const REQUIRES(judging_);
    void resume(UtcTime now) REQUIRES(judging_);
    [[nodiscard]] Result<void> end_what_is_over() REQUIRES(judging_);
    void follow(const rules::Turn& turn) REQUIRES(judging_);
    void raise(const rules::Rule& rule, const rules::Turn& turn) REQUIRES(judging_);
    void escalate(UtcTime now) REQUIRES(judging_);
    /// Whether nobody is told of it then.
    [[nodiscard]] bool is_quiet(const rules::Rule& rule, UtcTime at) const;
    [[nodiscard]] const rules::Rule* rule_of(std::int64_t id) const REQUIRES(judging_);
    [[nodiscard]] const rules::Rule* watchlist_rule(const std::string& camera) const REQUIRES(judging_);
    void complain(const std::string& message) REQUIRES(judging_);

    records::AlarmStore& store_;
    records::MatchStore& sales_;
    Shop& shop_;
    const Options options_;
    Listeners<std::int64_t> listeners_;

    Mutex judging_;  // before mutex_
    rules::Engine engine_ GUARDED_BY(judging_);
    ZoneSamples zones_ GUARDED_BY(judging_);
    UtcTime next_slow_ GUARDED_BY(judging_);  // cameras and sales are asked then
    bool resumed_ GUARDED_BY(judging_) = false;
    bool unended_ GUARDED_BY(judging_) = false;                       // an end that could not be written
    std::map<std::string, std::string> advice_ GUARDED_BY(judging_);  // what to do, by camera
    std::string told_ GUARDED_BY(judging_);                           // the last complaint

    Mutex mutex_;
    Condition changed_;
    std::deque<std::shared_ptr<const LiveTracks>> waiting_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::shared_ptr<void> subscription_;
    std::shared_ptr<void> plan_subscription_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
