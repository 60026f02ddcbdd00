#include "records/event_row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "domain/event_json.h"

namespace vitrina::records {
namespace {

/// Of a touch the column "direction" has the hand, and the section after this: "left:top row".
constexpr char kSectionMark = ':';
/// Of a talk it has who approached, the number of the staff, the wait in ms and the distance in cm:
/// "staff:12:4200:85".
constexpr char kPartMark = ':';
constexpr double kCmPerM = 100;
constexpr std::array kActivities = {Activity::kTill, Activity::kStockRoom, Activity::kFloor, Activity::kIdle};
constexpr std::array kApproaches = {Approach::kStaff, Approach::kCustomer, Approach::kBoth};
constexpr std::array kSexes = {Sex::kUnknown, Sex::kFemale, Sex::kMale};
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
        if (label.member != 0) row.people = static_cast<int>(label.member);
        set_times(label.at, label.at);
    }
    void operator()(const Work& work) const {
        row.person = work.person;
        row.place = work.place;
        row.direction = to_text(work.activity);
        set_times(work.begin, work.end);
    }
    void operator()(const Stand& stand) const {
        row.person = stand.person;
        row.place = stand.zone;
        set_times(stand.begin, stand.end);
    }
    void operator()(const Talk& talk) const {
        row.person = talk.person;
        row.place = talk.zone;
        row.direction = fmt::format("{0}{1}{2}{1}{3}{1}{4}", to_text(talk.approach), kPartMark, talk.staff,
                                    std::chrono::round<std::chrono::milliseconds>(talk.wait).count(),
                                    std::lround(talk.distance_m * kCmPerM));
        set_times(talk.begin, talk.end);
    }
    /// "direction" has the bounds of the age: ":27:45".
    void operator()(const Traits& traits) const {
        row.person = traits.person;
        row.place = to_text(traits.sex);
        row.people = traits.age;
        row.direction = fmt::format("{0}{1}{0}{2}", kPartMark, traits.age_low, traits.age_high);
        set_times(traits.at, traits.at);
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

/// By its text.
template <typename Enum, std::size_t count>
std::optional<Enum> named(std::string_view text, const std::array<Enum, count>& all) {
    const auto found = std::find_if(all.begin(), all.end(), [&](Enum one) { return to_text(one) == text; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

std::optional<Fact> work_of(const EventRow& row) {
    const auto activity = named(row.direction.value_or(""), kActivities);
    if (!row.person || !activity) return std::nullopt;
    return Work{*row.person, *activity, row.place, source_time(row.source_begin_us),
                source_time(row.source_end_us)};
}

/// Whole numbers after the first mark; nothing when there are not so many.
template <std::size_t count>
std::optional<std::array<std::int64_t, count>> numbers_in(std::string_view text) {
    std::array<std::int64_t, count> numbers{};
    for (std::int64_t& number : numbers) {
        const std::size_t mark = text.find(kPartMark);
        if (mark == std::string_view::npos) return std::nullopt;
        text.remove_prefix(mark + 1);
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        if (read.ec != std::errc()) return std::nullopt;
    }
    return numbers;
}

std::optional<Fact> talk_of(const EventRow& row) {
    if (!row.person || !row.direction) return std::nullopt;
    const auto approach = named(row.direction->substr(0, row.direction->find(kPartMark)), kApproaches);
    const auto numbers = numbers_in<3>(*row.direction);
    if (!approach || !numbers) return std::nullopt;
    return Talk{*row.person,
                (*numbers)[0],
                row.place,
                *approach,
                std::chrono::milliseconds((*numbers)[1]),
                static_cast<double>((*numbers)[2]) / kCmPerM,
                source_time(row.source_begin_us),
                source_time(row.source_end_us)};
}

std::optional<Fact> traits_of(const EventRow& row) {
    const auto sex = named(row.place, kSexes);
    const auto ages = numbers_in<2>(row.direction.value_or(""));
    if (!row.person || !row.people || !sex || !ages) return std::nullopt;
    return Traits{*row.person,
                  *sex,
                  *row.people,
                  static_cast<int>((*ages)[0]),
                  static_cast<int>((*ages)[1]),
                  source_time(row.source_begin_us)};
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
                     row.direction == to_text(LabelBy::kMark) ? LabelBy::kMark : LabelBy::kModel, begin,
                     row.people.value_or(0)};
    if (row.kind == "work")
        if (auto work = work_of(row)) return std::move(*work);
    if (row.kind == "stand" && row.person) return Stand{*row.person, row.place, begin, end};
    if (row.kind == "talk")
        if (auto talk = talk_of(row)) return std::move(*talk);
    if (row.kind == "traits")
        if (auto traits = traits_of(row)) return std::move(*traits);
    const auto outcome = std::find(kWaitEnds.begin(), kWaitEnds.end(), row.direction.value_or(""));
    if (row.kind == "wait" && row.person && outcome != kWaitEnds.end())
        return Wait{*row.person, row.place, begin, end, static_cast<WaitEnd>(outcome - kWaitEnds.begin())};
    return failed(fmt::format("the record \"{}\" is of no known form (kind \"{}\")", row.id, row.kind));
}

}  // namespace

std::pair<int, int> age_bounds(std::string_view text) {
    const auto ages = numbers_in<2>(text);
    return ages ? std::pair(static_cast<int>((*ages)[0]), static_cast<int>((*ages)[1])) : std::pair(0, 0);
}

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
