// What the records say of a campaign: door, tills and customers beside what was to be expected. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/routes/customer_figures.h"
#include "api/services.h"
#include "base/result.h"
#include "records/campaign_store.h"
#include "report/campaign.h"

namespace vitrina::api {

struct CampaignEffect {
    UtcTime until;          // its end, or now
    std::size_t weeks = 0;  // before it that are compared with
    bool visitors_are_entries = false;
    report::Brought visitors;
    report::Brought sales;
    report::Brought sales_minor;  // less returns
    /// Of campaigns with a list.
    std::optional<report::CampaignFigures> customers;
    records::NameTable cards;       // their numbers
    std::vector<GoodsShare> goods;  // what exposed customers bought meanwhile
};

enum class EffectParts : std::uint8_t { kAll, kCustomers };

/// Nothing before it has begun. kCustomers: door and tills, which take long, are left out.
[[nodiscard]] Result<std::optional<CampaignEffect>> effect_of(const records::CampaignRecord& campaign,
                                                              const Services& services,
                                                              EffectParts parts = EffectParts::kAll);

}  // namespace vitrina::api
