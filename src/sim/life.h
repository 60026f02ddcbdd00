// The days of a simulated shop: customers, tills and staff, from event to event. It is a value: a copy goes
// on from the same moment, with other chances once it was given another seed. One thread; borrows the
// behaviour and shares the sites.
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "domain/sighting.h"
#include "sim/behaviour.h"
#include "sim/population.h"
#include "sim/random.h"
#include "sim/sites.h"

namespace vitrina::sim {

using AgentIndex = std::size_t;
inline constexpr AgentIndex kNobody = static_cast<AgentIndex>(-1);

/// One thing in a basket.
struct Taken {
    std::size_t interest = 0;
    std::size_t goods = 0;
    int quantity = 1;
};

enum class Doing : std::uint8_t {
    kAway,  // staff behind their door
    kWalking,
    kStopping,   // before a fixture, or staff standing about
    kWaiting,    // in a queue
    kServed,     // at a till
    kFollowing,  // beside the one he came with
    kCashing,
    kTalking,  // staff with a customer
    kGone,
};

struct Agent {
    PersonId person = 0;         // of this stay; from 1, never used twice
    std::int64_t customer = -1;  // a card holder's number
    std::int64_t party = 0;
    std::size_t staff = kNobody;  // of the behaviour's list
    int campaign = -1;            // that brought him
    Doing doing = Doing::kGone;
    bool present = false;
    Labels labels;
    double entered_s = 0;
    std::size_t door = 0;

    // Where: standing at `place`, or on a way since `way_began_s`.
    Point place;
    Spot spot = 0;
    std::vector<Point> way;
    double leg_began_s = 0;
    double speed_m_s = 1.1;
    double reach_from_s = 0;
    double reach_until_s = 0;

    // What he came for.
    AgentIndex leader = kNobody;  // of who follows
    std::vector<AgentIndex> followers;
    Point beside;
    double intent = 0;
    std::vector<std::size_t> plan;  // interests, the next one last
    std::vector<Taken> basket;
    bool bought = false;

    // A stop.
    std::size_t interest = kNobody;
    double stop_began_s = 0;
    double stop_ends_s = 0;
    bool touched = false;
    bool taking = false;  // decided; the hand is still at the shelf
    bool wants_help = false;
    bool consulted = false;
    AgentIndex with = kNobody;  // who talks with him, or comes to

    // A till.
    std::size_t till = kNobody;
    double joined_s = 0;
    bool joining = false;  // on the way to the queue
    double patience_until_s = 0;

    std::uint32_t token = 0;  // events of before are void
};

struct Item {
    const Goods* goods = nullptr;
    int quantity = 1;
};

struct Receipt {
    std::int64_t number = 0;
    PersonId person = 0;
    std::string till;
    double at_s = 0;             // truly
    double stamped_s = 0;        // by the till's clock
    std::int64_t customer = -1;  // of the card that was shown
    std::vector<Item> items;
};

enum class Leaving : std::uint8_t { kServed, kAbandoned, kMoved, kBalked };

/// Who wants to know what truly happens overrides what he wants to know.
class LifeWatcher {
  public:
    LifeWatcher() = default;
    LifeWatcher(const LifeWatcher&) = delete;
    LifeWatcher& operator=(const LifeWatcher&) = delete;
    virtual ~LifeWatcher() = default;
    virtual void entered(const Agent&, double) {}
    virtual void left(const Agent&, double) {}
    /// `what`: touch, take or put_back.
    virtual void touched(const Agent&, const std::string& /*fixture*/, const char* /*what*/, double, double) {
    }
    virtual void stopped(const Agent&, const std::string& /*fixture*/, double /*begin*/, double /*end*/,
                         bool /*bought*/) {}
    virtual void waited(const Agent&, const std::string& /*till*/, double /*joined*/, double /*until*/,
                        Leaving) {}
    virtual void served(const Agent&, const std::string& /*till*/, double /*begin*/, double /*end*/) {}
    virtual void queue_changed(const std::string& /*till*/, double, int /*people*/, bool /*open*/) {}
    virtual void paid(const Receipt&) {}
    virtual void consulted(const Agent& /*staff*/, const Agent&, const std::string& /*fixture*/,
                           double /*stop began*/, double /*begin*/, double /*end*/) {}
    virtual void worked(const Agent&, const char* /*what*/, double) {}
};

class ShopLife {
  public:
    ShopLife(const Behaviour& behaviour, std::shared_ptr<Sites> sites,
             std::shared_ptr<const Population> population, std::uint64_t seed);

    /// Everything up to this moment, seconds from the first midnight. `watcher` may be null.
    void run(double until_s, LifeWatcher* watcher);
    /// Other chances from now on, the next arrival included; what people have already decided stays.
    void reseed(std::uint64_t seed);

