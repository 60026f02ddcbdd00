#include "report/space_figures.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/space_findings.h"

namespace vitrina::report {
namespace {

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : rounded(static_cast<double>(part) / static_cast<double>(whole));
}

std::string name_of(const Plan& plan, int department, const char* outside) {
    return department == insight::kNowhere ? outside : plan.zones[static_cast<std::size_t>(department)].name;
}

nlohmann::ordered_json zones_json(const Plan& plan, const insight::SpaceUse& use,
                                  const std::optional<Sales>& sales) {
    nlohmann::ordered_json list = nlohmann::json::array();
    for (std::size_t i = 0; i < plan.zones.size(); ++i) {
        const insight::ZoneUse& zone = use.zones[i];
        nlohmann::ordered_json json{{"zone", plan.zones[i].name},
                                    {"passed", zone.passed},
                                    {"stopped", zone.stopped},
                                    {"touched", zone.touched},
                                    {"paid_later", zone.paid},
                                    {"reach", share(zone.passed, use.people)},
                                    {"attraction", share(zone.stopped, zone.passed)},
                                    {"holding_s", rounded(zone.dwell_median_s)},
                                    {"presence_h", rounded(zone.seconds / 3600)}};
        if (sales) {
            const bool known = ((sales->stocked_zones >> i) & 1U) != 0;
            json["bought"] = nullptr;
            json["bought_of_stopped"] = nullptr;
            if (known) json["bought"] = sales->zone_receipts[i];
            if (known && zone.stopped > 0)
                json["bought_of_stopped"] = share(sales->zone_receipts[i], zone.stopped);
        }
        list.push_back(std::move(json));
    }
    return list;
}

nlohmann::ordered_json fixtures_json(const Plan& plan, const insight::SpaceUse& use,
                                     const std::optional<Sales>& sales) {
    nlohmann::ordered_json list = nlohmann::json::array();
    for (std::size_t i = 0; i < plan.fixtures.size(); ++i) {
        const insight::FixtureUse& fixture = use.fixtures[i];
        nlohmann::ordered_json json{{"fixture", plan.fixtures[i].name},
                                    {"passed", fixture.passed},
                                    {"stopped", fixture.stopped},
                                    {"touched", fixture.touched},
                                    {"standing_h", rounded(fixture.standing_s / 3600)}};
        if (sales) {
            const Sales::OfFixture& of = sales->fixtures[i];
            json["receipts"] = nullptr;
            json["sold"] = nullptr;
            json["amount_minor"] = nullptr;
            if (of.stocked) {
                json["receipts"] = of.receipts;
                json["sold"] = rounded(of.quantity);
                json["amount_minor"] = of.amount_minor;
            }
        }
        list.push_back(std::move(json));
    }
    return list;
}

/// Row by row from the top, in whole tenths: a map of a month stays small.
nlohmann::ordered_json grid_json(const std::vector<float>& values) {
    nlohmann::ordered_json list = nlohmann::json::array();
    for (const float value : values)
        list.push_back(std::round(static_cast<double>(value) * 10) / 10);
    return list;
}

nlohmann::ordered_json flows_json(const Plan& plan, const insight::SpaceUse& use) {
    nlohmann::ordered_json list = nlohmann::json::array();
    std::vector<std::pair<std::pair<int, int>, std::int64_t>> flows(use.flows.begin(), use.flows.end());
    std::stable_sort(flows.begin(), flows.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [pair, people] : flows)
        list.push_back({{"from", name_of(plan, pair.first, "entrance")},
                        {"to", name_of(plan, pair.second, "exit")},
                        {"people", people}});
    return list;
}

/// The first departments of everybody's way, each step apart: what a Sankey diagram is drawn from.
nlohmann::ordered_json steps_json(const Plan& plan, const insight::SpaceUse& use) {
    nlohmann::ordered_json list = nlohmann::json::array();
    for (const auto& [step, people] : use.steps)
        list.push_back({{"step", step[0]},
                        {"from", name_of(plan, step[1], "entrance")},
                        {"to", name_of(plan, step[2], "exit")},
                        {"people", people}});
    return list;
}

nlohmann::ordered_json findings_json(const Plan& plan, const std::vector<Finding>& findings) {
    nlohmann::ordered_json list = nlohmann::json::array();
    for (const Finding& it : findings) {
        nlohmann::ordered_json json{{"kind", to_text(it.kind)}};
        if (it.kind == Finding::Kind::kDeadFloor) {
            nlohmann::ordered_json zones = nlohmann::json::array();
            for (std::size_t zone = 0; zone < plan.zones.size(); ++zone)
                if (((it.area.zones >> zone) & 1U) != 0) zones.push_back(plan.zones[zone].name);
            json["square_m"] = rounded(it.area.square_m);
            json["zones"] = std::move(zones);
        } else {
            json["zone"] = plan.zones[it.zone].name;
            json["part"] = it.part;
            json["whole"] = it.whole;
            json["share"] = rounded(it.share);
            json["usual"] = rounded(it.usual);
        }
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace

nlohmann::ordered_json space_json(const Plan& plan, const insight::Space& space, const insight::SpaceUse& use,
                                  const std::optional<Sales>& sales) {
    nlohmann::ordered_json json{{"people", use.people},
                                {"zones", zones_json(plan, use, sales)},
                                {"fixtures", fixtures_json(plan, use, sales)},
                                {"flows", flows_json(plan, use)},
                                {"steps", steps_json(plan, use)},
                                {"findings", findings_json(plan, findings_of(plan, use, sales))},
                                {"paths", nlohmann::json::array()},
                                {"dead_areas", nlohmann::json::array()}};
    for (const auto& [path, people] : use.paths) {
        nlohmann::ordered_json names = nlohmann::json::array();
        for (const int department : path)
            names.push_back(name_of(plan, department, ""));
        json["paths"].push_back({{"path", std::move(names)}, {"people", people}});
    }
    for (const insight::DeadArea& area : use.dead)
        json["dead_areas"].push_back({{"x_m", area.bounds.x},
                                      {"y_m", area.bounds.y},
                                      {"width_m", area.bounds.width},
                                      {"depth_m", area.bounds.height},
                                      {"square_m", rounded(area.square_m)},
                                      {"squares", area.squares}});
    const insight::FloorRaster& raster = space.raster();
    json["heat"] = {{"cell_m", insight::FloorRaster::kCellM},
                    {"columns", raster.columns()},
                    {"rows", raster.rows()},
                    {"presence_s", grid_json(space.presence())},
                    {"standing_s", grid_json(space.standing())},
                    {"touches", grid_json(space.touches())},
                    {"entries", grid_json(space.visitors())}};
    return json;
}

std::vector<std::uint64_t> zones_of_fixtures(const Plan& plan, const insight::FloorRaster& raster) {
    std::vector<std::uint64_t> zones(plan.fixtures.size(), 0);
    for (std::size_t i = 0; i < plan.fixtures.size(); ++i) {
        // In a zone is what has at least half of the floor before it there.
        std::vector<int> inside(plan.zones.size(), 0);
        int whole = 0;
        for (const auto& square : raster.squares()) {
            if (square.fixture != i || !square.floor) continue;
            ++whole;
            for (std::uint64_t bits = square.zones; bits != 0; bits &= bits - 1)
                ++inside[static_cast<std::size_t>(std::countr_zero(bits))];
        }
        for (std::size_t zone = 0; zone < inside.size(); ++zone)
            if (whole > 0 && 2 * inside[zone] >= whole) zones[i] |= std::uint64_t{1} << zone;
    }
    return zones;
}

}  // namespace vitrina::report
