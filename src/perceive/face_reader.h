// Sex, age and a descriptor of a face, read by FaceRes running in mosaic. Personal data: who asks for it
// decides what for and for how long (off by default).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"
#include "perceive/face_finder.h"
#include "perceive/precision.h"

namespace vitrina::perceive {

struct FaceReading {
    double female = 0;              // 0..1, the network's own probability
    double age = 0;                 // years, mean of the network's distribution
    std::vector<float> descriptor;  // of unit length: the cosine of two tells whether they are one person
};

struct FaceReaderOptions {
    /// Side of the square that is looked at, in longer sides of the face's box. Measured in
    /// docs/accuracy.md. Leave alone: descriptors made with another can't be compared (kFaceForm).
    double margin = 1.4;
    int threads = 1;
    /// What to compute with. Leave alone unless docs/accuracy.md, "Fewer bits", says what it costs:
    /// descriptors that were kept are of float.
    Precision precision = Precision::kFloat32;
    /// For kInt8: ranges of this network's values, made by `mosaic quantize`.
    std::filesystem::path calibration;
};

/// One thread at a time uses a reader.
class FaceReader {
  public:
    [[nodiscard]] static Result<FaceReader> create(const std::filesystem::path& model,
                                                   const FaceReaderOptions& options = {});
    ~FaceReader();
    FaceReader(FaceReader&& other) noexcept;
    FaceReader& operator=(FaceReader&& other) noexcept;
    FaceReader(const FaceReader&) = delete;
    FaceReader& operator=(const FaceReader&) = delete;

    /// The face is turned upright by its eyes. Fails when the network does.
    [[nodiscard]] Result<FaceReading> read(const Picture& picture, const Face& face);
    [[nodiscard]] std::string describe() const;

  private:
    struct State;
    explicit FaceReader(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

/// What descriptors of this build are called: those of another name can't be compared with them.
inline constexpr const char* kFaceForm = "faceres 3.0.4, margin 1.4";
/// Numbers of a descriptor.
inline constexpr std::size_t kFaceDescriptorLength = 1024;

/// Cosine of two descriptors; 0 when they are of different kinds.
[[nodiscard]] double likeness(std::span<const float> a, std::span<const float> b);

}  // namespace vitrina::perceive
