// What truly happened in a simulated shop, kept in memory to judge what insight found.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/plan.h"
#include "sim/life.h"
#include "sim/witness.h"

namespace vitrina::bench {

struct TrueWait {
    PersonId person = 0;
    std::string till;
    double joined_s = 0;
    double until_s = 0;
    sim::Leaving how = sim::Leaving::kServed;
};

struct TrueReceipt {
    PersonId buyer = 0;
    std::string till;
    double stamped_s = 0;
};

class Truth final : public sim::LifeWatcher {
  public:
    void entered(const sim::Agent& agent, double) override {
        ++entries;
        parties[agent.person] = agent.party;
    }
    void paid(const sim::Receipt& receipt) override {
        ++receipts;
        printed.push_back({receipt.person, receipt.till, receipt.stamped_s});
    }
    void waited(const sim::Agent& agent, const std::string& till, double joined, double until,
                sim::Leaving how) override {
        waits.push_back({agent.person, till, joined, until, how});
    }
    void queue_changed(const std::string& till, double at_s, int people, bool) override {
        int& now = lengths_[till];
        total_ += people - now;
        now = people;
        totals_.emplace_back(at_s, total_);
        each[till].emplace_back(at_s, people);
    }
    /// People waiting at all tills.
    [[nodiscard]] double total_at(double at_s) const {
        const auto after = std::upper_bound(totals_.begin(), totals_.end(), at_s,
                                            [](double at, const auto& entry) { return at < entry.first; });
        return after == totals_.begin() ? 0 : (after - 1)->second;
    }

    int entries = 0;
    int receipts = 0;
    std::vector<TrueReceipt> printed;
    std::map<PersonId, std::int64_t> parties;  // of customers
    std::vector<TrueWait> waits;
    std::vector<sim::ZoneStay> stays;
    std::map<PersonId, PersonId> numbers;  // seen as -> person
    std::map<std::string, std::vector<std::pair<double, int>>> each;

  private:
    std::map<std::string, int> lengths_;
    std::vector<std::pair<double, int>> totals_;
    int total_ = 0;
};

}  // namespace vitrina::bench
