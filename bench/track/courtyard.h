// People whose truth is known, seen by one oblique camera and a simulated detector: what trackers are
// compared on. A pure function of its options and seed, the same on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/geometry.h"

namespace vitrina::bench {

constexpr int kLooks = 8;  // numbers of a simulated appearance
using Look = std::array<float, kLooks>;

struct SeenBox {
    Box box;
    double score = 0;
    int person = -1;  // whose it is; -1: nobody's. For the trackers that are told, not for the others
    Look look{};      // numbers with deviation 1 between people
};

struct TrueBox {
    int person = 0;
    Box box;             // of the whole body, clipped to the picture
    double visible = 1;  // share of the body that nothing hides
};

struct View {
    std::vector<TrueBox> truth;
    std::vector<SeenBox> seen;
};

/// How a detector fails. Defaults are fitted on CenterNet's output (README.md beside this file).
struct DetectorNoise {
    double score_mean = 0.84;    // of a person who is seen whole
    double score_person = 0.5;   // spread of the logit between people, ...
    double score_slow = 0.5;     // ... over a second (pose, background), ...
    double score_fast = 0.2;     // ... and from frame to frame
    double score_hidden = 5.0;   // logits that are lost from whole to hidden
    double jitter_slow = 0.042;  // of box sides, bodies, over a third of a second
    double jitter_fast = 0.01;   // from frame to frame
    double merge_reach = 0.30;   // centres nearer than this, widths: one box for both
    double doubles = 0.2;        // a second, weak box for the same person, a frame
    double false_places = 5;     // places that look like people now and then, ...
    double false_score = 0.1;    // with this score
    double false_boxes = 0.05;   // others, a frame
};

struct CourtyardOptions {
    double width = 768;
    double height = 576;
    double fps = 7;
    double seconds = 113;
    double people = 7.5;       // in the picture at a time, about
    double together = 0.5;     // share of people who walk in pairs
    double standing = 0.4;     // share of stops at the places that people walk to
    double turning = 0.15;     // a second: walks somewhere else at once
    int fixtures = 4;          // posts and signs that hide who walks behind
    double look_noise = 0.45;  // of the appearance over two seconds (pose, light), beside 1 between people
    DetectorNoise noise;
};

[[nodiscard]] std::vector<View> courtyard(const CourtyardOptions& options, std::uint32_t seed);

}  // namespace vitrina::bench
