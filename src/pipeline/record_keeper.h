// Brings what the shop learns onto the disk: facts as they close, open visits every few seconds, heat maps,
// and the sign that the program is alive; and forgets what is too old. One thread of its own, so that no disk
// holds the networks up.
//
// Facts that can't be written (a full disk, a locked file) wait in memory and are tried again; nothing is
// lost unless the program ends before there is room. A fact that no record can hold is told and passed over:
// it would hold up all behind it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/event.h"
#include "pipeline/pulse.h"
#include "pipeline/shop.h"
#include "records/fact_store.h"
#include "records/path_store.h"
#include "records/shop_store.h"

namespace vitrina::pipeline {

/// A visit that is open when the program is killed loses at most 5 s: this, and the time to write on a slow,
/// busy disk.
inline constexpr std::chrono::milliseconds kCheckpointEvery{1'000};
static_assert(kCheckpointEvery < std::chrono::seconds(5));
/// Heat is worth less than facts: a killed program loses this much of it.
inline constexpr std::chrono::milliseconds kHeatEvery{10'000};
/// Pieces of paths that wait for a disk, of 300 points at most: some hours of a busy shop. Beyond it the
/// oldest are dropped.
inline constexpr std::size_t kPathsWaitingMax = 2'000;
/// Facts that wait for a disk: a busy shop's week, 60 MB. Beyond it the newest are dropped and counted.
inline constexpr std::size_t kFactsWaitingMax = 200'000;

/// How long what is kept; see records::ForgetBefore.
struct Retention {
    std::chrono::days facts{400};
    std::chrono::days heat{400};
    std::chrono::days log{400};
    std::chrono::days paths{90};  // 1,000 visits of 12 minutes a day are some 2 MB a day
};

/// What the keeper asks for when its time has come. Called from its thread.
class Snapshots {
  public:
    Snapshots() = default;
    Snapshots(const Snapshots&) = delete;
    Snapshots& operator=(const Snapshots&) = delete;
    virtual ~Snapshots() = default;

    using OpenVisits = records::CameraVisits;
    struct Heat {
        std::string camera;
        records::HeatGrid form;
        std::vector<records::HeatCell> cells;
    };
    [[nodiscard]] virtual std::vector<OpenVisits> open_visits() = 0;
    [[nodiscard]] virtual std::vector<Heat> take_heat() = 0;
    /// Paths that are to be stored: all that the facts that were put so far come from.
    [[nodiscard]] virtual records::PathNews take_paths() = 0;
};

class RecordKeeper {
  public:
    struct Options {
        Retention retention;
        std::function<void()> written;                // after new facts are on the disk; may be empty
        std::function<void(const std::string&)> log;  // may be empty
    };

    /// Borrows everything. Starts its thread.
    RecordKeeper(records::FactStore& facts, records::ShopStore& shop, records::PathStore& paths,
                 Snapshots& snapshots, Options options);
    /// Calls stop().
    ~RecordKeeper();
    RecordKeeper(const RecordKeeper&) = delete;
    RecordKeeper& operator=(const RecordKeeper&) = delete;

    /// From now on the records say that the program lives: a start that failed has not run. Any thread.
    void begin_to_live() { lives_ = true; }
    /// Facts to write, in order. Any thread; doesn't wait.
    void put(std::vector<LiveEvent> events);
    /// Writes everything once more and ends the thread.
    void stop();

    /// From now on. Any thread.
    void set_retention(const Retention& retention);
    /// The disk is full: while it is wanted, the oldest paths go, for a quarter of each second, until the
    /// file has records::kRoomForFacts. Any thread.
    void make_room(bool wanted) { wants_room_ = wanted; }
    /// Any thread.
    [[nodiscard]] FactBacklog backlog() const;
    /// How long its thread has been at one step: a second or so when there is nothing to do. Any thread.
    [[nodiscard]] std::chrono::milliseconds step_time() const { return pulse_.since_last(); }

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    /// Whether everything that was there to write is on the disk.
    bool write_facts();
    void checkpoint(const std::vector<Snapshots::OpenVisits>& all);
    void write_heat();
    /// Before the facts that come from them.
    void write_paths();
    /// Of pieces that wait, those that grew replace what they were, and the oldest go when there are too
    /// many.
    void bound_paths();
    /// Takes out what no record can hold, and says so.
    void refuse_impossible(std::vector<LiveEvent>& events);
    /// One step of it, so that what is new doesn't wait for the past.
    void forget_old();
    /// As much of it as a quarter of a second allows.
    void forget_for_room();
    void complain(const Result<void>& result);

    records::FactStore& facts_;
    records::ShopStore& shop_;
    records::PathStore& paths_;
    Snapshots& snapshots_;
    const Options options_;
    records::PathNews paths_waiting_;
    std::set<std::string> with_open_visits_;  // cameras, on the disk
    Clock::time_point next_checkpoint_;
    Clock::time_point next_heat_;
    Clock::time_point next_forget_;
    Pulse pulse_;
    std::atomic<bool> lives_ = false;
    std::atomic<bool> wants_room_ = false;
    std::atomic<std::int64_t> paths_dropped_ = 0;
    std::atomic<std::int64_t> paths_forgotten_ = 0;
    std::atomic<std::int64_t> refused_ = 0;

    mutable Mutex mutex_;
    Condition changed_;
    std::deque<LiveEvent> waiting_ GUARDED_BY(mutex_);
    std::optional<std::string> trouble_ GUARDED_BY(mutex_);  // of the last write
    std::string stuck_ GUARDED_BY(mutex_);                   // why facts wait; empty: they don't
    std::int64_t dropped_ GUARDED_BY(mutex_) = 0;
    Retention retention_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
