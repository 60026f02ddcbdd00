// Takes looks at faces from the networks, and does what the shop decided about them (docs/privacy.md): raises
// alarms of the watchlist with their evidence, keeps when known people came, or forgets the look at once.
//
// Any thread may call anything. A thread of its own decides and writes; the networks' threads only hand looks
// over. Where the gallery is closed or fails, looks are dropped and the shop goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/face_look.h"
#include "pipeline/alarm_watch.h"
#include "privacy/gallery.h"
#include "privacy/match_rates.h"
#include "privacy/recogniser.h"

namespace vitrina::pipeline {

/// Looks that wait: some seconds of eight cameras, of 20 kB each. Beyond it the oldest go.
inline constexpr std::size_t kFacesWaitingMax = 256;
/// An entry of which an alarm waits for its answer is not told again before.
inline constexpr std::chrono::minutes kWatchedAgainAfter{5};
/// One of which the match could not be kept is told again, but not more often than that.
inline constexpr std::chrono::seconds kFailedAgainAfter{30};
/// Looks at a visitor that are compared, until so many visitors tell their own mean: what FaceSchedule gives
/// somebody who stays for a minute.
inline constexpr double kLooksUsual = 7;
inline constexpr std::int64_t kVisitorsForMean = 100;
/// A pair of different people in so many is taken for one, unless the shop chose another rate.
inline constexpr double kFalseMatchDefault = 0.001;

class RecognitionWatch final : public FaceLookSink {
  public:
    struct Options {
        privacy::Mode mode = privacy::Mode::kAnonymous;
        privacy::Whom whom = privacy::Whom::kEnrolledAndWatchlist;
        std::string made_by;  // the network in use
        /// How long who was only seen is kept, where all are recognised.
        std::chrono::days seen_days{30};
        /// How long the picture of somebody is kept whom the watchlist took for one of it and nobody judged.
        std::chrono::days matches_days{30};
        /// Takes a pseudonym out of receipts and all that is like them, of who is forgotten. May be empty.
        std::function<Result<void>(const std::string& card)> forget_card;
        std::function<std::int64_t(UtcTime)> day_of;  // by the shop's clock
        std::function<UtcTime()> now;
        std::function<void(const std::string&)> log;  // may be empty
        /// What was measured of a network; privacy::match_rates but in tests.
        std::function<std::vector<privacy::MatchRate>(const std::string& made_by)> rates;
    };

    /// Borrows the gallery and the alarms. Reads the rate that was chosen, and starts its thread.
    [[nodiscard]] static Result<std::unique_ptr<RecognitionWatch>> create(
        privacy::Gallery& gallery, std::shared_ptr<records::GalleryStore> store, AlarmWatch& alarms,
        Options options);
    ~RecognitionWatch() override;

    void accept(const FaceLook& look) override;
    /// Where nobody is compared to anybody, none is made.
    [[nodiscard]] bool wants_descriptors() const override {
        return options_.mode != privacy::Mode::kAnonymous;
    }

    struct State {
        privacy::Mode mode = privacy::Mode::kAnonymous;
        privacy::Whom whom = privacy::Whom::kEnrolledAndWatchlist;
        double false_match = 0;                 // chosen
        std::vector<privacy::MatchRate> rates;  // of the network in use
        std::optional<double> likeness_min;     // none: the network was not measured, nobody is recognised
        std::optional<double> likeness_known;   // the same of who is in the gallery: more where many are
        std::size_t pictures_watched = 0;       // that a look is compared to: of the watchlist,
        std::size_t pictures_known = 0;         // and of those who are known
        double looks_of_visitor = 0;            // that are compared, on the mean; as usual at the start
        std::int64_t looks = 0;                 // since the start
        std::int64_t dropped = 0;               // of them, because they came too fast
        std::int64_t back_today = 0;            // visitors who were here today already, in the mode of a day
        std::optional<std::chrono::milliseconds> alarm_delay;  // of the last, from its picture
        std::string trouble;                                   // that lasts; empty: none
    };
    [[nodiscard]] State state() const;
    /// Fails (kConfiguration) for what is not between 0 and 1, or is rarer than was measured.
    [[nodiscard]] Result<void> set_false_match(double rate);

    /// Waits until all looks that came are decided, for tests. False: not in time.
    [[nodiscard]] bool settle(std::chrono::milliseconds within) const;

  private:
    RecognitionWatch(privacy::Gallery& gallery, std::shared_ptr<records::GalleryStore> store,
                     AlarmWatch& alarms, Options options);
    void run();
    void decide(const FaceLook& look);
    /// Whether somebody was told of it, now or already; false: not yet.
    [[nodiscard]] Result<bool> tell_watched(const FaceLook& look, const privacy::Likeness& likeness);
    /// Of an entry that was told a while ago; none: it is to be told.
    [[nodiscard]] std::optional<bool> was_told(const FaceLook& look, std::int64_t entry) const;
    [[nodiscard]] Result<void> take_in(const FaceLook& look);
    void keep_house();
    [[nodiscard]] Result<void> end_alarm(std::int64_t alarm, const std::string& why);
    /// What waits for an answer about entries whose day has come.
    [[nodiscard]] Result<void> end_alarms_of_expired(UtcTime now);
    /// What can go wrong, each for itself: what succeeds takes its own trouble back alone.
    enum class Task : std::uint8_t { kTell, kKeepStay, kTakeBack, kTakeIn, kEndAlarms, kForget };
    void complain(Task task, const Result<void>& done);
    void keep_stay(const FaceLook& look, const privacy::Likeness& known);
    [[nodiscard]] Result<void> forget(UtcTime now);
    [[nodiscard]] std::optional<double> threshold(const std::string& made_by) const;
    [[nodiscard]] std::optional<double> threshold_among(const std::string& made_by,
                                                        std::size_t pictures) const;

    privacy::Gallery& gallery_;
    const std::shared_ptr<records::GalleryStore> store_;
    AlarmWatch& alarms_;
    const Options options_;
    privacy::Recogniser recogniser_;  // of the thread alone
    struct Told {
        UtcTime until;      // it is not told again before
        std::string match;  // empty: it could not be kept
    };
    std::map<std::int64_t, Told> last_told_;  // of the thread alone: by entry
    UtcTime next_house_;                      // of the thread alone

    mutable Mutex mutex_;
    mutable Condition changed_;
    std::deque<FaceLook> waiting_ GUARDED_BY(mutex_);
    bool deciding_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    State state_ GUARDED_BY(mutex_);
    std::map<Task, std::string> troubles_ GUARDED_BY(mutex_);  // that last
    privacy::Recogniser::Compared compared_ GUARDED_BY(mutex_);
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
