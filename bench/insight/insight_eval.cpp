// Judges insight against a simulated shop whose truth is known: entries, dwell, waiting times, queue
// forecasts, queues announced before they are too long, receipts and their buyers.
// scripts/evaluate_insight.sh runs it; docs/accuracy.md has its figures.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/sim_file.h"
#include "evaluate/announcements.h"
#include "insight/forecast.h"
#include "insight/insight.h"
#include "sim/life.h"
#include "sim/sites.h"
#include "sim/witness.h"
#include "till_match.h"
#include "truth.h"

namespace vitrina::bench {
namespace {

constexpr double kEveryS = 600;   // between two forecasts that are judged
constexpr int kFutures = 60;      // that the oracle looks at
constexpr double kStayMinS = 3;   // shorter ones are passing
constexpr double kStepOutS = 1;   // as insight has it
constexpr double kWaitMinS = 10;  // a relative error of less says nothing
constexpr std::size_t kHorizons = insight::kOutlookMinutes.size();
constexpr int kAlarmEvery = 2;          // minutes between two moments at which it may be announced
constexpr double kWrongMax = 0.1;       // of the announcements
constexpr double kProductChance = 0.5;  // from which a till is advised to open
constexpr double kClocksApartS = 40;    // tills' clocks, where the shop's file doesn't set them
constexpr double kClockDriftS = 1;      // a day, to and fro

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Found final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        if (const auto* wait = std::get_if<Wait>(&event.fact)) waits.push_back(*wait);
        if (const auto* visit = std::get_if<Visit>(&event.fact)) visits.push_back(*visit);
        return {};
    }
    std::vector<Wait> waits;
    std::vector<Visit> visits;
};

/// One moment's forecasts and what came.
struct Judged {
    double at_s = 0;
    double now = 0;
    std::array<double, kHorizons> forecast{};
    std::array<double, kHorizons> low{};
    std::array<double, kHorizons> high{};
    std::array<double, kHorizons> oracle{};
    std::array<double, kHorizons> usual{};
    std::array<double, kHorizons> came{};
};

/// The mean of each hour of the day over the days before.
class HourMeans {
  public:
    void add(double at_s, double value) {
        Mean& mean = means_[hour(at_s)];
        mean.sum += value;
        ++mean.count;
    }
    [[nodiscard]] double of(double at_s) const {
        const auto found = means_.find(hour(at_s));
        return found == means_.end() ? 0 : found->second.sum / found->second.count;
    }

  private:
    struct Mean {
        double sum = 0;
        double count = 0;
    };
    static int hour(double at_s) { return static_cast<int>(std::fmod(at_s, sim::kDayS) / sim::kHourS); }
    std::map<int, Mean> means_;
};

int waiting_in(const sim::ShopLife& life, std::size_t tills) {
    int total = 0;
    for (std::size_t till = 0; till < tills; ++till)
        total += life.waiting(till);
    return total;
}

bool is_too_long(const sim::ShopLife& life, std::size_t tills, double limit) {
    return waiting_in(life, tills) >= limit * std::max(1, life.open_tills());
}

/// What somebody knows who has the simulator's state.
struct Oracle {
    std::array<double, kHorizons> expected{};
    double chance = 0;  // of too long a queue, in the likeliest minute of those that are announced
};

Oracle oracle_of(const sim::ShopLife& life, std::size_t tills, double limit, std::uint64_t seed) {
    const evaluate::AnnouncementRules rules;
    std::array<std::vector<double>, kHorizons> futures;
    std::vector<int> too_long(static_cast<std::size_t>(rules.last) + 1, 0);
    for (int i = 0; i < kFutures; ++i) {
        sim::ShopLife future = life;
        future.reseed(seed * 1000 + static_cast<std::uint64_t>(i));
        for (int minute = 1; minute <= rules.last; ++minute) {
            future.run(life.now_s() + 60.0 * minute, nullptr);
            if (minute >= rules.first && is_too_long(future, tills, limit))
                ++too_long.at(static_cast<std::size_t>(minute));
            for (std::size_t k = 0; k < kHorizons; ++k)
                if (minute == insight::kOutlookMinutes.at(k))
                    futures.at(k).push_back(waiting_in(future, tills));
        }
    }
    Oracle oracle;
    for (std::size_t k = 0; k < kHorizons; ++k)
        oracle.expected.at(k) = median(futures.at(k));
    oracle.chance = *std::max_element(too_long.begin(), too_long.end()) / static_cast<double>(kFutures);
    return oracle;
}

