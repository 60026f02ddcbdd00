// Campaigns as JSON. A pure function; any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "records/campaign_store.h"

namespace vitrina::api {

[[nodiscard]] inline nlohmann::ordered_json to_json(const records::CampaignRecord& campaign) {
    return {{"id", campaign.id},
            {"name", campaign.name},
            {"target", records::to_text(campaign.target)},
            {"area", campaign.area},
            {"begin", to_text(campaign.begin)},
            {"end", to_text(campaign.end)},
            {"cost_minor", campaign.cost_minor},
            {"created", to_text(campaign.created)},
            {"created_by", campaign.created_by},
            {"audience", campaign.audience}};
}

}  // namespace vitrina::api
