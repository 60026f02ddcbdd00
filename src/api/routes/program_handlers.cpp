// The program itself: health, metrics, the description of its interface.
#include <nlohmann/json.hpp>

#include "api/metrics.h"
#include "api/openapi_json.h"
#include "api/routes/handlers.h"
#include "pipeline/shop.h"

namespace vitrina::api {
namespace {

/// What is wrong though it answers; null: nothing. Everybody may ask: no paths, nothing of the shop.
const char* why_degraded(const Services& services) {
    if (services.shop.step_time() > pipeline::kStepMax) return "a thread of the shop hangs";
    const pipeline::FactBacklog backlog = services.shop.backlog();
    if (!backlog.trouble.empty()) return "the records can't be written";
    if (services.database.reserve() == records::ReserveState::kUsed) return "the disk is full";
    if (backlog.dropped > 0 || backlog.refused > 0) return "facts were lost since the start";
    return nullptr;
}

}  // namespace

Reply get_health(const Request& /*request*/, const Services& services) {
    const auto readable = services.facts.last_sequence();
    if (!readable) {
        services.log("not healthy: " + readable.error().message);
        return json_response({{"status", "failed"}, {"reason", "the records can't be read"}}, 503);
    }
    const char* const reason = why_degraded(services);
    if (reason != nullptr) return json_response({{"status", "degraded"}, {"reason", reason}});
    return json_response({{"status", "ok"}});
}

Reply get_metrics(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(std::string text, metrics_text(services));
    Response response;
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = std::move(text);
    return response;
}

Reply get_openapi(const Request& /*request*/, const Services& /*services*/) {
    Response response;
    response.type = "application/json";
    response.body = openapi_json();
    return response;
}

}  // namespace vitrina::api
