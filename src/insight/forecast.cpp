#include "insight/forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vitrina::insight {
namespace {

constexpr double kBinS = 900;
constexpr double kAgeS = 20;
constexpr Duration kGone = std::chrono::seconds(60);     // unseen for so long: has left the shop
constexpr Duration kPause = std::chrono::seconds(120);   // without a word for longer: nobody watched
constexpr Duration kSettles = std::chrono::seconds(10);  // until all who are inside have been seen
constexpr double kWatchedMin = 0.5;                      // of a quarter of an hour, to learn from it
constexpr double kStepS = 20;                            // of the course
constexpr int kSubsteps = 5;                             // of the chain in each
constexpr std::size_t kStepsAMinute = 3;
constexpr std::size_t kStages = 4;  // of a service: it varies half as much as an exponential one
constexpr int kPartiesMax = 60;
constexpr double kLevelBins = 20;    // five hours: a day is as busy as it began
constexpr double kDaysMax = 12;      // a day's weight is not below one of so many
constexpr double kAgesForget = 0.9;  // of a day to the next
constexpr double kPressureMax = 1.6;
constexpr double kEveryBinS = 1800;    // of recent entries, while there is no day to learn from
constexpr double kWeekdayFirst = 0.9;  // of what a weekday shows beside the usual day, the first time
constexpr double kWeekdayAgain = 0.4;
constexpr double kNoChance = 1e-9;
constexpr double kSharedWeight = 10;      // minutes after which what was seen is believed
constexpr double kSharedForgets = 0.995;  // of a minute to the next like it
constexpr int kAdviceLastMinutes = 20;
constexpr double kAdviceChance = 0.5;

/// The least w with at least this share of the chance at or below it.
int quantile(const std::vector<double>& chances, double share) {
    double sum = 0;
    for (std::size_t i = 0; i < chances.size(); ++i) {
        sum += chances[i];
        if (sum >= share - 1e-9) return static_cast<int>(i);
    }
    return static_cast<int>(chances.size()) - 1;
}

/// People in so many parties: one each, and the rest by chance (Poisson).
std::vector<double> people_of(const std::vector<double>& parties, double size) {
    constexpr std::size_t kPeopleMax = 2 * kPartiesMax;
    std::vector<double> people(kPeopleMax + 1, 0);
    for (std::size_t w = 0; w < parties.size(); ++w) {
        const double more = static_cast<double>(w) * std::max(0.0, size - 1);
        double chance = parties[w] * std::exp(-more);
        for (std::size_t k = 0; w + k <= kPeopleMax && (k == 0 || chance > 1e-9); ++k) {
            people[w + k] += chance;
            chance *= more / static_cast<double>(k + 1);
        }
    }
    return people;
}

}  // namespace

Forecaster::Forecaster(const ForecastOptions& options) : options_(options) {}

int Forecaster::bin_of(SourceTime at) const {
    return std::min(kBinsOfDay - 1, static_cast<int>(to_seconds(options_.clock.of_day(at)) / kBinS));
}

void Forecaster::come_to(SourceTime at) {
    const std::int64_t day = options_.clock.day(at);
    if (day == day_) return;
    end_day();
    day_ = day;
}

void Forecaster::listen(SourceTime at) {
    if (!has_heard_ || at - heard_ > kPause || heard_ - at > kPause) {
        watched_since_ = at;
        heard_ = at;
    }
    has_heard_ = true;
    heard_ = std::max(heard_, at);
}

void Forecaster::observe(const Sighting& sighting) {
    listen(sighting.at);
    if (sighting.labels.staff) {
        inside_.erase(sighting.person);
        return;
    }
    const auto [entry, is_new] =
        inside_.try_emplace(sighting.person, Inside{sighting.at, sighting.at, false, true});
    entry->second.last = sighting.at;
    if (!is_new) return;
    come_to(sighting.at);
    entry->second.came_in = sighting.at - watched_since_ >= kSettles;
    // Of minutes that learn() doesn't know of, nothing is counted.
    const bool is_watched = has_learnt_ && sighting.at - learnt_ <= kPause;
    if (!entry->second.came_in || !is_watched) return;
    ++today_.at(static_cast<std::size_t>(bin_of(sighting.at)));
}

