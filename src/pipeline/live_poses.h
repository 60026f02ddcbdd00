// Bodies of the people before one live camera, looked at as often as there is time left: what hands in
// shelves are told from, and what is drawn. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "domain/pose.h"
#include "perceive/pose_estimator.h"
#include "pipeline/pose_watch.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

/// Keeps what is done beside the main work within a share of the time. Plain value.
class ShareOfTime {
  public:
    /// Looks at bodies may take so much of a network's thread: detection keeps its rate beside it.
    static constexpr double kShare = 0.3;
    /// What may be saved up while nobody is there.
    static constexpr Duration kSavedMax = std::chrono::milliseconds(500);

    explicit ShareOfTime(double share = kShare) : share_(share) {}

    /// Whether some is left at `now`, which grows.
    [[nodiscard]] bool is_left(SourceTime now);
    void spend(Duration duration) { left_ -= duration; }

  private:
    double share_;
    SourceTime last_;
    Duration left_ = kSavedMax;
};

class LivePoses {
  public:
    LivePoses();

    /// The people of this frame, boxes in its pixels; its time is the shop's. Who was looked at. Fails when
    /// the network does.
    [[nodiscard]] Result<std::vector<PoseSighting>> look(perceive::PoseEstimator& network, const Frame& frame,
                                                         const LiveTracks& tracks);
    /// Gives everybody the pose that he was last seen in, moved with his box, if that is not long ago.
    void draw_into(LiveTracks& tracks, SourceTime now) const;
    /// Of how many people something is kept.
    [[nodiscard]] std::size_t people() const { return watch_.bodies(); }

  private:
    /// Whatever network the thread has that looks next.
    class AnyNetwork final : public perceive::PoseEstimator {
      public:
        [[nodiscard]] Result<Pose> estimate(const Picture& picture, const Box& box) override {
            return network->estimate(picture, box);
        }
        [[nodiscard]] std::string describe() const override { return network->describe(); }
        perceive::PoseEstimator* network = nullptr;
    };
    struct Seen {
        PoseSighting sighting;
        Box box;
        SourceTime there;  // when the person was last in the picture
    };

    std::unique_ptr<AnyNetwork> network_ = std::make_unique<AnyNetwork>();
    PoseWatch watch_;
    std::map<PersonId, Seen> seen_;
};

}  // namespace vitrina::pipeline
