#include "insight/space.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace vitrina::insight {
namespace {

constexpr Duration kHour = std::chrono::hours(1);
constexpr std::size_t kPathsKept = 20;
constexpr std::size_t kPathLength = 12;      // departments; the rest of a longer way is not kept
constexpr std::size_t kPathsKnown = 100000;  // different ones; what is rarer is dropped
constexpr double kDeadShare = 0.1;           // of the mean presence of the floor
constexpr double kDeadSquareM = 1.5;         // a smaller one is a corner
constexpr unsigned kPassed = 1;
constexpr unsigned kStopped = 2;
constexpr unsigned kTouched = 4;

std::uint64_t departments_of(const Plan& plan) {
    std::uint64_t departments = 0;
    std::uint64_t areas = 0;
    for (std::size_t i = 0; i < plan.zones.size(); ++i) {
        if (plan.zones[i].kind == ZoneKind::kDepartment) departments |= std::uint64_t{1} << i;
        if (plan.zones[i].kind == ZoneKind::kArea) areas |= std::uint64_t{1} << i;
    }
    return departments != 0 ? departments : areas;
}

std::uint64_t zones_of_staff(const Plan& plan) {
    std::uint64_t zones = 0;
    for (std::size_t i = 0; i < plan.zones.size(); ++i)
        if (plan.zones[i].kind == ZoneKind::kCashier || plan.zones[i].kind == ZoneKind::kStaff)
            zones |= std::uint64_t{1} << i;
    return zones;
}

template <typename Each>
void for_each_bit(std::uint64_t bits, Each each) {
    for (; bits != 0; bits &= bits - 1)
        each(std::countr_zero(bits));
}

}  // namespace

bool is_in_hours(const SpaceFilter& filter, const LocalClock& clock, SourceTime at) {
    if (filter.hours == SpaceFilter{}.hours && filter.weekdays == SpaceFilter{}.weekdays) return true;
    const auto hour = static_cast<unsigned>(clock.of_day(at) / kHour);
    const auto weekday = static_cast<unsigned>(clock.weekday(at));
    return ((filter.hours >> hour) & 1U) != 0 && ((filter.weekdays >> weekday) & 1U) != 0;
}

Space::Space(const Plan& plan, const SpaceOptions& options)
    : options_(options),
      raster_(plan, options.reach_m),
      departments_(departments_of(plan)),
      not_for_visitors_(zones_of_staff(plan)),
      presence_(raster_.squares().size()),
      standing_(raster_.squares().size()),
      touches_(raster_.squares().size()),
      visitors_(raster_.squares().size()),
      dwells_(plan.zones.size()) {
    use_.zones.resize(plan.zones.size());
    use_.fixtures.resize(plan.fixtures.size());
}

bool Space::wanted(const Sighting& sighting) const {
    const SpaceFilter& filter = options_.filter;
    if (filter.sex && sighting.labels.sex != *filter.sex) return false;
    if (filter.age && sighting.labels.age != *filter.age) return false;
    return is_in_hours(filter, options_.clock, sighting.at);
}

void Space::observe(const Sighting& sighting) {
    if (sighting.labels.staff && !options_.filter.staff) {
        people_.erase(sighting.person);
        return;
    }
    if (!wanted(sighting)) return;
    const std::size_t index = raster_.index(sighting.place);
    const FloorRaster::Square& square = raster_.squares()[index];
    const auto [entry, is_new] = people_.try_emplace(sighting.person);
    Person& person = entry->second;
    if (is_new) {
        person.last = sighting.at;
        person.anchor = sighting.place;
        person.anchored = sighting.at;
        person.since = sighting.at;
    }
    const Duration passed = std::min(sighting.at - person.last, options_.gap_max);
    person.last = sighting.at;
    const auto seconds = static_cast<float>(to_seconds(passed));
    presence_[index] += seconds;
    if (index != person.square) visitors_[index] += 1;
    person.square = index;
    person.passed |= square.zones;
    for_each_bit(square.zones, [&](int zone) {
        use_.zones[static_cast<std::size_t>(zone)].seconds += seconds;
        person.dwell_s[zone] += seconds;
    });
    if (square.fixture != FloorRaster::kNoFixture) person.fixtures[square.fixture] |= kPassed;
    stand(sighting, person, square, passed);
    walk(sighting, person, square);
}