void Forecaster::joined(PersonId person, SourceTime at) {
    const auto found = inside_.find(person);
    if (found == inside_.end() || found->second.joined) return;
    found->second.joined = true;
    if (!found->second.came_in) return;
    const auto age = static_cast<std::size_t>(std::max(0.0, to_seconds(at - found->second.entered)) / kAgeS);
    ++joins_.at(std::min<std::size_t>(age, kAges - 1));
}

void Forecaster::sweep(SourceTime now) {
    std::erase_if(inside_, [&](const auto& entry) {
        const Inside& it = entry.second;
        if (now - it.last < kGone) return false;
        const auto age = static_cast<std::size_t>(to_seconds(it.last - it.entered) / kAgeS);
        if (!it.joined && it.came_in) ++leaves_.at(std::min<std::size_t>(age, kAges - 1));
        return true;
    });
}

void Forecaster::forget(SourceTime now) {
    std::erase_if(inside_, [&](const auto& entry) { return now - entry.second.last >= kGone; });
    for (auto& [person, inside] : inside_)
        inside.came_in = false;
}

void Forecaster::learn_weekday() {
    double came = 0;
    double usual = 0;
    for (std::size_t i = 0; i < kBinsOfDay; ++i) {
        if (watched_.at(i) < kWatchedMin * kBinS || bin_days_.at(i) <= 0) continue;
        came += today_.at(i) * kBinS / watched_.at(i);
        usual += profile_.at(i);
    }
    if (usual <= 0) return;
    // A day of which little was seen says little.
    const double seen = usual / std::accumulate(profile_.begin(), profile_.end(), 0.0);
    const auto weekday = static_cast<std::size_t>(LocalClock::weekday_of(day_));
    double& factor = weekdays_.at(weekday);
    factor += seen * (weekday_known_.at(weekday) ? kWeekdayAgain : kWeekdayFirst) * (came / usual - factor);
    if (seen >= kWatchedMin) weekday_known_.at(weekday) = true;
}

void Forecaster::end_day() {
    const bool was_open = std::any_of(today_.begin(), today_.end(), [](double came) { return came > 0; });
    const bool was_watched = std::any_of(watched_.begin(), watched_.end(),
                                         [](double seconds) { return seconds >= kWatchedMin * kBinS; });
    if (was_open && was_watched) {
        learn_weekday();
        days_ = std::min(days_ + 1, kDaysMax);
        const double factor = weekdays_.at(static_cast<std::size_t>(LocalClock::weekday_of(day_)));
        const double scale = factor > 0.2 ? 1 / factor : 1;
        for (std::size_t i = 0; i < kBinsOfDay; ++i) {
            const double watched = watched_.at(i);
            if (watched < kWatchedMin * kBinS) continue;
            double& days = bin_days_.at(i);
            days = std::min(days + 1, kDaysMax);
            profile_.at(i) += (today_.at(i) * kBinS / watched * scale - profile_.at(i)) / days;
            for (std::size_t till = 0; till < open_today_.size(); ++till)
                open_profile_[till].at(i) +=
                    (std::min(1.0, open_today_[till].at(i) / watched) - open_profile_[till].at(i)) / days;
        }
        for (std::size_t i = 0; i < kAges; ++i)
            joins_.at(i) *= kAgesForget, leaves_.at(i) *= kAgesForget;
    }
    today_ = {};
    watched_ = {};
    for (OfDay& till : open_today_)
        till = {};
}

void Forecaster::add_time(OfDay& seconds, SourceTime now, Duration passed) const {
    const double of_this =
        std::min(to_seconds(passed), std::fmod(to_seconds(options_.clock.of_day(now)), kBinS));
    seconds.at(static_cast<std::size_t>(bin_of(now))) += of_this;
    // The rest is of the quarter before, unless that is yesterday's.
    const SourceTime before = now - passed;
    if (options_.clock.day(before) == day_)
        seconds.at(static_cast<std::size_t>(bin_of(before))) += to_seconds(passed) - of_this;
}

