#include "app/simulate_days.h"

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/text_output.h"
#include "domain/sighting_file.h"
#include "domain/text.h"
#include "sim/door_check.h"
#include "sim/life.h"
#include "sim/sites.h"
#include "sim/witness.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;

constexpr double kFileDaysMax = 45;  // of whole milliseconds in 32 bits
constexpr std::uint32_t kMillisecondUs = 1000;
constexpr double kFinePlacesM = 650;  // a plan as wide as that has places in whole centimetres

std::string_view text_of(Sex sex) {
    return sex == Sex::kFemale ? "female" : sex == Sex::kMale ? "male" : "";
}

std::string_view text_of(AgeGroup age) {
    switch (age) {
        case AgeGroup::kChild:
            return "child";
        case AgeGroup::kYoung:
            return "young";
        case AgeGroup::kAdult:
            return "adult";
        case AgeGroup::kSenior:
            return "senior";
        case AgeGroup::kUnknown:
            break;
    }
    return "";
}

std::string_view text_of(sim::Leaving how) {
    switch (how) {
        case sim::Leaving::kServed:
            return "served";
        case sim::Leaving::kAbandoned:
            return "abandoned";
        case sim::Leaving::kMoved:
            return "moved";
        case sim::Leaving::kBalked:
            return "balked";
    }
    return "";
}

std::string card_of(std::int64_t customer) {
    return customer < 0 ? "" : fmt::format("C{:06}", customer + 1);
}

/// A field of a CSV table; quoted where it has to be.
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

/// What truly happened, as tables; and the receipts.
class TruthTables final : public sim::LifeWatcher {
  public:
    TruthTables(const fs::path& out, const sim::Behaviour& behaviour)
        : behaviour_(behaviour),
          visits_(out / "truth.visits.csv"),
          stops_(out / "truth.stops.csv"),
          touches_(out / "truth.touches.csv"),
          queues_(out / "truth.queues.csv"),
          waits_(out / "truth.waits.csv"),
          services_(out / "truth.services.csv"),
          purchases_(out / "truth.purchases.csv"),
          consultations_(out / "truth.consultations.csv"),
          staff_(out / "truth.staff.csv"),
          stays_(out / "truth.zones.csv"),
          numbers_(out / "truth.numbers.csv"),
          receipts_(out / "receipts.jsonl") {
        visits_.line("person,party,entered_s,left_s,sex,age,card,campaign,bought");
        stops_.line("person,fixture,begin_s,end_s,consulted,bought,intent");
        touches_.line("person,fixture,what,begin_s,end_s");
        queues_.line("at_s,till,waiting,open");
        waits_.line("person,till,joined_s,until_s,outcome");
        services_.line("person,till,begin_s,end_s");
        purchases_.line("receipt,person,till,at_s,stamped_s,total_minor,card");
        consultations_.line("staff,person,fixture,stop_began_s,begin_s,end_s");
        staff_.line("person,name,what,at_s");
        stays_.line("person,zone,begin_s,end_s");
        numbers_.line("seen_as,person,from_s");
    }

