// Faces in a part of a picture, found by BlazeFace (Bazarevsky et al., arXiv 1907.05047; the "back" model)
// running in mosaic.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/frame.h"

namespace vitrina::perceive {

/// Pixels of the picture. Left and right are the person's own.
struct Face {
    Box box;  // from the eyebrows to the chin
    Point right_eye;
    Point left_eye;
    Point nose;
    Point mouth;
    Point right_ear;
    Point left_ear;
    double score = 0;  // 0..1
};

/// Between the eyes, pixels.
[[nodiscard]] double eye_distance(const Face& face);

struct FaceFinderOptions {
    /// Below this it is no face. 0..1.
    double score_min = 0.5;
    int threads = 1;
};

/// One thread at a time uses a finder.
class FaceFinder {
  public:
    /// `model` is the TensorFlow.js topology, its weights beside it. Fails when the file is missing or is not
    /// this network.
    [[nodiscard]] static Result<FaceFinder> create(const std::filesystem::path& model,
                                                   const FaceFinderOptions& options = {});
    ~FaceFinder();
    FaceFinder(FaceFinder&& other) noexcept;
    FaceFinder& operator=(FaceFinder&& other) noexcept;
    FaceFinder(const FaceFinder&) = delete;
    FaceFinder& operator=(const FaceFinder&) = delete;

    /// Faces in the square of `length` pixels around `center`, best first. A face should fill between a tenth
    /// and two thirds of it. Fails when the network does.
    [[nodiscard]] Result<std::vector<Face>> find(const Picture& picture, Point center, double length);
    [[nodiscard]] std::string describe() const;

  private:
    struct State;
    explicit FaceFinder(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace vitrina::perceive
