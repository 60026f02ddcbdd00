// Networks that say where things are: a body that others trained or one from nothing, and two small heads on
// its map of a quarter of the picture's resolution.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/augment.h"
#include "train/network.h"

namespace mosaic::train {

struct BoxBody {
    std::filesystem::path backbone;  // empty: `architecture`
    std::string architecture;
    std::uint64_t seed = 1;
    // What sizes are guessed as before anything is learnt. Cells.
    double typical_cells = 10.0;
};

struct BoxNetwork {
    // Batch of one. Outputs: "centres" [1,h,w,1], logits of the heat, and "numbers" [1,h,w,4], see
    // box_targets.h.
    Network network;
    // Parameters of the backbone in the order of its layers; empty for an architecture.
    std::vector<ValueId> body;
    Normalisation normalisation;
    std::string description;
};

// For pictures of side_px squared, a multiple of 32. The same body and seed give the same parameters by name
// whatever the side. Errors: an unknown architecture, a backbone that isn't a picture's network or has no
// maps of a quarter of its resolution that could be used.
[[nodiscard]] Result<BoxNetwork> make_box_network(const BoxBody& body, std::int64_t side_px);

// With the decoding: outputs "detections" [1,100,5] (left, top, right, bottom in pixels, score; best first)
// and "heat" (after the sigmoid).
[[nodiscard]] Result<ir::Graph> to_detector_graph(const Network& network);

}  // namespace mosaic::train
