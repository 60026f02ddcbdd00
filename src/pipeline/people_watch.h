// Staff or customer, taught on the spot: keeps looks at people of the last minutes in memory for the
// shopkeeper to mark, learns from the marks, and labels everybody with what was learnt, again when it is
// known better. Labels are facts like others (domain/event.h). What is kept, and for how long:
// docs/people.md.
//
// Any thread may call anything. A thread of its own learns and labels; the shop's threads only hand looks and
// pictures over, and never wait for the disk that marks and labels wait for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/people_inbox.h"
#include "pipeline/recent_people.h"
#include "pipeline/shop.h"
#include "privacy/sealer.h"
#include "records/fact_store.h"
#include "records/taught_store.h"
#include "teach/lessons.h"
#include "teach/staff_model.h"

namespace vitrina::pipeline {

/// Marks that labels are given from: fewer show on the page what is learnt, and change no figure.
inline constexpr int kStaffMarksMin = 3;
inline constexpr int kMarksMin = 10;
/// And as many must be told right when they are left out: the mean of the shares of staff and of customers,
/// and of staff so many at least.
inline constexpr double kRightMin = 0.75;
inline constexpr double kStaffFoundMin = 0.5;
[[nodiscard]] bool is_good_enough(const teach::Rate& staff_found, const teach::Rate& customers_let_be);

class PeopleWatch {
  public:
    struct Options {
        std::string shop;  // its name, stands in each event
        std::string form;  // of descriptions; those of another form are not learnt from
        /// How long after somebody was last seen his looks stay in memory.
        std::chrono::minutes keep{30};
        std::function<UtcTime()> now;
        std::function<void(std::vector<LiveEvent>)> publish;  // facts for the records
        std::function<void(const std::string&)> log;          // may be empty
    };

    /// What was learnt, and how good it is.
    struct Lesson {
        int staff = 0;    // marks
        int unnamed = 0;  // of them, without a name: two may be of one person, and say more than is true
        int customers = 0;
        std::optional<teach::Rate> right;  // of marked people who were left out; none: nothing is learnt yet
        std::optional<teach::Rate> staff_found;
        std::optional<teach::Rate> customers_let_be;
        bool is_used = false;          // people are labelled by it
        bool uniform_changed = false;  // staff no longer look as they were taught
        bool is_learning = false;
        std::string problem;  // why nothing could be learnt; empty: all is well
    };
    struct Somebody {
        PersonId person = 0;
        std::string camera;
        UtcTime first;
        UtcTime last;
        std::vector<UtcTime> looks;  // when; their numbers are those of picture()
        std::optional<double> staff_probability;
        std::optional<WhoIs> mark;
        std::string name;
        double staff_place_s = 0;
    };
    struct TaughtStaff {
        std::int64_t id = 0;
        std::string name;
        UtcTime marked;
        std::string marked_by;
    };
    struct Page {
        Lesson lesson;
        std::vector<Somebody> people;  // of whom there is a look; the newest first
        std::vector<TaughtStaff> staff;
    };

    /// Borrows everything but the options. Reads what was taught before, and starts its thread. What can't be
    /// opened (another key) is told to the log and left out.
    [[nodiscard]] static Result<std::unique_ptr<PeopleWatch>> create(records::TaughtStore& taught,
                                                                     const records::FactStore& facts,
                                                                     const privacy::Sealer& sealer,
                                                                     Shop& shop, Options options);
    ~PeopleWatch();
    PeopleWatch(const PeopleWatch&) = delete;
    PeopleWatch& operator=(const PeopleWatch&) = delete;

    /// Labels who was marked, and then publishes nothing any more: before what it publishes to is closed.
    /// Marks fail from then on. Not from two threads at once.
    void stop();

    /// From the networks' threads. Known a moment later.
    void look(BodyLook look);

