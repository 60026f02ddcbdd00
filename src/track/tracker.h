// Detections over time -> tracks of one camera. The pipeline calls update() once for each frame and finish()
// at the end of the source. It has no clock and no randomness: the same calls give the same tracks. A tracker
// belongs to one thread at a time.
//
// How it works and where the numbers come from: README.md beside this file.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "domain/detection.h"
#include "domain/track.h"

namespace vitrina::track {

/// Lengths are in "bodies": the height of the person's box, or twice its width where that is more, because a
/// person cut by the picture's edge has a low box. So nothing depends on the size of the picture. Times are
/// seconds of the source, so nothing depends on its frame rate.
struct Options {
    // What a detection's score says.

    /// Detections below this score are not looked at. 0..1. Leave alone unless the detector's scores mean
    /// something else (ByteTrack's lower threshold).
    double score_min = 0.1;
    /// From this score on a detection chooses its track first; weaker ones take what is left. 0..1. Leave
    /// alone unless the detector gives clearly seen people lower scores (CenterTrack's threshold for new
    /// tracks).
    double score_confident = 0.4;
    /// A detection with this score says neither "person" nor "clutter": above, a new track gains evidence;
    /// below, it loses. 0..1. Raise it when coat racks become people, lower it when people seen from behind
    /// are missed.
    double score_neutral = 0.2;
    /// A detection below this score moves a confirmed track but does not keep it alive. 0..1. Leave alone
    /// unless score_min is changed.
    double score_support = 0.15;

    // Birth.

    /// Evidence, in nats, that makes a track: 3 is 95 %, at even odds before. Raise it for fewer false
    /// tracks, at the price of later ones; the smoothed output loses nothing by it.
    double confirm_evidence = 3.0;
    /// Detections it takes at least, however sure they are. Leave alone unless frames come slower than 2 a
    /// second.
    int confirm_detections = 3;
    /// Within this time the detector makes the same mistake again: a frame that comes sooner counts in
    /// proportion. Leave alone.
    Duration evidence_step = std::chrono::milliseconds(200);
    /// Evidence for a track that is not yet confirmed fades with this time constant, so that clutter near
    /// score_neutral never collects enough. Leave alone.
    Duration evidence_memory = std::chrono::seconds(4);

    // Death: how long a confirmed track is looked for after the last detection that supported it.

    /// In the middle of the picture, where people vanish behind others and come back.
    Duration patience = std::chrono::seconds(4);
    /// At the picture's edge, standing or coming in.
    Duration patience_at_edge = std::chrono::seconds(2);
    /// At the picture's edge and moving out.
    Duration patience_leaving = std::chrono::milliseconds(800);

    // Guesses: how long a track that is not seen is still told, see Update::expected.

    /// Behind somebody who is nearer to the camera.
    Duration guess_behind = std::chrono::milliseconds(1000);
    /// For no reason that the tracker knows: a post, a sign, a detector that blinks.
    Duration guess_unseen = std::chrono::milliseconds(600);

    // Motion, see kalman.h.

    /// How much a person's velocity wanders: bodies per second, after one second. Leave alone unless people
    /// run.
    double velocity_wander = 0.7;
    /// Time constant with which a velocity that is no longer measured dies away.
    Duration velocity_memory = std::chrono::seconds(2);
    /// Standard deviation of a confident detection's centre and size, bodies; weak ones get up to twice as
    /// much.
    double detection_noise = 0.05;

    // Association, by the overlap (IoU) of a detection with where the track is expected, both grown by the
    // standard deviation of that expectation.

    /// A detection that overlaps by more is where the track is expected, and goes before all that are not,
    /// however confident. 0..1. Leave alone.
    double overlap_sure = 0.5;
    /// Least overlap for a confident detection. 0..1.
    double overlap_confident = 0.2;
    /// Least overlap for a weak one. 0..1.
    double overlap_weak = 0.5;
    /// What looks that are the same (or those of two people) are worth beside overlap: half of this. 0: looks
    /// are not used. Leave alone unless looks say more than colours do.
    double look_weight = 1;
    /// Of two detections that overlap by more than this the weaker is a duplicate. 0..1 (IoU).
    double overlap_duplicate = 0.7;
};

/// What one frame told. For each track the union of `recovered` and `reported` over all updates, sorted by
/// time, is its smoothed path with one box a frame; `reported` with `expected` is the causal output.
struct Update {
    /// Confirmed tracks seen in this frame, one box each, by what was known at this frame; ordered by track.
    std::vector<TrackBox> reported;
    /// Confirmed tracks that are not seen in this frame, where they probably are: behind others, behind a
    /// post, missed for a moment (measured = false); ordered by track. A guess for whoever wants everybody in
    /// every frame: part of the causal output, not of the smoothed path.
    std::vector<TrackBox> expected;
    /// Earlier frames that only now are known: a track's youth before it was confirmed, and gaps filled when
    /// it was found again (measured = false where nothing was detected). In time order for each track, each
    /// later than everything recovered or reported of that track before.
    std::vector<TrackBox> recovered;
    /// No more boxes of these will come.
    std::vector<TrackId> ended;

    /// `reported` and `expected` together, ordered by track.
    [[nodiscard]] std::vector<TrackBox> causal() const;
};

class Tracker {
  public:
    /// Size of the picture in pixels, both above zero.
    Tracker(const Options& options, double picture_width, double picture_height);
    ~Tracker();
    Tracker(Tracker&&) noexcept;
    Tracker& operator=(Tracker&&) noexcept;
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

    /// `time` must grow: a frame that is not later than the one before is ignored whole (an empty update).
    /// Detections with values that are no numbers, empty boxes, boxes outside the picture or scores outside
    /// 0..1 are ignored.
    [[nodiscard]] Update update(std::int64_t frame, SourceTime time, std::span<const Detection> detections);

    /// The end of the source: the tracks that were still open. The tracker is then as new, except that it
    /// goes on counting tracks.
    [[nodiscard]] std::vector<TrackId> finish();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::track
