#include "api/dispatcher.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "domain/text.h"

namespace vitrina::api {
namespace {

// The dashboard is built from files of its own; charts set styles of their elements.
constexpr const char* kContentPolicy =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

bool is_api_path(const Request& request) {
    // Of a simulated shop too, where there is none.
    const std::size_t at = request.path.size() > 1 && request.path.front() == Dispatcher::kSimulated ? 1 : 0;
    return at < request.path.size() && request.path[at] == "api";
}

std::string_view bearer_key(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view value = request.header("authorization");
    return value.starts_with(kScheme) ? value.substr(kScheme.size()) : std::string_view{};
}

/// Without the first part: "/simulated/api/now" is "/api/now" of another shop.
std::vector<std::string> without_site(const std::vector<std::string>& path) {
    std::vector<std::string> rest(path.begin() + 1, path.end());
    if (rest.empty()) rest.emplace_back();
    return rest;
}

/// So that no answer and no file of a simulated shop can be taken for a real one's.
void mark_simulated(Response& response) {
    response.headers.emplace_back("X-Vitrina-Simulated", "true");
    constexpr std::string_view kFile = "filename=\"";
    for (auto& [name, value] : response.headers) {
        const std::size_t file = name == "Content-Disposition" ? value.find(kFile) : std::string::npos;
        if (file != std::string::npos) value.insert(file + kFile.size(), "simulated-");
    }
    if (!response.type.starts_with("application/json") || !response.body.starts_with('{')) return;
    response.body.insert(1, response.body.starts_with("{}") ? R"("simulated":true)" : R"("simulated":true,)");
}

HttpError no_session() {
    return {401, "not_signed_in", "sign in, or send a valid API token"};
}

}  // namespace

Dispatcher::Dispatcher(Router router, StaticFiles files, const Services& services, const Services* simulated)
    : router_(std::move(router)), files_(std::move(files)), services_(services), simulated_(simulated) {}

bool Dispatcher::is_simulated(const Request& request) const {
    return simulated_ != nullptr && !request.path.empty() && request.path.front() == kSimulated;
}

Router::Match Dispatcher::match(const Request& request) const {
    return router_.match(request.method, is_simulated(request) ? without_site(request.path) : request.path);
}

Dispatcher::Plan Dispatcher::plan(const Request& request) const {
    const Router::Match found = match(request);
    Plan plan;
    plan.key =
        request.header("authorization").empty() ? request.cookie(cookie_name(request)) : bearer_key(request);
    if (found.route == nullptr) return plan;
    plan.body_bytes_max = found.route->body_bytes_max;
    plan.cost = found.route->cost;
    plan.may_be_refused_early = plan.body_bytes_max > kBodyBytesMax && !found.route->who.is_public();
    return plan;
}

std::optional<Response> Dispatcher::refuse_early(Request& request) const {
    const Router::Match found = match(request);
    if (found.route == nullptr || found.route->who.is_public()) return std::nullopt;
    const bool simulated = is_simulated(request);
    try {
        auto who = identify(request);
        if (!who) return finish(request, refuse(who.error()), found.route, simulated);
        request.who = std::move(*who);
        auto refused = why_refused(request, *found.route);
        if (!refused) return std::nullopt;
        return finish(request, refuse(std::move(*refused)), found.route, simulated);
    } catch (const std::exception& error) {  // as in answer()
        return finish(request, refuse({500, "failed", error.what()}), found.route, simulated);
    }
}

Response Dispatcher::answer(Request& request) const {
    const Route* route = nullptr;
    const bool simulated = is_simulated(request);
    if (simulated) request.path = without_site(request.path);
    Reply reply = [&]() -> Reply {
        try {
            return dispatch(request, simulated ? *simulated_ : services_, route);
        } catch (const std::exception& error) {  // a library's, or no memory: this request's misfortune only
            return refuse({500, "failed", error.what()});
        }
    }();
    return finish(request, std::move(reply), route, simulated);
}

Response Dispatcher::finish(const Request& request, Reply reply, const Route* route, bool simulated) const {
    if (!reply && reply.error().status == 500) {
        services_.log(fmt::format("{} {} failed: {}", to_text(request.method), request.shown_path(),
                                  reply.error().message));
        // It may name files of this computer, and guests read it too.
        reply.error().message = "the program failed at this; its log says why";
    }
    Response response = reply ? std::move(*reply) : error_response(reply.error());
    if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (route != nullptr) response.route = route->pattern;
    if (response.route.empty()) response.route = is_api_path(request) ? "unknown" : "files";
    if (response.stream && route != nullptr && !route->who.is_public()) {
        response.still_allowed = [this, copy = request, route]() mutable {
            const auto who = identify(copy);
            if (!who || !*who) return false;
            copy.who = **who;
            return !why_refused(copy, *route);
        };
    }
    if (simulated && (route != nullptr || is_api_path(request))) mark_simulated(response);
    add_security_headers(response, route != nullptr || is_api_path(request));
    return response;
}

Reply Dispatcher::dispatch(Request& request, const Services& services, const Route*& route) const {
    auto who = identify(request);
    if (who) request.who = *who;
    Router::Match match = router_.match(request.method, request.path);
    if (match.route == nullptr) {
        const bool reads = request.method == Method::kGet || request.method == Method::kHead;
        if (match.allowed.empty() && !is_api_path(request) && reads) return files_.get(request);
        if (match.allowed.empty()) return not_found("there is no such address: " + request.shown_path());
        Response response = error_response({405, "method_not_allowed", "allowed are " + match.allowed});
        response.headers.emplace_back("Allow", match.allowed);
        return response;
    }
    route = match.route;
    request.parameters = std::move(match.parameters);
    // What everybody may see is to be seen when the records can't be read, too.
    if (!who && !route->who.is_public()) return refuse(who.error());
    if (auto refused = why_refused(request, *route)) return refuse(std::move(*refused));
    if (route->query == Query::kNone && !request.query.empty())
        return refuse({400, "bad_request",
                       fmt::format("unknown {}=; this address takes no parameters",
                                   json_quoted(request.query.front().first))});
    return route->handle(request, services);
}

Result<std::optional<Identity>> Dispatcher::identify(const Request& request) const {
    // A token that is given counts, whatever cookie comes with it.
    if (!request.header("authorization").empty())
        return services_.accounts.identify_token(std::string(bearer_key(request)));
    const std::string_view key = request.cookie(cookie_name(request));
    if (key.empty()) return std::optional<Identity>();
    return services_.accounts.identify(std::string(key));
}

std::optional<HttpError> Dispatcher::why_refused(const Request& request, const Route& route) const {
    if (route.who.is_public()) return std::nullopt;
    if (!request.who) return no_session();
    const Identity& who = *request.who;
    if (!route.who.includes(who.role))
        return HttpError(403, "not_allowed", fmt::format("the role {} may not do this", to_text(who.role)));
    const bool is_till = who.how == Identity::How::kToken && who.scope == Scope::kReceipts;
    if (is_till && route.effect != Effect::kAddsReceipts)
        return HttpError(403, "receipts_only_token", "this token may only add receipts");
    if (route.effect == Effect::kReads || is_till) return std::nullopt;
    if (who.how == Identity::How::kToken) {
        if (who.scope == Scope::kWrite) return std::nullopt;
        return HttpError(403, "read_only_token", "this token may only read");
    }
    if (who.forgery_token_is(request.header("x-vitrina-forgery"))) return std::nullopt;
    return HttpError(403, "forgery", "the header X-Vitrina-Forgery must have the value that /api/me gives");
}

std::string_view cookie_name(const Request& request) {
    return request.secure ? "__Host-vitrina-session" : "vitrina-session";
}

void add_security_headers(Response& response, bool is_api) {
    // A route that says it itself knows better; of two that differ browsers take the stricter.
    const auto add_unless_said = [&](const char* name, const char* value) {
        const bool is_said = std::any_of(response.headers.begin(), response.headers.end(),
                                         [&](const auto& header) { return header.first == name; });
        if (!is_said) response.headers.emplace_back(name, value);
    };
    response.headers.insert(response.headers.end(), {{"X-Content-Type-Options", "nosniff"},
                                                     {"Referrer-Policy", "no-referrer"},
                                                     {"X-Frame-Options", "DENY"},
                                                     {"Cross-Origin-Resource-Policy", "same-origin"}});
    add_unless_said("Content-Security-Policy", kContentPolicy);
    if (is_api) add_unless_said("Cache-Control", "no-store");
}

}  // namespace vitrina::api
