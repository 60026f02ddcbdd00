// What the shop may know of who comes, how rare a mistake is to be, and who looked at whose data.
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/recognition_parts.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLooksShown = 200;
constexpr std::int64_t kLooksMax = 1000;

Json json_of(const RecognitionServices& recognition) {
    const pipeline::RecognitionWatch::State state = recognition.watch.state();
    Json rates = Json::array();
    for (const privacy::MatchRate& rate : state.rates) {
        // Each look at a visitor is compared to all pictures: any one raises an alarm of the watchlist, and
        // so many that agree make somebody known.
        const privacy::FalseInThousand alarms =
            privacy::false_in_thousand(rate, state.pictures_watched, state.looks_of_visitor, 1);
        const privacy::FalseInThousand known = privacy::false_in_thousand(
            rate, state.pictures_known, state.looks_of_visitor, privacy::kLooksToAgree);
        rates.push_back({{"false_match", rate.false_match},
                         {"false_match_high", privacy::false_match_high(rate)},
                         {"likeness", rate.likeness},
                         {"true_match", rate.true_match},
                         {"same_pairs", rate.same_pairs},
                         {"different_pairs", rate.different_pairs},
                         {"false_pairs", rate.false_pairs},
                         {"false_alarms_in_1000_visitors", alarms.as_one},
                         {"false_alarms_in_1000_visitors_at_most", alarms.at_most},
                         {"false_recognitions_in_1000_visitors_at_most", known.at_most}});
    }
    return {{"mode", privacy::to_text(state.mode)},
            {"whom", privacy::to_text(state.whom)},
            {"closed", recognition.gallery.closed()},
            {"has_networks", recognition.photographs != nullptr},
            {"people", recognition.gallery.size()},
            {"people_max", recognition.gallery.people_max()},
            {"enrolled", recognition.gallery.count(privacy::PersonKind::kEnrolled)},
            {"watched", recognition.gallery.count(privacy::PersonKind::kWatched)},
            {"seen", recognition.gallery.count(privacy::PersonKind::kSeen)},
            {"false_match", state.false_match},
            {"likeness_min", state.likeness_min ? Json(*state.likeness_min) : Json()},
            {"likeness_known", state.likeness_known ? Json(*state.likeness_known) : Json()},
            {"pictures_watched", state.pictures_watched},
            {"pictures_known", state.pictures_known},
            {"looks_of_visitor", state.looks_of_visitor},
            {"rates", std::move(rates)},
            {"looks", state.looks},
            {"dropped", state.dropped},
            {"back_today", state.back_today},
            {"alarm_delay_ms", state.alarm_delay ? Json(state.alarm_delay->count()) : Json()},
            {"trouble", state.trouble}};
}

}  // namespace

Reply get_privacy(const Request&, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    return json_response(json_of(*recognition));
}

Reply change_privacy(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json rate = fields.raw("false_match");
    TRY(fields.done());
    if (!rate.is_number()) return refuse({400, "bad_request", "\"false_match\" is a number between 0 and 1"});
    TRY(recognition->watch.set_false_match(rate.get<double>()));
    TRY(note_look(*recognition, request, "changed the rate of false matches to " + rate.dump()));
    return json_response(json_of(*recognition));
}

Reply list_looks(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    QueryFields fields(request);
    const auto limit = fields.whole_number("limit", 1, kLooksMax).value_or(kLooksShown);
    TRY(fields.done());
    TRY_ASSIGN(const auto looks, recognition->looks.newest(limit));
    Json list = Json::array();
    for (const records::LookEntry& look : looks)
        list.push_back({{"number", look.number},
                        {"at", to_text(look.at)},
                        {"who", look.who},
                        {"what", look.what},
                        {"whom", look.whom == 0 ? Json() : Json(look.whom)},
                        {"hash", look.hash}});
    return json_response({{"looks", std::move(list)}});
}

Reply verify_looks(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    QueryFields fields(request);
    const auto head = fields.text("head");
    TRY(fields.done());
    TRY_ASSIGN(const auto verdict, recognition->looks.verify(head));
    return json_response({{"whole", verdict.problem.empty()},
                          {"entries", verdict.entries},
                          {"head", verdict.head},
                          {"problem", verdict.problem}});
}

}  // namespace vitrina::api
