#include "api/api.h"

#include <fmt/format.h>

#include "api/dispatcher.h"

namespace vitrina::api {

Result<std::unique_ptr<Api::Site>> Api::Site::create(const Services& services, HttpCounters& counters) {
    auto site = std::make_unique<Site>(services);
    TRY_ASSIGN(site->zone, ShopZone::create(services.time_zone, services.day_begins));
    TRY_ASSIGN(site->fact_feed, FactFeed::create(services.facts, services.shop));
    site->track_feed = std::make_unique<TrackFeed>(services.shop);
    site->walkers = std::make_unique<pipeline::WalkerWatch>(services.shop);
    site->alarm_feed = std::make_unique<AlarmFeed>(services.alarms, services.alarm_watch);
    site->services.alarm_feed = site->alarm_feed.get();
    site->services.zone = site->zone.get();
    site->services.fact_feed = site->fact_feed.get();
    site->services.track_feed = site->track_feed.get();
    site->services.walkers = site->walkers.get();
    site->services.counters = &counters;
    return site;
}

Result<std::unique_ptr<Api>> Api::create(const Services& services, const ApiOptions& options,
                                         const Services* simulated) {
    std::unique_ptr<Api> api(new Api);
    TRY_ASSIGN(api->site_, Site::create(services, api->counters_));
    if (simulated != nullptr) {
        TRY_ASSIGN(api->simulated_, Site::create(*simulated, api->counters_));
        api->simulated_->services.real = &api->site_->services;
    }
    api->dispatcher_ = std::make_unique<Dispatcher>(all_routes(options.metrics),
                                                    StaticFiles::of(options.dashboard), api->site_->services,
                                                    api->simulated_ ? &api->simulated_->services : nullptr);
    ServerOptions server = options.server;
    server.report = [raw = api.get()](const RequestReport& report) {
        raw->counters_.count(report.route, report.status);
        raw->site_->services.log(fmt::format("{} {} {} {} {:.1f} ms", report.address, to_text(report.method),
                                             report.path, report.status,
                                             static_cast<double>(report.took.count()) / 1000));
    };
    TRY_ASSIGN(api->server_, Server::create(*api->dispatcher_, server));
    return api;
}

Api::~Api() = default;

std::uint16_t Api::port() const {
    return server_->port();
}

}  // namespace vitrina::api
