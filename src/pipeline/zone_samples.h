// What rules want to know of zones, from who is where in each picture: how many people, and how long whoever
// is longest has been there. A person whom a picture or two miss has not gone. A deterministic function of
// the pictures; one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/sighting.h"
#include "pipeline/shop.h"
#include "rules/rule.h"

namespace vitrina::pipeline {

/// Who was not seen in a zone for so long has left it.
inline constexpr std::chrono::milliseconds kZoneGap{1'500};

class ZoneSamples {
  public:
    /// The samples of one camera's picture. `zones` are those that its layout has: the empty ones are told
    /// too.
    [[nodiscard]] std::vector<rules::Sample> take(const LiveTracks& tracks,
                                                  const std::vector<std::string>& zones);

  private:
    struct Stay {
        UtcTime begin;
        UtcTime seen;
    };
    using Key = std::pair<std::string, PersonId>;       // zone, person
    std::map<std::string, std::map<Key, Stay>> stays_;  // by camera
};

}  // namespace vitrina::pipeline
