// A simulated shop: where things are, how its people behave, how its cameras see. All of it comes from files
// (docs/simulation.md); the defaults here only say what a file that leaves something out gets. Plain data.
//
// Days with goods, tills and staff are in behaviour.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/plan.h"
#include "sim/behaviour.h"

namespace vitrina::sim {

struct Spread {
    double mean = 0;
    double spread = 0;  // standard deviation
};

/// Who comes and what they do.
struct Life {
    double seconds = 600;            // how long is simulated
    double arrivals_per_minute = 6;  // of groups
    int people_max = 200;            // who comes to a full shop goes away again
    double group_share = 0.2;        // of the arrivals: two or three who stay together
    Spread height_m = {1.70, 0.09};
    Spread speed_m_s = {1.1, 0.2};
    Spread stops = {4, 2};       // places a visitor goes to
    double stop_s_median = 20;   // how long at each, log-normal
    double stop_s_spread = 0.8;  // of the logarithm
    double back_share = 0.05;    // of the visitors: go out and come back
    double back_after_s = 60;    // on the mean
    int staff = 2;
    double staff_away_share = 0.3;  // of the time, behind the staff door
};

/// How one edge of a box trembles, as a share of the box's height.
struct EdgeNoise {
    double spread = 0.02;
    double memory_s = 0.4;  // how long an error lasts
};

/// Edges, miss and score are what scripts/fit_noise.sh found on 1,111 boxes of three real clips.
struct Noise {
    EdgeNoise left = {0.0075, 0.11};
    EdgeNoise right = {0.0035, 0.20};
    EdgeNoise top = {0.0023, 0.14};
    EdgeNoise bottom = {0.0097, 0.28};
    double miss = 0.0048;  // of somebody who is fully seen
    double miss_memory_s = 0.3;
    double height_px_half = 24;  // at this height every second look is a miss
    double height_px_width = 5;  // of that curve
    double visible_half = 0.35;  // the same for the visible share of the body
    double visible_width = 0.08;
    Spread score = {0.725, 0.10};  // of somebody fully seen
    double score_hidden = 0.45;    // lost of it as the visible share goes to nothing
    double false_per_minute = 1;   // of each camera
    double false_life_s = 0.6;
    Spread false_score = {0.3, 0.1};
    double cut_by_people = 0.5;  // of boxes whose lower part somebody hides: end where he begins
};

/// What networks say of somebody's looks: unit vectors; the spreads are lengths before they are made units.
struct Looks {
    int dimensions = 32;
    double person = 1;    // between people
    double common = 0.5;  // what all people share
    double camera = 0.2;  // what a camera does to everybody
    double view = 0.3;    // of one person in one camera
    double moment = 0.4;  // from one look to the next
    double moment_memory_s = 1;
};

struct Clocks {
    double offset_ms_spread = 40;  // of a camera's clock, after it was learnt
    double jitter_ms = 8;
};

struct Eyes {
    double rate = 5;  // pictures a second
    Noise noise;
    Looks looks;
    Clocks clocks;
};

struct Shop {
    std::string name = "simulated";
    Plan plan;  // calibrated cameras see; others don't
    Life life;
    Eyes eyes;
    std::optional<Behaviour> behaviour;  // days are simulated, without cameras
};

}  // namespace vitrina::sim
