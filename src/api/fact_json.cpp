#include "api/fact_json.h"

#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/trouble_json.h"
#include "domain/event_json.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

std::string_view name_of(records::Operation operation) {
    switch (operation) {
        case records::Operation::kAdd:
            return "add";
        case records::Operation::kAmend:
            return "amend";
        case records::Operation::kRetract:
            return "retract";
    }
    return "add";
}

struct Fields {
    const LiveEvent& event;

    std::string operator()(const Visit& visit) const {
        return fmt::format(R"("person":{},"zone":{},"begin":"{}","end":"{}")", visit.person,
                           json_quoted(visit.zone), to_text(event.begin), to_text(event.end));
    }
    std::string operator()(const Crossing& crossing) const {
        return fmt::format(R"("person":{},"line":{},"direction":"{}","at":"{}")", crossing.person,
                           json_quoted(crossing.line), crossing.direction == Direction::kIn ? "in" : "out",
                           to_text(event.begin));
    }
    std::string operator()(const Occupancy& occupancy) const {
        return fmt::format(R"("zone":{},"people":{},"at":"{}")", json_quoted(occupancy.zone),
                           occupancy.people, to_text(event.begin));
    }
    std::string operator()(const Touch& touch) const {
        return fmt::format(R"("person":{},{},"hand":"{}","begin":"{}","end":"{}")", touch.person,
                           shelf_json(touch), to_text(touch.hand), to_text(event.begin), to_text(event.end));
    }
    std::string operator()(const Queue& queue) const {
        return fmt::format(R"("queue":{},"length":{},"wait_s":{:.3f},"at":"{}")", json_quoted(queue.queue),
                           queue.length, to_seconds(queue.wait), to_text(event.begin));
    }
    std::string operator()(const Wait& wait) const {
        const char* outcome = wait.outcome == WaitEnd::kServed      ? "served"
                              : wait.outcome == WaitEnd::kAbandoned ? "abandoned"
                                                                    : "moved";
        return fmt::format(R"("person":{},"queue":{},"outcome":"{}","begin":"{}","end":"{}")", wait.person,
                           json_quoted(wait.queue), outcome, to_text(event.begin), to_text(event.end));
    }
    std::string operator()(const Service& service) const {
        return fmt::format(R"("person":{},"till":{},"begin":"{}","end":"{}")", service.person,
                           json_quoted(service.till), to_text(event.begin), to_text(event.end));
    }
    std::string operator()(const Label& label) const {
        return fmt::format(R"("person":{},"label":"{}","by":"{}",{}"at":"{}")", label.person,
                           vitrina::to_text(label.who), vitrina::to_text(label.by), member_json(label),
                           to_text(event.begin));
    }
    std::string operator()(const Work& work) const { return with_times(work_json(work)); }
    std::string operator()(const Stand& stand) const { return with_times(stand_json(stand)); }
    std::string operator()(const Talk& talk) const { return with_times(talk_json(talk)); }
    std::string operator()(const Traits& traits) const {
        return fmt::format(R"({},"at":"{}")", traits_json(traits), to_text(event.begin));
    }
    [[nodiscard]] std::string with_times(const std::string& fields) const {
        return fmt::format(R"({},"begin":"{}","end":"{}")", fields, to_text(event.begin), to_text(event.end));
    }
};

}  // namespace

bool tells_of_staff(const Fact& fact) {
    if (const auto* const label = std::get_if<Label>(&fact)) return label->member != 0;
    return std::holds_alternative<Work>(fact) || std::holds_alternative<Talk>(fact);
}

std::optional<records::LoggedEvent> without_staff(const records::LoggedEvent& entry) {
    if (!tells_of_staff(entry.event.event.fact)) return entry;
    records::LoggedEvent shown = entry;
    auto* const label = std::get_if<Label>(&shown.event.event.fact);
    if (label == nullptr) return std::nullopt;
    label->member = 0;
    return shown;
}

std::string to_json(const records::LoggedEvent& entry) {
    const Event& event = entry.event.event;
    return fmt::format(
        R"({{"v":{},"kind":"{}","id":{},"rev":{},"shop":{},"camera":{},"layout":{},"confidence":{:.3f},{},)"
        R"("op":"{}","seq":{},"recorded":"{}","notes":{}}})",
        kEventSchemaVersion, kind_of(event.fact), json_quoted(event.id), event.revision,
        json_quoted(event.shop), json_quoted(event.camera), json_quoted(event.layout), event.confidence,
        std::visit(Fields{entry.event}, event.fact), name_of(entry.operation), entry.sequence,
        to_text(entry.recorded), json_of_notes(entry.notes).dump());
}

std::string to_sse(const records::LoggedEvent& entry, FactsTold told) {
    if (told == FactsTold::kWithoutStaff) {
        const auto shown = without_staff(entry);
        return shown ? to_sse(*shown) : fmt::format("id: {}\n\n", entry.sequence);
    }
    return fmt::format("id: {}\nevent: fact\ndata: {}\n\n", entry.sequence, to_json(entry));
}

}  // namespace vitrina::api
