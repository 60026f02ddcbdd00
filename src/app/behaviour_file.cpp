#include "app/behaviour_file.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

namespace vitrina::app {
namespace {

using Numbers = Range<double>;

constexpr Numbers kShare = {0, 1};
constexpr Numbers kHourOfDay = {0, 24};
constexpr Numbers kClockOffset = {-86400, 86400};
constexpr Numbers kClockDrift = {-3600, 3600};
constexpr Numbers kSpread = {0, 3};  // of a logarithm
constexpr std::size_t kInterestsMax = 512;
constexpr std::size_t kGoodsMax = 5000;  // of one fixture
constexpr std::size_t kTillsMax = 64;
constexpr std::size_t kStaffMax = 500;
constexpr std::size_t kCampaignsMax = 50;
constexpr int kDaysMax = 400;
constexpr std::array<const char*, sim::kWeekdays> kDayNames = {"mon", "tue", "wed", "thu",
                                                               "fri", "sat", "sun"};
constexpr std::array<const char*, sim::kHours> kHourNames = {"0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",
                                                             "8",  "9",  "10", "11", "12", "13", "14", "15",
                                                             "16", "17", "18", "19", "20", "21", "22", "23"};

void read_whole(Section& section, std::string_view key, Range<std::int64_t> range, int& value) {
    std::int64_t whole = value;
    if (section.read_integer(key, range, whole)) value = static_cast<int>(whole);
}

void read_weekdays(Section& section, std::string_view key, Numbers range,
                   std::array<double, sim::kWeekdays>& values) {
    auto inner = section.section(key);
    if (!inner) return;
    for (std::size_t i = 0; i < values.size(); ++i)
        inner->read_number(kDayNames.at(i), range, values.at(i));
    inner->finish();
}

void read_hours(Section& section, std::array<double, sim::kHours>& hours) {
    auto inner = section.section("hours");
    if (!inner) {
        section.complain("hours", "is missing: how busy each open hour is, such as {9: 1, 10: 1.5}");
        return;
    }
    double sum = 0;
    for (std::size_t i = 0; i < hours.size(); ++i) {
        inner->read_number(kHourNames.at(i), {0, 1e6}, hours.at(i));
        sum += hours.at(i);
    }
    inner->finish();
    if (sum <= 0) section.complain("hours", "has no hour at which anybody comes");
}

void read_arrivals(Section& section, sim::Arrivals& arrivals) {
    section.read_number("visits_per_day", {0, 1e6}, arrivals.visits_per_day);
    read_hours(section, arrivals.hours);
    read_weekdays(section, "weekdays", {0, 1000}, arrivals.weekdays);
    section.read_number("pair_share", kShare, arrivals.pair_share);
    section.read_number("family_share", kShare, arrivals.family_share);
    if (arrivals.pair_share + arrivals.family_share > 1)
        section.complain("family_share", "and pair_share are more than 1 together");
    section.read_number("female_share", kShare, arrivals.female_share);
    section.read_number("young_share", kShare, arrivals.young_share);
    section.read_number("senior_share", kShare, arrivals.senior_share);
    if (arrivals.young_share + arrivals.senior_share > 1)
        section.complain("senior_share", "and young_share are more than 1 together");
    section.finish();
}

void read_interest(Section& section, sim::Interest& interest) {
    if (!section.read_text("fixture", interest.fixture) && !section.has("fixture"))
        section.complain("fixture", "is missing: a fixture of the plan");
    section.read_number("weight", {0, 1e6}, interest.weight);
    section.read_number("stop_s_median", {0.5, 3600}, interest.stop_s_median);
    section.read_number("stop_s_spread", kSpread, interest.stop_s_spread);
    section.read_number("touch", kShare, interest.touch);
    section.read_number("buy", kShare, interest.buy);
    section.read_number("put_back", kShare, interest.put_back);
    std::set<std::string> skus;
    section.each("goods", kGoodsMax, [&](Section& item) {
        sim::Goods goods;
        if (!item.read_text("sku", goods.sku) && !item.has("sku")) item.complain("sku", "is missing");
        if (!goods.sku.empty() && !skus.insert(goods.sku).second)
            item.complain("sku", "stands twice at this fixture");
        goods.name = goods.sku;
        item.read_text("name", goods.name);
        item.read_integer("price_minor", {0, 1'000'000'000}, goods.price_minor);
        item.read_number("weight", {0, 1e6}, goods.weight);
        item.finish();
        interest.goods.push_back(goods);
    });
    section.finish();
}

void read_checkout(Section& section, sim::Checkout& checkout) {
    std::set<std::string> names;
    section.each("tills", kTillsMax, [&](Section& item) {
        sim::TillHours till;
        if (!item.read_text("till", till.till) && !item.has("till"))
            item.complain("till", "is missing: the till that zones of the plan name");
        if (!till.till.empty() && !names.insert(till.till).second) item.complain("till", "stands twice");
        item.read_number("opens_h", kHourOfDay, till.opens_h);
        item.read_number("closes_h", kHourOfDay, till.closes_h);
        item.read_number("clock_offset_s", kClockOffset, till.clock_offset_s);
        item.read_number("clock_drift_s_per_day", kClockDrift, till.clock_drift_s_per_day);
        if (till.closes_h <= till.opens_h) item.complain("closes_h", "must be after opens_h");
        item.finish();
        checkout.tills.push_back(till);
    });
    section.read_number("service_base_s", {0, 3600}, checkout.service_base_s);
    section.read_number("service_item_s", {0, 600}, checkout.service_item_s);
    section.read_number("service_spread", kSpread, checkout.service_spread);
    read_whole(section, "balk_length", {1, 1000}, checkout.balk_length);
    section.read_number("balk_share", kShare, checkout.balk_share);
    section.read_number("patience_s", {1, 1e6}, checkout.patience_s);
    read_whole(section, "jockey_gain", {1, 1000}, checkout.jockey_gain);
    section.read_number("jockey_share", kShare, checkout.jockey_share);
    section.read_number("clock_offset_s", kClockOffset, checkout.clock_offset_s);
    section.finish();
}

void read_staff(Section& section, sim::StaffMember& member) {
    if (!section.read_text("name", member.name) && !section.has("name"))
        section.complain("name", "is missing");
    std::size_t role = static_cast<std::size_t>(member.role);
    if (!section.read_word("role", {"cashier", "consultant"}, role) && !section.has("role"))
        section.complain("role", "is missing: cashier or consultant");
    member.role = static_cast<sim::Role>(role);
    section.read_number("from_h", kHourOfDay, member.from_h);
    section.read_number("to_h", kHourOfDay, member.to_h);
    if (member.to_h <= member.from_h) section.complain("to_h", "must be after from_h");
    member.break_h = (member.from_h + member.to_h) / 2;
    section.read_number("break_h", kHourOfDay, member.break_h);
    section.read_number("break_minutes", {0, 600}, member.break_minutes);
    read_weekdays(section, "works", kShare, member.works);
    section.finish();
}

void read_consulting(Section& section, sim::Consulting& consulting) {
    section.read_number("approach_after_s", {0, 3600}, consulting.approach_after_s);
    section.read_number("approach_share", kShare, consulting.approach_share);
    section.read_number("talk_s_median", {1, 3600}, consulting.talk_s_median);
    section.read_number("talk_s_spread", kSpread, consulting.talk_s_spread);
    section.read_number("raises", {0, 100}, consulting.raises);
    section.read_number("round_stop_s", {1, 3600}, consulting.round_stop_s);
    section.finish();
}

void read_campaign(Section& section, sim::Campaign& campaign) {
    if (!section.read_text("name", campaign.name) && !section.has("name"))
        section.complain("name", "is missing");
    read_whole(section, "from_day", {1, kDaysMax}, campaign.from_day);
    read_whole(section, "days", {1, kDaysMax}, campaign.days);
    section.read_number("audience_share", kShare, campaign.audience_share);
    section.read_number("frequent_bias", {-5, 5}, campaign.frequent_bias);
    section.read_number("brings", {0, 100}, campaign.brings);
    section.read_integer("cost_minor", {0, 1'000'000'000'000}, campaign.cost_minor);
    section.finish();
}

void read_seeing(Section& section, sim::Seeing& seeing) {
    section.read_number("rate_hz", {0.1, 50}, seeing.rate_hz);
    section.read_number("place_m", {0, 10}, seeing.place_m);
    section.read_number("place_memory_s", {0, 60}, seeing.place_memory_s);
    section.read_number("miss", kShare, seeing.miss);
    section.read_number("gaps_per_minute", {0, 60}, seeing.gaps_per_minute);
    section.read_number("gap_s", {0, 600}, seeing.gap_s);
    section.read_number("breaks_per_hour", {0, 3600}, seeing.breaks_per_hour);
    section.read_number("staff_unknown", kShare, seeing.staff_unknown);
    section.read_number("reach_seen", kShare, seeing.reach_seen);
    section.read_number("traits_wrong", kShare, seeing.traits_wrong);
    section.finish();
}

std::optional<std::chrono::sys_days> date_of(const std::string& text) {
    constexpr std::size_t kLength = 10;  // 2026-03-02
    if (text.size() != kLength || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t count) {
        int value = -1;
        const char* begin = text.data() + from;
        const auto parsed = std::from_chars(begin, begin + count, value);
        return parsed.ec == std::errc() && parsed.ptr == begin + count ? value : -1;
    };
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (number(0, 4) < 1970 || month < 1 || day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

void read_calendar(Section& section, sim::Behaviour& behaviour) {
    section.read_text("start", behaviour.start);
    const auto start = date_of(behaviour.start);
    if (!start) {
        section.complain("start", "must be a date such as 2026-03-02");
        return;
    }
    double offset_h = 0;  // of the shop's clock, from UTC
    section.read_number("utc_offset_h", {-14, 14}, offset_h);
    behaviour.weekday = static_cast<int>(std::chrono::weekday(*start).iso_encoding()) - 1;
    behaviour.start_utc_ms = std::chrono::milliseconds(start->time_since_epoch()).count() -
                             static_cast<std::int64_t>(offset_h * 3'600'000);
    read_whole(section, "days", {1, kDaysMax}, behaviour.days);
}

}  // namespace

void read_behaviour(Section& section, sim::Behaviour& behaviour) {
    read_calendar(section, behaviour);
    section.read_text("currency", behaviour.currency);
    if (auto inner = section.section("arrivals"))
        read_arrivals(*inner, behaviour.arrivals);
    else
        section.complain("arrivals", "is missing: how many come, and when");
    if (auto inner = section.section("visiting")) {
        inner->read_number("speed_m_s", {0.2, 3}, behaviour.visiting.speed_m_s);
        inner->read_number("speed_spread", kSpread, behaviour.visiting.speed_spread);
        inner->read_number("stops", {1, 1000}, behaviour.visiting.stops);
        inner->read_number("intent_spread", kSpread, behaviour.visiting.intent_spread);
        inner->finish();
    }
    section.each("interests", kInterestsMax, [&](Section& item) {
        sim::Interest interest;
        read_interest(item, interest);
        behaviour.interests.push_back(std::move(interest));
    });
    if (auto inner = section.section("checkout")) read_checkout(*inner, behaviour.checkout);
    section.each("staff", kStaffMax, [&](Section& item) {
        sim::StaffMember member;
        read_staff(item, member);
        behaviour.staff.push_back(std::move(member));
    });
    if (auto inner = section.section("consulting")) read_consulting(*inner, behaviour.consulting);
    if (auto inner = section.section("loyalty")) {
        read_whole(*inner, "holders", {0, 1'000'000}, behaviour.loyalty.holders);
        inner->read_number("visits_share", kShare, behaviour.loyalty.visits_share);
        inner->read_number("shows_card", kShare, behaviour.loyalty.shows_card);
        inner->finish();
    }
    section.each("campaigns", kCampaignsMax, [&](Section& item) {
        sim::Campaign campaign;
        read_campaign(item, campaign);
        behaviour.campaigns.push_back(std::move(campaign));
    });
    if (auto inner = section.section("seeing")) read_seeing(*inner, behaviour.seeing);
    section.finish();
}

}  // namespace vitrina::app
