// How many sightings a second insight takes on one core: a simulated day in memory, then facts, queues,
// forecasts and the use of space out of it; beside the least that any program has to do, which is to ask in
// which zones each place is. scripts/bench.sh insight.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/sim_file.h"
#include "base/processor_time.h"
#include "insight/forecast.h"
#include "insight/insight.h"
#include "insight/space.h"
#include "sim/life.h"
#include "sim/sites.h"
#include "sim/witness.h"

namespace vitrina::bench {
namespace {

struct Counted final : EventSink {
    [[nodiscard]] Result<void> accept(const Event&) override {
        ++count;
        return {};
    }
    std::int64_t count = 0;
};

std::vector<Sighting> day_of(const sim::Shop& shop, double from_s, double to_s) {
    const sim::Behaviour& behaviour = *shop.behaviour;
    auto sites = sim::Sites::create(shop.plan, behaviour);
    if (!sites) std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
    sim::ShopLife life(behaviour, std::make_shared<sim::Sites>(std::move(*sites)),
                       std::make_shared<const sim::Population>(behaviour, 1), 1);
    std::vector<Sighting> sightings;
    sightings.reserve(2'000'000);
    sim::Witness witness(shop.plan, behaviour, 1,
                         {[&](const Sighting& sighting) { sightings.push_back(sighting); },
                          [](const sim::ZoneStay&) {}, [](PersonId, PersonId, double) {}});
    const double step = 1 / behaviour.seeing.rate_hz;
    const auto looks = static_cast<std::int64_t>((to_s - from_s) / step);
    for (std::int64_t look = 0; look < looks; ++look) {
        const double at = from_s + static_cast<double>(look) * step;
        life.run(at, nullptr);
        witness.look(life, at);
    }
    return sightings;
}

template <typename Work>
double seconds_of(const Work& work) {
    const auto before = process_processor_time();
    work();
    return std::chrono::duration<double>(process_processor_time() - before).count();
}

std::int64_t facts_of(const sim::Shop& shop, const std::vector<Sighting>& sightings, bool all) {
    Counted sink;
    insight::Insight insight(floor_layout(shop.plan), {"bench", "plan"}, {}, sink);
    insight::Forecaster forecaster({});
    insight::Space space(shop.plan, {});
    SourceTime next = sightings.front().at;
    for (const Sighting& sighting : sightings) {
        if (!insight.observe(sighting)) std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
        if (!all) continue;
        forecaster.observe(sighting);
        space.observe(sighting);
        if (sighting.at < next) continue;
        next = sighting.at + std::chrono::minutes(1);
        for (const auto& joined : insight.queues().take_joined())
            forecaster.joined(joined.person, joined.at);
        forecaster.learn(sighting.at, insight.queues());
        static_cast<void>(forecaster.outlooks(sighting.at, insight.queues()));
        space.advance(sighting.at);
    }
    if (!insight.finish(sightings.back().at)) std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
    return sink.count + space.finish().people;
}

int run(int argc, char** argv) {
    std::string json;
    int rounds = 5;
    std::string file = "examples/simulation/grocery.yaml";
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--quick") == 0)
            rounds = 3;
        else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc)
            json = argv[++i];
        else
            file = argv[i];
    }
    const auto shop = app::load_sim_shop(file);
    if (!shop || !shop->behaviour) {
        fmt::print(stderr, "{}\n", shop ? file + ": has no behaviour" : shop.error().message);
        return 2;
    }
    const std::vector<Sighting> sightings = day_of(*shop, 8 * sim::kHourS, 21 * sim::kHourS);
    const auto count = static_cast<double>(sightings.size());
    struct Row {
        const char* name;
        std::vector<double> rates;
    };
    std::vector<Row> rows = {{"zones of each place, nothing else", {}},
                             {"visits, crossings, occupancy, queues", {}},
                             {"and forecasts, paths, heat, funnel", {}}};
    std::int64_t kept = 0;
    for (int round = 0; round < rounds; ++round) {
        rows[0].rates.push_back(count / seconds_of([&] {
                                    for (const Sighting& sighting : sightings)
                                        for (const Zone& zone : shop->plan.zones)
                                            kept += contains(zone.polygon, sighting.place) ? 1 : 0;
                                }));
        rows[1].rates.push_back(count / seconds_of([&] { kept += facts_of(*shop, sightings, false); }));
        rows[2].rates.push_back(count / seconds_of([&] { kept += facts_of(*shop, sightings, true); }));
    }
    fmt::print("{} sightings of a day, {} zones; {} rounds ({})\n", sightings.size(), shop->plan.zones.size(),
               rounds, kept > 0 ? "one core" : "nothing");
    std::string lines;
    for (Row& row : rows) {
        std::sort(row.rates.begin(), row.rates.end());
        const double middle = row.rates[row.rates.size() / 2];
        fmt::print("{:<40} {:9.0f} sightings a second ({:.0f} to {:.0f})\n", row.name, middle,
                   row.rates.front(), row.rates.back());
        lines += fmt::format(
            "{}{{\"name\":\"{}\",\"sightings_per_second\":{:.0f},\"least\":{:.0f},\"most\":{:.0f}}}",
            lines.empty() ? "" : ",", row.name, middle, row.rates.front(), row.rates.back());
    }
    if (!json.empty()) std::ofstream(json) << "{\"insight\":[" << lines << "]}\n";
    return 0;
}

}  // namespace
}  // namespace vitrina::bench

int main(int argc, char** argv) {
    try {
        return vitrina::bench::run(argc, argv);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "%s\n", exception.what());
        return 1;
    }
}
