// Any detector of people: a picture in, boxes out. To bring another network, derive from Detector and make it
// in `app`; nothing else changes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/detection.h"
#include "domain/frame.h"

namespace vitrina::perceive {

/// One thread at a time uses a detector; several detectors may run side by side.
class Detector {
  public:
    Detector() = default;
    Detector(const Detector&) = delete;
    Detector& operator=(const Detector&) = delete;
    virtual ~Detector() = default;

    /// People in the picture, best score first, boxes in its pixels. Weak detections are kept on purpose: the
    /// tracker knows which of them belong to somebody. The same picture gives the same boxes.
    /// Fails when the network does; the detector stays usable.
    [[nodiscard]] virtual Result<std::vector<Detection>> detect(const Picture& picture) = 0;

    /// Name, settings and the plan of kernels, one fact a line: what must be equal for equal results.
    [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace vitrina::perceive