    [[nodiscard]] Page page();
    /// Those of the page.
    [[nodiscard]] std::vector<TaughtStaff> taught_staff() const;
    [[nodiscard]] std::chrono::minutes kept_for() const { return options_.keep; }
    /// Whether people are labelled by what was learnt.
    [[nodiscard]] bool labels_people() const;
    /// JPEG; nothing when it is gone.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> picture(PersonId person, UtcTime look);
    /// What somebody is, or that nothing is said of him any more. Learning begins at once. False: nobody of
    /// this number is in memory. Fails when it can't be stored; then nothing has changed.
    [[nodiscard]] Result<bool> mark(PersonId person, std::optional<WhoIs> who, const std::string& name,
                                    const std::string& by);
    /// Takes one of the taught staff back, or what was taught and can't be opened. False: there is none.
    [[nodiscard]] Result<bool> forget(std::int64_t id);
    /// Everything that was taught. Labels that were given stay.
    [[nodiscard]] Result<void> forget_all();

    /// Waits until all that was marked is learnt and everybody is labelled, for tests. False: not in time.
    [[nodiscard]] bool settle(std::chrono::milliseconds within) const;

  private:
    PeopleWatch(records::TaughtStore& taught, const records::FactStore& facts, const privacy::Sealer& sealer,
                Shop& shop, Options options);

    [[nodiscard]] Result<void> load();
    void take_inbox() REQUIRES(mutex_);
    [[nodiscard]] Result<std::int64_t> store(const std::string& label, int people, const std::string& name,
                                             const std::vector<teach::Look>& looks, const std::string& by);
    [[nodiscard]] Result<void> unmark(RecentPerson& person) REQUIRES(mutex_);
    void set_mark(RecentPerson& person, WhoIs who, const TaughtStaff& staff) REQUIRES(mutex_);
    [[nodiscard]] Result<void> keep_customers(const std::string& by) REQUIRES(mutex_);
    void run();
    void end();
    void learn();
    void label_people() REQUIRES(mutex_);
    void think_about(RecentPerson& person, std::vector<LiveEvent>& events) REQUIRES(mutex_);
    void watch_uniform(RecentPerson& person) REQUIRES(mutex_);
    void tell(RecentPerson& person, WhoIs who, LabelBy by, double confidence, std::vector<LiveEvent>& events)
        REQUIRES(mutex_);
    void forget_old() REQUIRES(mutex_);
    void read_staff_places();
    [[nodiscard]] std::optional<double> probability_of(const RecentPerson& person) const REQUIRES(mutex_);
    [[nodiscard]] bool is_used() const REQUIRES(mutex_);
    void complain(const std::string& message) const;

    records::TaughtStore& taught_;
    const records::FactStore& facts_;
    const privacy::Sealer& sealer_;
    Shop& shop_;
    const Options options_;

    PeopleInbox inbox_;  // its lock is taken under mutex_, never the other way round
    mutable Mutex mutex_;
    mutable Condition changed_;
    RecentPeople people_ GUARDED_BY(mutex_);
    teach::Lessons lessons_ GUARDED_BY(mutex_);
    std::map<std::int64_t, TaughtStaff> staff_ GUARDED_BY(mutex_);
    std::shared_ptr<const teach::StaffModel> model_ GUARDED_BY(mutex_);  // may be null
    std::string problem_ GUARDED_BY(mutex_);
    teach::UniformWatch uniforms_ GUARDED_BY(mutex_);
    int marks_since_warning_ GUARDED_BY(mutex_) = 0;
    std::map<std::string, std::set<std::string>> staff_places_ GUARDED_BY(mutex_);  // by camera
    std::int64_t taught_version_ GUARDED_BY(mutex_) = 0;                            // grows with each mark
    std::int64_t learnt_version_ GUARDED_BY(mutex_) = 0;
    std::int64_t dropped_ GUARDED_BY(mutex_) = 0;  // pictures and looks that came too fast
    bool to_label_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::shared_ptr<void> subscription_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