void Space::stand(const Sighting& sighting, Person& person, const FloorRaster::Square& square,
                  Duration passed) {
    const double away = std::hypot(sighting.place.x - person.anchor.x, sighting.place.y - person.anchor.y);
    if (away > options_.stand_radius_m) {
        person.anchor = sighting.place;
        person.anchored = sighting.at;
        person.stands = person.stopped = false;
    }
    const Duration stood = sighting.at - person.anchored;
    if (stood >= options_.stand_time) {
        // Once it is known, all of it counts.
        const Duration counts = person.stands ? passed : stood;
        person.stands = true;
        standing_[raster_.index(person.anchor)] += static_cast<float>(to_seconds(counts));
        if (square.fixture != FloorRaster::kNoFixture)
            use_.fixtures[square.fixture].standing_s += to_seconds(counts);
    }
    if (stood >= options_.stop_time && !person.stopped) {
        person.stopped = person.ever_stopped = true;
        person.stops |= square.zones;
        if (square.fixture != FloorRaster::kNoFixture) person.fixtures[square.fixture] |= kStopped;
    }
    const bool reaches = sighting.labels.reaching;
    if (reaches && !person.reached) {
        person.ever_stopped = true;
        touches_[raster_.index(sighting.place)] += 1;
        person.touched |= square.zones;
        if (square.fixture != FloorRaster::kNoFixture) person.fixtures[square.fixture] |= kTouched;
    }
    person.reached = reaches;
}

void Space::walk(const Sighting& sighting, Person& person, const FloorRaster::Square& square) {
    const std::uint64_t here = square.zones & departments_;
    const int department = here == 0 ? kNowhere : std::countr_zero(here);
    if (department != person.department) {
        person.department = department;
        person.since = sighting.at;
        return;
    }
    if (department == kNowhere || sighting.at - person.since < options_.pass_time) return;
    if (!person.path.empty() && person.path.back() == department) return;
    const int from = person.path.empty() ? kNowhere : person.path.back();
    ++use_.flows[{from, department}];
    if (person.path.size() < kPathLength)
        person.path.push_back(department);
    else
        person.path.back() = department;
}

void Space::paid(PersonId person) {
    const auto found = people_.find(person);
    if (found != people_.end()) found->second.paid |= found->second.stops;
}

void Space::entered(PersonId person, bool went_soon) {
    const auto found = people_.find(person);
    if (found == people_.end()) return;
    found->second.entered = true;
    found->second.went_soon = went_soon;
}

void Space::close(const Person& person) {
    ++use_.people;
    use_.entered += person.entered ? 1 : 0;
    use_.bounced += person.went_soon && !person.ever_stopped ? 1 : 0;
    for_each_bit(person.passed, [&](int zone) { ++use_.zones[static_cast<std::size_t>(zone)].passed; });
    for_each_bit(person.stops, [&](int zone) {
        ++use_.zones[static_cast<std::size_t>(zone)].stopped;
        dwells_[static_cast<std::size_t>(zone)].push_back(static_cast<float>(person.dwell_s.at(zone)));
    });
    for_each_bit(person.touched, [&](int zone) { ++use_.zones[static_cast<std::size_t>(zone)].touched; });
    for_each_bit(person.paid, [&](int zone) { ++use_.zones[static_cast<std::size_t>(zone)].paid; });
    for (const auto& [fixture, how] : person.fixtures) {
        FixtureUse& use = use_.fixtures[fixture];
        use.passed += (how & kPassed) != 0 ? 1 : 0;
        use.stopped += (how & kStopped) != 0 ? 1 : 0;
        use.touched += (how & kTouched) != 0 ? 1 : 0;
    }
    if (person.path.empty()) return;
    const std::size_t told = std::min(person.path.size(), kStepsTold);
    for (std::size_t i = 0; i < told; ++i)
        ++use_.steps[{static_cast<int>(i), i == 0 ? kNowhere : person.path[i - 1], person.path[i]}];
    if (person.path.size() == told) ++use_.steps[{static_cast<int>(told), person.path.back(), kNowhere}];
    ++use_.flows[{person.path.back(), kNowhere}];
    if (paths_.size() < kPathsKnown || paths_.contains(person.path)) ++paths_[person.path];
}

