#include "api/api.h"

#include <fmt/format.h>

#include "api/dispatcher.h"

namespace vitrina::api {

Result<std::unique_ptr<Api>> Api::create(const Services& services, const ApiOptions& options) {
    std::unique_ptr<Api> api(new Api(services));
    TRY_ASSIGN(api->zone_, ShopZone::create(services.time_zone));
    TRY_ASSIGN(api->fact_feed_, FactFeed::create(services.facts, services.shop));
    api->track_feed_ = std::make_unique<TrackFeed>(services.shop);
    api->alarm_feed_ = std::make_unique<AlarmFeed>(services.alarms, services.alarm_watch);
    api->services_.alarm_feed = api->alarm_feed_.get();
    api->services_.zone = api->zone_.get();
    api->services_.fact_feed = api->fact_feed_.get();
    api->services_.track_feed = api->track_feed_.get();
    api->services_.counters = &api->counters_;
    api->dispatcher_ = std::make_unique<Dispatcher>(all_routes(options.metrics),
                                                    StaticFiles::of(options.dashboard), api->services_);
    ServerOptions server = options.server;
    server.report = [raw = api.get()](const RequestReport& report) {
        raw->counters_.count(report.route, report.status);
        raw->services_.log(fmt::format("{} {} {} {} {:.1f} ms", report.address, to_text(report.method),
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