void Forecaster::learn(SourceTime now, const Queues& queues) {
    listen(now);
    open_today_.resize(queues.tills().size());
    open_profile_.resize(queues.tills().size());
    come_to(now);
    const bool was_watched = has_learnt_ && now >= learnt_ && now - learnt_ <= kPause;
    const Duration passed = was_watched ? now - learnt_ : Duration{};
    learnt_ = now;
    has_learnt_ = true;
    add_time(watched_, now, passed);
    sweep(now);
    double waiting = 0;
    int parties = 0;
    int served = 0;
    int open = 0;
    double sizes = 0;
    double services = 0;
    for (std::size_t i = 0; i < queues.tills().size(); ++i) {
        const Queues::Till& till = queues.tills()[i];
        parties += till.watch.parties_waiting();
        served += till.watch.serves() ? 1 : 0;
        open += queues.is_open(i, now) ? 1 : 0;
        if (queues.is_open(i, now)) add_time(open_today_[i], now, passed);
        waiting += till.watch.waiting();
        sizes += till.watch.party_size();
        services += to_seconds(till.watch.service_time());
    }
    if (parties + served > 0) {
        Tally& tally = shared_[{std::min(parties + served, kPartiesMax), open}];
        tally.waiting = kSharedForgets * tally.waiting + parties;
        tally.count = kSharedForgets * tally.count + 1;
    }
    const auto count = static_cast<double>(queues.tills().size());
    if (count > 0) party_size_ = sizes / count, service_s_ = options_.service_scale * services / count;
    while (!said_.empty() && said_.front().at <= now) {
        const double error = (waiting - said_.front().expected) / (1 + said_.front().expected);
        pressure_ = std::clamp(pressure_ * std::exp(options_.pressure_step * std::clamp(error, -1.0, 2.0)),
                               1 / kPressureMax, kPressureMax);
        said_.pop_front();
    }
}

double Forecaster::level(SourceTime now) const {
    const auto weekday = static_cast<std::size_t>(LocalClock::weekday_of(day_));
    const double prior = weekdays_.at(weekday);
    const int bin = bin_of(now);
    double came = 0;
    double expected = 0;
    double weight = 1;
    for (int i = bin - 1; i >= 0; --i) {
        const auto at = static_cast<std::size_t>(i);
        const bool is_known = bin_days_.at(at) > 0 && watched_.at(at) > 0;
        if (is_known) came += weight * today_.at(at);
        if (is_known) expected += weight * profile_.at(at) * watched_.at(at) / kBinS;
        weight *= 1 - 1 / kLevelBins;
    }
    return (came + options_.level_weight * prior) / (expected + options_.level_weight);
}

double Forecaster::entries_a_second(SourceTime at, SourceTime now, double day_level) const {
    // Between the middles of two bins.
    const double place = to_seconds(options_.clock.of_day(at)) / kBinS - 0.5;
    const double below = std::floor(place);
    const auto first = static_cast<std::size_t>((static_cast<int>(below) + kBinsOfDay) % kBinsOfDay);
    const auto second = (first + 1) % kBinsOfDay;
    if (bin_days_.at(first) > 0 && bin_days_.at(second) > 0)
        return day_level *
               (profile_.at(first) + (place - below) * (profile_.at(second) - profile_.at(first))) / kBinS;
    // Hours that were never watched on a day before: as it was of late.
    const int bin = bin_of(now);
    double came = 0;
    double seconds = 0;
    for (int i = bin; i >= 0 && i >= bin - static_cast<int>(kEveryBinS / kBinS); --i) {
        came += today_.at(static_cast<std::size_t>(i));
        seconds += watched_.at(static_cast<std::size_t>(i));
    }
    return came / std::max(seconds, kBinS / 3);
}

/// People in the shop who are not in a queue yet, step by step.
std::vector<double> Forecaster::joins_of_inside(SourceTime now) const {
    constexpr std::size_t kSteps = kAges;
    std::array<double, kAges + 1> alive{};
    for (std::size_t i = kAges; i-- > 0;)
        alive.at(i) = alive.at(i + 1) + joins_.at(i) + leaves_.at(i);
    std::vector<double> joins(kSteps, 0);
    for (const auto& [person, it] : inside_) {
        if (it.joined || now - it.last >= kGone) continue;
        const auto age = static_cast<std::size_t>(to_seconds(now - it.entered) / kAgeS);
        if (age >= kAges || alive.at(age) < 1) continue;
        for (std::size_t k = 0; age + k < kAges; ++k)
            joins[k] += joins_.at(age + k) / alive.at(age);
    }
    return joins;
}

