// The queue of one till: who waits, who is served, who gave up; its length as it was, told as soon as nothing
// can change it any more. Plain state, driven by Queues. Rules: src/insight/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/sighting.h"

namespace vitrina::insight {

struct QueueOptions {
    /// Somebody who stays within `stand_radius` of a place for this long stands there. Passing through a
    /// queue takes less.
    Duration stand_time = std::chrono::milliseconds(2500);
    double stand_radius = 0.35;  // body heights: people sway and places tremble

    /// Seen outside for this long: has left.
    Duration leave_after = std::chrono::milliseconds(2500);
    /// Unseen for this long: has left. Longer than somebody is hidden by the next in the queue.
    Duration unseen_grace = std::chrono::milliseconds(10000);

    /// How long after leaving one queue somebody may begin to stand in another and have moved there.
    Duration move_time = std::chrono::milliseconds(30000);

    /// Lengths are told this much later. Not less than stand_time and leave_after, and the time between two
    /// sightings more.
    Duration settle = std::chrono::milliseconds(4000);

    /// A length above zero is told again after this.
    Duration repeat = std::chrono::seconds(10);

    /// Two who begin to wait or are served within this time of one another came together.
    Duration together = std::chrono::milliseconds(4000);

    /// What a service takes until some were seen.
    Duration service_guess = std::chrono::seconds(60);
};

/// What a watch has found out, for its owner to tell.
struct QueueChange {
    enum class Kind : std::uint8_t { kJoined, kServiceBegan, kLeftQueue, kServed, kLength };
    Kind kind = Kind::kLength;
    PersonId person = 0;
    SourceTime begin;  // of the wait or the service
    SourceTime end;    // of it; the moment of kLength
    int length = 0;
    Duration wait{};
};

class QueueWatch {
  public:
    QueueWatch(std::optional<Polygon> queue, std::optional<Polygon> service, const QueueOptions& options);

    /// The next sighting of a customer.
    void observe(const Sighting& sighting, std::vector<QueueChange>& changes);
    /// Nothing before `now` will come any more.
    void advance(SourceTime now, std::vector<QueueChange>& changes);
    /// He was never a customer.
    void forget(PersonId person, SourceTime now);

    [[nodiscard]] bool busy() const { return !guests_.empty() || !pending_.empty() || told_length_ > 0; }
    /// As known now, not yet settled.
    [[nodiscard]] int waiting() const { return waiting_; }
    [[nodiscard]] int parties_waiting() const;
    [[nodiscard]] bool serves() const { return served_ > 0; }
    /// From the begin of one service to that of the next while somebody waits.
    [[nodiscard]] Duration service_time() const;
    [[nodiscard]] std::optional<SourceTime> service_began() const { return service_began_; }
    [[nodiscard]] double party_size() const;
    /// Of somebody who joins now.
    [[nodiscard]] Duration expected_wait(SourceTime now) const;

  private:
    enum class State : std::uint8_t { kPassing, kWaiting, kServed };

    struct Guest {
        State state = State::kPassing;
        SourceTime entered;  // the queue or the place of service
        SourceTime last_inside;
        SourceTime last;
        Point anchor;  // stands near it since anchored
        SourceTime anchored;
        bool anchor_in_service = false;
        SourceTime began;   // of the wait or the service
        bool leads = true;  // of those who came together, the first
    };

    [[nodiscard]] bool inside(const std::optional<Polygon>& polygon, const Box& bounds, Point place) const;
    void begin_wait(PersonId person, Guest& guest, std::vector<QueueChange>& changes);
    void begin_service(PersonId person, Guest& guest, std::vector<QueueChange>& changes);
    void end(PersonId person, const Guest& guest, SourceTime at, std::vector<QueueChange>& changes);
    void change(SourceTime at, int by);
    /// `had_to_wait`: for the one before, so that the till was never idle between.
    void learn(SourceTime service_began, bool had_to_wait);

    std::optional<Polygon> queue_;
    std::optional<Polygon> service_;
    Box queue_bounds_;
    Box service_bounds_;
    QueueOptions options_;
    std::map<PersonId, Guest> guests_;  // ordered, so that ties are broken by the person's number
    std::map<SourceTime, int> pending_;
    SourceTime settled_;
    SourceTime told_;
    int told_length_ = 0;
    int waiting_ = 0;
    int served_ = 0;
    SourceTime last_join_;
    std::optional<SourceTime> service_began_;  // of the party that is served, or was the last
    double service_s_ = 0;                     // of parties that followed one another
    double services_ = 0;
    double people_ = 0;
    double parties_ = 0;
};

}  // namespace vitrina::insight
