// Who works here: people of the last minutes to mark, what was learnt from marks, and taking it back.
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "pipeline/face_watch.h"
#include "pipeline/people_watch.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::PeopleWatch;

tl::unexpected<HttpError> nobody(const Request& request) {
    return not_found(fmt::format("person {} is not there, or is forgotten by now", request.parameter("id")));
}

tl::unexpected<HttpError> is_off() {
    return refuse({409, "people_off", "vitrina.yaml says that nobody's looks are kept (people.looks)"});
}

Json json_of(const std::optional<teach::Rate>& rate) {
    if (!rate) return {};
    return {{"right", rate->right},
            {"all", rate->all},
            {"share", rate->share},
            {"low", rate->low},
            {"high", rate->high}};
}

Json json_of(const PeopleWatch::Lesson& lesson) {
    return {{"staff", lesson.staff},
            {"unnamed", lesson.unnamed},
            {"customers", lesson.customers},
            {"staff_needed", pipeline::kStaffMarksMin},
            {"marks_needed", pipeline::kMarksMin},
            {"right", json_of(lesson.right)},
            {"staff_found", json_of(lesson.staff_found)},
            {"customers_let_be", json_of(lesson.customers_let_be)},
            {"used", lesson.is_used},
            {"uniform_changed", lesson.uniform_changed},
            {"learning", lesson.is_learning},
            {"problem", lesson.problem}};
}

Json json_of(const PeopleWatch::Somebody& person) {
    Json looks = Json::array();
    for (const UtcTime look : person.looks)
        looks.push_back(to_text(look));
    return {{"person", person.person},
            {"camera", person.camera},
            {"first", to_text(person.first)},
            {"last", to_text(person.last)},
            {"looks", std::move(looks)},
            {"staff_probability", person.staff_probability ? Json(*person.staff_probability) : Json()},
            {"mark", person.mark ? Json(vitrina::to_text(*person.mark)) : Json()},
            {"name", person.name},
            {"staff_place_s", person.staff_place_s}};
}

Json with_traits(Json person, const pipeline::FaceWatch* faces, PersonId number) {
    const auto traits = faces != nullptr ? faces->traits(number) : std::nullopt;
    const auto years = [](double age) { return Json(std::lround(age)); };
    person["sex"] = traits ? Json(vitrina::to_text(traits->sex)) : Json();
    person["sex_confidence"] = traits ? Json(traits->sex_confidence) : Json();
    person["age"] = traits ? years(traits->age) : Json();
    person["age_low"] = traits ? years(traits->age_low) : Json();
    person["age_high"] = traits ? years(traits->age_high) : Json();
    return person;
}

Json json_of(const PeopleWatch::TaughtStaff& staff) {
    return {{"id", staff.id},
            {"name", staff.name},
            {"marked", to_text(staff.marked)},
            {"marked_by", staff.marked_by}};
}

/// What a body says of somebody: "staff", "customer", or null, which takes a mark back. False for anything
/// else.
bool read_mark(const nlohmann::json& value, std::optional<WhoIs>& mark) {
    mark.reset();
    if (value.is_null()) return true;
    for (const WhoIs who : {WhoIs::kStaff, WhoIs::kCustomer})
        if (value == vitrina::to_text(who)) mark = who;
    return mark.has_value();
}

}  // namespace

Reply list_people(const Request&, const Services& services) {
    PeopleWatch* const watch = services.people;
    if (watch == nullptr) return is_off();
    const PeopleWatch::Page page = watch->page();
    Json people = Json::array();
    for (const PeopleWatch::Somebody& person : page.people)
        people.push_back(with_traits(json_of(person), services.faces, person.person));
    Json staff = Json::array();
    for (const PeopleWatch::TaughtStaff& taught : page.staff)
        staff.push_back(json_of(taught));
    return json_response({{"lesson", json_of(page.lesson)},
                          {"kept_minutes", watch->kept_for().count()},
                          {"people", std::move(people)},
                          {"staff", std::move(staff)}});
}

Reply get_look(const Request& request, const Services& services) {
    PeopleWatch* const watch = services.people;
    if (watch == nullptr) return is_off();
    QueryFields fields(request);
    const auto at = fields.instant("at");
    if (!at) fields.problem("at", "is missing: when the look was taken");
    TRY(fields.done());
    const auto id = id_of(request);
    const auto jpeg = id ? watch->picture(*id, *at) : std::nullopt;
    if (!jpeg) return nobody(request);
    Response response;
    response.type = "image/jpeg";
    response.body.assign(jpeg->begin(), jpeg->end());
    return response;
}

Reply mark_person(const Request& request, const Services& services) {
    PeopleWatch* const watch = services.people;
    if (watch == nullptr) return is_off();
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json value = fields.raw("label");
    const std::string name = fields.optional_text("name").value_or("");
    TRY(fields.done());
    std::optional<WhoIs> who;
    if (!read_mark(value, who))
        return refuse({400, "bad_request", R"("label" must be "staff", "customer" or null)"});
    if (!name.empty() && who != WhoIs::kStaff)
        return refuse({400, "bad_request", "only staff may have a name: customers stay unknown"});
    const auto id = id_of(request);
    if (!id) return nobody(request);
    TRY_ASSIGN(const bool known, watch->mark(*id, who, name, request.who->name));
    if (!known) return nobody(request);
    services.log(fmt::format("{} marked person {} as {}", request.who->name, *id,
                             who ? vitrina::to_text(*who) : "nothing"));
    return json_response(json_of(watch->page().lesson));
}

Reply forget_staff(const Request& request, const Services& services) {
    PeopleWatch* const watch = services.people;
    if (watch == nullptr) return is_off();
    const auto id = id_of(request);
    if (id) {
        TRY_ASSIGN(const bool known, watch->forget(*id));
        if (known) return no_content();
    }
    return not_found(fmt::format("nobody of the taught staff is {}", request.parameter("id")));
}

Reply forget_all_taught(const Request& request, const Services& services) {
    PeopleWatch* const watch = services.people;
    if (watch == nullptr) return is_off();
    TRY(watch->forget_all());
    services.log(request.who->name + " had everything forgotten that was taught of staff and customers");
    return no_content();
}

}  // namespace vitrina::api
