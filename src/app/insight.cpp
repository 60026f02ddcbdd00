#include "app/insight.h"

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/line_file.h"
#include "app/output_folder.h"
#include "app/queue_figures.h"
#include "app/sales.h"
#include "app/space_filter.h"
#include "app/text_output.h"
#include "base/processor_time.h"
#include "domain/event_json.h"
#include "domain/plan_file.h"
#include "domain/sighting_file.h"
#include "domain/text.h"
#include "insight/forecast.h"
#include "insight/insight.h"
#include "insight/space.h"
#include "report/space_figures.h"

namespace vitrina::app {
namespace {

constexpr Duration kOutlookEvery = std::chrono::minutes(1);
constexpr Duration kSilenceMax = std::chrono::hours(48);  // longer, and nobody looked

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

/// Facts go to their file and into the figures.
class Facts final : public EventSink {
  public:
    Facts(const std::filesystem::path& out, bool write) {
        if (write) file_.emplace(out / "events.jsonl");
    }
    /// Also told who was served.
    void tell(insight::Space& space) { space_ = &space; }
    [[nodiscard]] Result<void> accept(const Event& event) override {
        if (const auto* service = std::get_if<Service>(&event.fact); service != nullptr && space_ != nullptr)
            space_->paid(service->person);
        if (file_) file_->line("{}", to_json_line(event));
        queues_.take(event.fact);
        ++count_;
        return {};
    }
    [[nodiscard]] Result<void> close() { return file_ ? file_->close() : Result<void>(); }
    [[nodiscard]] const QueueFigures& queues() const { return queues_; }
    [[nodiscard]] std::int64_t count() const { return count_; }

  private:
    insight::Space* space_ = nullptr;
    std::optional<TextOutput> file_;
    QueueFigures queues_;
    std::int64_t count_ = 0;
};

/// Once a minute, how many will wait.
class Outlooks {
  public:
    Outlooks(const std::filesystem::path& out, const insight::ForecastOptions& options)
        : file_(out / "forecast.jsonl"), forecaster_(options) {}

    /// Before a sighting of that moment: in a file, minutes in which nobody is seen had nobody there.
    [[nodiscard]] Result<void> pass(SourceTime at, insight::Insight& insight) {
        if (at - learnt_ > kSilenceMax) learnt_ = at;
        while (at - learnt_ > kOutlookEvery + kOutlookEvery / 2) {
            learnt_ += kOutlookEvery;
            TRY(insight.advance(learnt_));
            forecaster_.learn(learnt_, insight.queues());
        }
        return {};
    }
    void observe(const Sighting& sighting) { forecaster_.observe(sighting); }
    /// Whether a minute has passed.
    bool advance(SourceTime now, insight::Queues& queues) {
        for (const insight::Queues::Joined& joined : queues.take_joined())
            forecaster_.joined(joined.person, joined.at);
        if (now < next_) return false;
        next_ = now + kOutlookEvery;
        learnt_ = now;
        forecaster_.learn(now, queues);
        for (const insight::Outlook& it : forecaster_.outlooks(now, queues))
            file_.line(
                R"({{"kind":"forecast","at_s":{:.3f},"ahead_s":{:.0f},"expected":{:.3f},"median":{},"low":{},)"
                R"("high":{},"over_limit":{:.3f},"tills_open":{:.2f}}})",
                to_seconds(now), to_seconds(it.ahead), it.expected, it.median, it.low, it.high, it.over_limit,
                it.tills_open);
        if (const auto advice = forecaster_.advice(now, queues))
            file_.line(
                R"({{"kind":"advice","at_s":{:.3f},"till":{},"open_at_s":{:.3f},"expected":{:.2f},"chance":{:.3f}}})",
                to_seconds(now), json_quoted(advice->till), to_seconds(advice->open_at), advice->expected,
                advice->chance);
        return true;
    }
    [[nodiscard]] Result<void> close() { return file_.close(); }

