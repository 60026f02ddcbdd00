// Campaigns, whom they addressed, and what customers looked at online. A customer is a pseudonym of his card,
// or another name of it that ReceiptStore::add() told of, then or later. See database.h for
// threads and errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/buyer_store.h"
#include "records/database.h"

namespace vitrina::records {

enum class CampaignTarget : std::uint8_t {
    kList,       // customers of a list
    kArea,       // whoever lives somewhere
    kEverybody,  // there was only a time
};
/// "list", "area", "everybody".
[[nodiscard]] std::string_view to_text(CampaignTarget target);
[[nodiscard]] std::optional<CampaignTarget> campaign_target_of(std::string_view text);

struct CampaignRecord {
    std::int64_t id = 0;  // 0: not kept yet
    std::string name;
    CampaignTarget target = CampaignTarget::kEverybody;
    std::string area;  // in words
    UtcTime begin;
    UtcTime end;
    std::int64_t cost_minor = 0;
    UtcTime created;
    std::string created_by;
    std::int64_t audience = 0;  // customers on its list; told, not kept
};

/// Somebody on a campaign's list.
struct AudienceRecord {
    std::string customer;
    std::string exposure = "unknown";  // yes, no
    std::optional<UtcTime> exposed;
    bool consents = false;
};

struct WebEventRecord {
    std::string customer;
    UtcTime at;
    std::string page;
    std::string sku;  // empty: of no goods
};

/// What is known of web events.
struct WebEventsKept {
    std::int64_t events = 0;
    std::int64_t customers = 0;
    std::optional<UtcTime> first;
    std::optional<UtcTime> last;
};

class CampaignStore {
  public:
    explicit CampaignStore(std::shared_ptr<Database> database);
    ~CampaignStore();

    /// The latest first.
    [[nodiscard]] Result<std::vector<CampaignRecord>> campaigns() const;
    [[nodiscard]] Result<std::optional<CampaignRecord>> campaign(std::int64_t id) const;
    /// Adds it when its id is 0, else replaces it; the id, or 0 when it was not there. Its list stays.
    [[nodiscard]] Result<std::int64_t> save(const CampaignRecord& campaign);
    /// With its list. Whether it was there.
    [[nodiscard]] Result<bool> remove(std::int64_t id);
    /// Replaces the list; of a customer who is there twice the last counts. Whether the campaign is there.
    [[nodiscard]] Result<bool> set_audience(std::int64_t id, std::span<const AudienceRecord> audience);
    /// By pseudonyms of cards where they are known.
    [[nodiscard]] Result<std::vector<AudienceRecord>> audience(std::int64_t id) const;

    /// How many of them were not there yet.
    [[nodiscard]] Result<std::int64_t> add_web_events(std::span<const WebEventRecord> events);
    /// By customer and time; customers as in audience().
    [[nodiscard]] Result<std::vector<WebEventRecord>> web_events(UtcTime from, UtcTime to) const;
    [[nodiscard]] Result<WebEventsKept> web_events_kept() const;
    [[nodiscard]] Result<std::int64_t> remove_web_events();

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