double Forecaster::tills_open(SourceTime at, SourceTime now, const Queues& queues) const {
    double open = 0;
    const auto bin = static_cast<std::size_t>(bin_of(at));
    for (std::size_t i = 0; i < queues.tills().size(); ++i) {
        const double is = queues.is_open(i, now) ? 1 : 0;
        if (bin_days_.at(bin) <= 0 || i >= open_profile_.size()) {
            open += is;
            continue;
        }
        const double usual = open_profile_[i].at(bin);
        // Where today is as usual now, then also later; where it is not, for a while.
        const double keeps = std::exp(-to_seconds(at - now) / to_seconds(options_.till_trust));
        open += keeps * is + (1 - keeps) * usual;
    }
    return open;
}

Forecaster::Course Forecaster::course(SourceTime now, const Queues& queues) const {
    const auto steps = static_cast<std::size_t>(kAdviceLastMinutes * 60 / kStepS);
    const double day_level = level(now);
    const double known = std::accumulate(joins_.begin(), joins_.end(), 0.0) +
                         std::accumulate(leaves_.begin(), leaves_.end(), 0.0);
    std::vector<double> inside = joins_of_inside(now);
    std::vector<double> entries(steps);
    Course course;
    course.joins.resize(steps);
    course.open.resize(steps);
    for (std::size_t i = 0; i < steps; ++i) {
        const SourceTime at = now + from_seconds((static_cast<double>(i) + 0.5) * kStepS);
        entries[i] = entries_a_second(at, now, day_level) * kStepS;
        double joins = inside[i];
        for (std::size_t k = 0; k <= i && known > 0; ++k)
            joins += entries[i - k] * joins_.at(k) / known;
        course.joins[i] = joins * pressure_;
        course.open[i] = tills_open(at, now, queues);
    }
    return course;
}

double Forecaster::waiting_of(int parties, double open) const {
    const auto at = [&](int tills) {
        const double least = std::max(0, parties - tills);
        const auto found = shared_.find({parties, tills});
        if (found == shared_.end()) return least;
        return (found->second.waiting + kSharedWeight * least) / (found->second.count + kSharedWeight);
    };
    const int below = static_cast<int>(open);
    const double share = open - below;
    const double waiting = (1 - share) * at(below) + (share > 0 ? share * at(below + 1) : 0);
    return std::clamp(waiting, 0.0, static_cast<double>(kPartiesMax));
}

Forecaster::Chances Forecaster::start(SourceTime now, const Queues& queues) const {
    double stages = 0;
    for (const Queues::Till& till : queues.tills()) {
        stages += till.watch.parties_waiting() * kStages;
        if (!till.watch.serves() || !till.watch.service_began()) continue;
        const double gone = to_seconds(now - *till.watch.service_began()) / service_s_;
        stages += std::clamp(std::round(kStages * (1 - 0.8 * gone)), 1.0, static_cast<double>(kStages));
    }
    Chances chances(kStages * kPartiesMax + 1, 0);
    chances[std::min(static_cast<std::size_t>(stages), chances.size() - 1)] = 1;
    return chances;
}

/// A short while: parties come (Poisson) with all their stages, and each busy till works off one at a time.
void Forecaster::step(Chances& chances, Chances& next, double joins, const std::vector<double>& busy,
                      double stage_rate) {
    const std::size_t last = chances.size() - 1;
    // Whatever is longer than this has no chance worth a thought.
    std::size_t top = last;
    while (top > 0 && chances[top] < kNoChance)
        --top;
    std::fill(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(std::min(last, top + kStages) + 1),
              0.0);
    const double comes = std::min(0.9, joins);
    for (std::size_t m = 0; m <= top; ++m) {
        const double done = std::min(0.9, busy[(m + kStages - 1) / kStages] * stage_rate);
        const double come = chances[m] * comes;
        const double none = chances[m] - come;
        const std::size_t more = std::min(m + kStages, last);
        next[more] += come * (1 - done);
        next[more - 1] += come * done;
        next[m] += none * (1 - done);
        if (m > 0) next[m - 1] += none * done;
    }
    std::fill(next.begin() + static_cast<std::ptrdiff_t>(std::min(last, top + kStages) + 1), next.end(), 0.0);
    chances.swap(next);
}

