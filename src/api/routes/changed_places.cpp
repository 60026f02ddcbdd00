#include "api/routes/changed_places.h"

#include <algorithm>

namespace vitrina::api {

std::set<std::string> changed_places(const Layout& before, const Layout& after) {
    std::set<std::string> places;
    const bool same_size = before.width == after.width && before.height == after.height;
    const auto same = [](const auto& a, const auto& b) {
        if constexpr (requires { a.polygon; })
            return a.name == b.name && a.polygon == b.polygon;
        else
            return a.name == b.name && a.from == b.from && a.to == b.to;
    };
    const auto compare = [&](const auto& some, const auto& others) {
        for (const auto& place : some)
            if (!same_size || std::none_of(others.begin(), others.end(),
                                           [&](const auto& other) { return same(place, other); }))
                places.insert(place.name);
    };
    compare(before.zones, after.zones);
    compare(after.zones, before.zones);
    compare(before.lines, after.lines);
    compare(after.lines, before.lines);
    return places;
}

}  // namespace vitrina::api
