// The simulated shop that a running server shows beside the real one: its own records in the data folder, its
// own rules, messages and matching, and the accounts of the server. One thread makes and ends it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "api/accounts/accounts.h"
#include "api/services.h"
#include "api/shop_zone.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/receipt_matcher.h"
#include "pipeline/simulated_shop.h"
#include "sim/shop.h"

namespace vitrina::app {

class SimulatedSite {
  public:
    /// `accounts` outlive it.
    [[nodiscard]] static Result<std::unique_ptr<SimulatedSite>> create(
        const Config& config, api::Accounts& accounts, const std::function<void(const std::string&)>& log);
    SimulatedSite(const SimulatedSite&) = delete;
    SimulatedSite& operator=(const SimulatedSite&) = delete;
    ~SimulatedSite();

    [[nodiscard]] const std::string& name() const { return name_; }
    /// For the API; `sites` are filled in by the caller.
    [[nodiscard]] api::Services services();
    /// What was found is on the disk.
    void stop();

  private:
    explicit SimulatedSite(api::Accounts& accounts) : accounts_(accounts) {}
    [[nodiscard]] Result<void> start_shop(const sim::Shop& shop, const Config& config,
                                          const api::ShopZone& zone);
    [[nodiscard]] Result<void> give_rules();
    /// The day from which the file's days are counted, the same at every start.
    [[nodiscard]] Result<std::int64_t> first_day(const sim::Shop& shop, const Config& config,
                                                 const api::ShopZone& zone);
    /// Its campaigns with their lists, and where goods lie, as if somebody had entered them.
    [[nodiscard]] Result<void> give_campaigns(const sim::Shop& shop, std::uint64_t seed,
                                              std::int64_t first_day, const api::ShopZone& zone);
    [[nodiscard]] Result<void> start_alarms(const Config& config, const api::ShopZone& zone);
    void start_matching(const api::ShopZone& zone);

    api::Accounts& accounts_;
    std::string name_;
    std::string time_zone_;
    std::map<std::int64_t, std::string> staff_names_;
    std::function<void(const std::string&)> log_;
    std::unique_ptr<api::ShopZone> zone_;  // its days are made up from midnight on
    Mutex changing_;
    ShopData data_;
    std::unique_ptr<pipeline::SimulatedShop> shop_;
    std::unique_ptr<notify::Delivery> delivery_;
    std::shared_ptr<pipeline::QueueLimits> queue_limits_ = std::make_shared<pipeline::QueueLimits>();
    std::unique_ptr<pipeline::AlarmWatch> alarms_;
    std::unique_ptr<pipeline::ReceiptMatcher> matcher_;
};

}  // namespace vitrina::app
