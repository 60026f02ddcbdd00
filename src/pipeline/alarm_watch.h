// Watches the running shop for what its rules want to be told of, and brings alarms into the records with the
// messages that tell of them. What was true when the program was stopped goes on being the same alarm.
//
// Any thread may call anything. A thread of its own judges; the shop's threads only hand their pictures over.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/alarm_message.h"
#include "pipeline/fact_samples.h"
#include "pipeline/listeners.h"
#include "pipeline/queue_limits.h"
#include "pipeline/shop.h"
#include "pipeline/zone_samples.h"
#include "records/alarm_store.h"
#include "records/match_store.h"
#include "rules/engine.h"

namespace vitrina::pipeline {

/// What lasts is noticed this much late at most; an alarm leaves within a second of its sighting.
inline constexpr std::chrono::milliseconds kJudgeEvery{250};
static_assert(kJudgeEvery < std::chrono::seconds(1));
/// Queues are asked for this often: each time, for who joins one is told of within a second of when it is
/// known.
inline constexpr std::chrono::milliseconds kQueuesEvery{200};
static_assert(kQueuesEvery <= kJudgeEvery);
/// After a camera has come back, what was wrong with its pictures goes on for so long: it takes up to half of
/// it until that is seen again.
inline constexpr std::chrono::milliseconds kTroubleUnknown{60'000};
/// Pictures that wait to be judged: a few seconds of all cameras. Beyond it the oldest go.
inline constexpr std::size_t kTracksWaitingMax = 2'000;

class AlarmWatch {
  public:
    struct Options {
        std::string shop;  // its name, stands in messages
        bool simulated = false;
        std::string path;  // before addresses of its pages: "", or "/simulated"
        rules::Engine::ToLocal to_local;
        std::function<UtcTime()> now;
        const records::FactStore* facts = nullptr;    // touches and talks; null: nothing is known of them
        std::shared_ptr<QueueLimits> queue_limits;    // is told of the rules; may be empty
        std::function<void()> posted;                 // there are messages to deliver; may be empty
        std::function<void(const std::string&)> log;  // may be empty
        std::chrono::milliseconds trouble_unknown = kTroubleUnknown;
    };

    /// Borrows everything but the options. Starts its thread.
    AlarmWatch(records::AlarmStore& store, records::MatchStore& sales, Shop& shop, Options options);
    ~AlarmWatch();
    AlarmWatch(const AlarmWatch&) = delete;
    AlarmWatch& operator=(const AlarmWatch&) = delete;

    /// Reads the rules and the channels' languages anew; rules that can't be read are told to the log and
    /// left out.
    [[nodiscard]] Result<void> reload();
    /// Somebody is taken for one of the watchlist: by the first rule about it that is of this camera, with
    /// all that it says of whom to tell and when to tell others; without one it is urgent, and on the screen
    /// alone. Goes on until answer_watchlist(). Its id.
    struct Watched {
        std::string camera;
        std::string place;  // the entry
        double likeness = 0;
        double likeness_min = 0;
        std::string match;  // its id
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
    [[nodiscard]] Result<bool> add_note(std::int64_t alarm, const std::string& who, const std::string& text);
    /// Calls back with the id of each alarm that was raised, has ended, escalated or was acknowledged, until
    /// the returned object goes.
    [[nodiscard]] std::shared_ptr<void> on_change(std::function<void(std::int64_t)> callback);

  private:
    void take(std::shared_ptr<const LiveTracks> tracks);
    void run();
    [[nodiscard]] bool wait();
    void judge();
    void sample_cameras(UtcTime now, std::vector<rules::Sample>& samples) REQUIRES(judging_);
    void sample_troubles(const CameraState& camera, UtcTime now, std::vector<rules::Sample>& samples)
        REQUIRES(judging_);
    /// `measured`, or the limit of a rule that has told of it where that is more: it goes on.
    [[nodiscard]] double or_as_told(rules::Measure measure, const std::string& camera,
                                    const std::string& place, double measured) const REQUIRES(judging_);
    [[nodiscard]] bool is_wanted(std::initializer_list<rules::Measure> measures) const REQUIRES(judging_);
    void sample_queues(UtcTime now, std::vector<rules::Sample>& samples) REQUIRES(judging_);
    void sample_sales(UtcTime now, std::vector<rules::Sample>& samples) const REQUIRES(judging_);
    void sample_facts(UtcTime now, std::vector<rules::Sample>& samples) REQUIRES(judging_);
    void resume(UtcTime now) REQUIRES(judging_);
    [[nodiscard]] Result<void> end_what_is_over() REQUIRES(judging_);
    void follow(const rules::Turn& turn) REQUIRES(judging_);
    void raise(const rules::Rule& rule, const rules::Turn& turn) REQUIRES(judging_);
    [[nodiscard]] Result<std::int64_t> keep(const records::AlarmRecord& alarm,
                                            const std::vector<std::int64_t>& channels) REQUIRES(judging_);
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
    AlarmTeller teller_ GUARDED_BY(judging_);
    rules::Engine engine_ GUARDED_BY(judging_);
    ZoneSamples zones_ GUARDED_BY(judging_);
    UtcTime next_slow_ GUARDED_BY(judging_);    // cameras and sales are asked then
    UtcTime next_queues_ GUARDED_BY(judging_);  // queues are
    UtcTime next_facts_ GUARDED_BY(judging_);   // facts are
    UnattendedTills unattended_ GUARDED_BY(judging_);
    struct Connection {
        std::int64_t reconnects = 0;
        UtcTime unknown_until;  // whether what was wrong with its pictures goes on
    };
    std::map<std::string, Connection> connections_ GUARDED_BY(judging_);  // by camera
    bool resumed_ GUARDED_BY(judging_) = false;
    bool unended_ GUARDED_BY(judging_) = false;                            // an end that could not be written
    std::map<std::string, QueueForecast> forecasts_ GUARDED_BY(judging_);  // as sampled last, by camera
    std::string told_ GUARDED_BY(judging_);                                // the last complaint

    Mutex mutex_;
    Condition changed_;
    std::deque<std::shared_ptr<const LiveTracks>> waiting_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::shared_ptr<void> subscription_;
    std::shared_ptr<void> plan_subscription_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
