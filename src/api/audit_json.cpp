#include "api/audit_json.h"

#include <optional>

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<evaluate::CountError>& error) {
    if (!error) return {};
    const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
    return {{"counted", error->counted},
            {"truth", error->truth},
            {"truth_low", error->truth_low},
            {"truth_high", error->truth_high},
            {"share", number(error->share)},
            {"share_low", number(error->share_low)},
            {"share_high", number(error->share_high)}};
}

}  // namespace

Json to_json(const records::AuditPlace& place) {
    return {{"camera", place.camera}, {"kind", records::to_text(place.kind)}, {"place", place.place}};
}

Json to_json(const pipeline::AuditedPlace& place) {
    Json json = to_json(place.place);
    json.update({{"windows", place.windows},
                 {"clips", place.clips},
                 {"answered", place.answered},
                 {"unclear", place.unclear},
                 {"outdated", place.is_outdated},
                 {"in", json_of(place.in)},
                 {"out", json_of(place.out)}});
    return json;
}

Json to_json(const pipeline::AuditedCamera& camera) {
    return {{"camera", camera.camera},  {"kind", records::to_text(camera.kind)},
            {"places", camera.places},  {"answered", camera.in ? camera.in->answered : 0},
            {"in", json_of(camera.in)}, {"out", json_of(camera.out)}};
}

}  // namespace vitrina::api