    [[nodiscard]] double now_s() const { return now_s_; }
    [[nodiscard]] std::span<const Agent> agents() const { return agents_; }
    [[nodiscard]] bool anybody() const { return present_ > 0; }
    [[nodiscard]] double next_event_s() const;
    /// Where somebody is at a moment not before now_s(); of followers where they want to be.
    [[nodiscard]] Point where(const Agent& agent, double at_s) const;
    /// Who waits at a till, those being served not counted.
    [[nodiscard]] int waiting(std::size_t till) const;
    [[nodiscard]] int open_tills() const;

  private:
    enum class What : std::uint8_t {
        kArrived,
        kStopEnds,
        kTouch,
        kServiceEnds,
        kPatience,
        kRound,
        kTalkEnds,
        kShift
    };
    struct Event {
        double at_s = 0;
        std::uint64_t order = 0;
        AgentIndex agent = 0;
        std::uint32_t token = 0;
        What what = What::kArrived;
    };
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            return a.at_s != b.at_s ? a.at_s > b.at_s : a.order > b.order;
        }
    };
    struct Till {
        AgentIndex cashier = kNobody;  // there, or on the way
        bool staffed = false;          // the cashier is there
        bool closing = false;          // serves nobody new
        AgentIndex serving = kNobody;
        std::vector<AgentIndex> queue;  // the head first
    };
    struct Worker {
        AgentIndex agent = kNobody;
        bool on_shift = false;
        bool had_break = false;
        double break_until_s = 0;
        bool known_as_staff = true;
    };

    // life.cpp: people and their stops
    AgentIndex new_agent();
    void schedule(AgentIndex agent, What what, double at_s);
    void handle(const Event& event);
    void arrive();
    void draw_next_arrival();
    void add_follower(AgentIndex leader, bool child, std::size_t number);
    void make_plan(Agent& agent);
    void walk(AgentIndex index, Spot to);
    [[nodiscard]] std::vector<Point> rest_of_way(const Agent& agent) const;
    void arrived(AgentIndex index);
    void begin_stop(AgentIndex index);
    void touch(AgentIndex index);
    void end_stop(AgentIndex index);
    void end_taking(AgentIndex index);
    void go_on(AgentIndex index);
    void leave(AgentIndex index);
    void gone(AgentIndex index);
    [[nodiscard]] Labels draw_labels(bool child);
    [[nodiscard]] double log_normal(double median, double spread);

    // life_tills.cpp
    void to_till(AgentIndex index);
    [[nodiscard]] std::size_t best_till(const Agent& agent) const;
    [[nodiscard]] int load(std::size_t till) const;
    void join(AgentIndex index);
    void take_from_queue(AgentIndex index, Leaving how);
    void next_customer(std::size_t till);
    void move_up(std::size_t till);
    void begin_service(AgentIndex index);
    void end_service(AgentIndex index);
    void lose_patience(AgentIndex index);
    void jockey();
    void mind_tills();
    void tell_queue(std::size_t till);
    [[nodiscard]] bool accepts(std::size_t till) const;
    [[nodiscard]] bool wanted(std::size_t till) const;
    [[nodiscard]] int people(AgentIndex index) const;

    // life_staff.cpp
    void mind_staff();
    void begin_shift(std::size_t worker);
    void end_shift(std::size_t worker);
    void go_to_break(std::size_t worker);
    void go_round(AgentIndex index);
    void look_for_customer(AgentIndex index);
    void begin_talk(AgentIndex index);
    void end_talk(AgentIndex index);
    void staff_arrived(AgentIndex index);
    void release_cashier(std::size_t till);
    [[nodiscard]] AgentIndex free_cashier() const;
    [[nodiscard]] bool should_work(std::size_t worker) const;
    [[nodiscard]] double hour() const;
    [[nodiscard]] int day() const;

    const Behaviour* behaviour_;
    std::shared_ptr<Sites> sites_;
    std::shared_ptr<const Population> population_;
    Random random_;
    LifeWatcher* watcher_ = nullptr;
    std::vector<Agent> agents_;
    std::vector<AgentIndex> free_;
    std::priority_queue<Event, std::vector<Event>, Later> events_;
    std::vector<Till> tills_;
    std::vector<Worker> workers_;
    std::uint64_t order_ = 0;
    double now_s_ = 0;
    double next_arrival_s_ = 0;
    double next_shift_s_ = 0;
    std::int64_t last_person_ = 0;
    std::int64_t last_party_ = 0;
    std::int64_t last_receipt_ = 0;
    int present_ = 0;
};

}  // namespace vitrina::sim
