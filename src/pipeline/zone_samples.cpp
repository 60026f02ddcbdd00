#include "pipeline/zone_samples.h"

#include <algorithm>
#include <set>

namespace vitrina::pipeline {

std::vector<rules::Sample> ZoneSamples::take(const LiveTracks& tracks,
                                             const std::vector<std::string>& zones) {
    std::map<Key, Stay>& stays = stays_[tracks.camera];
    std::set<std::string> names(zones.begin(), zones.end());
    for (const LivePerson& person : tracks.people)
        for (const std::string& zone : person.zones) {
            names.insert(zone);
            Stay& stay = stays.try_emplace({zone, person.person}, Stay{tracks.at, tracks.at}).first->second;
            if (tracks.at - stay.seen > kZoneGap || tracks.at < stay.seen) stay.begin = tracks.at;
            stay.seen = tracks.at;
        }
    // A clock that was set back ends what is in its future.
    std::erase_if(stays, [&](const auto& entry) {
        return tracks.at - entry.second.seen > kZoneGap || tracks.at < entry.second.seen;
    });
    std::vector<rules::Sample> samples;
    samples.reserve(2 * names.size());
    for (const std::string& zone : names) {
        double people = 0;
        double dwell_s = 0;
        for (const auto& [key, stay] : stays) {
            if (key.first != zone) continue;
            ++people;
            dwell_s = std::max(dwell_s, std::chrono::duration<double>(stay.seen - stay.begin).count());
        }
        samples.push_back({rules::Measure::kPeople, tracks.camera, zone, people, tracks.at});
        samples.push_back({rules::Measure::kDwell, tracks.camera, zone, dwell_s, tracks.at});
    }
    return samples;
}

}  // namespace vitrina::pipeline
