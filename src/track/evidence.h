// How sure it is that there is a person where a new track is. Used by target.h. Plain value.
//
// The track score of Bar-Shalom and Blackman (sum of log likelihood ratios) as a cumulative sum test (Page
// 1954): it never falls below zero, and the last moment at which it was zero is the best guess of when the
// person came.
#pragma once

namespace vitrina::track {

class Evidence {
  public:
    /// `weight` 0..1: how far this frame is news, see Options::evidence_step. `score` 0..1.
    void see(double score, double score_neutral, double weight);
    void miss(double weight);
    /// `keep` 0..1: what time leaves of it.
    void fade(double keep) { nats_ *= keep; }

    [[nodiscard]] double nats() const { return nats_; }
    /// Detections since it was last zero.
    [[nodiscard]] int detections() const { return detections_; }
    [[nodiscard]] bool none() const { return nats_ <= 0; }

  private:
    void add(double nats);

    double nats_ = 0;
    int detections_ = 0;
};

}  // namespace vitrina::track
