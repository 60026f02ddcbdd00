#include "report/space_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/space_figures.h"

namespace vitrina::report {
namespace {

using testing::HasSubstr;

/// Three departments of which one is off the way, one is walked through.
Plan three_departments() {
    Plan plan;
    plan.width_m = 12;
    plan.depth_m = 8;
    for (const char* name : {"bread", "wine", "toys"}) {
        const double x = 4.0 * static_cast<double>(plan.zones.size());
        plan.zones.push_back({name, {{x, 0}, {x + 4, 0}, {x + 4, 8}, {x, 8}}, ZoneKind::kDepartment, {}});
    }
    return plan;
}

insight::SpaceUse some_use() {
    insight::SpaceUse use;
    use.people = 1000;
    use.zones = {{800, 400, 200, 300, 1e5, 40}, {150, 80, 40, 60, 1e4, 50}, {700, 70, 20, 50, 2e4, 10}};
    return use;
}

TEST(SpaceFindings, SaysWhatIsFarFromWhatIsUsual) {
    const Plan plan = three_departments();
    const auto findings = findings_of(plan, some_use(), std::nullopt);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].kind, Finding::Kind::kOffTheWay);
    EXPECT_EQ(findings[0].zone, 1U);
    EXPECT_NEAR(findings[0].share, 0.15, 1e-9);
    EXPECT_NEAR(findings[0].usual, 0.7, 1e-9);
    EXPECT_EQ(findings[1].kind, Finding::Kind::kWalkedThrough);
    EXPECT_EQ(findings[1].zone, 2U);
    EXPECT_THAT(
        space_report(plan, some_use(), std::nullopt),
        HasSubstr("**wine** is off the way: 15 % of the visitors come there (150 of 1000), where 70 % is "
                  "usual in this shop."));
}

TEST(SpaceFindings, ADepartmentThatHoldsPeopleAndSellsLittle) {
    Sales sales;
    insight::SpaceUse use = some_use();
    use.zones[1] = {800, 400, 100, 300, 1e5, 40};
    use.zones[2] = {800, 400, 100, 300, 1e5, 40};
    sales.zone_receipts = {300, 300, 20};
    const auto findings = findings_of(three_departments(), use, sales);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, Finding::Kind::kSellsLittle);
    EXPECT_EQ(findings[0].part, 20);
    EXPECT_EQ(findings[0].whole, 400);
    sales.stocked_zones = 0b011;
    EXPECT_TRUE(findings_of(three_departments(), use, sales).empty())
        << "of goods that nobody placed it is not known whether they sell";
}

}  // namespace
}  // namespace vitrina::report
