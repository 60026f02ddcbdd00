// Classifiers whose body others trained and whose last layers are tuned.
#pragma once

#include <filesystem>
#include <vector>

#include "train/architectures.h"

namespace mosaic::train {

// Input and outputs as make_architecture's: the means of the backbone's deepest maps, normalised over the
// batch, and a last layer. Nothing is frozen yet; `body` gets the backbone's parameters by layer. Errors name
// the file.
[[nodiscard]] Result<Network> make_tuned_network(const std::filesystem::path& backbone,
                                                 const ArchitectureOptions& options,
                                                 std::vector<ValueId>* body);

}  // namespace mosaic::train
