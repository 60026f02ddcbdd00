#include "pipeline/simulated_shop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/thread_name.h"
#include "pipeline/plan_picture.h"
#include "pipeline/shop_clock.h"
#include "pipeline/simulated_day.h"
#include "pipeline/simulated_floor.h"
#include "sim/shop.h"
#include "sim/sites.h"

namespace vitrina::pipeline {
namespace {

constexpr double kPxPerM = 40;
constexpr double kLooksASecond = 2;
constexpr double kPersonM = 0.5;  // what is drawn around somebody who is seen from above
constexpr std::chrono::milliseconds kStepEvery{500};
constexpr std::chrono::seconds kShownFor{
    10};  // older looks, of a computer that slept, are not what is there now
constexpr std::chrono::seconds kRetryEvery{10};
constexpr std::int64_t kFactsWaiting = 20'000;  // the past is made up no faster than the disk takes it
constexpr std::size_t kPiecesWaiting = 1'000;
constexpr std::chrono::hours kHour{1};
constexpr std::chrono::seconds kLookBackEvery{10};
constexpr const char* kAuthor = "simulation";
constexpr int kNice = 19;

}  // namespace

struct SimulatedShop::Day {
    Day(const sim::Shop& shop, const std::shared_ptr<sim::Sites>& sites, const SimulatedDate& begins,
        UtcTime day_ends, const SimulatedDay::Options& options, const Layout& layout,
        const insight::EventIdentity& identity, QueueOutlook& outlook)
        : date(begins),
          people(shop, sites, date, options),
          floor(layout, identity, date.midnight, outbox, outlook),
          ends(day_ends),
          hour_ends(begins.midnight + kHour) {}
    SimulatedDate date;
    Outbox outbox;
    SimulatedDay people;
    SimulatedFloor floor;
    UtcTime ends;
    UtcTime hour_ends;
    UtcTime next_back;
    UtcTime written;  // heat of hours that end then or sooner is on the disk already
};

Result<void> SimulatedShop::Outbox::accept(const Event& event) {
    events.push_back(live_event(event));
    return {};
}

SimulatedShop::SimulatedShop(const sim::Shop& shop, Options options, const Stores& stores)
    : options_(std::move(options)),
      stores_(stores),
      shop_(std::make_unique<const sim::Shop>(shop)),
      picture_(picture_of(shop.plan, kPxPerM)) {}

Result<std::unique_ptr<SimulatedShop>> SimulatedShop::create(const sim::Shop& shop, Options options,
                                                             const Stores& stores) {
    if (!shop.behaviour) return misconfigured("the simulated shop has no behaviour: nobody would live there");
    std::unique_ptr<SimulatedShop> made(new SimulatedShop(shop, std::move(options), stores));
    TRY(made->set_up());
    RecordKeeper::Options keeping{made->options_.retention, {}, made->options_.log};
    keeping.written = [raw = made.get()] { raw->fact_listeners_.tell(); };
    Snapshots& snapshots = *made;
    made->keeper_ = std::make_unique<RecordKeeper>(stores.facts, stores.shop, stores.paths, snapshots,
                                                   std::move(keeping));
    made->replays_ = std::make_unique<ReplayQueue>(
        stores.facts, stores.shop, stores.paths,
        [raw = made.get()](const ReplayOptions&, const Result<ReplayReport>& done) {
            if (!done && raw->options_.log) raw->options_.log("simulated shop: " + done.error().message);
            raw->fact_listeners_.tell();
        });
    made->thread_ = std::thread([raw = made.get()] {
        name_thread("simulation");
        // The past is made up in the time that cameras leave.
        static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice));
        raw->run();
    });
    return made;
}

SimulatedShop::~SimulatedShop() {
    stop();
}

void SimulatedShop::stop() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    if (replays_) replays_->stop();
    if (keeper_) keeper_->stop();
}

/// Layout, plan and tills are in the records, as if somebody had drawn them.
Result<void> SimulatedShop::set_up() {
    TRY_ASSIGN(auto sites, sim::Sites::create(shop_->plan, *shop_->behaviour));
    sites_ = std::make_shared<sim::Sites>(std::move(sites));
    const UtcTime now = options_.now();
    TRY_ASSIGN(auto saved, stores_.shop.layout_at(kSimulatedCamera, now));
    if (!saved) {
        TRY_ASSIGN(saved, stores_.shop.save_layout(kSimulatedCamera, layout_in_picture(shop_->plan, kPxPerM),
                                                   records::LayoutChange::kDrawnWrong, now, kAuthor));
    }
    TRY_ASSIGN(auto plan, stores_.shop.plan_at(now));
    if (!plan) {
        Plan drawn = shop_->plan;
        drawn.cameras = {{kSimulatedCamera, calibration_from_above(drawn, kPxPerM)}};
        TRY_ASSIGN(
            plan, stores_.shop.save_plan(std::move(drawn), records::LayoutChange::kDrawnWrong, now, kAuthor));
    }
    for (const Zone& zone : shop_->plan.zones)
        if (zone.kind == ZoneKind::kService)
            TRY(stores_.receipts.save_till({zone.till, zone.till, kSimulatedCamera, zone.name}));
    const MutexLock lock(mutex_);
    layout_ = saved->layout;
    plan_ = plan->plan;
    return {};
}

