// Who works in the shop: the day of each member and of all, talks with customers, and what talks add to
// conversion. Members are told apart only to those who may know their names.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/share_json.h"
#include "api/routes/span.h"
#include "api/routes/tables.h"
#include "api/shop_zone.h"
#include "report/staff_day.h"
#include "report/staff_effect.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using report::Doing;
using report::StaffDay;
using report::StaffFacts;

constexpr std::chrono::days kStaffSpanMax{93};
// With fewer days too few talks are known: the effect is asked of so many when no period is given.
constexpr std::chrono::days kEffectDays{28};
// Who is seen now was seen within this.
constexpr std::chrono::minutes kHereWithin{6};
// A receipt is printed after the customer's last stand.
constexpr std::chrono::hours kPaidWithin{3};
constexpr std::size_t kTalksMax = 100'000;
constexpr int kMinutesOfHour = 60;

double seconds(Duration duration) {
    return std::round(std::chrono::duration<double>(duration).count() * 1000) / 1000;
}

Json json_of(const report::Spread& spread) {
    if (spread.count == 0) return nullptr;
    return {{"count", spread.count}, {"median_s", seconds(spread.median)}, {"p90_s", seconds(spread.p90)}};
}

Json json_of(const report::Talks& talks) {
    return {{"talks", talks.talks},
            {"by_staff", talks.by_staff},
            {"by_customer", talks.by_customer},
            {"customers", talks.customers},
            {"buyers", talks.buyers},
            {"bought", share_of(talks.buyers, talks.customers)},
            {"length", json_of(talks.length)},
            {"waited", json_of(talks.wait)}};
}

Json json_of(const report::Spent& spent) {
    Json json = Json::object();
    for (std::size_t i = 0; i < report::kDoings; ++i)
        json[std::string(report::to_text(static_cast<Doing>(i))) + "_s"] = seconds(spent.at(i));
    return json;
}

/// Who the members are, to somebody who may know it.
class Names {
  public:
    Names(const Services& services, const Identity& who) : shown_(sees_staff(who)) {
        if (services.staff_names) names_ = services.staff_names();
    }
    [[nodiscard]] bool are_shown() const { return shown_; }
    [[nodiscard]] std::string of(std::int64_t member) const {
        const auto found = names_.find(member);
        return found == names_.end() ? "" : found->second;
    }
    /// Somebody who was marked on several days has several numbers: the least of those of his name. One whose
    /// name was forgotten is nobody any more.
    [[nodiscard]] std::int64_t same(std::int64_t member) const {
        const std::string name = of(member);
        if (name.empty()) return 0;
        return std::find_if(names_.begin(), names_.end(),
                            [&](const auto& entry) { return entry.second == name; })
            ->first;
    }

  private:
    bool shown_;
    std::map<std::int64_t, std::string> names_;
};

/// Without work and stands.
Result<StaffFacts> talk_facts_of(const Services& services, const Names& names, const Span& span,
                                 const std::optional<std::string>& camera) {
    StaffFacts facts;
    TRY_ASSIGN(facts.talks,
               services.facts.facts_of("talk", camera, span.from, span.to, records::People::kCustomers));
    TRY_ASSIGN(facts.members, services.facts.members_at_work(span.from, span.to));
    TRY_ASSIGN(facts.spent, services.matches.spent(span.from, span.to + kPaidWithin));
    for (auto& [person, member] : facts.members)
        member = names.same(member);
    return facts;
}

Result<StaffFacts> facts_of(const Services& services, const Names& names, const Span& span,
                            const std::optional<std::string>& camera) {
    TRY_ASSIGN(StaffFacts facts, talk_facts_of(services, names, span, camera));
    TRY_ASSIGN(facts.work, services.facts.facts_of("work", camera, span.from, span.to));
    TRY_ASSIGN(facts.stands,
               services.facts.facts_of("stand", camera, span.from, span.to, records::People::kCustomers));
    return facts;
}

Json json_of(const report::MemberDay& member, const Names& names, UtcTime now) {
    Json breaks = Json::array();
    for (const report::Break& one : member.breaks)
        breaks.push_back({{"from", to_text(one.from)}, {"to", to_text(one.to)}});
    Json stretches = Json::array();
    for (const report::Stretch& stretch : member.stretches)
        stretches.push_back({{"from", to_text(stretch.from)},
                             {"to", to_text(stretch.to)},
                             {"doing", report::to_text(stretch.doing)},
                             {"place", stretch.place}});
    return {{"member", member.member},           {"name", names.of(member.member)},
            {"numbers", member.numbers},         {"arrived", to_text(member.arrived)},
            {"seen", to_text(member.seen)},      {"here", now - member.seen < kHereWithin},
            {"spent", json_of(member.spent)},    {"away_s", seconds(member.away)},
            {"shifts", member.shifts},           {"breaks", std::move(breaks)},
            {"stretches", std::move(stretches)}, {"talks", json_of(member.talks)}};
}