/// The same of a forecast.
double chance_of(const std::vector<insight::Outlook>& minutes) {
    const evaluate::AnnouncementRules rules;
    double chance = 0;
    for (const insight::Outlook& outlook : minutes)
        if (outlook.ahead >= std::chrono::minutes(rules.first) &&
            outlook.ahead <= std::chrono::minutes(rules.last))
            chance = std::max(chance, outlook.over_limit);
    return chance;
}

struct Settings {
    std::string shop;
    std::uint64_t seed = 1;
    int days = 10;
    int warm_up = 5;  // days from which is only learnt
};

class Trial {
  public:
    Trial(const sim::Shop& shop, const Settings& settings, const std::shared_ptr<sim::Sites>& sites)
        : shop_(shop),
          settings_(settings),
          sites_(sites),
          life_(*shop.behaviour, sites,
                std::make_shared<const sim::Population>(*shop.behaviour, settings.seed), settings.seed),
          insight_(floor_layout(shop.plan), {"eval", "plan"}, {}, found_),
          forecaster_(options_of(shop)),
          witness_(shop.plan, *shop.behaviour, settings.seed,
                   {[this](const Sighting& sighting) { see(sighting); },
                    [this](const sim::ZoneStay& stay) { truth_.stays.push_back(stay); },
                    [this](PersonId person, PersonId as, double) { truth_.numbers[as] = person; }}) {}

    void run() {
        const double step = 1 / shop_.behaviour->seeing.rate_hz;
        const double end = settings_.days * sim::kDayS;
        const auto last = static_cast<std::int64_t>(std::ceil(end / step));
        double next = 0;
        for (std::int64_t tick = 0; tick < last; ++tick) {
            const double at = static_cast<double>(tick) * step;
            life_.run(at, &truth_);
            if (life_.anybody()) witness_.look(life_, at);
            if (at < next) continue;
            next += 60;
            minute(at);
        }
        witness_.finish(end);
        must(insight_.finish(instant_at(end)));
        for (Judged& it : judged_)
            for (std::size_t k = 0; k < kHorizons; ++k)
                it.came.at(k) = truth_.total_at(it.at_s + 60.0 * insight::kOutlookMinutes.at(k));
    }
    void report() const {
        fmt::print("\n{} seed {}: {} days, {} of them learnt from before forecasts are judged\n",
                   settings_.shop, settings_.seed, settings_.days, settings_.warm_up);
        report_entries();
        report_dwell();
        report_waits();
        report_forecasts();
        report_announcements();
        report_receipts();
    }