    void entered(const sim::Agent&, double) override { ++entries; }
    void left(const sim::Agent& agent, double at_s) override {
        const std::string campaign =
            agent.campaign < 0 ? "" : behaviour_.campaigns[static_cast<std::size_t>(agent.campaign)].name;
        visits_.line("{},{},{:.3f},{:.3f},{},{},{},{},{}", agent.person, agent.party, agent.entered_s, at_s,
                     text_of(agent.labels.sex), text_of(agent.labels.age), card_of(agent.customer),
                     field(campaign), agent.bought ? 1 : 0);
    }
    void touched(const sim::Agent& agent, const std::string& fixture, const char* what, double begin,
                 double end) override {
        touches_.line("{},{},{},{:.3f},{:.3f}", agent.person, field(fixture), what, begin, end);
    }
    void stopped(const sim::Agent& agent, const std::string& fixture, double begin, double end,
                 bool bought) override {
        stops_.line("{},{},{:.3f},{:.3f},{},{},{:.4f}", agent.person, field(fixture), begin, end,
                    agent.consulted ? 1 : 0, bought ? 1 : 0, agent.intent);
    }
    void waited(const sim::Agent& agent, const std::string& till, double joined, double until,
                sim::Leaving how) override {
        waits_.line("{},{},{:.3f},{:.3f},{}", agent.person, field(till), joined, until, text_of(how));
    }
    void served(const sim::Agent& agent, const std::string& till, double begin, double end) override {
        services_.line("{},{},{:.3f},{:.3f}", agent.person, field(till), begin, end);
    }
    void queue_changed(const std::string& till, double at_s, int people, bool open) override {
        queues_.line("{:.3f},{},{},{}", at_s, field(till), people, open ? 1 : 0);
    }
    void consulted(const sim::Agent& staff, const sim::Agent& agent, const std::string& fixture,
                   double stop_began, double begin, double end) override {
        consultations_.line("{},{},{},{:.3f},{:.3f},{:.3f}", field(behaviour_.staff[staff.staff].name),
                            agent.person, field(fixture), stop_began, begin, end);
    }
    void worked(const sim::Agent& staff, const char* what, double at_s) override {
        staff_.line("{},{},{},{:.3f}", staff.person, field(behaviour_.staff[staff.staff].name), what, at_s);
    }
    void paid(const sim::Receipt& receipt) override {
        std::string lines;
        std::int64_t total = 0;
        for (const sim::Item& item : receipt.items) {
            const std::int64_t amount = item.goods->price_minor * item.quantity;
            total += amount;
            lines +=
                fmt::format(R"({}{{"sku":{},"name":{},"quantity":{},"price_minor":{},"amount_minor":{}}})",
                            lines.empty() ? "" : ",", json_quoted(item.goods->sku),
                            json_quoted(item.goods->name), item.quantity, item.goods->price_minor, amount);
        }
        const UtcTime at(
            std::chrono::milliseconds(behaviour_.start_utc_ms + std::llround(receipt.stamped_s * 1000)));
        const std::string id = fmt::format("R{:08}", receipt.number);
        const std::string card = card_of(receipt.customer);
        receipts_.line(
            R"({{"id":"{}","till":{},"at":"{:%FT%T}Z","currency":{},"total_minor":{},"card":"{}","lines":[{}]}})",
            id, json_quoted(receipt.till), at, json_quoted(behaviour_.currency), total, card, lines);
        purchases_.line("{},{},{},{:.3f},{:.3f},{},{}", id, receipt.person, field(receipt.till), receipt.at_s,
                        receipt.stamped_s, total, card);
        ++purchases;
    }
    void stay(const sim::ZoneStay& stay, const Plan& plan) {
        stays_.line("{},{},{:.3f},{:.3f}", stay.person, field(plan.zones[stay.zone].name), stay.begin_s,
                    stay.end_s);
    }
    void number(PersonId person, PersonId seen_as, double at_s) {
        numbers_.line("{},{},{:.3f}", seen_as, person, at_s);
    }
    [[nodiscard]] Result<void> close() {
        for (TextOutput* file : {&visits_, &stops_, &touches_, &queues_, &waits_, &services_, &purchases_,
                                 &consultations_, &staff_, &stays_, &numbers_, &receipts_})
            TRY(file->close());
        return {};
    }

    std::int64_t entries = 0;
    std::int64_t purchases = 0;

  private:
    const sim::Behaviour& behaviour_;
    TextOutput visits_, stops_, touches_, queues_, waits_, services_, purchases_, consultations_, staff_,
        stays_, numbers_, receipts_;
};

/// Whom campaigns addressed, of all card holders.
Result<void> write_audience(const fs::path& out, const sim::Behaviour& behaviour,
                            const sim::Population& population) {
    TextOutput file(out / "audience.csv");
    file.line("campaign,card,from_s,until_s");
    for (std::size_t i = 0; i < behaviour.campaigns.size(); ++i) {
        const sim::Campaign& campaign = behaviour.campaigns[i];
        const double from = (campaign.from_day - 1) * sim::kDayS;
        for (std::int64_t holder = 0; holder < population.holders(); ++holder)
            if (population.addressed(i, holder))
                file.line("{},{},{:.0f},{:.0f}", field(campaign.name), card_of(holder), from,
                          from + campaign.days * sim::kDayS);
    }
    return file.close();
}

