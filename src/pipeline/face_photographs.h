// Reads the one face of a photograph that somebody is enrolled or watched for with. Any thread: one at a time
// is served, others wait. Its networks are made when they are first asked for, and kept.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/face_look.h"
#include "perceive/face_eyes.h"

namespace vitrina::pipeline {

class FacePhotographReader final : public FacePhotographs {
  public:
    using MakeEyes = std::function<Result<std::unique_ptr<perceive::FaceEyes>>()>;
    explicit FacePhotographReader(MakeEyes make_eyes) : make_eyes_(std::move(make_eyes)) {}

    /// Between the eyes at least: with fewer the descriptor would match strangers.
    static constexpr double kEyesMinPx = 24;
    /// And at least so much of FaceQuality's worth.
    static constexpr double kWorthMin = 0.35;

    [[nodiscard]] Result<FaceLook> read(const std::vector<std::uint8_t>& file) override;

    /// The same for a picture that is decoded.
    [[nodiscard]] Result<FaceLook> read(const Picture& picture);

  private:
    const MakeEyes make_eyes_;
    Mutex mutex_;
    std::unique_ptr<perceive::FaceEyes> eyes_ GUARDED_BY(mutex_);
};

/// All faces of a picture, the largest first; a face may be a small part of it. Fails when the network does.
[[nodiscard]] Result<std::vector<perceive::Face>> all_faces(perceive::FaceEyes& eyes, const Picture& picture);

}  // namespace vitrina::pipeline
