#include "api/track_feed.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/instant.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

/// People of a session are numbered from session << kSessionBits (records::FactStore::new_session); for
/// reading, the number within it is enough.
constexpr int kSessionBits = 20;

constexpr const char* kHello = "retry: 2000\n\n";

PersonId label_of(PersonId person) {
    return person & ((PersonId{1} << kSessionBits) - 1);
}

std::string list_of(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ",") + json_quoted(name);
    return list;
}

std::string to_json(const pipeline::LivePerson& person) {
    std::string more;
    if (person.plan_person != 0) more = fmt::format(R"(,"plan_person":{})", person.plan_person);
    if (person.pose) {
        std::string pose;
        for (const Keypoint& joint : person.pose->joints)
            pose += fmt::format("{}{:.1f},{:.1f},{:.2f}", pose.empty() ? "" : ",", joint.place.x,
                                joint.place.y, joint.score);
        more += fmt::format(R"(,"posture":"{}","pose":[{}])", vitrina::to_text(person.posture), pose);
        // Rounded, 360 is the 0 that it is.
        if (person.facing_deg)
            more += fmt::format(R"(,"facing_deg":{:.0f})", std::fmod(std::round(*person.facing_deg), 360));
    }
    return fmt::format(
        R"({{"person":{},"label":"{}","box":[{:.1f},{:.1f},{:.1f},{:.1f}],"score":{:.3f},"zones":[{}]{}}})",
        person.person, label_of(person.person), person.box.x, person.box.y, person.box.width,
        person.box.height, person.score, list_of(person.zones), more);
}

}  // namespace

std::string to_json(const pipeline::LiveTracks& tracks) {
    std::string people;
    for (const pipeline::LivePerson& person : tracks.people)
        people += (people.empty() ? "" : ",") + to_json(person);
    std::string facts;
    if (!tracks.facts.empty()) facts = fmt::format(R"(,"facts":[{}])", list_of(tracks.facts));
    return fmt::format(
        R"({{"camera":{},"media_time_s":{:.6f},"at":"{}","width":{},"height":{},"people":[{}]{}}})",
        json_quoted(tracks.camera), tracks.media_time_s, to_text(tracks.at), tracks.width, tracks.height,
        people, facts);
}

std::string to_json(const pipeline::LivePlan& plan) {
    std::string people;
    for (const pipeline::PlanPerson& person : plan.people) {
        std::string height;
        if (person.height)
            height =
                fmt::format(R"(,"height_m":[{:.2f},{:.2f}])", person.height->low_m, person.height->high_m);
        people += fmt::format(
            R"({}{{"person":{},"label":"{}","place":[{:.2f},{:.2f}],"spread_m":{:.2f},"zones":[{}]{}}})",
            people.empty() ? "" : ",", person.person, label_of(person.person), person.place.x, person.place.y,
            person.spread_m, list_of(person.zones), height);
    }
    return fmt::format(R"({{"at":"{}","people":[{}]}})", to_text(plan.at), people);
}

class TrackFeed::Listener final : public Stream {
  public:
    Listener(TrackFeed& feed, std::vector<std::string> cameras) : feed_(feed), cameras_(std::move(cameras)) {}
    ~Listener() override {
        const MutexLock lock(feed_.mutex_);
        feed_.listeners_.erase(this);
        feed_.shop_.want_poses(!feed_.listeners_.empty());
    }

    std::optional<HttpError> start(std::function<void()> wake) override {
        const MutexLock lock(feed_.mutex_);
        given_ = feed_.number_;  // what was before may be old
        feed_.listeners_.emplace(this, std::move(wake));
        feed_.shop_.want_poses(true);
        return std::nullopt;
    }
    Chunk heartbeat() const override { return Chunk::of(":\n\n"); }

    Batch next() override {
        if (!std::exchange(greeted_, true)) return {{Chunk::of(std::string(kHello))}};
        Batch batch;
        const MutexLock lock(feed_.mutex_);
        for (const auto& [camera, newest] : feed_.newest_)
            if (newest.number > given_ && wants(camera)) batch.chunks.push_back(Chunk::of(newest.text));
        given_ = feed_.number_;
        return batch;
    }

    [[nodiscard]] bool wants(const std::string& camera) const {
        return cameras_.empty() || std::find(cameras_.begin(), cameras_.end(), camera) != cameras_.end();
    }

  private:
    TrackFeed& feed_;
    const std::vector<std::string> cameras_;
    std::int64_t given_ = 0;
    bool greeted_ = false;
};

TrackFeed::TrackFeed(pipeline::Shop& shop)
    : shop_(shop),
      subscription_(shop.on_tracks([this](const auto& tracks) {
          if (listeners() > 0)
              tell(tracks->camera, fmt::format("event: tracks\ndata: {}\n\n", to_json(*tracks)));
      })),
      plan_subscription_(shop.on_plan([this](const auto& plan) {
          if (listeners() > 0) tell(kPlanCamera, fmt::format("event: plan\ndata: {}\n\n", to_json(*plan)));
      })) {}

TrackFeed::~TrackFeed() {
    subscription_.reset();
    plan_subscription_.reset();
}

std::shared_ptr<Stream> TrackFeed::listen(std::vector<std::string> cameras) {
    return std::make_shared<Listener>(*this, std::move(cameras));
}

std::size_t TrackFeed::listeners() const {
    const MutexLock lock(mutex_);
    return listeners_.size();
}

void TrackFeed::tell(const std::string& camera, std::string text) {
    auto shared = std::make_shared<const std::string>(std::move(text));
    const MutexLock lock(mutex_);
    newest_[camera] = {++number_, std::move(shared)};
    for (const auto& [listener, wake] : listeners_)
        if (listener->wants(camera)) wake();
}

}  // namespace vitrina::api
