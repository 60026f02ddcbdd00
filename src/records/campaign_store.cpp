#include "records/campaign_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {
namespace {

constexpr std::array<std::string_view, 3> kTargets = {"list", "area", "everybody"};
constexpr const char* kCampaignColumns =
    "SELECT id, name, target, area, begin_ms, end_ms, cost_minor, created_ms, created_by, "
    "(SELECT COUNT(*) FROM campaign_audience WHERE campaign = id) FROM campaigns ";

CampaignRecord read_campaign(const Query& query) {
    CampaignRecord campaign;
    std::string target;
    query.read(campaign.id, campaign.name, target, campaign.area, campaign.begin, campaign.end,
               campaign.cost_minor, campaign.created, campaign.created_by, campaign.audience);
    campaign.target = campaign_target_of(target).value_or(CampaignTarget::kEverybody);
    return campaign;
}

}  // namespace

std::string_view to_text(CampaignTarget target) {
    return kTargets.at(static_cast<std::size_t>(target));
}

std::optional<CampaignTarget> campaign_target_of(std::string_view text) {
    const auto* const found = std::find(kTargets.begin(), kTargets.end(), text);
    if (found == kTargets.end()) return std::nullopt;
    return static_cast<CampaignTarget>(found - kTargets.begin());
}

CampaignStore::CampaignStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
CampaignStore::~CampaignStore() = default;

Result<std::vector<CampaignRecord>> CampaignStore::campaigns() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<CampaignRecord>> {
        Query query = connection.query(std::string(kCampaignColumns) + "ORDER BY begin_ms DESC, id DESC");
        std::vector<CampaignRecord> campaigns;
        while (query.step())
            campaigns.push_back(read_campaign(query));
        return campaigns;
    });
}

Result<std::optional<CampaignRecord>> CampaignStore::campaign(std::int64_t id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<CampaignRecord>> {
        Query query = connection.query(std::string(kCampaignColumns) + "WHERE id = ?");
        if (!query.bind(id).step()) return std::nullopt;
        return read_campaign(query);
    });
}

Result<std::int64_t> CampaignStore::save(const CampaignRecord& campaign) {
    const std::string target(to_text(campaign.target));
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        if (campaign.id == 0) {
            connection
                .query(
                    "INSERT INTO campaigns (name, target, area, begin_ms, end_ms, cost_minor, created_ms, "
                    "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(campaign.name, target, campaign.area, campaign.begin, campaign.end, campaign.cost_minor,
                      campaign.created, campaign.created_by)
                .run();
            return connection.last_row();
        }
        connection
            .query(
                "UPDATE campaigns SET name = ?, target = ?, area = ?, begin_ms = ?, end_ms = ?, "
                "cost_minor = ? WHERE id = ?")
            .bind(campaign.name, target, campaign.area, campaign.begin, campaign.end, campaign.cost_minor,
                  campaign.id)
            .run();
        return connection.changes() > 0 ? campaign.id : 0;
    });
}

Result<bool> CampaignStore::remove(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM campaigns WHERE id = ?").bind(id).run();
        return connection.changes() > 0;
    });
}

Result<bool> CampaignStore::set_audience(std::int64_t id, std::span<const AudienceRecord> audience) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        if (!connection.query("SELECT 1 FROM campaigns WHERE id = ?").bind(id).step()) return false;
        connection.query("DELETE FROM campaign_audience WHERE campaign = ?").bind(id).run();
        for (const AudienceRecord& one : audience)
            connection
                .query(
                    "INSERT OR REPLACE INTO campaign_audience (campaign, customer, exposure, exposed_ms, "
                    "consents) VALUES (?, ?, ?, ?, ?)")
                .bind(id, one.customer, one.exposure, one.exposed, one.consents)
                .run();
        return true;
    });
}

Result<std::vector<AudienceRecord>> CampaignStore::audience(std::int64_t id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AudienceRecord>> {
        Query query = connection.query(
            "SELECT COALESCE(card_names.card, customer), exposure, exposed_ms, consents "
            "FROM campaign_audience LEFT JOIN card_names ON card_names.name = customer WHERE campaign = ? "
            "ORDER BY customer");
        query.bind(id);
        std::vector<AudienceRecord> audience;
        while (query.step()) {
            AudienceRecord& one = audience.emplace_back();
            query.read(one.customer, one.exposure, one.exposed, one.consents);
        }
        return audience;
    });
}

Result<std::int64_t> CampaignStore::add_web_events(std::span<const WebEventRecord> events) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        std::int64_t added = 0;
        for (const WebEventRecord& event : events) {
            connection
                .query("INSERT OR IGNORE INTO web_events (customer, at_ms, page, sku) VALUES (?, ?, ?, ?)")
                .bind(event.customer, event.at, event.page, event.sku)
                .run();
            added += connection.changes();
        }
        return added;
    });
}

Result<std::vector<WebEventRecord>> CampaignStore::web_events(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<WebEventRecord>> {
        Query query = connection.query(
            "SELECT COALESCE(card_names.card, customer) AS whose, at_ms, page, sku FROM web_events "
            "LEFT JOIN card_names ON card_names.name = customer WHERE at_ms >= ? AND at_ms < ? "
            "ORDER BY whose, at_ms");
        query.bind(from, to);
        std::vector<WebEventRecord> events;
        while (query.step()) {
            WebEventRecord& event = events.emplace_back();
            query.read(event.customer, event.at, event.page, event.sku);
        }
        return events;
    });
}

Result<WebEventsKept> CampaignStore::web_events_kept() const {
    return database_->impl().read([](Connection& connection) -> Result<WebEventsKept> {
        Query query = connection.query(
            "SELECT COUNT(*), COUNT(DISTINCT customer), MIN(at_ms), MAX(at_ms) FROM web_events");
        WebEventsKept kept;
        if (query.step()) query.read(kept.events, kept.customers, kept.first, kept.last);
        return kept;
    });
}

Result<std::int64_t> CampaignStore::remove_web_events() {
    return database_->impl().write([](Connection& connection) -> Result<std::int64_t> {
        connection.query("DELETE FROM web_events").run();
        return connection.changes();
    });
}

}  // namespace vitrina::records
