// People who walk through a camera's picture, whole and alone, as what calibrates it (scene/calibrate.h):
// which of all boxes those are, and the newest of them from each part of the picture, so that a place where
// many pass doesn't push out the rest.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/mutex.h"
#include "base/time.h"
#include "pipeline/shop.h"
#include "scene/calibrate.h"

namespace vitrina::pipeline {

/// A person in one picture.
struct WalkerBox {
    std::int64_t track = 0;
    Box box;  // px
    double score = 0;
};

/// Of one camera. One thread at a time.
class WalkerLooks {
  public:
    static constexpr std::size_t kColumns = 8;
    static constexpr std::size_t kRows = 6;
    static constexpr std::size_t kPerPart = 40;
    static_assert(kColumns * kRows * kPerPart <= scene::kLooksMax);
    /// A camera may be turned: what it showed before then tells nothing of where it looks now.
    static constexpr std::chrono::hours kKept{24};
    static constexpr double kScoreMin = 0.4;
    /// Of the picture's sides: nearer to an edge than this part of a body may be outside.
    static constexpr double kEdge = 0.01;
    static constexpr double kHeightMin = 24;    // px
    static constexpr double kUpright = 1.4;     // height by width, at least: others sit, bend or are two
    static constexpr double kOverlapMax = 0.1;  // of the box's area
    /// Of the body's height: what never moves so far is no walker, and who stands says it once.
    static constexpr double kStep = 0.2;
    static constexpr std::chrono::seconds kForgotten{10};  // tracks

    /// The next picture, of this size in pixels; one of another shape begins anew. Times go on, or begin anew
    /// where the clock was set back.
    void add(SourceTime at, int width, int height, std::span<const WalkerBox> people);

    [[nodiscard]] std::vector<scene::WalkerLook> looks() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] scene::PictureSide picture() const { return picture_; }
    [[nodiscard]] SourceTime newest() const { return newest_; }  // the last picture

  private:
    struct Kept {
        SourceTime at;
        scene::WalkerLook look;
    };
    struct Walk {
        SourceTime seen;
        Point last;  // where it was first, and then where it was kept last
    };
    [[nodiscard]] bool is_whole(const Box& box) const;
    void keep(SourceTime at, const Box& box);

    scene::PictureSide picture_;
    SourceTime newest_;
    std::map<std::int64_t, Walk> walks_;
    std::array<std::deque<Kept>, kColumns * kRows> parts_;
};

/// Of all cameras of a shop, from now on, in memory alone. Any thread.
class WalkerWatch {
  public:
    explicit WalkerWatch(Shop& shop);

    struct Found {
        scene::PictureSide picture;
        std::vector<scene::WalkerLook> looks;
    };
    /// Nothing for a camera in whose pictures nobody was yet.
    [[nodiscard]] std::optional<Found> found(const std::string& camera) const;

  private:
    void take(const LiveTracks& tracks);

    mutable Mutex mutex_;
    std::map<std::string, WalkerLooks> cameras_ GUARDED_BY(mutex_);
    std::shared_ptr<void> subscription_;  // the last: what it tells needs the rest
};

}  // namespace vitrina::pipeline
