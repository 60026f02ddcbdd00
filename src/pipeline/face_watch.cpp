#include "pipeline/face_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/thread_name.h"
#include "domain/event_json.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

// What comes together is told together.
constexpr std::chrono::milliseconds kTellEvery{250};

int years(double age) {
    constexpr double kAgeMax = 120;
    return static_cast<int>(std::lround(std::clamp(age, 0.0, kAgeMax)));
}

}  // namespace

FaceWatch::FaceWatch(Options options) : options_(std::move(options)), thread_([this] { run(); }) {}

FaceWatch::~FaceWatch() {
    stop();
}

void FaceWatch::stop() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void FaceWatch::hand_on_to(FaceLookSink* next) {
    const MutexLock lock(next_mutex_);
    next_ = next;
}

bool FaceWatch::wants_descriptors() const {
    const MutexLock lock(next_mutex_);
    return next_ != nullptr && next_->wants_descriptors();
}

void FaceWatch::accept(const FaceLook& look) {
    {
        const MutexLock lock(next_mutex_);
        if (next_ != nullptr) next_->accept(look);
    }
    ++looks_;
    FaceLook numbers;
    numbers.camera = look.camera;
    numbers.person = look.person;
    numbers.at = look.at;
    numbers.quality = look.quality;
    numbers.female = look.female;
    numbers.age = look.age;
    const MutexLock lock(mutex_);
    waiting_.push_back(std::move(numbers));
    if (waiting_.size() > kWaitingMax) {
        waiting_.pop_front();
        ++dropped_;
    }
    changed_.notify_all();
}

std::optional<FaceTraits> FaceWatch::traits(PersonId person) const {
    const MutexLock lock(mutex_);
    const auto known = people_.find(person);
    return known == people_.end() ? std::nullopt : known->second.fusion.traits();
}

bool FaceWatch::settle(std::chrono::milliseconds within) const {
    const auto until = std::chrono::steady_clock::now() + within;
    const MutexLock lock(mutex_);
    while (!waiting_.empty() || telling_) {
        if (std::chrono::steady_clock::now() > until) return false;
        changed_.wait_until(mutex_, until);
    }
    return true;
}

void FaceWatch::run() {
    name_thread("faces");
    while (true) {
        bool is_last = false;
        {
            const MutexLock lock(mutex_);
            while (!stopping_ && waiting_.empty())
                changed_.wait(mutex_);
            is_last = stopping_;
            for (const FaceLook& look : std::exchange(waiting_, {}))
                fuse(look);
            forget_old();
            telling_ = true;
        }
        if (auto events = news(); !events.empty()) options_.publish(std::move(events));
        const auto next = std::chrono::steady_clock::now() + kTellEvery;
        const MutexLock lock(mutex_);
        telling_ = false;
        changed_.notify_all();
        if (is_last) return;
        while (!stopping_ && std::chrono::steady_clock::now() < next)
            changed_.wait_until(mutex_, next);
    }
}

void FaceWatch::fuse(const FaceLook& look) {
    Person& person = people_.try_emplace(look.person).first->second;
    const bool is_first = !person.fusion.traits();
    person.camera = look.camera;
    person.last = look.at;
    newest_ = std::max(newest_, look.at);
    if (person.fusion.add(look) && is_first) person.first = look.at;
}

// Who needs to be told of is gathered under the lock; the records are asked without it.
std::vector<LiveEvent> FaceWatch::news() {
    struct News {
        PersonId number = 0;
        Person person;
        FaceTraits traits;
    };
    std::vector<News> all;
    {
        const MutexLock lock(mutex_);
        for (const auto& [number, person] : people_) {
            const auto traits = person.fusion.traits();
            if (traits && (!person.told || is_news(*person.told, *traits)))
                all.push_back({number, person, *traits});
        }
    }
    std::vector<LiveEvent> events;
    events.reserve(all.size());
    for (News& item : all) {
        LiveEvent event = event_of(item.number, item.person, item.traits);
        // Somebody who was there before a restart keeps his number, and may have a fact.
        int known = item.person.revision;
        if (!item.person.told && options_.revision_of) known = options_.revision_of(event.event.id);
        event.event.revision = known + 1;
        events.push_back(std::move(event));
        const MutexLock lock(mutex_);
        const auto entry = people_.find(item.number);
        if (entry == people_.end()) continue;
        entry->second.told = item.traits;
        entry->second.revision = known + 1;
    }
    return events;
}

LiveEvent FaceWatch::event_of(PersonId number, const Person& person, const FaceTraits& traits) const {
    Event event;
    event.shop = options_.shop;
    event.camera = person.camera;
    event.confidence = traits.sex_confidence;
    event.fact = Traits{number,
                        traits.sex,
                        years(traits.age),
                        years(traits.age_low),
                        years(traits.age_high),
                        from_utc(person.first)};
    event.id = event_id(event.shop, event.camera, event.fact);
    return {std::move(event), person.first, person.first};
}

void FaceWatch::forget_old() {
    std::erase_if(people_, [&](const auto& entry) { return newest_ - entry.second.last > kForgotten; });
    while (people_.size() > kPeopleMax) {
        const auto oldest =
            std::min_element(people_.begin(), people_.end(),
                             [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
        people_.erase(oldest);
    }
}

}  // namespace vitrina::pipeline
