// A person at a place at a moment: all that insight reads. What is stored is exactly this, so the same facts
// come out live and replayed. Plain data.
#pragma once

#include <cstdint>

#include "base/geometry.h"
#include "base/time.h"

namespace vitrina {

/// An identity within one source. With one camera it is the number of the track.
using PersonId = std::int64_t;

enum class Sex : std::uint8_t { kUnknown, kFemale, kMale };
enum class AgeGroup : std::uint8_t { kUnknown, kChild, kYoung, kAdult, kSenior };

/// What is thought of somebody at a moment.
struct Labels {
    bool staff = false;
    bool reaching = false;  // a hand is at a fixture
    Sex sex = Sex::kUnknown;
    AgeGroup age = AgeGroup::kUnknown;
    friend bool operator==(const Labels&, const Labels&) = default;
};

struct Sighting {
    PersonId person = 0;
    SourceTime at;           // whole milliseconds
    Point place;             // of the feet, pixels of the layout's picture, in tenths; clipped to the picture
    double body_height = 0;  // pixels of the layout's picture: how far a step reaches here
    double score = 0;        // 0..1; 0 where the place was filled in between two detections
    double visible = 1;      // 0..1, in hundredths: how much of the body is in the picture
    Labels labels{};
};

}  // namespace vitrina
