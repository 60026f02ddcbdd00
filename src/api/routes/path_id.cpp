#include "api/routes/path_id.h"

#include <charconv>
#include <system_error>

namespace vitrina::api {

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id <= 0) return std::nullopt;
    return id;
}

std::optional<std::int64_t> id_of(const Request& request) {
    return number_of(request.parameter("id"));
}

}  // namespace vitrina::api
