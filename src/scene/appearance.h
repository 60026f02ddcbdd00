// What people look like, compared: how much likelier two looks are of one person than of two. It learns what
// each camera does to everybody, and how alike one person's and different people's looks are here. One
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/plan_sighting.h"

namespace vitrina::scene {

/// The mean of several looks in one camera. Older ones fade once it is worth `kWeightMax`.
class LooksMean {
  public:
    void add(const Appearance& looks);
    void add(const LooksMean& other);
    [[nodiscard]] const std::vector<float>& mean() const { return mean_; }
    [[nodiscard]] double weight() const { return weight_; }

    static constexpr double kWeightMax = 2000;

  private:
    std::vector<float> mean_;
    double weight_ = 0;
};

/// Of one person or one tracklet, by camera.
using Looks = std::map<int, LooksMean>;

/// What is compared: each kind is learnt by itself, because looks of one moment say less than many, those of
/// somebody whom others cover in part less than clear ones, and those of another camera less than those of
/// the same.
enum class Likeness : std::uint8_t {
    kMoment,           // one look with what the same camera saw of somebody before
    kMomentElsewhere,  // with what others saw
    kCovered,          // one look of somebody whom others cover in part
    kCoveredElsewhere,
    kAgain,      // several looks with what the same cameras saw before
    kCameras,    // with what others saw
    kAgainLong,  // many looks, over seconds
    kCamerasLong,
};

struct AppearanceOptions {
    // Similarities (cosines, after what a camera does to everybody was taken off) of one person and of two
    // people, before this shop has taught better.
    double same_mean = 0.6;
    double same_spread = 0.2;
    double different_spread = 0.2;
    /// As many comparisons as these are worth.
    double prior_weight = 20;
    /// The share of people who look like somebody else; what looks can say ends there. 0..1.
    double doubles_share = 0.0005;
    /// The share of looks that are nothing like the person: somebody else's coat is in the box.
    double odd_share = 0.002;
    /// Whether the numbers above are of the network that looks come from. Otherwise they count for nothing,
    /// and looks neither, until this shop has taught what they are.
    bool is_measured = true;
};

/// What is known of the looks that a network gives, by the name that it stands under; of one that was not
/// measured, nothing is.
[[nodiscard]] AppearanceOptions appearance_of(const std::string& network);

class AppearanceModel {
  public:
    explicit AppearanceModel(const AppearanceOptions& options);

    /// Somebody was seen by this camera: once or twice for each person, or who stands there for long would be
    /// what the camera does to everybody.
    void see(int camera, const Appearance& looks);
    /// The looks without what the cameras do to everybody, of length 1; empty: unknown.
    [[nodiscard]] std::vector<float> centered(int camera, const std::vector<float>& looks) const;
    [[nodiscard]] std::vector<float> centered(const Looks& looks) const;
    /// Of what cameras saw of both; where there is no such camera, of all that is known.
    struct Comparison {
        double similarity = 0;  // 0: unknown
        Likeness likeness = Likeness::kCameras;
    };
    [[nodiscard]] Comparison compare(const Looks& a, const Looks& b) const;
    /// Log of how much likelier this similarity is for one person than for two.
    [[nodiscard]] double evidence(double similarity, Likeness likeness) const;
    void learn_same(double similarity, Likeness likeness);
    void learn_different(double similarity, Likeness likeness);

  private:
    struct Statistics {
        double weight = 0;
        double mean = 0;
        double square = 0;  // mean of the squared distance from the mean
        double learnt = 0;  // comparisons, all of them
        void learn(double similarity);
    };
    struct Pair {
        Statistics same;
        Statistics different;
    };

    [[nodiscard]] double trust_in(const Pair& pair) const;

    AppearanceOptions options_;
    std::map<int, LooksMean> cameras_;
    LooksMean everywhere_;
    std::map<Likeness, Pair> pairs_;
};

[[nodiscard]] double total_weight(const Looks& looks);

/// Of two vectors of length 1; 0 where one is unknown.
[[nodiscard]] double similarity_of(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace vitrina::scene
