// Parts of photographs with the boxes on them, drawn, changed and laid out ahead of the step that needs them.
// What is in a batch depends on the seed and the number of the step alone, not on threads.
#pragma once

#include <deque>
#include <future>

#include "mosaic/boxes.h"
#include "train/augment.h"
#include "train/box_targets.h"

namespace mosaic::train {

struct BoxBatch {
    std::vector<float> pictures;  // [batch, side, side, 3]
    BoxTargets targets;
    std::vector<std::string> lost;  // why others than those drawn are in it
    std::string error;              // no photograph could be read
};

struct BoxLoaderOptions {
    View view;  // of the part
    AugmentOptions augment;
    std::size_t batch = 4;
    // Photographs are brought to this size, sqrt(width * height). Pixels.
    double area_side_px = 640.0;
    std::uint64_t seed = 1;
    int threads = 1;  // 0: in the calling thread
};

class BoxLoader {
  public:
    // The dataset must be loaded and outlive the loader.
    BoxLoader(const Dataset& data, const BoxLoaderOptions& options);
    // Those of `step` next, then of step + 1 ...
    void begin(std::uint64_t step);
    [[nodiscard]] BoxBatch next();

    // What `view` sees through `projection`, with the boxes of the sample where they are then. Boxes of which
    // less than half is left are ignored, those of which hardly anything is left are dropped.
    [[nodiscard]] static std::vector<CropBox> moved_boxes(const Picture& picture, const Sample& sample,
                                                          const View& view, const Projection& projection);

  private:
    [[nodiscard]] BoxBatch make(std::uint64_t step) const;
    [[nodiscard]] Projection draw_part(const Picture& picture, const Sample& sample, Random& random) const;

    const Dataset& data_;
    BoxLoaderOptions options_;
    std::uint64_t next_ = 0;                   // to be started
    std::deque<std::future<BoxBatch>> ahead_;  // started, in order
};

}  // namespace mosaic::train
