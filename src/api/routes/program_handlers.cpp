// The program itself: health, metrics, the description of its interface.
#include <nlohmann/json.hpp>

#include "api/metrics.h"
#include "api/openapi_json.h"
#include "api/routes/handlers.h"

namespace vitrina::api {

Reply get_health(const Request& /*request*/, const Services& services) {
    const auto readable = services.facts.last_sequence();
    if (readable) return json_response({{"status", "ok"}});
    services.log("not healthy: " + readable.error().message);
    return json_response({{"status", "failed"}, {"reason", "the records can't be read"}}, 503);
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
