#include "api/routes/share_json.h"

#include "base/interval.h"

namespace vitrina::api {

nlohmann::ordered_json share_of(std::int64_t part, std::int64_t whole) {
    if (whole <= 0 || part > whole) return nullptr;
    const ShareInterval interval = wilson95(static_cast<double>(part), static_cast<double>(whole));
    return {{"share", static_cast<double>(part) / static_cast<double>(whole)},
            {"low", interval.low},
            {"high", interval.high}};
}

}  // namespace vitrina::api
