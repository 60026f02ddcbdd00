#include "records/event_row.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "domain/event_json.h"

namespace vitrina::records {
namespace {

/// Of a touch the column "direction" has the hand, and the section after this: "left:top row".
constexpr char kSectionMark = ':';
// By WaitEnd.
constexpr std::array<std::string_view, 3> kWaitEnds = {"served", "abandoned", "moved"};

/// Fills in what each kind of fact has of its own.
struct Columns {
    EventRow& row;

    void operator()(const Visit& visit) const {
        row.person = visit.person;
        row.place = visit.zone;
        set_times(visit.begin, visit.end);
    }
    void operator()(const Crossing& crossing) const {
        row.person = crossing.person;
        row.place = crossing.line;
        row.direction = crossing.direction == Direction::kIn ? "in" : "out";
        set_times(crossing.at, crossing.at);
    }
    void operator()(const Occupancy& occupancy) const {
        row.place = occupancy.zone;
        row.people = occupancy.people;
        set_times(occupancy.at, occupancy.at);
    }
    void operator()(const Touch& touch) const {
        row.person = touch.person;
        row.place = touch.shelf;
        row.direction = to_text(touch.hand);
        if (!touch.section.empty()) *row.direction += kSectionMark + touch.section;
        set_times(touch.begin, touch.end);
    }
    /// What is to be expected ends where somebody who joins now would be served.
    void operator()(const Queue& queue) const {
        row.place = queue.queue;
        row.people = queue.length;
        set_times(queue.at, queue.at + queue.wait);
    }
    void operator()(const Wait& wait) const {
        row.person = wait.person;
        row.place = wait.queue;
        row.direction = kWaitEnds.at(static_cast<std::size_t>(wait.outcome));
        set_times(wait.begin, wait.end);
    }
    void operator()(const Service& service) const {
        row.person = service.person;
        row.place = service.till;
        set_times(service.begin, service.end);
    }
    void operator()(const Label& label) const {
        row.person = label.person;
        row.place = to_text(label.who);
        row.direction = to_text(label.by);
        set_times(label.at, label.at);
    }
    void set_times(SourceTime begin, SourceTime end) const {
        row.source_begin_us = begin.time_since_epoch().count();
        row.source_end_us = end.time_since_epoch().count();
    }
};

SourceTime source_time(std::int64_t microseconds) {
    return SourceTime(Duration(microseconds));
}

std::optional<Fact> touch_of(const EventRow& row) {
    if (!row.person || !row.direction) return std::nullopt;
    const std::size_t mark = row.direction->find(kSectionMark);
    const std::string hand = row.direction->substr(0, mark);
    if (hand != to_text(Side::kLeft) && hand != to_text(Side::kRight)) return std::nullopt;
    return Touch{*row.person,
                 row.place,
                 mark == std::string::npos ? "" : row.direction->substr(mark + 1),
                 hand == to_text(Side::kLeft) ? Side::kLeft : Side::kRight,
                 source_time(row.source_begin_us),
                 source_time(row.source_end_us)};
}

Result<Fact> fact_of(const EventRow& row) {
    const SourceTime begin = source_time(row.source_begin_us);
    if (row.kind == "visit" && row.person)
        return Visit{*row.person, row.place, begin, source_time(row.source_end_us)};
    if (row.kind == "crossing" && row.person && row.direction)
        return Crossing{*row.person, row.place, *row.direction == "in" ? Direction::kIn : Direction::kOut,
                        begin};
    if (row.kind == "occupancy" && row.people) return Occupancy{row.place, *row.people, begin};
    if (row.kind == "touch")
        if (auto touch = touch_of(row)) return std::move(*touch);
    const SourceTime end = source_time(row.source_end_us);
    if (row.kind == "queue" && row.people) return Queue{row.place, *row.people, end - begin, begin};
    if (row.kind == "service" && row.person) return Service{*row.person, row.place, begin, end};
    if (row.kind == "label" && row.person)
        return Label{*row.person, row.place == to_text(WhoIs::kStaff) ? WhoIs::kStaff : WhoIs::kCustomer,
                     row.direction == to_text(LabelBy::kMark) ? LabelBy::kMark : LabelBy::kModel, begin};
    const auto outcome = std::find(kWaitEnds.begin(), kWaitEnds.end(), row.direction.value_or(""));
    if (row.kind == "wait" && row.person && outcome != kWaitEnds.end())
        return Wait{*row.person, row.place, begin, end, static_cast<WaitEnd>(outcome - kWaitEnds.begin())};
    return failed(fmt::format("the record \"{}\" is of no known form (kind \"{}\")", row.id, row.kind));
}

}  // namespace

Result<EventRow> to_row(const LiveEvent& event) {
    const Event& head = event.event;
    if (head.id.empty()) return failed("an event without an id can't be recorded");
    const std::string refusal = "the event \"" + head.id + "\" can't be recorded: ";
    if (head.revision < 1) return failed(refusal + "its revision is below 1");
    if (event.end < event.begin) return failed(refusal + "it ends before it begins");
    if (!std::isfinite(head.confidence)) return failed(refusal + "its confidence is not a number");
    EventRow row;
    row.id = head.id;
    row.revision = head.revision;
    row.kind = kind_of(head.fact);
    row.shop = head.shop;
    row.camera = head.camera;
    row.layout = head.layout;
    row.confidence = head.confidence;
    row.begin = event.begin;
    row.end = event.end;
    std::visit(Columns{row}, head.fact);
    return row;
}

Result<LiveEvent> to_event(const EventRow& row) {
    TRY_ASSIGN(Fact fact, fact_of(row));
    return LiveEvent{
        .event = {row.id, row.revision, row.shop, row.camera, row.layout, row.confidence, std::move(fact)},
        .begin = row.begin,
        .end = row.end};
}

}  // namespace vitrina::records
