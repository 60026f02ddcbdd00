// The HTTP interface of a running shop: docs/api.md. Opens its port when it is created, closes it when it
// goes. See server.h for threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "api/alarm_feed.h"
#include "api/fact_feed.h"
#include "api/http_counters.h"
#include "api/routes/routes.h"
#include "api/server.h"
#include "api/services.h"
#include "api/shop_zone.h"
#include "api/track_feed.h"
#include "base/result.h"
#include "pipeline/walker_looks.h"

namespace vitrina::api {

struct ApiOptions {
    Metrics metrics = Metrics::kForOwner;
    ServerOptions server;             // `report` is the Api's own
    std::filesystem::path dashboard;  // folder of the built pages; where there is none, a page says so
};

class Api {
  public:
    /// What `services` refers to must outlive it. Fails (kConfiguration) as Server::create() does and for an
    /// unknown time zone.
    /// `simulated`: of a shop in which nobody is real, under /simulated; its accounts are those of
    /// `services`.
    [[nodiscard]] static Result<std::unique_ptr<Api>> create(const Services& services,
                                                             const ApiOptions& options,
                                                             const Services* simulated = nullptr);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// Where it listens.
    [[nodiscard]] std::uint16_t port() const;

  private:
    /// One shop with what follows it.
    struct Site {
        [[nodiscard]] static Result<std::unique_ptr<Site>> create(const Services& services,
                                                                  HttpCounters& counters);
        explicit Site(const Services& from) : services(from) {}
        Services services;
        std::unique_ptr<ShopZone> zone;
        std::unique_ptr<AlarmFeed> alarm_feed;
        std::unique_ptr<FactFeed> fact_feed;
        std::unique_ptr<TrackFeed> track_feed;
        std::unique_ptr<pipeline::WalkerWatch> walkers;
    };
    Api() = default;

    // In this order: the server goes first.
    HttpCounters counters_;
    std::unique_ptr<Site> site_;
    std::unique_ptr<Site> simulated_;  // may be null
    std::unique_ptr<Responder> dispatcher_;
    std::unique_ptr<Server> server_;
};

}  // namespace vitrina::api
