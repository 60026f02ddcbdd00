#include "train/weights.h"

#include <algorithm>
#include <utility>

namespace mosaic::train {

Parameters copy_parameters(const Network& network) {
    const auto ids = network.parameters();
    Parameters parameters;
    parameters.reserve(ids.size());
    for (const ValueId id : ids) {
        const auto elements = std::as_const(*network.value(id).data).elements<float>();
        parameters.emplace_back(elements.begin(), elements.end());
    }
    return parameters;
}

void put_parameters(const Parameters& parameters, Network& network) {
    const auto ids = network.parameters();
    for (std::size_t i = 0; i < ids.size(); ++i)
        std::copy(parameters[i].begin(), parameters[i].end(),
                  network.value(ids[i]).data->elements<float>().begin());
}

// Young averages forget faster, so that the first weights don't linger.
void average_into(Parameters& mean, const Network& network, double decay, std::uint64_t step) {
    const auto steps = static_cast<double>(step);
    const auto kept = static_cast<float>(std::min(decay, (1.0 + steps) / (10.0 + steps)));
    const auto ids = network.parameters();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const Value& value = network.value(ids[i]);
        if (value.role == Role::kParameter && !value.trainable) continue;
        const auto now = std::as_const(*value.data).elements<float>();
        std::vector<float>& one = mean[i];
        for (std::size_t k = 0; k < one.size(); ++k)
            one[k] = kept * one[k] + (1.0F - kept) * now[k];
    }
}

std::vector<Slot> slots_of(Network& network, Executor& executor) {
    std::vector<Slot> slots;
    slots.reserve(executor.learnt().size());
    for (const ValueId id : executor.learnt()) {
        Value& value = network.value(id);
        slots.push_back(
            {value.data->elements<float>(), executor.gradient(id), value.decays, value.rate_factor});
    }
    return slots;
}

}  // namespace mosaic::train
