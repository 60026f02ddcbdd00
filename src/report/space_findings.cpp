#include "report/space_findings.h"

#include <algorithm>

namespace vitrina::report {
namespace {

constexpr double kLess = 0.6;  // of what is usual in this shop: worth a sentence
constexpr std::size_t kDeadTold = 3;

struct Department {
    std::size_t zone = 0;
    double reach = 0;
    double attraction = 0;  // stopped, of those who passed
    double buying = 0;      // receipts, of those who stopped
    bool sells = false;     // goods are known to lie there
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
        const bool sells = sales && ((sales->stocked_zones >> i) & 1U) != 0;
        result.push_back({i, ratio(zone.passed, use.people), ratio(zone.stopped, zone.passed),
                          sells ? ratio(sales->zone_receipts[i], zone.stopped) : 0, sells});
    }
    return result;
}

}  // namespace

std::string_view to_text(Finding::Kind kind) {
    switch (kind) {
        case Finding::Kind::kOffTheWay:
            return "off_the_way";
        case Finding::Kind::kWalkedThrough:
            return "walked_through";
        case Finding::Kind::kSellsLittle:
            return "sells_little";
        case Finding::Kind::kDeadFloor:
            break;
    }
    return "dead_floor";
}

std::vector<Finding> findings_of(const Plan& plan, const insight::SpaceUse& use,
                                 const std::optional<Sales>& sales) {
    std::vector<Finding> findings;
    const std::vector<Department> departments = departments_of(plan, use, sales);
    const double reach = usual(departments, &Department::reach);
    const double attraction = usual(departments, &Department::attraction);
    std::vector<Department> selling = departments;
    std::erase_if(selling, [](const Department& it) { return !it.sells; });
    const double buying = usual(selling, &Department::buying);
    for (const Department& it : departments) {
        const insight::ZoneUse& zone = use.zones[it.zone];
        if (it.reach < kLess * reach)
            findings.push_back({Finding::Kind::kOffTheWay,
                                it.zone,
                                zone.passed,
                                use.people,
                                it.reach,
                                reach,
                                zone.touched,
                                {}});
        else if (it.attraction < kLess * attraction)
            findings.push_back({Finding::Kind::kWalkedThrough,
                                it.zone,
                                zone.stopped,
                                zone.passed,
                                it.attraction,
                                attraction,
                                zone.touched,
                                {}});
        if (it.sells && zone.stopped >= kFewPeople && it.buying < kLess * buying)
            findings.push_back({Finding::Kind::kSellsLittle,
                                it.zone,
                                sales->zone_receipts[it.zone],
                                zone.stopped,
                                it.buying,
                                buying,
                                zone.touched,
                                {}});
    }
    for (std::size_t i = 0; i < std::min(kDeadTold, use.dead.size()); ++i) {
        Finding& finding = findings.emplace_back();
        finding.kind = Finding::Kind::kDeadFloor;
        finding.area = use.dead[i];
    }
    return findings;
}

}  // namespace vitrina::report
