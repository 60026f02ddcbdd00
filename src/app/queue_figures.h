// What queues were like, out of their events. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/event.h"

namespace vitrina::app {

class QueueFigures {
  public:
    void take(const Fact& fact);
    [[nodiscard]] nlohmann::ordered_json json() const;

  private:
    struct OfQueue {
        std::vector<double> waits_s;  // of those who were served
        int abandoned = 0;
        int moved = 0;
        int longest = 0;
        int length = 0;
        double since_s = 0;
        double people_seconds = 0;
    };
    struct OfTill {
        std::vector<double> services_s;
    };
    std::map<std::string, OfQueue> queues_;
    std::map<std::string, OfTill> tills_;
};

}  // namespace vitrina::app
