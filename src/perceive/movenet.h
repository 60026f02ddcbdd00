// Joints found by MoveNet (single pose, Lightning or Thunder) running in mosaic. One person, in a square that
// holds him.
#pragma once

#include <filesystem>
#include <memory>

#include "perceive/pose_estimator.h"
#include "perceive/precision.h"

namespace vitrina::perceive {

struct MoveNetOptions {
    /// Side of the square that is looked at, in longer sides of the person's box. Measured in
    /// docs/accuracy.md: hands that reach out of the box are still in it. Leave alone.
    double margin = 1.3;
    int threads = 1;
    /// What to compute with. Leave alone unless docs/accuracy.md, "Fewer bits", says what it costs.
    Precision precision = Precision::kFloat32;
    /// For kInt8: ranges of this network's values, made by `mosaic quantize`.
    std::filesystem::path calibration;
};

class MoveNet final : public PoseEstimator {
  public:
    /// `model` is the TensorFlow.js topology, its weights beside it. Fails when the file is missing or is not
    /// this network.
    [[nodiscard]] static Result<std::unique_ptr<MoveNet>> create(const std::filesystem::path& model,
                                                                 const MoveNetOptions& options = {});
    ~MoveNet() override;

    [[nodiscard]] Result<Pose> estimate(const Picture& picture, const Box& box) override;
    [[nodiscard]] std::string describe() const override;

  private:
    struct State;
    explicit MoveNet(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace vitrina::perceive
