// Which bodies of a picture are looked at so that the floor plan knows people by their looks too: those whom
// places alone could mistake first. Within a share of the time. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/detection.h"
#include "domain/frame.h"
#include "domain/plan_sighting.h"
#include "pipeline/live_poses.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

class FloorLooks {
  public:
    /// Looks for the floor plan may take so much of a network's thread. A look takes a millisecond.
    static constexpr double kShare = 0.1;
    /// As many hold a picture up by a few milliseconds.
    static constexpr std::size_t kLooksMax = 6;
    /// Whoever stands alone is looked at so often, whoever is near others in each picture.
    static constexpr Duration kPause = std::chrono::milliseconds(600);
    /// Bodies of which less can be seen say more of what hides them. See worth_of().
    static constexpr double kWorthMin = 0.25;

    using Describe = std::function<Result<std::vector<float>>(const Picture& picture, const Box& body)>;

    /// One for each detection, of length 1; empty where nobody looked. `people` are the tracks of this
    /// picture, by whom it is known who was looked at when. Fails when the network does.
    [[nodiscard]] Result<std::vector<Appearance>> look(const Describe& describe, const Picture& picture,
                                                       std::span<const Detection> detections,
                                                       std::span<const LivePerson> people, SourceTime now,
                                                       ShareOfTime& time);

  private:
    struct Candidate {
        std::size_t detection = 0;
        PersonId person = 0;  // 0: of no track yet
        double urgency = 0;
        double worth = 0;
    };
    [[nodiscard]] std::vector<Candidate> candidates(const Picture& picture,
                                                    std::span<const Detection> detections,
                                                    std::span<const LivePerson> people, SourceTime now) const;

    std::map<PersonId, SourceTime> looked_;
};

}  // namespace vitrina::pipeline
