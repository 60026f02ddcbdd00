// Files whose only input is a picture: [N,H,W,3], as everything here lies, or [N,3,H,W], as PyTorch's are.
#pragma once

#include <cstdint>

#include "ir.h"
#include "mosaic/graph.h"

namespace mosaic::train {

// The graph of such a file, which reads [1,H,W,3] whichever way the file does. `side_px`: for pictures of
// that height and width; 0: of the file's own size, or 224 where that is open. Errors: another number of
// inputs, an input that is no picture of three channels, a network that can't be of that size.
[[nodiscard]] Result<ir::Graph> read_picture_graph(const Graph& file, std::int64_t side_px);

}  // namespace mosaic::train
