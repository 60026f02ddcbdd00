#include "app/simulated_site.h"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "api/customer_names.h"
#include "api/receipt_intake.h"
#include "app/past_alarms.h"
#include "app/sim_file.h"
#include "app/version.h"
#include "domain/digest.h"
#include "domain/plan_file.h"
#include "notify/sender.h"
#include "pipeline/simulated_day.h"
#include "rules/rule_json.h"
#include "sim/population.h"
#include "video/live_camera.h"

namespace vitrina::app {
namespace {

constexpr const char* kFolder = "simulated-";  // in the data folder
constexpr std::size_t kFolderDigest = 4;
// What it begins with, so that there are alarms to be seen; whoever removes them is not given them again.
constexpr const char* kRulesGiven = "simulated.rules_given";
constexpr const char* kCampaignsGiven = "simulated.campaigns_given";
constexpr const char* kFirstDay = "simulated.first_day";
// Of so many card holders so many agree to being looked at alone.
constexpr std::int64_t kConsentsOf = 5;
constexpr std::int64_t kConsents = 3;
// Grows when the same file makes other days than before.
constexpr int kForm = 2;
constexpr std::array kRules = {
    R"({"name": "Queues too long soon", "measure": "queue_forecast", "limit": 3.5, "again_after_s": 1800})",
    R"({"name": "Long wait", "measure": "queue_wait_s", "limit": 300, "lasting_s": 30, "again_after_s": 1800})",
    R"({"name": "Long queue", "measure": "queue_length", "limit": 6, "lasting_s": 20, "severity": "urgent",
        "again_after_s": 1800})"};

/// Another file, plan or seed is another shop: its days have nothing to do with those that are there.
std::string folder_of(const sim::Shop& shop, const SimulationConfig& config) {
    std::ifstream file(config.shop, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return kFolder + hex_digest(fmt::format("{}\n{}\n{}\n{}", text, to_json(shop.plan), config.seed, kForm),
                                kFolderDigest);
}

}  // namespace

Result<std::unique_ptr<SimulatedSite>> SimulatedSite::create(
    const Config& config, api::Accounts& accounts, const std::function<void(const std::string&)>& log) {
    std::unique_ptr<SimulatedSite> site(new SimulatedSite(accounts));
    site->time_zone_ = config.shop.time_zone;
    site->log_ = log;
    TRY_ASSIGN(site->zone_, api::ShopZone::create(config.shop.time_zone));
    const api::ShopZone& zone = *site->zone_;
    TRY_ASSIGN(const sim::Shop shop, load_sim_shop(config.simulation.shop));
    Config own = config;
    own.data = config.data / folder_of(shop, config.simulation);
    own.reserve_mb = 0;  // the real shop's facts are what room is kept for
    TRY_ASSIGN(site->data_, ShopData::open(own, DataUse::kShop));
    TRY(site->start_shop(shop, config, zone));
    TRY(site->start_alarms(config, zone));
    site->start_matching(zone);
    return site;
}

SimulatedSite::~SimulatedSite() {
    stop();
}

void SimulatedSite::stop() {
    if (shop_) shop_->stop();
    matcher_.reset();
}

Result<void> SimulatedSite::start_shop(const sim::Shop& shop, const Config& config,
                                       const api::ShopZone& zone) {
    name_ = shop.name;
    std::int64_t member = 0;  // as pipeline::SimulatedDay numbers them
    if (shop.behaviour)
        for (const sim::StaffMember& staff : shop.behaviour->staff)
            staff_names_[++member] = staff.name;
    pipeline::SimulatedShop::Options options;
    options.name = name_;
    options.seed = static_cast<std::uint64_t>(config.simulation.seed);
    options.days = config.simulation.days;
    options.retention = {config.retention.facts, config.retention.heat, config.retention.log,
                         config.retention.paths};
    options.day_of = [&zone](UtcTime instant) { return zone.begin_of(api::Bucket::kDay, instant); };
    options.day_after = [&zone](UtcTime midnight) { return zone.next(api::Bucket::kDay, midnight); };
    options.clock = zone.clock_from(utc_now() - std::chrono::days(options.days + 1));
    options.take_receipts = [this](std::vector<Receipt> receipts) -> Result<void> {
        TRY_ASSIGN(const auto taken,
                   api::take_receipts(*data_.receipts, *data_.sealer, std::move(receipts), utc_now()));
        for (const api::TakenReceipt& one : taken)
            if (one.problem) return failed("a simulated receipt: " + one.problem->message);
        return {};
    };
    TRY_ASSIGN(options.first_day, first_day(shop, config, zone));
    TRY(give_campaigns(shop, options.seed, options.first_day, zone));
    TRY(give_rules());
    TRY_ASSIGN(auto past, PastAlarms::create(*data_.alarms, [&zone](UtcTime at) { return zone.local(at); }));
    options.looked_back = [alarms = std::make_shared<PastAlarms>(std::move(past))](
                              const pipeline::QueueForecast& forecast, UtcTime now) {
        return alarms->take(forecast, now);
    };
    options.queue_limit = [limits = queue_limits_](const std::string& camera) { return limits->of(camera); };
    options.log = log_;
    TRY_ASSIGN(shop_,
               pipeline::SimulatedShop::create(shop, std::move(options),
                                               {*data_.facts, *data_.shop, *data_.paths, *data_.receipts}));
    return {};
}

Result<std::int64_t> SimulatedSite::first_day(const sim::Shop& shop, const Config& config,
                                              const api::ShopZone& zone) {
    TRY_ASSIGN(const auto kept, data_.accounts->setting(kFirstDay));
    if (kept) return std::stoll(*kept);
    const std::int64_t today = pipeline::day_number(zone.begin_of(api::Bucket::kDay, utc_now()));
    std::int64_t first = today - config.simulation.days;
    // A campaign has to have days before it to be compared with: the first one begins amid the past.
    if (shop.behaviour && !shop.behaviour->campaigns.empty())
        first += config.simulation.days / 2 + 1 - shop.behaviour->campaigns.front().from_day;
    TRY(data_.accounts->set_setting(kFirstDay, std::to_string(first)));
    return first;
}

Result<void> SimulatedSite::give_campaigns(const sim::Shop& shop, std::uint64_t seed, std::int64_t first_day,
                                           const api::ShopZone& zone) {
    TRY_ASSIGN(const auto given, data_.accounts->setting(kCampaignsGiven));
    if (given || !shop.behaviour)
        return {};  // without behaviour nothing of it is opened: SimulatedShop says so
    const sim::Population population(*shop.behaviour, seed);
    const auto midnight = [&](std::int64_t day) {
        return zone.begin_of(api::Bucket::kDay, UtcTime(std::chrono::days(day) + std::chrono::hours(12)));
    };
    for (std::size_t i = 0; i < shop.behaviour->campaigns.size(); ++i) {
        const sim::Campaign& campaign = shop.behaviour->campaigns[i];
        records::CampaignRecord record;
        record.name = campaign.name;
        record.target = records::CampaignTarget::kList;
        record.begin = midnight(first_day + campaign.from_day - 1);
        record.end = midnight(first_day + campaign.from_day - 1 + campaign.days);
        record.cost_minor = campaign.cost_minor;
        record.created = utc_now();
        record.created_by = "simulation";
        TRY_ASSIGN(const std::int64_t id, data_.campaigns->save(record));
        std::vector<records::AudienceRecord> audience;
        for (std::int64_t holder = 0; holder < population.holders(); ++holder)
            if (population.addressed(i, holder))
                audience.push_back({api::pseudonym_of_card(*data_.sealer, pipeline::simulated_card(holder)),
                                    "unknown", std::nullopt, holder % kConsentsOf < kConsents});
        TRY(data_.campaigns->set_audience(id, audience));
    }
    std::vector<records::GoodsPlace> places;
    for (const sim::Interest& interest : shop.behaviour->interests)
        for (const sim::Goods& goods : interest.goods)
            places.push_back({goods.sku, interest.fixture, "", goods.name, goods.price_minor});
    TRY(data_.buyers->set_planogram(places));
    return data_.accounts->set_setting(kCampaignsGiven, "1");
}

Result<void> SimulatedSite::give_rules() {
    TRY_ASSIGN(const auto given, data_.accounts->setting(kRulesGiven));
    if (given) return {};
    for (const char* const rule : kRules) {
        TRY_ASSIGN(const rules::Rule checked, rules::parse_rule(rule));
        TRY(data_.alarms->save_rule({0, rules::to_json(checked)}));
    }
    return data_.accounts->set_setting(kRulesGiven, "1");
}

Result<void> SimulatedSite::start_alarms(const Config& config, const api::ShopZone& zone) {
    notify::Delivery::Options delivery;
    delivery.loopback = config.notify.loopback ? notify::Loopback::kAllowed : notify::Loopback::kRefused;
    delivery.now = utc_now;
    delivery.log = log_;
    delivery.send = notify::send;
    delivery_ = std::make_unique<notify::Delivery>(*data_.alarms, *data_.sealer, std::move(delivery));
    TRY(delivery_->reload());
    pipeline::AlarmWatch::Options watch;
    watch.shop = name_;
    watch.simulated = true;
    watch.path = "/simulated";
    watch.facts = data_.facts.get();
    watch.to_local = [&zone](UtcTime instant) { return zone.local(instant); };
    watch.now = utc_now;
    watch.queue_limits = queue_limits_;
    watch.posted = [this] { delivery_->poke(); };
    watch.log = log_;
    alarms_ = std::make_unique<pipeline::AlarmWatch>(*data_.alarms, *data_.matches, *shop_, std::move(watch));
    return {};
}

void SimulatedSite::start_matching(const api::ShopZone& zone) {
    pipeline::ReceiptMatcher::Options matching;
    matching.day_of = [&zone](UtcTime instant) { return zone.matching_day(instant); };
    matching.log = log_;
    matcher_ = std::make_unique<pipeline::ReceiptMatcher>(*data_.matches, std::move(matching));
    matcher_->start();
}

api::Services SimulatedSite::services() {
    return {.database = *data_.database,
            .facts = *data_.facts,
            .shop_records = *data_.shop,
            .receipts = *data_.receipts,
            .matches = *data_.matches,
            .buyers = *data_.buyers,
            .campaigns = *data_.campaigns,
            .alarms = *data_.alarms,
            .alarm_watch = *alarms_,
            .delivery = *delivery_,
            .paths = *data_.paths,
            .shop = *shop_,
            .accounts = accounts_,
            .sealer = *data_.sealer,
            .shop_name = name_,
            .time_zone = time_zone_,
            .version = kVersion,
            .now = utc_now,
            .analysis_rate = [] { return 1.0; },
            .changing = changing_,
            .snapshot = video::snapshot,
            .log = log_,
            .staff_names = [names = staff_names_] { return names; },
            .simulation = [this]() -> api::SimulationProgress {
                const pipeline::SimulatedProgress progress = shop_->progress();
                return {progress.days, progress.done, progress.is_live};
            }};
}

}  // namespace vitrina::app
