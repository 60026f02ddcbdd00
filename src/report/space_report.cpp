// The zoning report: what is wrong, in words, each with the figures that say so.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "report/space_figures.h"
#include "report/space_findings.h"

namespace vitrina::report {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double value) {
    return fmt::format("{:.0f} %", 100 * value);
}

std::string sentence_of(const Plan& plan, const Finding& it) {
    switch (it.kind) {
        case Finding::Kind::kOffTheWay:
            return fmt::format(
                "**{}** is off the way: {} of the visitors come there ({} of {}), where {} is usual in this "
                "shop.",
                plan.zones[it.zone].name, percent(it.share), it.part, it.whole, percent(it.usual));
        case Finding::Kind::kWalkedThrough:
            return fmt::format(
                "**{}** is walked through: {} of those who pass stop ({} of {}), where {} is usual.",
                plan.zones[it.zone].name, percent(it.share), it.part, it.whole, percent(it.usual));
        case Finding::Kind::kSellsLittle:
            return fmt::format(
                "**{}** holds people and sells little: {} stopped, {} touched, on {} receipts stands "
                "something from there ({} of those who stopped; {} is usual).",
                plan.zones[it.zone].name, it.whole, it.touched, it.part, percent(it.share),
                percent(it.usual));
        case Finding::Kind::kDeadFloor:
            break;
    }
    std::string where;
    for (std::size_t zone = 0; zone < plan.zones.size(); ++zone)
        if (((it.area.zones >> zone) & 1U) != 0)
            where += (where.empty() ? ", in " : " and ") + plan.zones[zone].name;
    const Box& box = it.area.bounds;
    return fmt::format(
        "{:.1f} m² between ({:.1f}, {:.1f}) and ({:.1f}, {:.1f}) m{} are hardly entered: less than a tenth "
        "of the floor's mean presence.",
        it.area.square_m, box.x, box.y, box.right(), box.bottom(), where);
}

/// Those of departments, or those of empty floor.
void tell(const Plan& plan, const std::vector<Finding>& findings, bool of_floor, const char* none,
          std::string& text) {
    bool any = false;
    for (const Finding& finding : findings) {
        if ((finding.kind == Finding::Kind::kDeadFloor) != of_floor) continue;
        text += "- " + sentence_of(plan, finding) + "\n";
        any = true;
    }
    if (!any) text += fmt::format("- {}\n", none);
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
    const std::vector<Finding> findings = findings_of(plan, use, sales);
    std::string text = fmt::format("# Zoning\n\nOf {} visitors.\n", use.people);
    if (use.people < kFewPeople) text += "\nThat is few: shares may be chance.\n";
    text += "\n## Departments\n\n";
    tell(plan, findings, false, "No department is far from what is usual in this shop.", text);
    text += "\n## Floor that is not used\n\n";
    tell(plan, findings, true, "No stretch of floor is empty.", text);
    text += "\n## The most common ways\n\n";
    tell_ways(plan, use, text);
    return text;
}

}  // namespace vitrina::report
