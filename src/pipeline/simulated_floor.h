// From looks at a simulated floor to what a shop keeps of a camera: points of paths, facts, heat, forecasts.
// One day; what LiveAnalysis is for pictures. A deterministic function of the looks, however often it is
// asked. One thread at a time; borrows the sink and the forecast.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "insight/heatmap.h"
#include "pipeline/fact_stream.h"
#include "pipeline/path_thinner.h"
#include "pipeline/queue_outlook.h"
#include "pipeline/simulated_day.h"
#include "records/path_store.h"

namespace vitrina::pipeline {

class SimulatedFloor {
  public:
    SimulatedFloor(const Layout& layout, insight::EventIdentity identity, UtcTime begin, EventSink& sink,
                   QueueOutlook& outlook);

    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> take(const SimulatedLook& look);
    /// A hand at a shelf, or who works here, as an event.
    [[nodiscard]] Event event_of(Fact fact) const;
    /// Time goes on though nobody is there.
    [[nodiscard]] Result<void> advance(SourceTime now);
    [[nodiscard]] Result<void> change_layout(const Layout& layout, SourceTime now);
    /// The end of the day.
    [[nodiscard]] Result<void> finish(SourceTime now);

    /// Pieces of paths that are complete.
    [[nodiscard]] std::vector<records::PathPiece> take_paths() { return std::exchange(pieces_, {}); }
    [[nodiscard]] std::vector<insight::HeatMap::Cell> take_heat() { return heat_.take(); }
    [[nodiscard]] const insight::HeatMap& heatmap() const { return heat_; }
    [[nodiscard]] const Layout& layout() const { return stream_.layout(); }

  private:
    struct Person {
        PathThinner thinner;
        std::vector<PathPoint> points;
        SourceTime last;
    };

    [[nodiscard]] Result<void> pass_on(PersonId id, Person& person, const std::vector<PathPoint>& points);
    [[nodiscard]] Result<void> second(SourceTime now);
    void keep(PersonId id, Person& person, std::optional<UtcTime> left);

    const insight::EventIdentity identity_;
    const SourceTime begin_;
    QueueOutlook& outlook_;
    FactStream stream_;
    insight::HeatMap heat_;
    std::map<PersonId, Person> people_;
    std::vector<records::PathPiece> pieces_;
    SourceTime next_;
};

}  // namespace vitrina::pipeline
