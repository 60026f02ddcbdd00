// From a request to its answer: who asks, what he may, the route's work, and the headers that every answer
// carries. Without sockets. Any thread; answer() blocks as long as the route's work does.
#pragma once

#include <optional>

#include "api/http.h"
#include "api/responder.h"
#include "api/router.h"
#include "api/services.h"
#include "api/static_files.h"

namespace vitrina::api {

class Dispatcher final : public Responder {
  public:
    /// What addresses of the simulated shop begin with.
    static constexpr const char* kSimulated = "simulated";

    /// `services` must outlive it, and `simulated`, where there is such a shop: its answers say what they
    /// are.
    Dispatcher(Router router, StaticFiles files, const Services& services,
               const Services* simulated = nullptr);

    [[nodiscard]] Plan plan(const Request& request) const override;
    [[nodiscard]] std::optional<Response> refuse_early(Request& request) const override;
    [[nodiscard]] Response answer(Request& request) const override;

    [[nodiscard]] const Router& router() const { return router_; }

  private:
    [[nodiscard]] Result<std::optional<Identity>> identify(const Request& request) const;
    [[nodiscard]] bool is_simulated(const Request& request) const;
    [[nodiscard]] Router::Match match(const Request& request) const;
    [[nodiscard]] Reply dispatch(Request& request, const Services& services, const Route*& route) const;
    /// With the headers that every answer carries; what failed goes to the log.
    [[nodiscard]] Response finish(const Request& request, Reply reply, const Route* route,
                                  bool simulated) const;
    [[nodiscard]] std::optional<HttpError> why_refused(const Request& request, const Route& route) const;

    const Router router_;
    const StaticFiles files_;
    const Services& services_;
    const Services* const simulated_;  // may be null
};

/// The cookie of sessions; over TLS with the prefix that browsers enforce.
[[nodiscard]] std::string_view cookie_name(const Request& request);

/// Headers of every answer, also of those that never came to a dispatcher.
void add_security_headers(Response& response, bool is_api);

}  // namespace vitrina::api