  private:
    TextOutput file_;
    insight::Forecaster forecaster_;
    SourceTime next_;
    SourceTime learnt_;
};

insight::ForecastOptions forecast_options(const InsightRequest& request, const SightingHead& head) {
    insight::ForecastOptions options;
    options.length_limit = request.length_limit;
    const auto local = std::chrono::duration_cast<Duration>(head.start.time_since_epoch()) +
                       from_seconds(request.utc_offset_h * 3600);
    options.clock = LocalClock(local);
    return options;
}

nlohmann::ordered_json json_of(const insight::Summary& summary) {
    nlohmann::ordered_json json{{"people", summary.people},
                                {"sightings", summary.sightings},
                                {"sightings_late", summary.sightings_late},
                                {"lines", nlohmann::json::array()},
                                {"zones", nlohmann::json::array()}};
    for (const insight::LineSummary& line : summary.lines)
        json["lines"].push_back({{"line", line.line}, {"in", line.in}, {"out", line.out}});
    for (const insight::ZoneSummary& zone : summary.zones)
        json["zones"].push_back({{"zone", zone.zone},
                                 {"visits", zone.visits},
                                 {"dwell_median_s", rounded(to_seconds(zone.dwell_median))},
                                 {"dwell_mean_s", rounded(to_seconds(zone.dwell_mean))},
                                 {"occupancy_peak", zone.occupancy_peak},
                                 {"occupancy_mean", rounded(zone.occupancy_mean)}});
    return json;
}

}  // namespace

Result<void> insight_of(const InsightRequest& request) {
    TRY_ASSIGN(const Plan plan, load_plan(request.plan));
    TRY_ASSIGN(auto sightings, SightingReader::open(request.sightings));
    const SightingHead& head = sightings.head();
    if (std::abs(head.width_m - plan.width_m) > 0.01 || std::abs(head.depth_m - plan.depth_m) > 0.01)
        return misconfigured(fmt::format("{}: is of a plan of {} x {} m, {} has {} x {} m",
                                         request.sightings.string(), head.width_m, head.depth_m,
                                         request.plan.string(), plan.width_m, plan.depth_m));
    const insight::ForecastOptions calendar = forecast_options(request, head);
    insight::SpaceOptions space_options;
    space_options.clock = calendar.clock;
    TRY_ASSIGN(space_options.filter, space_filter_of(request));
    insight::Space space(plan, space_options);
    std::optional<report::Sales> sales;
    if (!request.receipts.empty()) {
        TRY_ASSIGN(sales, load_sales(request.receipts, request.planogram, plan,
                                     report::zones_of_fixtures(plan, space.raster())));
    }
    TRY(make_folder(request.out));
    const auto before = process_processor_time();
    Facts facts(request.out, request.events);
    insight::Options options;
    options.border = insight::kPlanBorder;
    insight::Insight insight(floor_layout(plan), {request.shop, kPlanCamera}, options, facts);
    facts.tell(space);
    Outlooks outlooks(request.out, calendar);
    SourceTime last;
    for (;;) {
        TRY_ASSIGN(const std::optional<Sighting> sighting, sightings.next());
        if (!sighting) break;
        TRY(outlooks.pass(sighting->at, insight));
        TRY(insight.observe(*sighting));
        outlooks.observe(*sighting);
        space.observe(*sighting);
        if (sighting->at == last) continue;
        last = sighting->at;
        if (outlooks.advance(last, insight.queues())) space.advance(last);
    }
    TRY(insight.finish(last));
    TRY(facts.close());
    TRY(outlooks.close());
    const insight::SpaceUse use = space.finish();
    const double spent_s = std::chrono::duration<double>(process_processor_time() - before).count();
    nlohmann::ordered_json json = json_of(insight.summary());
    json.update(facts.queues().json());
    TRY(write_text(request.out / "summary.json",
                   json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"));
    TRY(write_text(request.out / "space.json",
                   report::space_json(plan, space, use, sales)
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                       "\n"));
    TRY(write_text(request.out / "zoning.md", report::space_report(plan, use, sales)));
    const auto count = static_cast<double>(insight.summary().sightings);
    fmt::print("{:.0f} sightings, {} facts in {:.2f} s of processor time: {:.0f} sightings a second\n", count,
               facts.count(), spent_s, count / std::max(spent_s, 1e-9));
    return {};
}

}  // namespace vitrina::app
