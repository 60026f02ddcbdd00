#include "pipeline/analysis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/processor_time.h"
#include "pipeline/reach_of_pose.h"
#include "pipeline/sighting_of_box.h"
#include "track/path.h"

namespace vitrina::pipeline {
namespace {

// A picture and its layout may differ in shape by this much: cameras round the sizes of their substreams.
constexpr double kShapeTolerance = 0.02;

// Boxes of a track become known this long after their frame at the latest: when somebody who vanished comes
// back, or when a track is confirmed after all. A second more, for the step between two frames.
Duration horizon_of(const track::Options& options) {
    return std::max(options.patience, track::Path::kMemory) + std::chrono::seconds(1);
}

// What the tracker and the held back paths need.
insight::Options with_lag(insight::Options options, const track::Options& tracking) {
    options.lag = std::max(options.lag, horizon_of(tracking) + SettledPaths::kDelayMax);
    return options;
}

}  // namespace

bool have_same_shape(double width, double height, double other_width, double other_height) {
    return std::abs(width / height * other_height / other_width - 1) <= kShapeTolerance;
}

Result<Layout> layout_for(int width, int height, const std::optional<Layout>& layout) {
    if (!layout) return whole_picture(width, height);
    if (have_same_shape(width, height, layout->width, layout->height)) return *layout;
    return misconfigured(fmt::format(
        "layout \"{}\" was drawn on a picture of {}x{}, but the source gives {}x{}, which is another shape",
        layout->version, layout->width, layout->height, width, height));
}

Analysis::Analysis(int width, int height, AnalysisOptions options, const AnalysisSinks& sinks)
    : width_(width),
      height_(height),
      sinks_(sinks),
      tracker_(options.tracking, width, height),
      smooth_(horizon_of(options.tracking), sinks.smooth_tracks),
      paths_({static_cast<double>(width), static_cast<double>(height)}),
      insight_(options.layout, options.identity, with_lag(options.insight, options.tracking), sinks.events),
      touches_(std::move(options.layout), std::move(options.identity), options.touches, sinks.events),
      heatmap_(insight_.layout().width, insight_.layout().height) {
    VITRINA_ASSERT(width > 0 && height > 0);
    if (options.pose_network != nullptr) poses_.emplace(*options.pose_network);
}

Result<void> Analysis::take(SeenFrame seen) {
    Frame& frame = seen.frame;
    last_time_ = frame.time;
    ++frames_;
    if (frame.picture.width != width_ || frame.picture.height != height_) {
        const double scale_x = static_cast<double>(width_) / frame.picture.width;
        const double scale_y = static_cast<double>(height_) / frame.picture.height;
        for (Detection& detection : seen.detections)
            detection.box = detection.box.scaled(scale_x, scale_y);
    }

    const auto begin = thread_processor_time();
    const track::Update update = tracker_.update(frame.index, frame.time, seen.detections);
    tracking_time_ += thread_processor_time() - begin;

    TRY(look(frame, update));
    if (seen.detections.size() < background_people_) {
        background_people_ = seen.detections.size();
        background_ = std::move(frame.picture);
    }
    TRY(use(update));
    TRY(smooth_.advance(frame.time));
    return insight_.advance(frame.time);
}

Result<void> Analysis::look(const Frame& frame, const track::Update& update) {
    if (!poses_) return {};
    // The tracker's boxes are in pixels of the first picture, the network looks at this one.
    const double scale_x = static_cast<double>(frame.picture.width) / width_;
    const double scale_y = static_cast<double>(frame.picture.height) / height_;
    std::vector<TrackBox> boxes = update.reported;
    for (TrackBox& box : boxes)
        box.box = box.box.scaled(scale_x, scale_y);
    const auto begin = thread_processor_time();
    TRY_ASSIGN(std::vector<PoseSighting> poses, poses_->look(frame, boxes));
    pose_time_ += thread_processor_time() - begin;
    for (PoseSighting& pose : poses) {
        for (Keypoint& joint : pose.pose.joints)
            joint.place = {joint.place.x / scale_x, joint.place.y / scale_y};
        if (sinks_.poses != nullptr) TRY(sinks_.poses->accept(pose));
        if (const auto reach = reach_of_pose(pose, layout(), width_, height_)) TRY(touches_.observe(*reach));
    }
    return touches_.advance(frame.time);
}

Result<void> Analysis::use(const track::Update& update) {
    for (const TrackBox& box : update.recovered) {
        smooth_.add(box);
        TRY(see(paths_.add(box)));
    }
    for (const TrackBox& box : update.causal())
        TRY(sinks_.tracks.accept(box));
    for (const TrackBox& box : update.reported) {
        smooth_.add(box);
        TRY(see(paths_.add(box)));
    }
    for (const TrackId track : update.ended)
        TRY(end(track));
    return {};
}

Result<void> Analysis::see(const std::vector<SettledBox>& boxes) {
    for (const SettledBox& box : boxes) {
        const Sighting sighting = sighting_of_box(box.box, box.visible, insight_.layout(), width_, height_);
        heatmap_.observe(sighting);
        TRY(insight_.observe(sighting));
    }
    return {};
}

Result<void> Analysis::end(TrackId track) {
    if (poses_) poses_->end(track);
    TRY(touches_.person_left(track));
    TRY(see(paths_.end(track)));
    heatmap_.person_left(track);
    return insight_.person_left(track);
}

Result<void> Analysis::finish() {
    for (const TrackId track : tracker_.finish())
        TRY(end(track));
    TRY(touches_.finish());
    TRY(insight_.finish(last_time_));
    return smooth_.finish();
}

}  // namespace vitrina::pipeline
