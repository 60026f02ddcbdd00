#include "domain/event_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/text.h"

namespace vitrina {
namespace {

constexpr std::size_t kIdBytes =
    8;  // among 10^8 events of a camera, two share an id with a chance of 3 in 10^4

template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::int64_t milliseconds(SourceTime time) {
    return std::chrono::round<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// Exactly three decimals, from integers: no rounding of binary fractions.
std::string seconds(SourceTime time) {
    const std::int64_t ms = milliseconds(time);
    const std::int64_t size = ms < 0 ? -ms : ms;
    return fmt::format("{}{}.{:03}", ms < 0 ? "-" : "", size / 1000, size % 1000);
}

std::string confidence(double value) {
    return fmt::format("{:.3f}", std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 0.0);
}

std::string_view name_of(Direction direction) {
    return direction == Direction::kIn ? "in" : "out";
}

std::string_view name_of(WaitEnd outcome) {
    if (outcome == WaitEnd::kServed) return "served";
    return outcome == WaitEnd::kAbandoned ? "abandoned" : "moved";
}

std::string fields_of(const Fact& fact) {
    return std::visit(
        Overloaded{[](const Visit& visit) {
                       return fmt::format(R"("person":{},"zone":{},"begin_s":{},"end_s":{})", visit.person,
                                          json_quoted(visit.zone), seconds(visit.begin), seconds(visit.end));
                   },
                   [](const Crossing& crossing) {
                       return fmt::format(R"("person":{},"line":{},"direction":"{}","at_s":{})",
                                          crossing.person, json_quoted(crossing.line),
                                          name_of(crossing.direction), seconds(crossing.at));
                   },
                   [](const Occupancy& occupancy) {
                       return fmt::format(R"("zone":{},"people":{},"at_s":{})", json_quoted(occupancy.zone),
                                          occupancy.people, seconds(occupancy.at));
                   },
                   [](const Touch& touch) {
                       return fmt::format(R"("person":{},{},"hand":"{}","begin_s":{},"end_s":{})",
                                          touch.person, shelf_json(touch), to_text(touch.hand),
                                          seconds(touch.begin), seconds(touch.end));
                   },
                   [](const Queue& queue) {
                       return fmt::format(R"("queue":{},"length":{},"wait_s":{},"at_s":{})",
                                          json_quoted(queue.queue), queue.length,
                                          seconds(SourceTime(queue.wait)), seconds(queue.at));
                   },
                   [](const Wait& wait) {
                       return fmt::format(R"("person":{},"queue":{},"outcome":"{}","begin_s":{},"end_s":{})",
                                          wait.person, json_quoted(wait.queue), name_of(wait.outcome),
                                          seconds(wait.begin), seconds(wait.end));
                   },
                   [](const Service& service) {
                       return fmt::format(R"("person":{},"till":{},"begin_s":{},"end_s":{})", service.person,
                                          json_quoted(service.till), seconds(service.begin),
                                          seconds(service.end));
                   },
                   [](const Label& label) {
                       return fmt::format(R"("person":{},"label":"{}","by":"{}",{}"at_s":{})", label.person,
                                          to_text(label.who), to_text(label.by), member_json(label),
                                          seconds(label.at));
                   },
                   [](const Work& work) {
                       return fmt::format(R"({},"begin_s":{},"end_s":{})", work_json(work),
                                          seconds(work.begin), seconds(work.end));
                   },
                   [](const Stand& stand) {
                       return fmt::format(R"({},"begin_s":{},"end_s":{})", stand_json(stand),
                                          seconds(stand.begin), seconds(stand.end));
                   },
                   [](const Talk& talk) {
                       return fmt::format(R"({},"begin_s":{},"end_s":{})", talk_json(talk),
                                          seconds(talk.begin), seconds(talk.end));
                   },
                   [](const Traits& traits) {
                       return fmt::format(R"({},"at_s":{})", traits_json(traits), seconds(traits.at));
                   }},
        fact);
}

/// Each part with its length in front: no two different lists of parts are the same text.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string result;
    for (const std::string_view part : parts)
        result += fmt::format("{}:{};", part.size(), part);
    return result;
}

/// What makes the fact this fact and no other.
std::string essence_of(const Fact& fact) {
    return std::visit(
        Overloaded{
            [](const Visit& visit) {
                return joined(
                    {std::to_string(visit.person), visit.zone, std::to_string(milliseconds(visit.begin))});
            },
            [](const Crossing& crossing) {
                return joined({std::to_string(crossing.person), crossing.line, name_of(crossing.direction),
                               std::to_string(milliseconds(crossing.at))});
            },
            [](const Occupancy& occupancy) {
                return joined({occupancy.zone, std::to_string(milliseconds(occupancy.at))});
            },
            [](const Touch& touch) {
                return joined({std::to_string(touch.person), touch.shelf, std::string(to_text(touch.hand)),
                               std::to_string(milliseconds(touch.begin))});
            },
            [](const Queue& queue) {
                return joined({queue.queue, std::to_string(milliseconds(queue.at))});
            },
            [](const Wait& wait) {
                return joined(
                    {std::to_string(wait.person), wait.queue, std::to_string(milliseconds(wait.begin))});
            },
            [](const Service& service) {
                return joined({std::to_string(service.person), service.till,
                               std::to_string(milliseconds(service.begin))});
            },
            [](const Label& label) { return joined({std::to_string(label.person)}); },
            [](const Work& work) {
                return joined({std::to_string(work.person), std::to_string(milliseconds(work.begin))});
            },
            [](const Stand& stand) {
                return joined({std::to_string(stand.person), std::to_string(milliseconds(stand.begin))});
            },
            [](const Talk& talk) {
                return joined({std::to_string(talk.person), std::to_string(talk.staff),
                               std::to_string(milliseconds(talk.begin))});
            },
            [](const Traits& traits) { return joined({std::to_string(traits.person)}); }},
        fact);
}

}  // namespace

std::string shelf_json(const Touch& touch) {
    const std::string shelf = "\"shelf\":" + json_quoted(touch.shelf);
    return touch.section.empty() ? shelf : shelf + ",\"section\":" + json_quoted(touch.section);
}

std::string member_json(const Label& label) {
    return label.member == 0 ? "" : fmt::format(R"("member":{},)", label.member);
}

std::string work_json(const Work& work) {
    const std::string place = work.place.empty() ? "" : ",\"place\":" + json_quoted(work.place);
    return fmt::format(R"("person":{},"activity":"{}"{})", work.person, to_text(work.activity), place);
}

std::string stand_json(const Stand& stand) {
    return fmt::format(R"("person":{},"zone":{})", stand.person, json_quoted(stand.zone));
}

std::string talk_json(const Talk& talk) {
    return fmt::format(
        R"("person":{},"staff":{},"zone":{},"approach":"{}","waited_s":{},"distance_m":{:.2f})", talk.person,
        talk.staff, json_quoted(talk.zone), to_text(talk.approach), seconds(SourceTime(talk.wait)),
        talk.distance_m);
}

std::string traits_json(const Traits& traits) {
    return fmt::format(R"("person":{},"sex":"{}","age":{},"age_low":{},"age_high":{})", traits.person,
                       to_text(traits.sex), traits.age, traits.age_low, traits.age_high);
}

std::string_view kind_of(const Fact& fact) {
    return std::visit(
        Overloaded{[](const Visit&) { return "visit"; }, [](const Crossing&) { return "crossing"; },
                   [](const Occupancy&) { return "occupancy"; }, [](const Touch&) { return "touch"; },
                   [](const Queue&) { return "queue"; }, [](const Wait&) { return "wait"; },
                   [](const Service&) { return "service"; }, [](const Label&) { return "label"; },
                   [](const Work&) { return "work"; }, [](const Stand&) { return "stand"; },
                   [](const Talk&) { return "talk"; }, [](const Traits&) { return "traits"; }},
        fact);
}

std::string to_json_line(const Event& event) {
    return fmt::format(
        R"({{"v":{},"kind":"{}","id":{},"rev":{},"shop":{},"camera":{},"layout":{},"confidence":{},{}}})",
        kEventSchemaVersion, kind_of(event.fact), json_quoted(event.id), event.revision,
        json_quoted(event.shop), json_quoted(event.camera), json_quoted(event.layout),
        confidence(event.confidence), fields_of(event.fact));
}

std::string event_id(std::string_view shop, std::string_view camera, const Fact& fact) {
    const std::string_view kind = kind_of(fact);
    return fmt::format("{}-{}", kind, hex_digest(joined({shop, camera, kind}) + essence_of(fact), kIdBytes));
}

}  // namespace vitrina
