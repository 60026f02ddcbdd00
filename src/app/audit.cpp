#include "app/audit.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/audit_json.h"
#include "api/instant.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "pipeline/audit_report.h"

namespace vitrina::app {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(const std::optional<double>& share) {
    return share ? fmt::format("{:+.1f} %", 100 * *share) : std::string("-");
}

std::string words_of(const std::optional<evaluate::CountError>& error) {
    if (!error) return "too few answers";
    return fmt::format("counted {:.0f}, true {:.1f} ({:.1f} to {:.1f}); error {} ({} to {})", error->counted,
                       error->truth, error->truth_low, error->truth_high, percent(error->share),
                       percent(error->share_low), percent(error->share_high));
}

void print_words(const records::Audit& audit, const std::vector<pipeline::AuditedPlace>& places) {
    fmt::print("audit {}, {} to {}, seed {}{}\n", audit.id, api::to_text(audit.opened),
               api::to_text(audit.closed.value_or(audit.closes)), audit.seed,
               audit.closed ? "" : ", clips are still picked");
    for (const pipeline::AuditedPlace& place : places) {
        const bool is_line = place.place.kind == records::AuditKind::kCrossing;
        fmt::print("  {} of {}, {} windows, {} of {} clips answered, {} unclear\n", place.place.place,
                   place.place.camera, place.windows, place.answered, place.clips, place.unclear);
        if (place.is_outdated) {
            fmt::print("    is drawn elsewhere now: nothing can be said of what is counted there\n");
            continue;
        }
        fmt::print("    {}: {}\n", is_line ? "in" : "people", words_of(place.in));
        if (is_line) fmt::print("    out: {}\n", words_of(place.out));
    }
    for (const pipeline::AuditedCamera& camera : pipeline::audit_by_camera(places)) {
        if (camera.places < 2) continue;  // it is said above
        const bool is_line = camera.kind == records::AuditKind::kCrossing;
        fmt::print("  all {} {} of {} together\n", camera.places, is_line ? "lines" : "zones", camera.camera);
        fmt::print("    {}: {}\n", is_line ? "in" : "people", words_of(camera.in));
        if (is_line) fmt::print("    out: {}\n", words_of(camera.out));
    }
}

Json json_of(const records::Audit& audit, const std::vector<pipeline::AuditedPlace>& places) {
    Json list = Json::array();
    for (const pipeline::AuditedPlace& place : places)
        list.push_back(api::to_json(place));
    Json cameras = Json::array();
    for (const pipeline::AuditedCamera& camera : pipeline::audit_by_camera(places))
        cameras.push_back(api::to_json(camera));
    return {{"id", audit.id},
            {"opened", api::to_text(audit.opened)},
            {"closed", audit.closed ? Json(api::to_text(*audit.closed)) : Json()},
            {"seed", audit.seed},
            {"places", std::move(list)},
            {"cameras", std::move(cameras)}};
}

Result<void> open_audit(records::AuditStore& store, const AuditRequest& request) {
    records::Audit audit;
    audit.opened = utc_now();
    audit.opened_by = "vitrina audit";
    audit.closes = audit.opened + std::chrono::minutes(request.minutes);
    audit.clips_max = request.clips;
    audit.seed =
        request.seed != 0 ? request.seed : audit.opened.time_since_epoch().count() % records::kAuditSeedMax;
    TRY_ASSIGN(const auto id, store.open(audit));
    if (!id) return failed("an audit is open already; close it first (vitrina audit close)");
    fmt::print("audit {} is open until {}, seed {}; the running server picks its clips\n", *id,
               api::to_text(audit.closes), audit.seed);
    return {};
}

}  // namespace

Result<void> audit(const AuditRequest& request) {
    TRY_ASSIGN(Config config, load_config(request.config));
    config.reserve_mb = 0;  // that of a running server is not ours to touch
    TRY_ASSIGN(const ShopData data, ShopData::open(config, DataUse::kVisit));
    records::AuditStore& store = *data.audits;
    if (request.action == "open") return open_audit(store, request);
    TRY_ASSIGN(const auto audits, store.audits(utc_now()));
    if (request.action == "close") {
        for (const records::Audit& one : audits) {
            if (one.closed) continue;
            TRY_ASSIGN(const bool closed, store.close(one.id, utc_now()));
            if (closed)
                fmt::print("audit {} is closed; its clips can be answered on the page Audit\n", one.id);
            return {};
        }
        return failed("no audit is open");
    }
    Json all = Json::array();
    for (const records::Audit& one : audits) {
        TRY_ASSIGN(const auto places, pipeline::audit_report(store, *data.shop, one, utc_now()));
        if (request.json)
            all.push_back(json_of(one, places));
        else
            print_words(one, places);
    }
    if (request.json)
        fmt::print("{}\n", all.dump(2));
    else if (audits.empty())
        fmt::print("there was no audit yet; open one on the page Audit, or with: vitrina audit open\n");
    return {};
}

}  // namespace vitrina::app
