// One camera of a simulated shop: what a detector would say of its pictures, with misses, false alarms,
// trembling boxes, people and fixtures that hide people, looks, and a clock of its own. One thread; borrows
// the shop.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "domain/detection.h"
#include "domain/plan.h"
#include "sim/people.h"
#include "sim/random.h"
#include "sim/shop.h"

namespace vitrina::sim {

struct Seen {
    Detection detection;
    std::int64_t person = 0;   // 0: a false alarm
    std::vector<float> looks;  // of length 1
};

/// Somebody in a picture, seen by the detector or not.
struct Truth {
    std::int64_t person = 0;
    Box box;  // pixels, of what fixtures and the picture's edge leave of him; other people hide nothing
    double visible = 1;  // share of the body that is in the picture and not hidden
};

struct View {
    std::int64_t frame = 0;
    double at_s = 0;       // truly
    double stamped_s = 0;  // by the camera's clock
    std::vector<Seen> seen;
    std::vector<Truth> truth;
};

class Eye {
  public:
    Eye(const Shop& shop, std::size_t camera, std::uint64_t seed);

    /// When the next picture is taken.
    [[nodiscard]] double next_s() const { return next_s_; }
    [[nodiscard]] View look(std::span<const Body> bodies);

    [[nodiscard]] double clock_offset_s() const { return offset_s_; }
    /// Where a point above the floor is in the picture; empty behind the camera.
    [[nodiscard]] std::optional<Point> pixel_of(Point place, double height_m) const;

  private:
    struct Memory {
        Wander left, right, top, bottom, miss, score;
        std::vector<float> view;  // what this camera makes of the person
        std::vector<Wander> moment;
        double last_s = 0;
    };
    struct Ghost {
        Box box;
        double score = 0;
        double until_s = 0;
        std::vector<float> looks;
    };
    struct Standing {
        Body body;
        Box box;  // of the whole body
        double away_m = 0;
        double hidden_m = 0;  // up to this height, by fixtures
        Box open;             // what fixtures and the picture's edge leave
        double visible = 1;
        double covered_from = 0;  // px row at which somebody in front covers the lower part; 0: nobody
    };

    [[nodiscard]] std::optional<Standing> stand(const Body& body) const;
    [[nodiscard]] double hidden_below(const Body& body) const;
    [[nodiscard]] std::vector<Standing> standing(std::span<const Body> bodies) const;
    [[nodiscard]] std::optional<Seen> detect(const Standing& person, double seconds);
    [[nodiscard]] std::vector<float> looks_of(std::int64_t person, double visible, Memory& memory,
                                              double seconds);
    [[nodiscard]] std::vector<float> identity_of(std::int64_t person) const;
    void ghosts(double seconds, View& view);

    const Shop& shop_;
    const CameraCalibration camera_;
    std::uint64_t seed_;
    Random random_;
    std::vector<float> tint_;
    std::map<std::int64_t, Memory> memories_;
    std::vector<Ghost> ghosts_;
    double next_s_ = 0;
    double last_s_ = 0;
    double offset_s_ = 0;
    std::int64_t frame_ = 0;
};

}  // namespace vitrina::sim
