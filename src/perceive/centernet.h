// People found by CenterNet (Zhou et al., "Objects as Points", arXiv 1904.07850; MobileNetV3 backbone, COCO
// classes) running in mosaic.
#pragma once

#include <filesystem>
#include <memory>

#include "perceive/detector.h"
#include "perceive/precision.h"

namespace vitrina::perceive {

struct CenterNetOptions {
    /// Longer side of the network's input, pixels. The time grows with its square. Leave alone unless people
    /// are smaller than a twentieth of the picture.
    int long_side = 512;
    /// Detections below this are not worth a look even to the tracker.
    double score_min = 0.1;
    /// Threads of one inference. One for each detector is best when several run side by side.
    int threads = 1;
    /// What to compute with. Leave alone unless docs/accuracy.md, "Fewer bits", says what it costs.
    Precision precision = Precision::kFloat32;
    /// For kInt8: ranges of this network's values, made by `mosaic quantize`.
    std::filesystem::path calibration;
    /// Computes the whole square as the network was trained, instead of only the rows and columns that hold
    /// picture. Only to compare; 1.8 times slower on a 16:9 picture.
    bool whole_square = false;
};

class CenterNet final : public Detector {
  public:
    /// `model` is the TensorFlow.js topology (centernet.json, its weights beside it), compiled for pictures
    /// of this size. Fails when the file is missing or is not this network.
    [[nodiscard]] static Result<std::unique_ptr<CenterNet>> create(const std::filesystem::path& model,
                                                                   int picture_width, int picture_height,
                                                                   const CenterNetOptions& options = {});
    ~CenterNet() override;

    /// The network is compiled anew when the shape of the picture changes (about 0.2 s).
    [[nodiscard]] Result<std::vector<Detection>> detect(const Picture& picture) override;
    [[nodiscard]] std::string describe() const override;

  private:
    struct State;
    explicit CenterNet(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace vitrina::perceive
