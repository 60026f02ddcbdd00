#include "pipeline/recognition_watch.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"

namespace vitrina::pipeline {
namespace {

constexpr std::chrono::seconds kHouseEvery{60};
constexpr std::chrono::milliseconds kWakeEvery{1000};
constexpr const char* kRateSetting = "false_match";

/// It stands in messages and addresses: nobody can guess the next.
std::string random_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

RecognitionWatch::RecognitionWatch(privacy::Gallery& gallery, std::shared_ptr<records::GalleryStore> store,
                                   AlarmWatch& alarms, Options options)
    : gallery_(gallery),
      store_(std::move(store)),
      alarms_(alarms),
      options_(std::move(options)),
      recogniser_(gallery_, {.mode = options_.mode,
                             .whom = options_.whom,
                             .threshold = [this](const std::string& made_by) { return threshold(made_by); },
                             .threshold_among =
                                 [this](const std::string& made_by, std::size_t pictures) {
                                     return threshold_among(made_by, pictures);
                                 },
                             .day_of = options_.day_of}) {}

Result<std::unique_ptr<RecognitionWatch>> RecognitionWatch::create(
    privacy::Gallery& gallery, std::shared_ptr<records::GalleryStore> store, AlarmWatch& alarms,
    Options options) {
    std::unique_ptr<RecognitionWatch> watch(
        new RecognitionWatch(gallery, std::move(store), alarms, std::move(options)));
    TRY_ASSIGN(const auto chosen, watch->store_->setting(kRateSetting));
    {
        const MutexLock lock(watch->mutex_);
        State& state = watch->state_;
        state.mode = watch->options_.mode;
        state.whom = watch->options_.whom;
        const double rate = chosen ? std::strtod(chosen->c_str(), nullptr) : kFalseMatchDefault;
        state.false_match = rate > 0 && rate < 1 ? rate : kFalseMatchDefault;
        state.rates = watch->options_.rates(watch->options_.made_by);
        if (!state.rates.empty())
            state.false_match = std::max(state.false_match, state.rates.back().false_match);
    }
    RecognitionWatch& self = *watch;
    watch->thread_ = std::thread([&self] {
        name_thread("recognition");
        self.run();
    });
    return watch;
}

RecognitionWatch::~RecognitionWatch() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void RecognitionWatch::accept(const FaceLook& look) {
    // Nothing is kept of it, not for a moment.
    if (options_.mode == privacy::Mode::kAnonymous || look.descriptor.empty()) return;
    const MutexLock lock(mutex_);
    ++state_.looks;
    if (waiting_.size() >= kFacesWaitingMax) {
        waiting_.pop_front();
        ++state_.dropped;
    }
    waiting_.push_back(look);
    changed_.notify_all();
}

RecognitionWatch::State RecognitionWatch::state() const {
    using Among = privacy::Gallery::Among;
    const std::size_t watched = gallery_.pictures(Among::kWatched, options_.made_by);
    std::size_t known = gallery_.pictures(Among::kKnown, options_.made_by);
    if (options_.whom == privacy::Whom::kAll) known += gallery_.pictures(Among::kSeen, options_.made_by);
    const std::optional<double> likeness_min = threshold(options_.made_by);
    const std::optional<double> likeness_known = threshold_among(options_.made_by, known);
    const MutexLock lock(mutex_);
    State state = state_;
    state.likeness_min = likeness_min;
    state.likeness_known = likeness_known;
    state.pictures_watched = watched;
    state.pictures_known = known;
    state.looks_of_visitor =
        compared_.visitors < kVisitorsForMean
            ? kLooksUsual
            : static_cast<double>(compared_.looks) / static_cast<double>(compared_.visitors);
    state.trouble.clear();
    for (const auto& [task, trouble] : troubles_)
        state.trouble += (state.trouble.empty() ? "" : "; ") + trouble;
    return state;
}

std::optional<double> RecognitionWatch::threshold_among(const std::string& made_by,
                                                        std::size_t pictures) const {
    const auto rates = options_.rates(made_by);
    if (rates.empty()) return std::nullopt;
    const MutexLock lock(mutex_);
    return privacy::likeness_among(rates, state_.false_match, pictures);
}

std::optional<double> RecognitionWatch::threshold(const std::string& made_by) const {
    const auto rates = options_.rates(made_by);
    if (rates.empty()) return std::nullopt;
    const MutexLock lock(mutex_);
    return privacy::rate_for(rates, state_.false_match).likeness;
}

Result<void> RecognitionWatch::set_false_match(double rate) {
    if (!(rate > 0 && rate < 1)) return misconfigured("a rate of false matches is between 0 and 1");
    if (const auto rates = options_.rates(options_.made_by);
        !rates.empty() && rate < rates.back().false_match)
        return misconfigured(
            fmt::format("false matches rarer than {} were not measured, so nobody knows how like is enough",
                        rates.back().false_match));
    TRY(store_->set(kRateSetting, fmt::format("{}", rate)));
    const MutexLock lock(mutex_);
    state_.false_match = rate;
    return {};
}

bool RecognitionWatch::settle(std::chrono::milliseconds within) const {
    const auto end = std::chrono::steady_clock::now() + within;
    const MutexLock lock(mutex_);
    while (!waiting_.empty() || deciding_) {
        if (std::chrono::steady_clock::now() >= end) return false;
        changed_.wait_until(mutex_, end);
    }
    return true;
}

void RecognitionWatch::run() {
    while (true) {
        std::deque<FaceLook> looks;
        {
            const MutexLock lock(mutex_);
            if (!stopping_ && waiting_.empty())
                changed_.wait_until(mutex_, std::chrono::steady_clock::now() + kWakeEvery);
            if (stopping_) return;
            looks.swap(waiting_);
            deciding_ = !looks.empty();
        }
        for (const FaceLook& look : looks)
            decide(look);
        {
            const MutexLock lock(mutex_);
            deciding_ = false;
            changed_.notify_all();
        }
        keep_house();
    }
}

void RecognitionWatch::decide(const FaceLook& look) {
    const privacy::Recogniser::Outcome outcome = recogniser_.look(look);
    {
        const MutexLock lock(mutex_);
        compared_ = recogniser_.compared();
    }
    // The alarm before anything that waits for the disk.
    if (outcome.watched) {
        const auto told = tell_watched(look, *outcome.watched);
        if (!told || !*told) recogniser_.not_told(look, outcome.watched->person);
        complain(Task::kTell, told ? Result<void>() : tl::unexpected(told.error()));
    }
    if (outcome.mistaken && outcome.mistaken->stay != 0) {
        const auto gone = gallery_.remove_stay(outcome.mistaken->person, outcome.mistaken->stay);
        complain(Task::kTakeBack, gone ? Result<void>() : tl::unexpected(gone.error()));
    }
    if (outcome.known) keep_stay(look, *outcome.known);
    if (outcome.is_newcomer) complain(Task::kTakeIn, take_in(look));
    if (outcome.was_here_today) {
        const MutexLock lock(mutex_);
        ++state_.back_today;
    }
}

void RecognitionWatch::keep_stay(const FaceLook& look, const privacy::Likeness& known) {
    const auto stay = gallery_.add_stay(known.person, {0, look.at, look.camera, look.person, known.likeness});
    complain(Task::kKeepStay, stay ? Result<void>() : tl::unexpected(stay.error()));
    if (stay) recogniser_.kept(look, *stay);
}

std::optional<bool> RecognitionWatch::was_told(const FaceLook& look, std::int64_t entry) const {
    const auto last = last_told_.find(entry);
    if (last == last_told_.end() || look.at >= last->second.until) return std::nullopt;
    if (last->second.match.empty()) return false;
    const auto before = gallery_.match(last->second.match);
    if (!before || !*before) return std::nullopt;
    // While it waits it may still turn out to be somebody else, and this one the one who is watched for.
    if ((*before)->verdict.empty()) return false;
    if ((*before)->verdict == "confirmed") return true;
    return std::nullopt;
}

Result<bool> RecognitionWatch::tell_watched(const FaceLook& look, const privacy::Likeness& likeness) {
    if (const auto told = was_told(look, likeness.person)) return *told;
    AlarmWatch::Watched watched;
    watched.camera = look.camera;
    watched.place = fmt::format("entry {}", likeness.person);
    watched.likeness = likeness.likeness;
    watched.likeness_min = likeness.likeness_min;
    watched.at = look.at;
    // Nothing of who it is: messages can't be taken back when he is erased.
    watched.text = fmt::format(
        "Watchlist: somebody at camera {} looks like entry {}, likeness {:.2f} (limit {:.2f}). "
        "A person has to look before anything is done.",
        look.camera, likeness.person, likeness.likeness, likeness.likeness_min);
    privacy::Gallery::Match match;
    match.id = random_id();
    watched.match = match.id;
    match.person = likeness.person;
    match.at = look.at;
    match.evidence = {look.camera,
                      look.person,
                      likeness.likeness,
                      likeness.likeness_min,
                      gallery_.likest_picture(likeness.person, look.descriptor),
                      look.jpeg};
    TRY_ASSIGN(match.alarm, alarms_.raise_watchlist(watched));
    {
        const MutexLock lock(mutex_);
        state_.alarm_delay = std::chrono::duration_cast<std::chrono::milliseconds>(options_.now() - look.at);
    }
    if (auto kept = gallery_.add_match(match); !kept) {
        // Nobody could answer it: there is nothing to compare.
        last_told_[likeness.person] = {look.at + kFailedAgainAfter, ""};
        complain(Task::kEndAlarms, end_alarm(match.alarm, "watchlist: the match could not be kept"));
        return tl::unexpected(std::move(kept).error());
    }
    last_told_[likeness.person] = {look.at + kWatchedAgainAfter, match.id};
    return true;
}

Result<void> RecognitionWatch::end_alarm(std::int64_t alarm, const std::string& why) {
    TRY(alarms_.answer_watchlist(alarm, "", why));
    return {};
}

Result<void> RecognitionWatch::take_in(const FaceLook& look) {
    privacy::NewPerson person;
    person.kind = privacy::PersonKind::kSeen;
    person.expires = look.at + options_.seen_days;
    person.photographs.push_back({look.made_by, look.descriptor, look.jpeg});
    TRY_ASSIGN(const std::int64_t id, gallery_.add(std::move(person)));
    recogniser_.took_in(look, id);
    TRY_ASSIGN(const std::int64_t stay, gallery_.add_stay(id, {0, look.at, look.camera, look.person, 1}));
    recogniser_.kept(look, stay);
    return {};
}

void RecognitionWatch::keep_house() {
    const UtcTime now = options_.now();
    if (now < next_house_ && now > next_house_ - 2 * kHouseEvery) return;
    next_house_ = now + kHouseEvery;
    recogniser_.forget(now);
    std::erase_if(last_told_, [&](const auto& told) { return told.second.until < now; });
    complain(Task::kEndAlarms, end_alarms_of_expired(now));
    complain(Task::kForget, forget(now));
}

Result<void> RecognitionWatch::forget(UtcTime now) {
    TRY_ASSIGN(const auto expired, store_->expired(now));
    for (const records::GalleryPerson& person : expired)
        for (const std::string& card : person.cards)
            if (options_.forget_card) TRY(options_.forget_card(card));
    TRY_ASSIGN(const int forgotten, gallery_.forget_expired(now));
    if (forgotten > 0 && options_.log)
        options_.log(fmt::format("gallery: {} people forgotten, their day had come", forgotten));
    TRY(gallery_.forget_unjudged_evidence(now - options_.matches_days));
    return {};
}

Result<void> RecognitionWatch::end_alarms_of_expired(UtcTime now) {
    TRY_ASSIGN(const auto people, store_->expired(now));
    for (const records::GalleryPerson& person : people) {
        if (person.kind != privacy::to_text(privacy::PersonKind::kWatched)) continue;
        TRY_ASSIGN(const auto alarms, store_->unjudged_alarms(person.id));
        for (const std::int64_t alarm : alarms)
            TRY(end_alarm(alarm, "watchlist: the entry has ended"));
    }
    return {};
}

void RecognitionWatch::complain(Task task, const Result<void>& done) {
    const std::string trouble = done ? "" : done.error().message;
    const MutexLock lock(mutex_);
    if (trouble.empty()) {
        troubles_.erase(task);
        return;
    }
    // What fails fails for each look, and is told once until it has succeeded again.
    if (std::exchange(troubles_[task], trouble) != trouble && options_.log)
        options_.log("recognition: " + trouble);
}

}  // namespace vitrina::pipeline