Json json_of(const StaffDay& day, const Names& names, UtcTime now) {
    Json members = Json::array();
    if (names.are_shown())
        for (const report::MemberDay& member : day.members)
            members.push_back(json_of(member, names, now));
    return {{"from", to_text(day.from)},
            {"to", to_text(day.to)},
            {"spent", json_of(day.spent)},
            {"talks", json_of(day.talks)},
            {"customers", day.customers},
            {"served", day.served},
            {"served_share", share_of(day.served, day.customers)},
            {"members", std::move(members)}};
}

Span span_in(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    if (span.to - span.from > kStaffSpanMax)
        fields.problem("to", fmt::format("is more than {} days after \"from\"", kStaffSpanMax.count()));
    return span;
}

/// The days of a span, the first and the last as far as they lie in it.
std::vector<StaffDay> days_of(const StaffFacts& facts, const Span& span, const Services& services) {
    std::vector<StaffDay> days;
    if (span.to <= span.from) return days;
    const auto edges = services.zone->edges(Bucket::kDay, span.from, span.to,
                                            static_cast<std::size_t>(kStaffSpanMax.count()) + 2);
    for (std::size_t i = 0; i + 1 < edges.size(); ++i)
        days.push_back(
            report::staff_day(facts, std::max(edges[i], span.from), std::min(edges[i + 1], span.to)));
    return days;
}

Json json_of(const report::Estimate& estimate) {
    const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
    return {
        {"value", number(estimate.value)}, {"low", number(estimate.low)}, {"high", number(estimate.high)}};
}

Json json_of(const report::Effect& effect) {
    Json json{{"treated", effect.treated},
              {"untreated", effect.untreated},
              {"compared", effect.compared},
              {"known", effect.is_known}};
    const auto known = [&](Json value) { return effect.is_known ? std::move(value) : Json(); };
    json["outcome"] = known(effect.outcome);
    json["added"] = known(json_of(effect.added));
    json["factor"] = known(json_of(effect.factor));
    json["naive"] = known(json_of(effect.naive));
    return json;
}

std::string shown(const report::Spread& spread, Duration report::Spread::*what) {
    return spread.count == 0 ? "" : fmt::format("{:.1f}", seconds(spread.*what));
}

std::string csv_row_of(const StaffDay& day, const std::string& member, const std::string& name,
                       const report::Spent& spent, const report::Talks& talks,
                       const report::MemberDay* of_member) {
    std::vector<std::string> cells = {to_text(day.from), to_text(day.to), member, name};
    cells.push_back(of_member != nullptr ? to_text(of_member->arrived) : "");
    cells.push_back(of_member != nullptr ? to_text(of_member->seen) : "");
    for (const Duration one : spent)
        cells.push_back(fmt::format("{:.0f}", seconds(one)));
    Duration breaks{};
    if (of_member != nullptr)
        for (const report::Break& one : of_member->breaks)
            breaks += one.to - one.from;
    cells.push_back(of_member != nullptr ? fmt::format("{:.0f}", seconds(of_member->away)) : "");
    cells.push_back(of_member != nullptr ? std::to_string(of_member->breaks.size()) : "");
    cells.push_back(of_member != nullptr ? fmt::format("{:.0f}", seconds(breaks)) : "");
    for (const std::int64_t count :
         {talks.talks, talks.by_staff, talks.by_customer, talks.customers, talks.buyers})
        cells.push_back(std::to_string(count));
    cells.push_back(shown(talks.length, &report::Spread::median));
    cells.push_back(shown(talks.wait, &report::Spread::median));
    cells.push_back(of_member == nullptr ? std::to_string(day.customers) : "");
    cells.push_back(of_member == nullptr ? std::to_string(day.served) : "");
    return csv_line(cells);
}

/// Talks with those who are still known to work here, the newest first.
std::vector<LiveEvent> talks_of(const StaffFacts& facts) {
    std::vector<LiveEvent> talks;
    talks.reserve(facts.talks.size());
    for (auto event = facts.talks.rbegin(); event != facts.talks.rend() && talks.size() < kTalksMax;
         ++event) {
        const auto& talk = std::get<Talk>(event->event.fact);
        if (facts.members.contains(talk.staff) && !facts.members.contains(talk.person))
            talks.push_back(*event);
    }
    return talks;
}

std::set<std::int64_t> named_in(const StaffFacts& facts) {
    std::set<std::int64_t> named;
    for (const auto& [person, member] : facts.members)
        if (member != 0) named.insert(member);
    return named;
}

tl::expected<Json, HttpError> talks_asked(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_in(fields, services);
    const auto camera = fields.text("camera");
    TRY(fields.done());
    const Names names(services, *request.who);
    TRY_ASSIGN(const StaffFacts facts, talk_facts_of(services, names, span, camera));
    Json talks = Json::array();
    for (const LiveEvent& event : talks_of(facts)) {
        const auto& talk = std::get<Talk>(event.event.fact);
        talks.push_back({{"id", event.event.id},
                         {"camera", event.event.camera},
                         {"begin", to_text(event.begin)},
                         {"end", to_text(event.end)},
                         {"staff", names.are_shown() ? names.of(facts.members.at(talk.staff)) : ""},
                         {"person", talk.person},
                         {"zone", talk.zone},
                         {"approach", vitrina::to_text(talk.approach)},
                         {"waited_s", seconds(talk.wait)},
                         {"distance_m", talk.distance_m},
                         {"bought", facts.spent.contains(talk.person)}});
    }
    return talks;
}

}  // namespace