void Space::advance(SourceTime now) {
    std::erase_if(people_, [&](const auto& entry) {
        if (now - entry.second.last < options_.gone) return false;
        close(entry.second);
        return true;
    });
}

std::vector<DeadArea> Space::dead_areas() const {
    const auto& squares = raster_.squares();
    const double whole = std::accumulate(presence_.begin(), presence_.end(), 0.0);
    const auto floor = std::count_if(squares.begin(), squares.end(), [](const auto& it) { return it.floor; });
    if (whole <= 0 || floor == 0) return {};
    const double limit = kDeadShare * whole / static_cast<double>(floor);
    // What is next to a fixture or a wall is hardly stood in: the neighbourhood counts.
    const auto columns = static_cast<std::ptrdiff_t>(raster_.columns());
    const auto rows = static_cast<std::ptrdiff_t>(raster_.rows());
    std::vector<char> dead(squares.size(), 0);
    for (std::ptrdiff_t row = 0; row < rows; ++row) {
        for (std::ptrdiff_t column = 0; column < columns; ++column) {
            double most = 0;
            for (std::ptrdiff_t y = std::max<std::ptrdiff_t>(0, row - 1); y <= std::min(rows - 1, row + 1);
                 ++y)
                for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(0, column - 1);
                     x <= std::min(columns - 1, column + 1); ++x)
                    most = std::max(
                        most, static_cast<double>(presence_[static_cast<std::size_t>(y * columns + x)]));
            const auto index = static_cast<std::size_t>(row * columns + column);
            const bool is_theirs = squares[index].floor && (squares[index].zones & not_for_visitors_) == 0;
            dead[index] = static_cast<char>(is_theirs && most < limit);
        }
    }
    std::vector<DeadArea> areas;
    for (std::size_t start = 0; start < dead.size(); ++start) {
        if (dead[start] == 0) continue;
        std::vector<std::size_t> open{start};
        dead[start] = 0;
        DeadArea area;
        double left = 1e9;
        double top = 1e9;
        double right = 0;
        double bottom = 0;
        while (!open.empty()) {
            const std::size_t index = open.back();
            open.pop_back();
            area.squares.push_back(index);
            area.zones |= squares[index].zones & departments_;
            const Point middle = raster_.middle(index);
            left = std::min(left, middle.x), right = std::max(right, middle.x);
            top = std::min(top, middle.y), bottom = std::max(bottom, middle.y);
            const auto column = static_cast<std::ptrdiff_t>(index) % columns;
            const auto row = static_cast<std::ptrdiff_t>(index) / columns;
            const std::array<std::pair<std::ptrdiff_t, std::ptrdiff_t>, 4> next = {
                {{column - 1, row}, {column + 1, row}, {column, row - 1}, {column, row + 1}}};
            for (const auto& [x, y] : next) {
                if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
                const auto other = static_cast<std::size_t>(y * columns + x);
                if (dead[other] == 0) continue;
                dead[other] = 0;
                open.push_back(other);
            }
        }
        area.square_m = static_cast<double>(area.squares.size()) * FloorRaster::kCellM * FloorRaster::kCellM;
        constexpr double kHalf = FloorRaster::kCellM / 2;
        area.bounds = {left - kHalf, top - kHalf, right - left + 2 * kHalf, bottom - top + 2 * kHalf};
        if (area.square_m >= kDeadSquareM) areas.push_back(std::move(area));
    }
    std::sort(areas.begin(), areas.end(),
              [](const DeadArea& a, const DeadArea& b) { return a.square_m > b.square_m; });
    return areas;
}

SpaceUse Space::finish() {
    for (const auto& [id, person] : people_)
        close(person);
    people_.clear();
    for (std::size_t zone = 0; zone < dwells_.size(); ++zone) {
        std::vector<float>& dwells = dwells_[zone];
        if (dwells.empty()) continue;
        const auto middle = dwells.begin() + static_cast<std::ptrdiff_t>(dwells.size() / 2);
        std::nth_element(dwells.begin(), middle, dwells.end());
        use_.zones[zone].dwell_median_s = *middle;
    }
    use_.paths.assign(paths_.begin(), paths_.end());
    std::stable_sort(use_.paths.begin(), use_.paths.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (use_.paths.size() > kPathsKept) use_.paths.resize(kPathsKept);
    use_.dead = dead_areas();
    return use_;
}

}  // namespace vitrina::insight