  private:
    static insight::ForecastOptions options_of(const sim::Shop& shop) {
        insight::ForecastOptions options;
        // Second 0 is a midnight of that weekday; day 0 of the clock is a Thursday.
        options.clock = LocalClock(std::chrono::days((shop.behaviour->weekday + 4) % sim::kWeekdays));
        return options;
    }
    static void must(const Result<void>& result) {
        if (result) return;
        fmt::print(stderr, "{}\n", result.error().message);
        std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
    }
    void see(const Sighting& sighting) {
        must(insight_.observe(sighting));
        forecaster_.observe(sighting);
    }
    void minute(double at_s) {
        const SourceTime now = instant_at(at_s);
        must(insight_.advance(now));
        for (const auto& joined : insight_.queues().take_joined())
            forecaster_.joined(joined.person, joined.at);
        forecaster_.learn(now, insight_.queues());
        const auto outlooks = forecaster_.outlooks(now, insight_.queues());
        const double total = truth_.total_at(at_s);
        const auto hour = static_cast<std::size_t>(std::fmod(at_s, sim::kDayS) / sim::kHourS);
        const bool open = shop_.behaviour->arrivals.hours.at(hour) > 0;
        const bool watched =
            open && at_s >= settings_.warm_up * sim::kDayS && at_s + 1300 < settings_.days * sim::kDayS;
        const bool judged = watched && std::fmod(at_s, kEveryS) < 59;
        const auto number = std::llround(at_s / 60);
        const bool asked = watched && number % kAlarmEvery == 0;
        const std::size_t tills = sites_->tills().size();
        const double limit = forecaster_.length_limit();
        Oracle oracle;
        if (judged || asked)
            oracle =
                oracle_of(life_, tills, limit, settings_.seed * 100'000 + static_cast<std::uint64_t>(number));
        if (watched) {
            const bool over = is_too_long(life_, tills, limit);
            said_.push_back(
                {number, over, asked ? std::optional(chance_of(forecaster_.minutes())) : std::nullopt});
            oracle_said_.push_back({number, over, asked ? std::optional(oracle.chance) : std::nullopt});
        }
        if (judged) {
            Judged it;
            it.at_s = at_s;
            it.now = total;
            for (std::size_t k = 0; k < kHorizons; ++k) {
                it.forecast.at(k) = outlooks.at(k).median;
                it.low.at(k) = outlooks.at(k).low;
                it.high.at(k) = outlooks.at(k).high;
                it.usual.at(k) = hours_.of(at_s + 60.0 * insight::kOutlookMinutes.at(k));
            }
            it.oracle = oracle.expected;
            judged_.push_back(it);
        }
        hours_.add(at_s, total);
    }

    void report_entries() const {
        std::int64_t in = 0;
        for (const auto& line : insight_.summary().lines)
            in += line.in;
        fmt::print("entries            {} of {} ({:+.2f} %)\n", in, truth_.entries,
                   100.0 * (static_cast<double>(in) / truth_.entries - 1));
        // As the dashboard has it: receipts of those who came in.
        const double found = 100.0 * truth_.receipts / static_cast<double>(std::max<std::int64_t>(1, in));
        const double truly = 100.0 * truth_.receipts / std::max(1, truth_.entries);
        fmt::print("conversion         {:.2f} % of {:.2f} % ({:+.2f} points)\n", found, truly, found - truly);
    }
    void report_dwell() const {
        const auto& zones = shop_.plan.zones;
        std::map<std::pair<PersonId, std::size_t>, std::vector<sim::ZoneStay>> merged;
        for (const sim::ZoneStay& stay : truth_.stays) {
            auto& of = merged[{stay.person, stay.zone}];
            if (!of.empty() && stay.begin_s - of.back().end_s < kStepOutS)
                of.back().end_s = stay.end_s;
            else
                of.push_back(stay);
        }
        std::vector<std::vector<double>> truth(zones.size());
        for (const auto& [key, stays] : merged)
            for (const sim::ZoneStay& stay : stays)
                if (stay.end_s - stay.begin_s >= kStayMinS)
                    truth[key.second].push_back(stay.end_s - stay.begin_s);
        double worst = 0;
        for (std::size_t i = 0; i < zones.size(); ++i) {
            std::vector<double> dwells;
            for (const Visit& visit : found_.visits)
                if (visit.zone == zones[i].name && to_seconds(visit.end - visit.begin) >= kStayMinS)
                    dwells.push_back(to_seconds(visit.end - visit.begin));
            if (truth[i].size() < 50) continue;
            const double error = 100 * (median(dwells) / median(truth[i]) - 1);
            if (std::abs(error) > std::abs(worst)) worst = error;
            fmt::print("  dwell {:<22} {:6} visits of {:6}, median {:7.2f} s of {:7.2f} s ({:+.2f} %)\n",
                       zones[i].name, dwells.size(), truth[i].size(), median(dwells), median(truth[i]),
                       error);
        }
        fmt::print("dwell median       worst zone {:+.2f} %\n", worst);
    }
    void report_waits() const {
        std::map<std::string, std::string> till_of;
        for (const Zone& zone : shop_.plan.zones)
            if (zone.kind == ZoneKind::kQueue) till_of[zone.name] = zone.till;
        std::multimap<std::pair<PersonId, std::string>, const Wait*> found;
        for (const Wait& wait : found_.waits) {
            const auto person = truth_.numbers.find(wait.person);
            if (person != truth_.numbers.end()) found.insert({{person->second, till_of[wait.queue]}, &wait});
        }
        std::vector<double> relative, seconds;
        int all = 0;
        int missed = 0;
        for (const TrueWait& wait : truth_.waits) {
            if (wait.how != sim::Leaving::kServed) continue;
            ++all;
            const Wait* best = nullptr;
            const auto [begin, end] = found.equal_range({wait.person, wait.till});
            for (auto it = begin; it != end; ++it)
                if (it->second->outcome == WaitEnd::kServed &&
                    std::abs(to_seconds(it->second->end) - wait.until_s) < 20)
                    best = it->second;
            if (best == nullptr) {
                ++missed;
                continue;
            }
            const double truly = wait.until_s - wait.joined_s;
            const double error = std::abs(to_seconds(best->end - best->begin) - truly);
            seconds.push_back(error);
            if (truly >= kWaitMinS) relative.push_back(error / truly);
        }
        fmt::print(
            "waits              {} served, {:.1f} % not found; median error {:.2f} s, {:.2f} % of waits from "
            "{} s\n",
            all, 100.0 * missed / std::max(1, all), median(seconds), 100 * median(relative), kWaitMinS);
    }
    void report_forecasts() const {
        for (std::size_t k = 0; k < kHorizons; ++k) {
            double forecast = 0;
            double stays = 0;
            double usual = 0;
            double oracle = 0;
            double within = 0;
            for (const Judged& it : judged_) {
                forecast += std::abs(it.forecast.at(k) - it.came.at(k));
                stays += std::abs(it.now - it.came.at(k));
                usual += std::abs(it.usual.at(k) - it.came.at(k));
                oracle += std::abs(it.oracle.at(k) - it.came.at(k));
                within += it.came.at(k) >= it.low.at(k) && it.came.at(k) <= it.high.at(k) ? 1 : 0;
            }
            const auto n = static_cast<double>(judged_.size());
            const double best = std::min(stays, usual);
            fmt::print(
                "forecast {:2} min    error {:.3f}; as now {:.3f}, hour's mean {:.3f}, oracle {:.3f}: {:.1f} "
                "% of the gap "
                "closed; {:.1f} % within the interval; {} moments\n",
                insight::kOutlookMinutes.at(k), forecast / n, stays / n, usual / n, oracle / n,
                100 * (best - forecast) / (best - oracle), 100 * within / n, judged_.size());
        }
    }

    void report_announcements() const {
        const auto print = [](const char* who, double chance, const evaluate::Announcements& found) {
            fmt::print(
                "too long, {:<8} from a chance of {:.2f}: {} of {} announced in time ({:.1f} %), {} of {} "
                "wrong\n",
                who, chance, found.announced, found.alarms, 100 * found.share(), found.wrong, found.said);
        };
        print("advice", kProductChance, evaluate::judge_announcements(said_, kProductChance));
        const auto own = evaluate::best_announcements(said_, kWrongMax);
        const auto oracle = evaluate::best_announcements(oracle_said_, kWrongMax);
        print("best", own.chance, own.found);
        print("oracle", oracle.chance, oracle.found);
        if (oracle.found.announced > 0)
            fmt::print("too long, of the oracle's {:.1f} % are announced\n",
                       100.0 * own.found.announced / oracle.found.announced);
    }
    void report_receipts() const {
        const TillMatch found = match_tills(floor_layout(shop_.plan), found_.visits, truth_);
        const double all = std::max(1, found.receipts);
        fmt::print(
            "receipts           {} at {} tills: {:.2f} % to the buyer, {:.2f} % to his party, {:.2f} % to "
            "others; of those matched {:.2f} % right, {:.2f} % promised\n",
            found.receipts, found.tills, 100 * found.buyer / all, 100 * found.party / all,
            100 * (found.matched - found.party) / all, 100.0 * found.buyer / std::max(1, found.matched),
            100 * found.promised / std::max(1, found.matched));
    }

    const sim::Shop& shop_;
    Settings settings_;
    std::shared_ptr<sim::Sites> sites_;
    sim::ShopLife life_;
    Truth truth_;
    Found found_;
    insight::Insight insight_;
    insight::Forecaster forecaster_;
    sim::Witness witness_;
    HourMeans hours_;
    std::vector<Judged> judged_;
    std::vector<evaluate::WatchedMinute> said_;
    std::vector<evaluate::WatchedMinute> oracle_said_;
};

/// Clocks of tills are never alike.
void put_clocks_apart(sim::Checkout& checkout) {
    const bool are_set =
        std::any_of(checkout.tills.begin(), checkout.tills.end(), [](const sim::TillHours& till) {
            return till.clock_offset_s != 0 || till.clock_drift_s_per_day != 0;
        });
    if (are_set) return;
    for (std::size_t i = 0; i < checkout.tills.size(); ++i) {
        checkout.tills[i].clock_offset_s = kClocksApartS * static_cast<double>(i);
        checkout.tills[i].clock_drift_s_per_day = i % 2 == 0 ? kClockDriftS : -kClockDriftS;
    }
}

int run(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "insight_eval SHOP.yaml SEED [DAYS [DAYS TO LEARN FROM]]\n");
        return 2;
    }
    Settings settings;
    settings.shop = argv[1];
    settings.seed = std::strtoull(argv[2], nullptr, 10);
    if (argc > 3) settings.days = std::atoi(argv[3]);
    if (argc > 4) settings.warm_up = std::atoi(argv[4]);
    auto shop = app::load_sim_shop(settings.shop);
    if (!shop || !shop->behaviour) {
        fmt::print(stderr, "{}\n", shop ? settings.shop + ": has no behaviour" : shop.error().message);
        return 2;
    }
    shop->behaviour->days = std::max(shop->behaviour->days, settings.days);
    put_clocks_apart(shop->behaviour->checkout);
    auto sites = sim::Sites::create(shop->plan, *shop->behaviour);
    if (!sites) {
        fmt::print(stderr, "{}\n", sites.error().message);
        return 2;
    }
    Trial trial(*shop, settings, std::make_shared<sim::Sites>(std::move(*sites)));
    trial.run();
    trial.report();
    return 0;
}

}  // namespace
}  // namespace vitrina::bench

int main(int argc, char** argv) {
    try {
        return vitrina::bench::run(argc, argv);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "%s\n", exception.what());
        return 1;
    }
}