Reply get_staff(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_in(fields, services);
    const auto camera = fields.text("camera");
    TRY(fields.done());
    const Names names(services, *request.who);
    TRY_ASSIGN(const StaffFacts facts, facts_of(services, names, span, camera));
    const UtcTime now = services.now();
    Json days = Json::array();
    std::map<std::int64_t, Duration> away;  // nights are none of it
    for (const StaffDay& day : days_of(facts, span, services)) {
        days.push_back(json_of(day, names, now));
        for (const report::MemberDay& member : day.members)
            away[member.member] += member.away;
    }
    StaffDay of_all = report::staff_day(facts, span.from, span.to);
    for (report::MemberDay& member : of_all.members)
        member.away = away[member.member];
    Json whole = json_of(of_all, names, now);
    // Of a day alone: when somebody came and went says nothing of a week.
    for (Json& member : whole["members"])
        for (const char* const name : {"breaks", "stretches"})
            member[name] = Json::array();
    return json_response(
        {{"names_shown", names.are_shown()}, {"whole", std::move(whole)}, {"days", std::move(days)}});
}

Reply export_staff(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_in(fields, services);
    const auto camera = fields.text("camera");
    TRY(fields.done());
    const Names names(services, *request.who);
    TRY_ASSIGN(const StaffFacts facts, facts_of(services, names, span, camera));
    std::string text = kUtf8Mark + csv_line({"from",
                                             "to",
                                             "member",
                                             "name",
                                             "arrived",
                                             "seen",
                                             "till_s",
                                             "stock_room_s",
                                             "floor_s",
                                             "idle_s",
                                             "talking_s",
                                             "away_s",
                                             "breaks",
                                             "breaks_s",
                                             "talks",
                                             "by_staff",
                                             "by_customer",
                                             "customers_spoken_to",
                                             "of_them_bought",
                                             "talk_median_s",
                                             "waited_median_s",
                                             "customers",
                                             "served"});
    for (const StaffDay& day : days_of(facts, span, services)) {
        text += csv_row_of(day, "", "all", day.spent, day.talks, nullptr);
        if (!names.are_shown()) continue;
        for (const report::MemberDay& member : day.members)
            text += csv_row_of(day, std::to_string(member.member), names.of(member.member), member.spent,
                               member.talks, &member);
    }
    return csv_response("staff.csv", std::move(text));
}

Reply list_talks(const Request& request, const Services& services) {
    auto talks = talks_asked(request, services);
    if (!talks) return tl::unexpected(std::move(talks).error());
    return json_response({{"names_shown", sees_staff(*request.who)}, {"talks", *std::move(talks)}});
}

Reply export_talks(const Request& request, const Services& services) {
    auto talks = talks_asked(request, services);
    if (!talks) return tl::unexpected(std::move(talks).error());
    return csv_response(
        "talks.csv", table_of(*talks, {"id", "camera", "begin", "end", "staff", "person", "zone", "approach",
                                       "waited_s", "distance_m", "bought"}));
}

Reply get_staff_effect(const Request& request, const Services& services) {
    QueryFields fields(request);
    Span span;
    span.to = fields.instant("to").value_or(services.now());
    span.from = fields.instant("from").value_or(span.to - kEffectDays);
    if (span.to < span.from) fields.problem("to", "is before from=");
    if (span.to - span.from > kStaffSpanMax)
        fields.problem("to", fmt::format("is more than {} days after \"from\"", kStaffSpanMax.count()));
    const auto camera = fields.text("camera");
    TRY(fields.done());
    const Names names(services, *request.who);
    TRY_ASSIGN(const StaffFacts facts, facts_of(services, names, span, camera));
    const auto hour_of = [&](UtcTime at) {
        return report::ShopHour{services.zone->day_of(at).time_since_epoch().count(),
                                services.zone->local(at).minute / kMinutesOfHour};
    };
    const report::StaffEffect effect = report::staff_effect(facts, hour_of);
    Json members = Json::array();
    if (names.are_shown())
        for (const std::int64_t member : named_in(facts))
            members.push_back({{"member", member},
                               {"name", names.of(member)},
                               {"bought", json_of(report::bought_effect(facts, hour_of, member))}});
    return json_response({{"from", to_text(span.from)},
                          {"to", to_text(span.to)},
                          {"stands", facts.stands.size()},
                          {"bought", json_of(effect.bought)},
                          {"spent_minor", json_of(effect.spent)},
                          {"members", std::move(members)}});
}

}  // namespace vitrina::api
