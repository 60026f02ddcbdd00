// The weights of a network that learns: copied, put back, averaged, and as slots of the optimiser.
#pragma once

#include <cstdint>
#include <vector>

#include "train/executor.h"
#include "train/optimizer.h"

namespace mosaic::train {

// Elements of all of Network::parameters(), in their order.
using Parameters = std::vector<std::vector<float>>;

[[nodiscard]] Parameters copy_parameters(const Network& network);
void put_parameters(const Parameters& parameters, Network& network);
// The moving average `mean`, a copy at first, after step `step` (from 1). What isn't trainable isn't touched:
// its mean would only be rounded.
void average_into(Parameters& mean, const Network& network, double decay, std::uint64_t step);

// Of what the executor learns; they point into the network and the executor.
[[nodiscard]] std::vector<Slot> slots_of(Network& network, Executor& executor);

}  // namespace mosaic::train
