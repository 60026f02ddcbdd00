// What a face looks like as numbers that are alike for one person and unlike for two: MobileFaceNet (Chen et
// al., arXiv 1804.07573) running in mosaic. Biometric data: who asks for it needs a right to
// (docs/people.md).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"
#include "perceive/face_finder.h"

namespace vitrina::perceive {

struct FaceDescriberOptions {
    int threads = 1;
};

/// One thread at a time uses a describer.
class FaceDescriber {
  public:
    /// `model` is the TensorFlow.js topology, its weights beside it. Fails when the file is missing or is not
    /// this network.
    [[nodiscard]] static Result<FaceDescriber> create(const std::filesystem::path& model,
                                                      const FaceDescriberOptions& options = {});
    ~FaceDescriber();
    FaceDescriber(FaceDescriber&& other) noexcept;
    FaceDescriber& operator=(FaceDescriber&& other) noexcept;
    FaceDescriber(const FaceDescriber&) = delete;
    FaceDescriber& operator=(const FaceDescriber&) = delete;

    /// Of unit length: the inner product of two tells how likely they are of one person. Fails for a face
    /// without size, and when the network does.
    [[nodiscard]] Result<std::vector<float>> describe(const Picture& picture, const Face& face);
    [[nodiscard]] std::string describe_plan() const;

  private:
    struct State;
    explicit FaceDescriber(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

/// What descriptors of this build are called: those of another name can't be compared with them.
inline constexpr const char* kFaceForm = "mobilefacenet 3.0.4, aligned by points";

/// Cosine of two descriptors; 0 when they are of different kinds.
[[nodiscard]] double likeness(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace vitrina::perceive
