#include "app/replay.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/instant.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "pipeline/replay.h"

namespace vitrina::app {

Result<void> replay(const ReplayRequest& request) {
    TRY_ASSIGN(Config config, load_config(request.config));
    config.reserve_mb = 0;  // that of a running server is not ours to touch
    pipeline::ReplayOptions options;
    options.shop = config.shop.name;
    options.threads = request.threads;
    TRY_ASSIGN(options.from, api::parse_instant(request.from));
    options.to = options.now;
    if (!request.to.empty()) {
        TRY_ASSIGN(options.to, api::parse_instant(request.to));
    }
    if (options.to <= options.from) return misconfigured("--to must be later than --from");
    TRY_ASSIGN(const ShopData data, ShopData::open(config, DataUse::kVisit));
    TRY_ASSIGN(std::vector<std::string> cameras, data.paths->cameras());
    if (!request.camera.empty()) {
        if (std::find(cameras.begin(), cameras.end(), request.camera) == cameras.end())
            return misconfigured(fmt::format(
                "camera \"{}\": no paths of it are stored; there are paths of: {}", request.camera,
                cameras.empty() ? "none" : fmt::format("{}", fmt::join(cameras, ", "))));
        cameras = {request.camera};
    }
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t points = 0;
    for (const std::string& camera : cameras) {
        options.camera = camera;
        TRY_ASSIGN(const auto report, pipeline::replay(*data.facts, *data.shop, *data.paths, options));
        points += report.points;
        fmt::print(
            "{}: {} pieces, {} points, {} facts: {} as they were, {} amended, {} added, {} taken back\n",
            camera, report.pieces, report.points, report.facts, report.unchanged, report.amended,
            report.added, report.retracted);
    }
    TRY_ASSIGN(const auto size, data.paths->size());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print(
        "{:.1f} s, {:.0f} points a second; {:.2f} bytes a point\n", seconds,
        static_cast<double>(points) / std::max(seconds, 1e-3),
        size.points == 0 ? 0.0 : static_cast<double>(size.code_bytes) / static_cast<double>(size.points));
    return {};
}

}  // namespace vitrina::app
