// What people look like, compared: how much likelier two looks are of one person than of two. It learns what
// each camera does to everybody, and how alike one person's and different people's looks are here. One
// thread.
#pragma once

#include <map>
#include <vector>

#include "domain/plan_sighting.h"

namespace vitrina::scene {

/// The mean of several looks in one camera. Grows at most as long as a vector.
class LooksMean {
  public:
    void add(const Appearance& looks);
    void add(const LooksMean& other);
    [[nodiscard]] const std::vector<float>& sum() const { return sum_; }
    [[nodiscard]] double weight() const { return weight_; }

  private:
    std::vector<float> sum_;
    double weight_ = 0;
};

/// Of one person or one tracklet, by camera.
using Looks = std::map<int, LooksMean>;

struct AppearanceOptions {
    // Similarities (cosines, after what a camera does to everybody was taken off) of one person in two
    // cameras and of two people, before this shop has taught better; from scripts/fit_noise.sh.
    double same_mean = 0.6;
    double same_spread = 0.2;
    double different_mean = 0.0;
    double different_spread = 0.2;
    /// As many comparisons as these are worth.
    double prior_weight = 20;
    /// The most that looks may say, in nats: people dress alike.
    double evidence_max = 6;
};

class AppearanceModel {
  public:
    explicit AppearanceModel(const AppearanceOptions& options);

    /// Somebody was seen by this camera.
    void see(int camera, const Appearance& looks);
    /// -1..1; 0 where one of the two is unknown.
    [[nodiscard]] double similarity(const Looks& a, const Looks& b) const;
    /// Log of how much likelier this similarity is for one person than for two.
    [[nodiscard]] double evidence(double similarity) const;
    void learn(double similarity, bool is_same);
    /// The same of one tracklet's looks a little later: those are more alike than in two cameras.
    [[nodiscard]] double evidence_within(double similarity) const;
    void learn_within(double similarity);

  private:
    struct Statistics {
        double weight = 0;
        double mean = 0;
        double square = 0;  // mean of the squared distance from the mean
    };
    [[nodiscard]] std::vector<float> centered(const Looks& looks) const;

    AppearanceOptions options_;
    std::map<int, LooksMean> cameras_;
    [[nodiscard]] double evidence(double similarity, const Statistics& same) const;
    static void learn(double similarity, Statistics& statistics);

    Statistics same_;
    Statistics within_;
    Statistics different_;
};

}  // namespace vitrina::scene
