// Who works here and who shops, learnt from people whom the shopkeeper marked: a linear head of mosaic on
// descriptions of bodies, checked on the marked people themselves, each left out in turn. Pure functions and
// plain values; a model may be used by any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace mosaic::train {
class TwoClassHead;
}

namespace vitrina::teach {

/// A description of a body at one moment (perceive::BodyDescriber).
using Look = std::vector<float>;

/// Somebody who was marked.
struct StaffExample {
    bool staff = false;
    std::vector<Look> looks;  // one at least, all of one width
    /// Who it is, where the shop gave a name: marks of one name and class are left out together, for they
    /// show the same person. Empty: somebody of his own.
    std::string member = {};
};

/// A share with its 95 % interval (Wilson, Probable inference, 1927).
struct Rate {
    int right = 0;
    int all = 0;
    double share = 0;
    double low = 0;
    double high = 1;
};
[[nodiscard]] Rate rate_of(int right, int all);

class StaffModel {
  public:
    /// Looks of one person that are learnt from: more of them say the same again, and cost time with the
    /// cube.
    static constexpr std::size_t kLooksMax = 4;
    /// Examples that are learnt from; of more, the newest of each class.
    static constexpr std::size_t kExamplesMax = 200;

    /// Fails while there are not two of each, and for looks of different widths.
    [[nodiscard]] static Result<StaffModel> train(std::span<const StaffExample> examples);

    /// Of working here, 0..1: looks vote. Without looks of the right width 0.5.
    [[nodiscard]] double staff_probability(std::span<const Look> looks) const;

    /// Of the marked people, each left out in turn with all marks of his.
    [[nodiscard]] const Rate& right() const { return right_; }
    [[nodiscard]] const Rate& staff_found() const { return staff_found_; }
    [[nodiscard]] const Rate& customers_let_be() const { return customers_let_be_; }
    /// By example, as train() took them, had it been left out; 0.5 for those that were not learnt from.
    [[nodiscard]] const std::vector<double>& left_out() const { return left_out_; }
    [[nodiscard]] std::size_t width() const;

  private:
    explicit StaffModel(std::shared_ptr<const mosaic::train::TwoClassHead> head) : head_(std::move(head)) {}

    std::shared_ptr<const mosaic::train::TwoClassHead> head_;  // never null
    Rate right_;
    Rate staff_found_;
    Rate customers_let_be_;
    std::vector<double> left_out_;
};

/// What somebody does, beside what he looks like.
struct Behaviour {
    double seen_s = 0;         // since first seen
    double staff_place_s = 0;  // of it in zones for staff only, or behind a till
};

/// Looks and behaviour together. Behaviour counts in one direction only: nobody is a customer for not being
/// in the store room yet.
[[nodiscard]] double with_behaviour(double staff_probability, const Behaviour& behaviour);
/// Whether behaviour alone says that he works here.
[[nodiscard]] bool behaves_like_staff(const Behaviour& behaviour);

/// Whether staff still look as they were taught: of people who certainly work here, marked or by behaviour,
/// what the model said of their looks before it was told, the newest last.
class UniformWatch {
  public:
    /// People who are looked back on, and how many of them at least.
    static constexpr std::size_t kKept = 6;
    static constexpr std::size_t kNeeded = 3;

    void see(double staff_probability);
    void reset() { seen_.clear(); }
    [[nodiscard]] bool has_changed() const;

  private:
    std::vector<double> seen_;
};

}  // namespace vitrina::teach