Outlook Forecaster::outlook(const Chances& chances, Duration ahead, double open) const {
    std::vector<double> parties(kPartiesMax + 1, 0);
    for (std::size_t m = 0; m < chances.size(); ++m) {
        if (chances[m] < kNoChance) continue;
        // Between two whole numbers both happen.
        const double waiting = waiting_of(static_cast<int>((m + kStages - 1) / kStages), open);
        const auto below = static_cast<std::size_t>(waiting);
        const double share = waiting - static_cast<double>(below);
        parties[below] += chances[m] * (1 - share);
        parties[std::min<std::size_t>(below + 1, kPartiesMax)] += chances[m] * share;
    }
    const std::vector<double> people = people_of(parties, party_size_);
    Outlook result;
    result.ahead = ahead;
    for (std::size_t i = 0; i < people.size(); ++i) {
        result.expected += static_cast<double>(i) * people[i];
        if (static_cast<double>(i) >= options_.length_limit * std::max(1.0, open))
            result.over_limit += people[i];
    }
    result.median = quantile(people, 0.5);
    result.low = quantile(people, 0.1);
    result.high = quantile(people, 0.9);
    result.tills_open = open;
    return result;
}

/// For each minute to come.
std::vector<Outlook> Forecaster::run(SourceTime now, const Queues& queues) const {
    const Course plan = course(now, queues);
    Chances chances = start(now, queues);
    Chances next(chances.size(), 0);
    const double stage_rate = kStages / service_s_ * kStepS / kSubsteps;
    std::vector<Outlook> results;
    results.reserve(kAdviceLastMinutes);
    std::vector<double> busy(kPartiesMax + 1, 0);
    for (std::size_t i = 0; i < plan.joins.size(); ++i) {
        if (i == 0 || plan.open[i] != plan.open[i - 1])
            for (int parties = 0; parties <= kPartiesMax; ++parties)
                busy[static_cast<std::size_t>(parties)] = parties - waiting_of(parties, plan.open[i]);
        for (int k = 0; k < kSubsteps; ++k)
            step(chances, next, plan.joins[i] / party_size_ / kSubsteps, busy, stage_rate);
        if ((i + 1) % kStepsAMinute == 0)
            results.push_back(
                outlook(chances, from_seconds(static_cast<double>(i + 1) * kStepS), plan.open[i]));
    }
    return results;
}

std::vector<Outlook> Forecaster::outlooks(SourceTime now, const Queues& queues) {
    minutes_ = run(now, queues);
    std::vector<Outlook> results;
    results.reserve(kOutlookMinutes.size());
    for (const int minutes : kOutlookMinutes)
        results.push_back(minutes_.at(static_cast<std::size_t>(minutes) - 1));
    said_.push_back({now + results[1].ahead, results[1].expected});
    return results;
}

std::optional<TillAdvice> Forecaster::advice(SourceTime now, const Queues& queues) {
    if (has_advised_ && now >= advised_ && now - advised_ < options_.advice_pause) return std::nullopt;
    std::size_t closed = 0;
    while (closed < queues.tills().size() && queues.is_open(closed, now))
        ++closed;
    if (closed == queues.tills().size()) return std::nullopt;
    for (const Outlook& outlook : minutes_) {
        if (outlook.ahead < kAdviceFirst || outlook.over_limit < kAdviceChance) continue;
        has_advised_ = true;
        advised_ = now;
        return TillAdvice{queues.tills()[closed].till, now, now + outlook.ahead,
                          outlook.expected / std::max(1.0, outlook.tills_open), outlook.over_limit};
    }
    return std::nullopt;
}

}  // namespace vitrina::insight
