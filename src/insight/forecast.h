// How many will wait at the tills in a while: from who came in, how long people stay before they queue, how
// many do, how long services take and how many tills are open; and when another till should open. Learns as
// it goes; deterministic. One thread.
//
// A time in which nobody calls, because the program or the camera was off, is not a quiet one: nothing is
// learnt of it, and today's level is of what was watched.
//
// The queues are taken together: people choose the shortest and change, so that waiting is shared evenly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/local_clock.h"
#include "base/time.h"
#include "domain/sighting.h"
#include "insight/queues.h"

namespace vitrina::insight {

struct ForecastOptions {
    /// The shop's days are what is learnt from.
    LocalClock clock{};
    /// People waiting at each open till from which another one should open.
    double length_limit = 4;
    /// What that is now for the queues of a camera, where it may change meanwhile: asked by who forecasts for
    /// a camera, once a minute, on his thread. Nothing, or empty: length_limit.
    std::function<std::optional<double>(const std::string& camera)> limit_now;
    /// Today's level beside the usual day is believed after about as many entries.
    double level_weight = 40;
    /// How quickly it learns that more or fewer join than was expected; 0: never.
    double pressure_step = 0.01;
    /// For about so long the tills that are open now are believed to stay, rather than what is usual.
    Duration till_trust = std::chrono::minutes(4);
    /// What a service takes beside what was measured.
    double service_scale = 1;
    /// The same advice is not given again for this long.
    Duration advice_pause = std::chrono::minutes(15);
};

/// Of all queues together.
struct Outlook {
    Duration ahead{};
    double expected = 0;  // people waiting
    int median = 0;
    int low = 0;  // eight times of ten it is within low and high
    int high = 0;
    double over_limit = 0;  // the chance of the limit or more at each open till
    double tills_open = 0;  // expected then
};

struct TillAdvice {
    std::string till;
    SourceTime said;
    SourceTime open_at;
    double expected = 0;  // people waiting at each till without it
    double chance = 0;    // that the limit is reached
};

inline constexpr std::array<int, 3> kOutlookMinutes = {5, 10, 20};
inline constexpr Duration kAdviceFirst = std::chrono::minutes(3);  // nobody comes to a till sooner

class Forecaster {
  public:
    explicit Forecaster(const ForecastOptions& options);

    /// Whoever is first seen right after a time that was not watched is inside, and did not come in then.
    void observe(const Sighting& sighting);
    /// Somebody began to wait or to be served.
    void joined(PersonId person, SourceTime at);
    /// Once a minute or so, in the order of time. What is more than two minutes after the last call was not
    /// watched.
    void learn(SourceTime now, const Queues& queues);
    /// Instead of it, while not all queues are watched: whoever has gone is forgotten, and of nobody who is
    /// inside it is learnt whether he joins.
    void forget(SourceTime now);

    [[nodiscard]] std::vector<Outlook> outlooks(SourceTime now, const Queues& queues);
    /// Each of the twenty minutes to come, as outlooks() saw them last; none before it.
    [[nodiscard]] const std::vector<Outlook>& minutes() const { return minutes_; }
    /// From now on, instead of ForecastOptions::length_limit.
    void set_length_limit(double people) { options_.length_limit = people; }
    [[nodiscard]] double length_limit() const { return options_.length_limit; }
    /// What was learnt, today's level included, to go on with after a restart; who is inside is not in it.
    [[nodiscard]] std::string memory() const;
    /// Begins with it. False, and all stays as it was, for text that memory() doesn't give.
    [[nodiscard]] bool remember(std::string_view text);
    /// Days that were learnt from, the last dozen.
    [[nodiscard]] double days() const { return days_; }

    /// By what outlooks() said last.
    [[nodiscard]] std::optional<TillAdvice> advice(SourceTime now, const Queues& queues);

  private:
    static constexpr int kBinsOfDay = 96;  // a quarter of an hour
    static constexpr int kAges = 240;      // of kAge each: an hour and twenty minutes
    using OfDay = std::array<double, kBinsOfDay>;

    struct Inside {
        SourceTime entered;
        SourceTime last;
        bool joined = false;
        bool came_in = true;  // was seen to: how long he has been there is known
    };
    struct Said {
        SourceTime at;
        double expected = 0;
    };
    /// What the chain is run on, for each of its steps.
    struct Course {
        std::vector<double> joins;  // people
        std::vector<double> open;   // tills
    };
    using Chances = std::vector<double>;  // of so many stages of service being left

    [[nodiscard]] int bin_of(SourceTime at) const;
    /// Notices a time that was not watched.
    void listen(SourceTime at);
    /// Adds the time that has passed until now to the quarters of an hour it lies in, of today.
    void add_time(OfDay& seconds, SourceTime now, Duration passed) const;
    /// Ends the day before, if this is another one.
    void come_to(SourceTime at);
    void end_day();
    /// How busy such a weekday is, by the hours of today that were watched.
    void learn_weekday();
    void sweep(SourceTime now);
    [[nodiscard]] double level(SourceTime now) const;
    [[nodiscard]] double entries_a_second(SourceTime at, SourceTime now, double day_level) const;
    [[nodiscard]] std::vector<double> joins_of_inside(SourceTime now) const;
    [[nodiscard]] Course course(SourceTime now, const Queues& queues) const;
    [[nodiscard]] double tills_open(SourceTime at, SourceTime now, const Queues& queues) const;
    /// Parties that wait when so many are there, served or waiting, at so many tills: not all who could be
    /// served are, because people stay in the queue that they chose.
    [[nodiscard]] double waiting_of(int parties, double open) const;
    [[nodiscard]] Chances start(SourceTime now, const Queues& queues) const;
    static void step(Chances& chances, Chances& next, double joins, const std::vector<double>& busy,
                     double stage_rate);
    [[nodiscard]] Outlook outlook(const Chances& chances, Duration ahead, double open) const;
    [[nodiscard]] std::vector<Outlook> run(SourceTime now, const Queues& queues) const;

    ForecastOptions options_;
    std::unordered_map<PersonId, Inside> inside_;
    OfDay today_{};
    OfDay profile_{};  // entries of a usual day
    std::array<double, 7> weekdays_{1, 1, 1, 1, 1, 1, 1};
    std::array<bool, 7> weekday_known_{};
    std::vector<OfDay> open_today_;    // by till: seconds open
    std::vector<OfDay> open_profile_;  // share of the time
    double days_ = 0;
    std::int64_t day_ = 0;
    OfDay watched_{};   // seconds of that day: 0 or 1800 where the clock is put over or back
    OfDay bin_days_{};  // on which a quarter was watched; profile_ says nothing of it while that is 0
    std::array<double, kAges> joins_{};   // by age
    std::array<double, kAges> leaves_{};  // without having joined
    double party_size_ = 1;
    double service_s_ = 60;
    struct Tally {
        double waiting = 0;
        double count = 0;
    };
    std::map<std::pair<int, int>, Tally> shared_;  // by parties there and tills open
    double pressure_ = 1;                          // joins as they turn out, beside what was expected
    std::deque<Said> said_;
    std::vector<Outlook> minutes_;  // to come
    SourceTime learnt_;
    SourceTime heard_;          // of anything, last
    SourceTime watched_since_;  // without a pause
    bool has_learnt_ = false;
    bool has_heard_ = false;
    SourceTime advised_;
    bool has_advised_ = false;
};

}  // namespace vitrina::insight
