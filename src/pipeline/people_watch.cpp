#include "pipeline/people_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "domain/event_json.h"
#include "pipeline/looks_code.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

constexpr std::chrono::milliseconds kThinkEvery{250};
constexpr std::chrono::seconds kPlacesEvery{10};
// A label is told again when it changes, or is so much surer or less sure.
constexpr double kSurer = 0.15;
// New staff marks after which a changed uniform counts as taught.
constexpr int kMarksForUniform = 3;
constexpr const char* kSealedLooks = "taught looks";
constexpr const char* kSealedName = "taught name";
constexpr const char* kStopping = "the program is stopping";

bool is_only_for_staff(const Zone& zone) {
    return zone.kind == ZoneKind::kStaff || zone.kind == ZoneKind::kCashier;
}

}  // namespace

bool is_good_enough(const teach::Rate& staff_found, const teach::Rate& customers_let_be) {
    // Most of the marked are customers: who takes everybody for one is right of most people.
    return staff_found.share >= kStaffFoundMin &&
           (staff_found.share + customers_let_be.share) / 2 >= kRightMin;
}

PeopleWatch::PeopleWatch(records::TaughtStore& taught, const records::FactStore& facts,
                         const privacy::Sealer& sealer, Shop& shop, Options options)
    : taught_(taught), facts_(facts), sealer_(sealer), shop_(shop), options_(std::move(options)) {}

Result<std::unique_ptr<PeopleWatch>> PeopleWatch::create(records::TaughtStore& taught,
                                                         const records::FactStore& facts,
                                                         const privacy::Sealer& sealer, Shop& shop,
                                                         Options options) {
    std::unique_ptr<PeopleWatch> watch(new PeopleWatch(taught, facts, sealer, shop, std::move(options)));
    TRY(watch->load());
    PeopleWatch& self = *watch;
    watch->subscription_ =
        shop.on_tracks([&self](const std::shared_ptr<const LiveTracks>& tracks) { self.inbox_.put(tracks); });
    watch->thread_ = std::thread([&self] { self.run(); });
    return watch;
}

PeopleWatch::~PeopleWatch() {
    end();
}

void PeopleWatch::stop() {
    end();
    const MutexLock lock(mutex_);
    label_people();
}

