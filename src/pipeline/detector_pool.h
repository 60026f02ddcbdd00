// The networks of one thread: one for each size of picture that its cameras have. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "base/result.h"
#include "perceive/detector.h"

namespace vitrina::pipeline {

class DetectorPool {
  public:
    /// Sizes of pictures in one shop: substreams of a few makes of camera. Each compiled network takes some
    /// 50 MB; the one that was not needed for longest makes room.
    static constexpr std::size_t kKept = 4;

    using Make = std::function<Result<std::unique_ptr<perceive::Detector>>(int width, int height)>;
    explicit DetectorPool(Make make) : make_(std::move(make)) {}

    /// The network for pictures of this size; the pool's, until the next get().
    [[nodiscard]] Result<perceive::Detector*> get(int width, int height) {
        for (auto item = items_.begin(); item != items_.end(); ++item) {
            if (item->width != width || item->height != height) continue;
            items_.splice(items_.begin(), items_, item);
            return items_.front().detector.get();
        }
        TRY_ASSIGN(auto detector, make_(width, height));
        items_.push_front({width, height, std::move(detector)});
        if (items_.size() > kKept) items_.pop_back();
        return items_.front().detector.get();
    }

  private:
    struct Item {
        int width = 0;
        int height = 0;
        std::unique_ptr<perceive::Detector> detector;
    };
    Make make_;
    std::list<Item> items_;  // most recently used first
};

}  // namespace vitrina::pipeline
