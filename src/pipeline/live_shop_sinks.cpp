// What the shop's cameras and its floor plan give and ask for, and who is told. Part of LiveShop.
#include <algorithm>
#include <utility>

#include "pipeline/live_shop.h"

namespace vitrina::pipeline {
namespace {

// Sessions are numbered from start << kSessionBits, start being the number that the records give to each
// start of the program: cameras begin sessions while they are looked at, and must not wait for a disk or a
// lock then. Who begins more than these in one run is given another start.
constexpr int kSessionBits = 16;

insight::OpenVisit on_shop_clock(const records::OpenVisit& visit) {
    return {visit.id,
            visit.person,
            visit.zone,
            from_utc(visit.begin),
            from_utc(std::max(visit.begin, visit.seen)),
            visit.confidence,
            visit.place,
            visit.body_height};
}

}  // namespace

std::shared_ptr<void> LiveShop::on_tracks(TracksCallback callback) {
    return track_listeners_.add(std::move(callback));
}

std::shared_ptr<void> LiveShop::on_facts(std::function<void()> callback) {
    return fact_listeners_.add(std::move(callback));
}

std::shared_ptr<void> LiveShop::on_plan(PlanCallback callback) {
    return plan_listeners_.add(std::move(callback));
}

void LiveShop::people(std::shared_ptr<const LivePlan> plan) {
    {
        const MutexLock lock(plan_people_mutex_);
        plan_people_.clear();
        for (const SamePerson& same : plan->tracks)
            plan_people_[{same.camera, same.track}] = same.person;
    }
    plan_listeners_.tell(plan);
}

void LiveShop::facts(std::vector<LiveEvent> events) {
    keeper_->put(std::move(events));
}

void LiveShop::tracks(std::shared_ptr<const LiveTracks> tracks) {
    {
        const MutexLock lock(plan_people_mutex_);
        if (!plan_people_.empty()) {
            auto named = std::make_shared<LiveTracks>(*tracks);
            for (LivePerson& person : named->people)
                if (const auto known = plan_people_.find({named->camera, person.person});
                    known != plan_people_.end())
                    person.plan_person = known->second;
            tracks = std::move(named);
        }
    }
    track_listeners_.tell(tracks);
}

Result<std::int64_t> LiveShop::new_session(const std::string& camera) {
    constexpr std::int64_t kInRun = (std::int64_t{1} << kSessionBits) - 1;
    const MutexLock lock(session_mutex_);
    if ((next_session_ & kInRun) == 0) {
        TRY_ASSIGN(const std::int64_t start, fact_store_.new_session(camera, utc_now()));
        next_session_ = start << kSessionBits;
    }
    return ++next_session_;
}

std::vector<insight::OpenVisit> LiveShop::visits_to_resume(const std::string& camera) {
    std::vector<insight::OpenVisit> visits;
    const MutexLock lock(resume_mutex_);
    const auto found = to_resume_.find(camera);
    if (found == to_resume_.end()) return visits;
    for (const records::OpenVisit& visit : found->second)
        visits.push_back(on_shop_clock(visit));
    to_resume_.erase(found);
    return visits;
}

Result<std::optional<Layout>> LiveShop::saved_layout(const std::string& camera) {
    TRY_ASSIGN(auto saved, shop_store_.layout_at(camera, utc_now()));
    if (!saved) return std::optional<Layout>();
    return std::optional<Layout>(std::move(saved->layout));
}

Result<std::vector<std::uint8_t>> LiveShop::saved_view(const std::string& camera) {
    return shop_store_.view(camera);
}

Result<std::string> LiveShop::saved_forecast(const std::string& camera) {
    return shop_store_.forecast(camera);
}

std::vector<Snapshots::OpenVisits> LiveShop::open_visits() {
    std::vector<OpenVisits> all;
    for (const auto& run : runs())
        if (auto visits = run->open_visits()) all.push_back({run->settings().id, std::move(*visits)});
    if (auto visits = floor_->open_visits()) all.push_back({kPlanCamera, std::move(*visits)});
    return all;
}

std::vector<Snapshots::Heat> LiveShop::take_heat() {
    std::vector<Heat> all;
    for (const auto& run : runs())
        if (auto heat = run->take_heat()) all.push_back(std::move(*heat));
    return all;
}

}  // namespace vitrina::pipeline
