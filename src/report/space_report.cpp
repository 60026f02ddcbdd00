// The zoning report: what is wrong, in words, each with the figures that say so.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/space_figures.h"

namespace vitrina::app {
namespace {

constexpr std::int64_t kFewPeople = 100;  // of fewer, shares say little
constexpr double kLess = 0.6;             // of what is usual in this shop: worth a sentence
constexpr std::size_t kDeadTold = 3;

struct Department {
    std::size_t zone = 0;
    double reach = 0;
    double attraction = 0;  // stopped, of those who passed
    double touching = 0;    // touched, of those who stopped
    double buying = 0;      // receipts, of those who stopped
};

double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double usual(const std::vector<Department>& departments, double Department::*what) {
    std::vector<double> values;
    values.reserve(departments.size());
    for (const Department& it : departments)
        values.push_back(it.*what);
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

std::string percent(double value) {
    return fmt::format("{:.0f} %", 100 * value);
}

std::vector<Department> departments_of(const Plan& plan, const insight::SpaceUse& use,
                                       const std::optional<Sales>& sales) {
    std::vector<Department> result;
    const bool any = std::any_of(plan.zones.begin(), plan.zones.end(),
                                 [](const Zone& zone) { return zone.kind == ZoneKind::kDepartment; });
    for (std::size_t i = 0; i < plan.zones.size(); ++i) {
        if (plan.zones[i].kind != (any ? ZoneKind::kDepartment : ZoneKind::kArea)) continue;
        const bool has_till = std::any_of(plan.zones.begin(), plan.zones.end(), [&](const Zone& zone) {
            return zone.kind == ZoneKind::kService && contains(plan.zones[i].polygon, zone.polygon.front());
        });
        if (has_till) continue;  // where one pays nothing is sold
        const insight::ZoneUse& zone = use.zones[i];
        result.push_back({i, ratio(zone.passed, use.people), ratio(zone.stopped, zone.passed),
                          ratio(zone.touched, zone.stopped),
                          sales ? ratio(sales->zone_receipts[i], zone.stopped) : 0});
    }
    return result;
}

void tell_departments(const Plan& plan, const insight::SpaceUse& use, const std::optional<Sales>& sales,
                      std::string& text) {
    const std::vector<Department> departments = departments_of(plan, use, sales);
    const double reach = usual(departments, &Department::reach);
    const double attraction = usual(departments, &Department::attraction);
    const double buying = usual(departments, &Department::buying);
    std::size_t told = 0;
    const auto tell = [&](const std::string& sentence) {
        text += "- " + sentence + "\n";
        ++told;
    };
    for (const Department& it : departments) {
        const std::string& name = plan.zones[it.zone].name;
        const insight::ZoneUse& zone = use.zones[it.zone];
        if (it.reach < kLess * reach)
            tell(fmt::format(
                "**{}** is off the way: {} of the visitors come there ({} of {}), where {} is usual in this "
                "shop.",
                name, percent(it.reach), zone.passed, use.people, percent(reach)));
        else if (it.attraction < kLess * attraction)
            tell(fmt::format(
                "**{}** is walked through: {} of those who pass stop ({} of {}), where {} is usual.", name,
                percent(it.attraction), zone.stopped, zone.passed, percent(attraction)));
        if (sales && zone.stopped >= kFewPeople && it.buying < kLess * buying)
            tell(fmt::format(
                "**{}** holds people and sells little: {} stopped, {} touched, on {} receipts stands "
                "something from there ({} of those who stopped; {} is usual).",
                name, zone.stopped, zone.touched, sales->zone_receipts[it.zone], percent(it.buying),
                percent(buying)));
    }
    if (told == 0) text += "- No department is far from what is usual in this shop.\n";
}

void tell_dead_areas(const Plan& plan, const insight::SpaceUse& use, std::string& text) {
    if (use.dead.empty()) {
        text += "- No stretch of floor is empty.\n";
        return;
    }
    for (std::size_t i = 0; i < std::min(kDeadTold, use.dead.size()); ++i) {
        const insight::DeadArea& area = use.dead[i];
        std::string where;
        for (std::size_t zone = 0; zone < plan.zones.size(); ++zone)
            if (((area.zones >> zone) & 1U) != 0)
                where += (where.empty() ? ", in " : " and ") + plan.zones[zone].name;
        text += fmt::format(
            "- {:.1f} m² from ({:.1f}, {:.1f}) to ({:.1f}, {:.1f}) m{} are hardly entered: less than a tenth "
            "of the floor's mean presence.\n",
            area.square_m, area.bounds.x, area.bounds.y, area.bounds.right(), area.bounds.bottom(), where);
    }
    if (use.dead.size() > kDeadTold)
        text += fmt::format("- And {} smaller ones.\n", use.dead.size() - kDeadTold);
}

void tell_ways(const Plan& plan, const insight::SpaceUse& use, std::string& text) {
    for (std::size_t i = 0; i < std::min<std::size_t>(3, use.paths.size()); ++i) {
        std::string way;
        for (const int department : use.paths[i].first)
            way += (way.empty() ? "" : " → ") + plan.zones[static_cast<std::size_t>(department)].name;
        text += fmt::format("- {} ({} people, {})\n", way, use.paths[i].second,
                            percent(ratio(use.paths[i].second, use.people)));
    }
}

}  // namespace

std::string space_report(const Plan& plan, const insight::SpaceUse& use, const std::optional<Sales>& sales) {
    std::string text = fmt::format("# Zoning\n\nOf {} visitors.\n", use.people);
    if (use.people < kFewPeople) text += "\nThat is few: shares may be chance.\n";
    text += "\n## Departments\n\n";
    tell_departments(plan, use, sales, text);
    text += "\n## Floor that is not used\n\n";
    tell_dead_areas(plan, use, text);
    text += "\n## The most common ways\n\n";
    tell_ways(plan, use, text);
    return text;
}

}  // namespace vitrina::app
