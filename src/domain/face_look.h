// One look at somebody's face, as the cameras of the running shop or a photograph give it. Plain data.
// Personal data: it lives in memory; who keeps any of it says by what right, and seals it (src/privacy).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina {

/// What a look at a face can be trusted for.
struct FaceQuality {
    double eyes_px = 0;    // between the eyes, pixels of the picture
    double frontal = 0;    // 0..1: 1 looks into the camera, 0 shows its profile
    double sharpness = 0;  // 0..1: 1 has edges as sharp as pixels
    double score = 0;      // 0..1, how sure the finder is that it is a face
    /// 0..1, all of them together: looks below a threshold of who uses them don't count, and what looks say
    /// is weighted by it.
    double worth = 0;
};

struct FaceLook {
    std::string camera;   // empty: a photograph
    PersonId person = 0;  // the track's, of that camera; 0: a photograph
    UtcTime at;           // the moment of the picture
    Box box;              // from the eyebrows to the chin, pixels of the picture
    FaceQuality quality;

    /// The network that made the descriptor, and its version: descriptors of others can't be compared to it.
    std::string made_by;
    /// Of unit length, so that the inner product of two tells how likely they are one person's. Empty: the
    /// shop doesn't recognise anybody, and none was made.
    std::vector<float> descriptor;

    double female = 0;  // 0..1, probability; of this look alone
    double age = 0;     // years; likewise

    std::vector<std::uint8_t> jpeg;  // of the face with a little around it, small; empty as the descriptor
};

/// Where looks go as they are made.
class FaceLookSink {
  public:
    FaceLookSink() = default;
    FaceLookSink(const FaceLookSink&) = delete;
    FaceLookSink& operator=(const FaceLookSink&) = delete;
    virtual ~FaceLookSink() = default;
    /// From the networks' threads, several at a time: detection waits meanwhile, so it must return soon.
    virtual void accept(const FaceLook& look) = 0;
    /// Whether anybody is to be recognised now: otherwise looks come without descriptors and pictures.
    [[nodiscard]] virtual bool wants_descriptors() const { return false; }
};

/// Reads the one face of a photograph that somebody was enrolled with.
class FacePhotographs {
  public:
    FacePhotographs() = default;
    FacePhotographs(const FacePhotographs&) = delete;
    FacePhotographs& operator=(const FacePhotographs&) = delete;
    virtual ~FacePhotographs() = default;
    /// `file`: JPEG or PNG, as it was uploaded. Any thread; takes up to a second. Fails with a message for
    /// whoever chose the photograph: no face, two faces, too small or blurred a face, too large or broken a
    /// file, no photograph at all.
    [[nodiscard]] virtual Result<FaceLook> read(const std::vector<std::uint8_t>& file) = 0;
};

}  // namespace vitrina