void SimulatedShop::forget_what_was_learnt() {
    insight::ForecastOptions forecast;
    forecast.clock = options_.clock;
    forecast.limit_now = options_.queue_limit;
    outlook_ = std::make_unique<QueueOutlook>(kSimulatedCamera, forecast);
}

void SimulatedShop::run() {
    while (!stopping()) {
        const Result<void> lived = live_days();
        if (lived || stopping()) continue;
        if (options_.log) options_.log("simulated shop: " + lived.error().message);
        sleep(kRetryEvery);
    }
}

Result<void> SimulatedShop::live_days() {
    UtcTime midnight = options_.day_of(options_.now());
    for (int back = 0; back < options_.days; ++back)
        midnight = options_.day_of(midnight - kHour);
    // After a failed write the day begins anew, and what was shown of it is past.
    done_ = 0;
    live_ = false;
    forget_what_was_learnt();
    bool has_memory = false;
    while (!stopping()) {
        const UtcTime next = options_.day_after(midnight);
        const bool is_past = next <= options_.now();
        TRY_ASSIGN(const bool is_complete_already, is_complete(midnight));
        if (is_complete_already && is_past) {
            ++done_;
            midnight = next;
            continue;
        }
        // What was learnt of the days that are there already.
        if (!std::exchange(has_memory, true)) {
            TRY_ASSIGN(const std::string memory, stores_.shop.forecast(kSimulatedCamera));
            if (done_ > 0 && !memory.empty() && !outlook_->remember(memory) && options_.log)
                options_.log(
                    "simulated shop: what was learnt of its queues can't be read; it is learnt anew");
        }
        TRY_ASSIGN(const std::unique_ptr<Day> day, begin_day(midnight));
        while (!stopping()) {
            const UtcTime until = std::min(options_.now(), next);
            TRY(live_until(*day, until));
            if (until == next) break;
            live_ = true;
            sleep(kStepEvery);
        }
        if (stopping()) break;
        TRY(end_day(*day));
        if (is_past) ++done_;
        midnight = next;
    }
    return {};
}

std::int64_t SimulatedShop::session_of(UtcTime midnight) const {
    return day_number(midnight);
}

Result<bool> SimulatedShop::is_complete(UtcTime midnight) const {
    TRY_ASSIGN(const auto sessions, stores_.paths.sessions(kSimulatedCamera, midnight, midnight + kHour));
    const UtcTime next = options_.day_after(midnight);
    return std::any_of(sessions.begin(), sessions.end(), [&](const records::CameraSession& session) {
        return session.began == midnight && session.ended && *session.ended >= next;
    });
}

Result<std::unique_ptr<SimulatedShop::Day>> SimulatedShop::begin_day(UtcTime midnight) {
    const SimulatedDate date{midnight, options_.clock.weekday(from_utc(midnight)), day_number(midnight)};
    SimulatedDay::Options options;
    options.px_per_m = kPxPerM;
    options.looks_a_second = kLooksASecond;
    options.seed = options_.seed;
    options.file_day = date.number - options_.first_day + 1;
    Layout layout;
    {
        const MutexLock lock(mutex_);
        layout = layout_;
        has_new_layout_ = false;
    }
    auto day = std::make_unique<Day>(*shop_, sites_, date, options_.day_after(midnight), options,
                                     with_zone(std::move(layout)),
                                     insight::EventIdentity{options_.name, kSimulatedCamera}, *outlook_);
    TRY_ASSIGN(const auto sessions, stores_.paths.sessions(kSimulatedCamera, midnight, midnight + kHour));
    for (const records::CameraSession& session : sessions)
        if (session.began == midnight && session.ended) day->written = *session.ended;
    TRY(day->floor.begin());
    return day;
}

Result<void> SimulatedShop::live_until(Day& day, UtcTime until) {
    while (!stopping()) {
        const UtcTime part = std::min({until, day.hour_ends, day.ends});
        TRY(day.people.run(part, [&](const SimulatedLook& look) -> Result<void> {
            if (stopping()) return failed("the simulated shop is stopping");
            if (live_ && options_.now() - to_utc(look.at) < kShownFor) show(look);
            const Result<void> taken = day.floor.take(look);
            return taken ? look_back(day, to_utc(look.at)) : taken;
        }));
        TRY(day.floor.advance(from_utc(part)));
        {
            const MutexLock lock(mutex_);
            forecast_ = outlook_->forecast();
        }
        TRY(hand_over(day));
        if (part < day.hour_ends || part == day.ends) return {};
        TRY(end_hour(day, day.hour_ends));
        day.hour_ends += kHour;
        wait_for_room();
        if (part == until) return {};
    }
    return {};
}