/// Which goods lie where.
Result<void> write_planogram(const fs::path& out, const sim::Behaviour& behaviour) {
    TextOutput file(out / "planogram.csv");
    file.line("sku,fixture");
    for (const sim::Interest& interest : behaviour.interests)
        for (const sim::Goods& goods : interest.goods)
            file.line("{},{}", field(goods.sku), field(interest.fixture));
    return file.close();
}

SightingHead head_of(const sim::Shop& shop) {
    SightingHead head;
    head.start = UtcTime(std::chrono::milliseconds(shop.behaviour->start_utc_ms));
    head.unit_us = shop.behaviour->days < kFileDaysMax ? kMillisecondUs : 10 * kMillisecondUs;
    head.unit_m = std::max(shop.plan.width_m, shop.plan.depth_m) < kFinePlacesM ? 0.01 : 0.02;
    head.width_m = shop.plan.width_m;
    head.depth_m = shop.plan.depth_m;
    return head;
}

/// A line that people walk round, or that is drawn the other way, makes every figure of entries wrong.
void warn_of_lines(const Plan& plan, sim::Sites& sites) {
    if (plan.lines.empty()) return;
    const sim::DoorCheck check = sim::check_doors(plan, sites);
    if (check.counted == check.ways) return;
    fmt::print(
        stderr,
        "vitrina: of {} ways from the entrance, {} don't go over a line from its left to its right once: "
        "the plan's lines don't count everybody who comes in\n",
        check.ways, check.ways - check.counted);
}

/// From the first midnight to the last. Nobody is looked at while nobody is there.
void live(const sim::Shop& shop, sim::ShopLife& life, sim::Witness& witness, TruthTables& truth) {
    const double step = 1 / shop.behaviour->seeing.rate_hz;
    const double end = shop.behaviour->days * sim::kDayS;
    const auto last = static_cast<std::int64_t>(std::ceil(end / step));
    bool was_somebody = false;
    // Multiples, so that no error adds up.
    std::int64_t tick = 0;
    while (tick < last) {
        const double at = static_cast<double>(tick) * step;
        life.run(at, &truth);
        if (life.anybody() || was_somebody) witness.look(life, at);
        was_somebody = life.anybody();
        const double next = std::min(std::ceil(life.next_event_s() / step), static_cast<double>(last));
        tick = was_somebody ? tick + 1 : std::max(tick + 1, static_cast<std::int64_t>(next));
    }
    life.run(end, &truth);
    witness.finish(end);
}

}  // namespace

Result<void> simulate_days(const sim::Shop& shop, std::uint64_t seed, const fs::path& out) {
    const sim::Behaviour& behaviour = *shop.behaviour;
    TRY_ASSIGN(auto made, sim::Sites::create(shop.plan, behaviour));
    const auto sites = std::make_shared<sim::Sites>(std::move(made));
    warn_of_lines(shop.plan, *sites);
    const auto population = std::make_shared<const sim::Population>(behaviour, seed);
    sim::ShopLife life(behaviour, sites, population, seed);
    TRY_ASSIGN(auto sightings, SightingWriter::create(out / "sightings.bin", head_of(shop)));
    TruthTables truth(out, behaviour);
    sim::Witness witness(
        shop.plan, behaviour, seed,
        {[&](const Sighting& sighting) { sightings.write(sighting); },
         [&](const sim::ZoneStay& stay) { truth.stay(stay, shop.plan); },
         [&](PersonId person, PersonId seen_as, double at_s) { truth.number(person, seen_as, at_s); }});
    live(shop, life, witness, truth);
    TRY(sightings.close());
    TRY(truth.close());
    TRY(write_planogram(out, behaviour));
    TRY(write_audience(out, behaviour, *population));
    fmt::print("{} days, {} visits, {} purchases, {} sightings\n", behaviour.days, truth.entries,
               truth.purchases, sightings.count());
    return {};
}

}  // namespace vitrina::app
