#include "api/router.h"

#include <optional>

namespace vitrina::api {
namespace {

/// The parameters of a path that fits; none when it doesn't. A literal stands before a parameter in the
/// table where both would fit ("/cameras/test", "/cameras/{id}").
std::optional<std::map<std::string, std::string>> fit(std::string_view pattern,
                                                      const std::vector<std::string>& path) {
    std::map<std::string, std::string> parameters;
    pattern.remove_prefix(1);
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::size_t end = pattern.find('/');
        const std::string_view expected = pattern.substr(0, end);
        if (expected.starts_with('{')) {
            if (path[i].empty()) return std::nullopt;
            parameters.emplace(expected.substr(1, expected.size() - 2), path[i]);
        } else if (expected != path[i]) {
            return std::nullopt;
        }
        if (end == std::string_view::npos)
            return i + 1 == path.size() ? std::optional(std::move(parameters)) : std::nullopt;
        pattern.remove_prefix(end + 1);
    }
    return std::nullopt;
}

}  // namespace

Router::Match Router::match(Method method, const std::vector<std::string>& path) const {
    const Method wanted = method == Method::kHead ? Method::kGet : method;
    Match match;
    for (const Route& route : routes_) {
        auto parameters = fit(route.pattern, path);
        if (!parameters) continue;
        if (route.method == wanted) return {&route, std::move(*parameters), {}};
        match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(to_text(route.method));
        if (route.method == Method::kGet) match.allowed += ", HEAD";
    }
    return match;
}

}  // namespace vitrina::api