Result<void> SimulatedShop::hand_over(Day& day) {
    for (const Touch& touch : day.people.take_touches())
        TRY(day.outbox.accept(day.floor.event_of(touch)));
    for (const Label& label : day.people.take_labels())
        TRY(day.outbox.accept(day.floor.event_of(label)));
    for (const Traits& traits : day.people.take_traits())
        TRY(day.outbox.accept(day.floor.event_of(traits)));
    std::vector<records::PathPiece> pieces = day.floor.take_paths();
    std::optional<Layout> layout;
    {
        const MutexLock lock(mutex_);
        news_.pieces.insert(news_.pieces.end(), std::make_move_iterator(pieces.begin()),
                            std::make_move_iterator(pieces.end()));
        // What is made up of the past counts as the layout said then.
        if (live_ && std::exchange(has_new_layout_, false)) layout = layout_;
    }
    keeper_->put(std::exchange(day.outbox.events, {}));
    std::vector<Receipt> receipts = day.people.take_receipts();
    if (!receipts.empty()) TRY(options_.take_receipts(std::move(receipts)));
    if (layout) return day.floor.change_layout(with_zone(std::move(*layout)), from_utc(options_.now()));
    return {};
}

Result<void> SimulatedShop::end_hour(Day& day, UtcTime end) {
    const std::vector<insight::HeatMap::Cell> cells = day.floor.take_heat();
    if (end <= day.written) return {};  // by an earlier start
    const insight::HeatMap& map = day.floor.heatmap();
    if (!cells.empty()) {
        std::vector<records::HeatCell> heat;
        heat.reserve(cells.size());
        for (const insight::HeatMap::Cell& cell : cells)
            heat.push_back({cell.column, cell.row, cell.time.count()});
        const records::HeatGrid form{map.width(), map.height(), map.columns(), map.rows(), {}};
        TRY(stores_.shop.add_heat(kSimulatedCamera, end - kHour, form, heat));
    }
    records::PathNews news;
    news.sessions.push_back({kSimulatedCamera, session_of(day.date.midnight), day.date.midnight, end,
                             picture_.width, picture_.height});
    return stores_.paths.put(news);
}

Result<void> SimulatedShop::end_day(Day& day) {
    TRY(day.floor.finish(from_utc(day.ends)));
    TRY(hand_over(day));
    // Not complete before all of it is on the disk.
    while (!stopping() && keeper_->backlog().waiting > 0)
        sleep(std::chrono::milliseconds(20));
    TRY(stores_.shop.save_forecast(kSimulatedCamera, outlook_->memory()));
    return end_hour(day, day.ends);
}

Result<void> SimulatedShop::look_back(Day& day, UtcTime now) {
    if (live_ || !options_.looked_back || now < day.next_back || !outlook_->forecast()) return {};
    day.next_back = now + kLookBackEvery;
    return options_.looked_back(*outlook_->forecast(), now);
}

void SimulatedShop::wait_for_room() {
    const auto is_full = [&] {
        const MutexLock lock(mutex_);
        return news_.pieces.size() > kPiecesWaiting;
    };
    while (!stopping() && (keeper_->backlog().waiting > kFactsWaiting || is_full()))
        sleep(std::chrono::milliseconds(20));
}

bool SimulatedShop::sleep(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    const MutexLock lock(mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < end)
        changed_.wait_until(mutex_, end);
    return !stopping_;
}

void SimulatedShop::show(const SimulatedLook& look) {
    auto tracks = std::make_shared<LiveTracks>();
    tracks->camera = kSimulatedCamera;
    tracks->media_time_s = to_seconds(look.at);
    tracks->at = to_utc(look.at);
    tracks->width = picture_.width;
    tracks->height = picture_.height;
    const Layout layout = *this->layout(kSimulatedCamera);
    constexpr double kSide = kPersonM * kPxPerM;
    for (const Sighting& sighting : look.people) {
        if (sighting.labels.staff) continue;
        LivePerson& person = tracks->people.emplace_back();
        person.person = sighting.person;
        // Feet are the middle of the lower edge.
        person.box = {sighting.place.x - kSide / 2, sighting.place.y - kSide, kSide, kSide};
        person.score = sighting.score;
        for (const Zone& zone : layout.zones)
            if (contains(zone.polygon, sighting.place)) person.zones.push_back(zone.name);
    }
    {
        const MutexLock lock(mutex_);
        last_ = tracks;
    }
    track_listeners_.tell(tracks);
}

records::PathNews SimulatedShop::take_paths() {
    const MutexLock lock(mutex_);
    return std::exchange(news_, {});
}

}  // namespace vitrina::pipeline
