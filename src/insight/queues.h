// The queues of a layout: sightings in, waits, services and lengths out. Driven by Insight, in the order of
// time; one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/sighting.h"
#include "insight/queue_watch.h"

namespace vitrina::insight {

class Queues {
  public:
    using Tell = std::function<Result<void>(Fact fact)>;

    /// Tills are those that zones of the layout name, in its order.
    Queues(const Layout& layout, const QueueOptions& options);

    [[nodiscard]] bool empty() const { return tills_.empty(); }
    /// Something waits for the clock.
    [[nodiscard]] bool busy() const;
    [[nodiscard]] Result<void> observe(const Sighting& sighting, const Tell& tell);
    [[nodiscard]] Result<void> advance(SourceTime now, const Tell& tell);
    /// The end of the source.
    [[nodiscard]] Result<void> finish(SourceTime end, const Tell& tell);

    struct Till {
        std::string till;
        std::string queue;  // the zone's name; the till's where there is no queue zone
        QueueWatch watch;
        std::vector<Polygon> cashier;
        SourceTime cashier_seen;  // somebody at the cashier's place
        bool has_been_staffed = false;
    };
    [[nodiscard]] const std::vector<Till>& tills() const { return tills_; }
    struct Joined {
        PersonId person = 0;
        SourceTime at;
    };
    /// Who began to wait or to be served since this was last asked; not all, where nobody asks.
    [[nodiscard]] std::vector<Joined> take_joined() { return std::exchange(joined_, {}); }
    /// Whether somebody works there: seen at the cashier's place, or serving where none is drawn.
    [[nodiscard]] bool is_open(std::size_t till, SourceTime now) const;

  private:
    /// Somebody left a queue; whether for another is not known yet.
    struct Leaver {
        std::size_t till = 0;
        SourceTime begin;
        SourceTime end;
    };

    /// Somebody's service, for those who came with him.
    struct Began {
        std::size_t till = 0;
        SourceTime wait;
        SourceTime service;
    };

    [[nodiscard]] Result<void> take(std::size_t till, const Tell& tell);
    [[nodiscard]] bool came_together(const Leaver& leaver, const Began& began) const;
    /// Those who left the queue as somebody whom they had come with went to be served.
    [[nodiscard]] Result<void> settle_companions(const Began& began, const Tell& tell);
    [[nodiscard]] Result<void> leave(PersonId person, const Leaver& leaver, const Tell& tell);
    [[nodiscard]] Result<void> settle_leavers(SourceTime before, const Tell& tell);

    QueueOptions options_;
    std::vector<Till> tills_;
    std::map<PersonId, Leaver> leavers_;
    std::deque<Began> began_;  // the last ones
    std::unordered_set<PersonId> staff_;
    std::vector<QueueChange> changes_;
    std::vector<Joined> joined_;
};

}  // namespace vitrina::insight
