// A shop in which nobody is real: some weeks of its past are made up, once, and then it goes on as fast as
// time does. What is stored and served comes through the same insight code, records and interface as of a
// shop with cameras; it has one camera, above the whole floor, that gives no video.
//
// Every day follows from its date and the seed alone, so whatever a killed program had not written is made up
// again, the same, at the next start.
//
// Threads: any thread may call anything; a thread of its own lives the days.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/local_clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "domain/receipt.h"
#include "pipeline/listeners.h"
#include "pipeline/record_keeper.h"
#include "pipeline/replay_queue.h"
#include "pipeline/shop.h"
#include "records/fact_store.h"
#include "records/path_store.h"
#include "records/receipt_store.h"
#include "records/shop_store.h"

namespace vitrina::sim {
struct Shop;
class Sites;
}  // namespace vitrina::sim

namespace vitrina::pipeline {

class QueueOutlook;
class SimulatedDay;
class SimulatedFloor;
struct SimulatedDate;
struct SimulatedLook;

/// The id of its one camera stands in every fact of it, so that nobody takes them for real.
inline constexpr const char* kSimulatedCamera = "simulated";

struct SimulatedProgress {
    int days = 0;  // of the past that are wanted
    int done = 0;
    bool is_live = false;
};

class SimulatedShop final : public Shop, private Snapshots {
  public:
    struct Options {
        std::string name;  // stands in events
        std::uint64_t seed = 1;
        int days = 14;  // of the past
        /// The number of the day (day_number()) that is the file's first: campaigns are counted from it.
        std::int64_t first_day = 0;
        Retention retention;
        /// Begin of the shop's day that has this instant, and of the next one.
        std::function<UtcTime(UtcTime)> day_of;
        std::function<UtcTime(UtcTime)> day_after;
        LocalClock clock;  // the same, for weekdays and forecasts
        /// Keeps receipts, whose cards are plain here.
        std::function<Result<void>(std::vector<Receipt>)> take_receipts;
        /// How queues were at moments of the past, some seconds apart; may be empty.
        std::function<Result<void>(const QueueForecast&, UtcTime)> looked_back;
        /// As insight::ForecastOptions::limit_now; may be empty.
        std::function<std::optional<double>(const std::string&)> queue_limit;
        std::function<UtcTime()> now = utc_now;
        std::function<void(const std::string&)> log;  // may be empty
    };
    struct Stores {
        records::FactStore& facts;
        records::ShopStore& shop;
        records::PathStore& paths;
        records::ReceiptStore& receipts;
    };

    /// Borrows the stores. Fails for a shop without behaviour, and when the records do.
    [[nodiscard]] static Result<std::unique_ptr<SimulatedShop>> create(const sim::Shop& shop, Options options,
                                                                       const Stores& stores);
    ~SimulatedShop() override;
    /// Ends its thread; what was found is on the disk. Any thread, again and again.
    void stop();

    [[nodiscard]] SimulatedProgress progress() const;

    [[nodiscard]] std::vector<CameraState> cameras() const override;
    [[nodiscard]] std::optional<CameraState> camera(const std::string& id) const override;
    [[nodiscard]] Result<void> set_camera(const CameraSettings& settings) override;
    [[nodiscard]] Result<void> remove_camera(const std::string& id) override;
    [[nodiscard]] Result<void> set_layout(const std::string& camera, const Layout& layout,
                                          UtcTime valid_from) override;
    [[nodiscard]] std::optional<Layout> layout(const std::string& camera) const override;
    void recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) override;
    [[nodiscard]] Result<void> accept_view(const std::string& camera) override;
    [[nodiscard]] Result<void> set_plan(const Plan& plan, UtcTime valid_from) override;
    [[nodiscard]] std::optional<Plan> plan() const override;
    /// Its one camera sees the whole floor: nothing is to be joined.
    [[nodiscard]] std::optional<FloorState> floor() const override { return std::nullopt; }
    [[nodiscard]] std::vector<ZoneNow> now() const override;
    [[nodiscard]] std::optional<Picture> picture(const std::string& camera) const override;
    [[nodiscard]] std::shared_ptr<video::View> view(const std::string& camera) override;
    [[nodiscard]] std::vector<QueueForecast> forecasts() const override;
    [[nodiscard]] FactBacklog backlog() const override { return keeper_->backlog(); }
    /// Nobody waits for it.
    [[nodiscard]] std::chrono::milliseconds step_time() const override { return {}; }
    [[nodiscard]] std::shared_ptr<void> on_tracks(TracksCallback callback) override;
    [[nodiscard]] std::shared_ptr<void> on_plan(PlanCallback callback) override;
    [[nodiscard]] std::shared_ptr<void> on_facts(std::function<void()> callback) override;

  private:
    /// Facts of one step, on their way to the keeper.
    class Outbox final : public EventSink {
      public:
        [[nodiscard]] Result<void> accept(const Event& event) override;
        std::vector<LiveEvent> events;
    };
    /// A day that goes on.
    struct Day;

    SimulatedShop(const sim::Shop& shop, Options options, const Stores& stores);
    [[nodiscard]] Result<void> set_up();
    void run();
    [[nodiscard]] Result<void> live_days();
    [[nodiscard]] Result<std::unique_ptr<Day>> begin_day(UtcTime midnight);
    [[nodiscard]] Result<void> live_until(Day& day, UtcTime until);
    [[nodiscard]] Result<void> end_day(Day& day);
    [[nodiscard]] Result<void> end_hour(Day& day, UtcTime end);
    [[nodiscard]] Result<void> hand_over(Day& day);
    [[nodiscard]] Result<bool> is_complete(UtcTime midnight) const;
    [[nodiscard]] std::int64_t session_of(UtcTime midnight) const;
    void forget_what_was_learnt();
    void show(const SimulatedLook& look);
    [[nodiscard]] Result<void> look_back(Day& day, UtcTime now);
    void wait_for_room();
    [[nodiscard]] bool stopping() const { return stopping_; }
    bool sleep(std::chrono::milliseconds time);

    // Snapshots
    [[nodiscard]] std::vector<OpenVisits> open_visits() override { return {}; }
    [[nodiscard]] std::vector<Heat> take_heat() override { return {}; }
    [[nodiscard]] records::PathNews take_paths() override;

    const Options options_;
    const Stores stores_;
    const std::unique_ptr<const sim::Shop> shop_;
    std::shared_ptr<sim::Sites> sites_;
    Picture picture_;
    std::unique_ptr<QueueOutlook> outlook_;  // of the thread
    std::atomic<int> done_ = 0;
    std::atomic<bool> live_ = false;
    std::atomic<bool> stopping_ = false;

    mutable Mutex mutex_;
    Condition changed_;
    Layout layout_ GUARDED_BY(mutex_);
    bool has_new_layout_ GUARDED_BY(mutex_) = false;
    std::optional<Plan> plan_ GUARDED_BY(mutex_);
    std::shared_ptr<const LiveTracks> last_ GUARDED_BY(mutex_);
    std::optional<QueueForecast> forecast_ GUARDED_BY(mutex_);
    records::PathNews news_ GUARDED_BY(mutex_);

    Listeners<std::shared_ptr<const LiveTracks>> track_listeners_;
    Listeners<std::shared_ptr<const LivePlan>> plan_listeners_;  // never told
    Listeners<> fact_listeners_;
    std::unique_ptr<RecordKeeper> keeper_;
    std::unique_ptr<ReplayQueue> replays_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
