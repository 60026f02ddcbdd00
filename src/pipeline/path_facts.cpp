#include "pipeline/path_facts.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "insight/insight.h"
#include "pipeline/settled_paths.h"
#include "pipeline/sighting_of_box.h"

namespace vitrina::pipeline {
namespace {

/// Beside the totals only visits are asked for.
class VisitSink final : public EventSink {
  public:
    [[nodiscard]] Result<void> accept(const Event& event) override {
        if (const auto* visit = std::get_if<Visit>(&event.fact)) visits.push_back(*visit);
        return {};
    }
    std::vector<Visit> visits;
};

}  // namespace

Result<evaluate::Counted> facts_of_paths(std::vector<TrackBox> boxes, double width, double height,
                                         const Layout& layout) {
    // Track by track, so that a box is judged by the whole of its track; then in the order of time.
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const TrackBox& a, const TrackBox& b) { return a.track < b.track; });
    SettledPaths paths({width, height});
    std::vector<Sighting> sightings;
    sightings.reserve(boxes.size());
    const auto keep = [&](const std::vector<SettledBox>& settled) {
        for (const SettledBox& box : settled)
            sightings.push_back(sighting_of_box(box.box, box.visible, layout, width, height));
    };
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        keep(paths.add(boxes[i]));
        if (i + 1 == boxes.size() || boxes[i + 1].track != boxes[i].track) keep(paths.end(boxes[i].track));
    }
    std::stable_sort(sightings.begin(), sightings.end(),
                     [](const Sighting& a, const Sighting& b) { return a.at < b.at; });
    VisitSink sink;
    insight::Insight insight(layout, {"evaluate", "evaluate"}, {}, sink);
    for (const Sighting& sighting : sightings) {
        TRY(insight.observe(sighting));
        TRY(insight.advance(sighting.at));
    }
    TRY(insight.finish(sightings.empty() ? SourceTime{} : sightings.back().at));
    return evaluate::Counted{insight.summary(), std::move(sink.visits)};
}

}  // namespace vitrina::pipeline
