// People who are there or were a short while ago, with some looks at each: what the shopkeeper marks staff
// and customers on. In memory only, bounded, and gone soon after the visit. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "pipeline/body_watch.h"
#include "pipeline/shop.h"
#include "teach/staff_model.h"

namespace vitrina::pipeline {

/// A label as it was told to the records.
struct ToldLabel {
    WhoIs who = WhoIs::kCustomer;
    LabelBy by = LabelBy::kModel;
    double confidence = 0;
    int revision = 0;
    std::int64_t member = 0;  // see Label
};

struct RecentPerson {
    std::string camera;
    PersonId person = 0;
    UtcTime first;
    UtcTime last;
    std::vector<BodyLook> looks;  // in the order of time
    double staff_place_s = 0;
    std::optional<WhoIs> mark;
    std::string name;         // of staff, as it was given
    std::int64_t taught = 0;  // what was stored of the mark; 0: nothing
    std::optional<ToldLabel> told;
    std::optional<double> staff_probability;  // by what was learnt last; behaviour included
    bool was_sure_staff = false;              // told to the watch on uniforms
    bool changed = true;                      // since its label was last thought about

    [[nodiscard]] teach::Behaviour behaviour() const {
        return {std::chrono::duration<double>(last - first).count(), staff_place_s};
    }
    [[nodiscard]] std::vector<teach::Look> descriptions() const;
};

class RecentPeople {
  public:
    /// Some minutes of a crowd: with eight looks of 10 kB each, 40 MB at most. Beyond it those who left first
    /// go.
    static constexpr std::size_t kPeopleMax = 400;
    /// Of each; when there are more, the one that tells least goes.
    static constexpr std::size_t kLooksMax = 8;

    /// `staff_places`: zones of the camera that only staff are in.
    void see(const LiveTracks& tracks, const std::set<std::string>& staff_places);
    void add(BodyLook look);
    /// Forgets whoever was last seen before it, and whoever is too many; who went.
    std::vector<RecentPerson> forget_before(UtcTime instant);

    [[nodiscard]] RecentPerson* find(PersonId person);
    [[nodiscard]] std::map<PersonId, RecentPerson>& all() { return people_; }
    [[nodiscard]] const std::map<PersonId, RecentPerson>& all() const { return people_; }

  private:
    [[nodiscard]] RecentPerson& at(const std::string& camera, PersonId person, UtcTime now);

    std::map<PersonId, RecentPerson> people_;
};

/// Takes out the look that tells least: not good, or near in time to others.
void drop_least(std::vector<BodyLook>& looks);

}  // namespace vitrina::pipeline