void PeopleWatch::end() {
    subscription_.reset();
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void PeopleWatch::complain(const std::string& message) const {
    if (options_.log) options_.log(message);
}

Result<void> PeopleWatch::load() {
    TRY_ASSIGN(const std::vector<records::TaughtRecord> records, taught_.all());
    const MutexLock lock(mutex_);
    int unread = 0;
    for (const records::TaughtRecord& record : records) {
        const auto code = sealer_.open_sealed(record.sealed_looks, kSealedLooks);
        auto looks = code && record.form == options_.form ? looks_from(*code) : std::nullopt;
        if (!looks || looks->empty()) {
            ++unread;
            continue;
        }
        if (record.label == to_text(WhoIs::kStaff)) {
            const auto name = record.sealed_name.empty()
                                  ? Result<std::string>(std::string())
                                  : sealer_.open_sealed(record.sealed_name, kSealedName);
            lessons_.add_staff(record.id, std::move(*looks), name ? *name : std::string());
            staff_[record.id] = {record.id, name ? *name : std::string(), record.marked, record.marked_by};
        } else {
            lessons_.add_customers(record.id, record.people, std::move(looks->front()));
        }
    }
    if (unread > 0)
        complain(
            fmt::format("{} of {} people who were marked as staff or customers can't be used: sealed "
                        "with another key, or described by another version; mark some again",
                        unread, records.size()));
    if (lessons_.staff() + lessons_.customers() > 0) ++taught_version_;
    return {};
}

void PeopleWatch::look(BodyLook look) {
    inbox_.put(std::move(look));
}

void PeopleWatch::take_inbox() {
    PeopleInbox::Contents contents = inbox_.take();
    for (const auto& tracks : contents.tracks)
        people_.see(*tracks, staff_places_[tracks->camera]);
    if (!contents.looks.empty()) to_label_ = true;
    for (BodyLook& look : contents.looks)
        people_.add(std::move(look));
    // Said once: it would be said four times a second.
    if (dropped_ == 0 && contents.dropped > 0)
        complain(
            "people come faster than they are told staff from customers: some looks at them are left out");
    dropped_ += contents.dropped;
}

std::vector<PeopleWatch::TaughtStaff> PeopleWatch::taught_staff() const {
    const MutexLock lock(mutex_);
    std::vector<TaughtStaff> taught;
    taught.reserve(staff_.size());
    for (const auto& [id, staff] : staff_)
        taught.push_back(staff);
    return taught;
}

// ---- marks ----

Result<std::int64_t> PeopleWatch::store(const std::string& label, int people, const std::string& name,
                                        const std::vector<teach::Look>& looks, const std::string& by) {
    records::TaughtRecord record;
    record.label = label;
    record.people = people;
    record.sealed_name = name.empty() ? "" : sealer_.seal(name, kSealedName);
    record.marked = options_.now();
    record.marked_by = by;
    record.form = options_.form;
    record.sealed_looks = sealer_.seal(code_of(looks), kSealedLooks);
    return taught_.add(record);
}

Result<void> PeopleWatch::unmark(RecentPerson& person) {
    // The database first: if it can't, all is as it was.
    if (person.mark == WhoIs::kStaff && person.taught != 0) {
        TRY(taught_.remove(person.taught));
        lessons_.remove(person.taught);
        staff_.erase(person.taught);
        person.taught = 0;
    } else if (person.mark == WhoIs::kCustomer) {
        if (const std::int64_t kept = lessons_.kept_with(person.person); kept != 0) TRY(taught_.remove(kept));
        lessons_.take_back(person.person);
    }
    person.mark.reset();
    person.name.clear();
    return {};
}

Result<void> PeopleWatch::keep_customers(const std::string& by) {
    while (const auto group = lessons_.next_group()) {
        TRY_ASSIGN(const std::int64_t id,
                   store(std::string(to_text(WhoIs::kCustomer)), static_cast<int>(group->members.size()), "",
                         {group->mean}, by));
        lessons_.add_customers(id, static_cast<int>(group->members.size()), group->mean, group->members);
    }
    return {};
}

void PeopleWatch::set_mark(RecentPerson& person, WhoIs who, const TaughtStaff& staff) {
    person.mark = who;
    if (who == WhoIs::kCustomer) return lessons_.add_customer(person.person, person.descriptions());
    if (!person.was_sure_staff) watch_uniform(person);
    ++marks_since_warning_;
    person.name = staff.name;
    person.taught = staff.id;
    lessons_.add_staff(staff.id, person.descriptions(), staff.name);
    staff_[staff.id] = staff;
}

Result<bool> PeopleWatch::mark(PersonId number, std::optional<WhoIs> who, const std::string& name,
                               const std::string& by) {
    const MutexLock lock(mutex_);
    if (stopping_) return failed(kStopping);  // its label would be lost
    take_inbox();
    RecentPerson* const person = people_.find(number);
    if (person == nullptr || person->looks.empty()) return false;
    const std::string kept_name = who == WhoIs::kStaff ? name : "";
    if (person->mark == who && person->name == kept_name) return true;
    std::int64_t stored = 0;
    if (who == WhoIs::kStaff) {
        // Before the old mark goes, so that a full disk loses nothing.
        TRY_ASSIGN(stored, store(std::string(to_text(*who)), 1, kept_name, person->descriptions(), by));
    }
    if (auto unmarked = unmark(*person); !unmarked) {
        // Else he would be learnt from twice after a restart.
        if (const auto undone = stored == 0 ? Result<bool>(true) : taught_.remove(stored); !undone)
            complain(undone.error().message);
        return tl::unexpected(std::move(unmarked).error());
    }
    if (who) set_mark(*person, *who, {stored, kept_name, options_.now(), by});
    const auto kept = keep_customers(by);  // if it can't be now, it is with the next mark
    if (!kept) complain(kept.error().message);
    person->changed = true;
    ++taught_version_;
    changed_.notify_all();
    return true;
}

Result<bool> PeopleWatch::forget(std::int64_t id) {
    const MutexLock lock(mutex_);
    if (stopping_) return failed(kStopping);
    if (lessons_.is_of_customers(id)) return false;
    TRY_ASSIGN(const bool was_there, taught_.remove(id));
    if (!was_there) return false;
    lessons_.remove(id);
    staff_.erase(id);
    for (auto& [number, person] : people_.all()) {
        if (person.taught != id) continue;
        person.taught = 0;
        person.mark.reset();
        person.name.clear();
        person.changed = true;
    }
    ++taught_version_;
    changed_.notify_all();
    return true;
}

Result<void> PeopleWatch::forget_all() {
    const MutexLock lock(mutex_);
    TRY(taught_.remove_all());
    lessons_.clear();
    staff_.clear();
    uniforms_.reset();
    for (auto& [number, person] : people_.all()) {
        person.taught = 0;
        person.mark.reset();
        person.name.clear();
    }
    ++taught_version_;
    changed_.notify_all();
    return {};
}

// ---- what the page shows ----

std::optional<double> PeopleWatch::probability_of(const RecentPerson& person) const {
    if (!model_ || person.looks.empty()) return std::nullopt;
    return teach::with_behaviour(model_->staff_probability(person.descriptions()), person.behaviour());
}

bool PeopleWatch::is_used() const {
    return model_ && lessons_.staff() >= kStaffMarksMin &&
           lessons_.staff() + lessons_.customers() >= kMarksMin &&
           is_good_enough(model_->staff_found(), model_->customers_let_be());
}

bool PeopleWatch::labels_people() const {
    const MutexLock lock(mutex_);
    return is_used();
}

PeopleWatch::Page PeopleWatch::page() {
    const MutexLock lock(mutex_);
    take_inbox();
    Page page;
    page.lesson.staff = lessons_.staff();
    page.lesson.unnamed = lessons_.unnamed();
    page.lesson.customers = lessons_.customers();
    if (model_) {
        page.lesson.right = model_->right();
        page.lesson.staff_found = model_->staff_found();
        page.lesson.customers_let_be = model_->customers_let_be();
    }
    page.lesson.is_used = is_used();
    page.lesson.uniform_changed = uniforms_.has_changed();
    page.lesson.is_learning = learnt_version_ != taught_version_;
    page.lesson.problem = problem_;
    page.people.reserve(people_.all().size());
    for (const auto& [number, person] : people_.all()) {
        if (person.looks.empty()) continue;
        Somebody& somebody = page.people.emplace_back();
        somebody.person = number;
        somebody.camera = person.camera;
        somebody.first = person.first;
        somebody.last = person.last;
        somebody.looks.reserve(person.looks.size());
        for (const BodyLook& look : person.looks)
            somebody.looks.push_back(look.at);
        somebody.staff_probability = person.staff_probability;
        somebody.mark = person.mark;
        somebody.name = person.name;
        somebody.staff_place_s = person.staff_place_s;
    }
    std::stable_sort(page.people.begin(), page.people.end(),
                     [](const Somebody& a, const Somebody& b) { return a.last > b.last; });
    page.staff.reserve(staff_.size());
    for (const auto& [id, staff] : staff_)
        page.staff.push_back(staff);
    return page;
}

std::optional<std::vector<std::uint8_t>> PeopleWatch::picture(PersonId number, UtcTime look) {
    const MutexLock lock(mutex_);
    take_inbox();
    const auto person = people_.all().find(number);
    if (person == people_.all().end()) return std::nullopt;
    for (const BodyLook& known : person->second.looks)
        if (known.at == look && !known.jpeg.empty()) return known.jpeg;
    return std::nullopt;
}

bool PeopleWatch::settle(std::chrono::milliseconds within) const {
    const auto until = std::chrono::steady_clock::now() + within;
    const MutexLock lock(mutex_);
    while (learnt_version_ != taught_version_ || to_label_ || inbox_.has_looks()) {
        if (std::chrono::steady_clock::now() > until) return false;
        changed_.wait_until(mutex_, until);
    }
    return true;
}

// ---- its thread ----

void PeopleWatch::run() {
    name_thread("people");
    auto next_places = std::chrono::steady_clock::now();
    while (true) {
        const auto next = std::chrono::steady_clock::now() + kThinkEvery;
        {
            const MutexLock lock(mutex_);
            while (!stopping_ && learnt_version_ == taught_version_ &&
                   std::chrono::steady_clock::now() < next)
                changed_.wait_until(mutex_, next);
            if (stopping_) return;
        }
        if (std::chrono::steady_clock::now() >= next_places) {
            next_places = std::chrono::steady_clock::now() + kPlacesEvery;
            read_staff_places();
        }
        learn();
        const MutexLock lock(mutex_);
        take_inbox();
        label_people();
        forget_old();
        to_label_ = false;
        changed_.notify_all();
    }
}

void PeopleWatch::read_staff_places() {
    std::map<std::string, std::set<std::string>> places;
    for (const CameraState& camera : shop_.cameras()) {
        const auto layout = shop_.layout(camera.settings.id);
        if (!layout) continue;
        for (const Zone& zone : layout->zones)
            if (is_only_for_staff(zone)) places[camera.settings.id].insert(zone.name);
    }
    const MutexLock lock(mutex_);
    staff_places_ = std::move(places);
}

void PeopleWatch::learn() {
    std::vector<teach::StaffExample> examples;
    std::int64_t version = 0;
    {
        const MutexLock lock(mutex_);
        if (learnt_version_ == taught_version_) return;
        version = taught_version_;
        examples = lessons_.examples();
    }
    auto model = teach::StaffModel::train(examples);  // seconds at most, and nobody waits
    const MutexLock lock(mutex_);
    learnt_version_ = version;
    to_label_ = true;
    model_ = model ? std::make_shared<const teach::StaffModel>(std::move(*model)) : nullptr;
    problem_ = model || lessons_.staff() < 2 || lessons_.customers() < 2 ? "" : model.error().message;
    if (marks_since_warning_ >= kMarksForUniform && uniforms_.has_changed()) uniforms_.reset();
    for (auto& [number, person] : people_.all())
        person.changed = true;
}

void PeopleWatch::watch_uniform(RecentPerson& person) {
    person.was_sure_staff = true;
    if (!is_used() || person.looks.empty()) return;
    const bool had_changed = uniforms_.has_changed();
    uniforms_.see(model_->staff_probability(person.descriptions()));
    if (!had_changed && uniforms_.has_changed()) {
        marks_since_warning_ = 0;
        complain("staff no longer look as they were taught: mark some of them anew on the page of people");
    }
}

void PeopleWatch::label_people() {
    std::vector<LiveEvent> events;
    for (auto& [number, person] : people_.all())
        if (person.changed) think_about(person, events);
    if (!events.empty()) options_.publish(std::move(events));
}

void PeopleWatch::think_about(RecentPerson& person, std::vector<LiveEvent>& events) {
    person.changed = false;
    if (!person.was_sure_staff && teach::behaves_like_staff(person.behaviour())) watch_uniform(person);
    person.staff_probability = probability_of(person);
    if (person.mark) return tell(person, *person.mark, LabelBy::kMark, 1, events);
    const auto probability = is_used() ? person.staff_probability : std::nullopt;
    if (probability) {
        const WhoIs who = *probability >= 0.5 ? WhoIs::kStaff : WhoIs::kCustomer;
        return tell(person, who, LabelBy::kModel, std::max(*probability, 1 - *probability), events);
    }
    // A mark that was taken back, and nothing that could say better: a customer, as everybody is at first.
    if (person.told && person.told->by == LabelBy::kMark)
        tell(person, WhoIs::kCustomer, LabelBy::kModel, 0.5, events);
}

void PeopleWatch::tell(RecentPerson& person, WhoIs who, LabelBy by, double confidence,
                       std::vector<LiveEvent>& events) {
    // Whom the shop named is that member of the staff in this visit.
    const std::int64_t member = person.mark == WhoIs::kStaff && !person.name.empty() ? person.taught : 0;
    if (person.told && person.told->who == who && person.told->by == by && person.told->member == member &&
        std::abs(person.told->confidence - confidence) < kSurer)
        return;
    Event event;
    event.shop = options_.shop;
    event.camera = person.camera;
    event.confidence = confidence;
    event.fact = Label{person.person, who, by, from_utc(person.first), member};
    event.id = event_id(event.shop, event.camera, event.fact);
    int known = person.told ? person.told->revision : 0;
    if (!person.told) {
        // Somebody who was there before a restart keeps his number, and may have a label.
        if (const auto stored = facts_.revision_of(event.id)) known = *stored;
    }
    event.revision = known + 1;
    person.told = ToldLabel{who, by, confidence, event.revision, member};
    events.push_back({std::move(event), person.first, person.first});
}

void PeopleWatch::forget_old() {
    for (const RecentPerson& gone : people_.forget_before(options_.now() - options_.keep))
        lessons_.let_go(gone.person);
}

}  // namespace vitrina::pipeline
