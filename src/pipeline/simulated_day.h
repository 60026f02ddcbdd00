// One day of a simulated shop as a camera above its floor would have it: looks at its people, touches and
// receipts, in the order of time. The same day and seed give the same, however far it is asked to go at once.
// One thread; borrows the shop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/receipt.h"
#include "domain/sighting.h"
#include "sim/life.h"
#include "sim/shop.h"
#include "sim/sites.h"
#include "sim/witness.h"

namespace vitrina::pipeline {

struct SimulatedDate {
    UtcTime midnight;         // the shop's
    int weekday = 0;          // 0 is Monday
    std::int64_t number = 0;  // days since 1970
};

/// Of the day that begins at a midnight of the shop: within half a day of one in UTC.
[[nodiscard]] std::int64_t day_number(UtcTime midnight);

/// The number of a card holder's card, as its till tells it.
[[nodiscard]] std::string simulated_card(std::int64_t customer);

struct SimulatedLook {
    SourceTime at;
    std::vector<Sighting> people;  // pixels of the picture; staff among them
};

class SimulatedDay final : public sim::LifeWatcher {
  public:
    struct Options {
        double px_per_m = 40;
        double looks_a_second = 2;
        std::uint64_t seed = 1;
        /// Which of the file's days it is, from 1: campaigns are of days.
        std::int64_t file_day = 1;
    };
    /// `shop` has a behaviour.
    SimulatedDay(const sim::Shop& shop, std::shared_ptr<sim::Sites> sites, const SimulatedDate& date,
                 const Options& options);

    using Looked = std::function<Result<void>(const SimulatedLook&)>;
    /// Every look before `until` that was not told yet; none while nobody is there.
    [[nodiscard]] Result<void> run(UtcTime until, const Looked& looked);
    /// What was bought since this was last asked.
    [[nodiscard]] std::vector<Receipt> take_receipts() { return std::exchange(receipts_, {}); }
    [[nodiscard]] std::vector<Touch> take_touches() { return std::exchange(touches_, {}); }
    /// Who was seen to work here; members are numbered from 1 in the order of the behaviour's staff.
    [[nodiscard]] std::vector<Label> take_labels() { return std::exchange(labels_, {}); }
    /// Of customers: what cameras near them would say of their faces.
    [[nodiscard]] std::vector<Traits> take_traits() { return std::exchange(traits_, {}); }

    // LifeWatcher
    void touched(const sim::Agent& agent, const std::string& fixture, const char* what, double begin_s,
                 double end_s) override;
    void paid(const sim::Receipt& receipt) override;

  private:
    [[nodiscard]] SourceTime instant(double at_s) const;
    void see(const Sighting& sighting);
    void see_face(const Sighting& seen);
    void number(PersonId person, PersonId seen_as);

    const sim::Shop& shop_;
    const SimulatedDate date_;
    const Options options_;
    std::unique_ptr<sim::Behaviour> behaviour_;  // of this day; the others borrow it
    sim::ShopLife life_;
    sim::Witness witness_;
    std::unordered_map<PersonId, PersonId> numbers_;  // person -> as he is seen
    SimulatedLook look_;
    std::vector<Receipt> receipts_;
    std::vector<Touch> touches_;
    std::unordered_map<PersonId, std::int64_t> unlabelled_;  // staff by the number they are seen under
    std::vector<Label> labels_;
    std::unordered_set<PersonId> faces_;  // whose traits were told
    std::vector<Traits> traits_;
    std::int64_t tick_ = 0;
    bool was_somebody_ = false;
};

}  // namespace vitrina::pipeline
