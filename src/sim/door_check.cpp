#include "sim/door_check.h"

#include <vector>

namespace vitrina::sim {
namespace {

/// How many times more a way goes over lines inwards than outwards.
int times_in(const Plan& plan, const std::vector<Point>& way) {
    int times = 0;
    for (std::size_t i = 1; i < way.size(); ++i)
        for (const Line& line : plan.lines)
            if (crossing_of(way[i - 1], way[i], line.from, line.to))
                times += side_of(line.from, line.to, way[i]) > 0 ? 1 : -1;
    return times;
}

}  // namespace

DoorCheck check_doors(const Plan& plan, Sites& sites) {
    std::vector<Spot> targets;
    for (std::size_t i = 0; i < sites.interests(); ++i)
        targets.insert(targets.end(), sites.at_interest(i).begin(), sites.at_interest(i).end());
    for (const TillSite& till : sites.tills())
        targets.insert(targets.end(), till.slots.begin(), till.slots.end());
    DoorCheck check;
    for (const Spot entrance : sites.entrances())
        for (const Spot target : targets) {
            ++check.ways;
            check.counted += times_in(plan, sites.way(entrance, target)) == 1 ? 1 : 0;
        }
    return check;
}

}  // namespace vitrina::sim
