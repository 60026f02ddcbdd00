#include "sim/simulation.h"

#include <memory>

namespace vitrina::sim {

void simulate(const Shop& shop, std::uint64_t seed, const Listeners& listeners) {
    People people(shop, seed);
    std::vector<std::pair<std::size_t, std::unique_ptr<Eye>>> eyes;
    eyes.reserve(shop.plan.cameras.size());
    for (std::size_t i = 0; i < shop.plan.cameras.size(); ++i)
        if (shop.plan.cameras[i].calibration) eyes.emplace_back(i, std::make_unique<Eye>(shop, i, seed));
    const auto steps = static_cast<std::int64_t>(shop.life.seconds / kStepS);
    constexpr auto kTruthSteps = static_cast<std::int64_t>(kTruthEveryS / kStepS + 0.5);
    for (std::int64_t step = 1; step <= steps; ++step) {
        people.step(kStepS);
        const double now_s = static_cast<double>(step) * kStepS;
        const std::vector<Body> bodies = people.bodies();
        if (listeners.passage)
            for (const Passage& passage : people.take_passages())
                listeners.passage(passage);
        if (listeners.bodies && step % kTruthSteps == 0) listeners.bodies(now_s, bodies);
        for (auto& [camera, eye] : eyes)
            while (eye->next_s() <= now_s)
                if (const View view = eye->look(bodies); listeners.view) listeners.view(camera, view);
    }
}

}  // namespace vitrina::sim
