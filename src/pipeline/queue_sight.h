// Which queues of the floor plan are seen, while some of its cameras give no picture: of one that nobody sees
// it is not known that nobody waits. Immutable; any thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "domain/plan.h"

namespace vitrina::pipeline {

class QueueSight {
  public:
    /// Of a plan without queues.
    QueueSight() = default;
    explicit QueueSight(const Plan& plan);

    /// Tills whose place of waiting or of service is not wholly seen any more: a part that some calibrated
    /// camera is to see is seen by none that is live. One that no camera should see, by the plan, is as good
    /// as seen: whoever is counted there is seen by somebody.
    [[nodiscard]] std::set<std::string> unseen(
        const std::function<bool(const std::string& camera)>& is_live) const;
    /// How many tills there are.
    [[nodiscard]] std::size_t tills() const { return tills_.size(); }

  private:
    struct Part {
        std::string till;
        std::vector<std::string> cameras;  // that see it
    };
    std::set<std::string> tills_;
    std::vector<Part> parts_;
};

}  // namespace vitrina::pipeline
