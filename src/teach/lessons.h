// What was taught so far: staff one by one, customers only as means of several of them once they are kept for
// longer than their visit. Which customers are brought together, and what there is to learn from. Plain
// values; one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "teach/staff_model.h"

namespace vitrina::teach {

/// Customers whose looks are averaged before they are kept: nobody can be told from the mean of three.
inline constexpr std::size_t kCustomersTogether = 3;

/// The mean of looks; empty of none.
[[nodiscard]] Look mean_of(const std::vector<Look>& looks);

class Lessons {
  public:
    using Person = std::int64_t;

    /// From the records, or just saved there: staff, with the name that was given, or without one.
    void add_staff(std::int64_t id, std::vector<Look> looks, std::string name = {});
    /// The same: a mean of customers. `members` who are still in memory are learnt from one by one; those who
    /// were let go while they waited leave it.
    void add_customers(std::int64_t id, int people, Look mean, std::vector<Person> members = {});
    /// Somebody marked as a customer, of whom nothing is kept yet.
    void add_customer(Person person, std::vector<Look> looks);

    /// Customers to keep the mean of: the one who waits longest and those most like him. Nothing while fewer
    /// than kCustomersTogether wait. They wait until add_customers() names them.
    struct Group {
        std::vector<Person> members;
        Look mean;
    };
    [[nodiscard]] std::optional<Group> next_group() const;

    /// What was kept with this customer in it, its id; 0: nothing.
    [[nodiscard]] std::int64_t kept_with(Person person) const;
    /// Whether what was kept under this id is a mean of customers.
    [[nodiscard]] bool is_of_customers(std::int64_t id) const { return kept_.contains(id); }
    /// The mark is taken back: of a customer. What was kept with him in it is to be removed too: its id, or
    /// 0; the others of it wait again, as far as they are still in memory.
    std::int64_t take_back(Person person);
    /// His visit is over: what is kept is the mean, now or as soon as there are others for it.
    void let_go(Person person);
    /// What was kept is gone.
    bool remove(std::int64_t id);
    void clear();

    [[nodiscard]] int staff() const { return static_cast<int>(staff_.size()); }
    /// Of them, those without a name: nobody knows which are of one person.
    [[nodiscard]] int unnamed() const;
    [[nodiscard]] int customers() const;
    /// To learn from; staff first.
    [[nodiscard]] std::vector<StaffExample> examples() const;

  private:
    struct Kept {
        int people = 0;
        Look mean;
        std::vector<Person> members;
    };
    struct Member {
        std::vector<Look> looks;
        std::string name;
    };
    std::map<std::int64_t, Member> staff_;
    std::map<std::int64_t, Kept> kept_;
    std::map<Person, std::vector<Look>> fresh_;  // customers in memory
    std::vector<Person> waiting_;                // of fresh_, the oldest first
    std::set<Person> gone_;                      // of waiting_: those let go
};

}  // namespace vitrina::teach
