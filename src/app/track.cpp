#include "app/track.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/line_file.h"
#include "app/mot_frames.h"
#include "app/output_folder.h"
#include "base/processor_time.h"
#include "domain/mot_file.h"
#include "track/edge.h"
#include "track/tracker.h"

namespace vitrina::app {
namespace {

Result<track::PictureSize> picture_size(const TrackRequest& request, const SequenceInfo& info,
                                        const std::vector<MotRow>& rows) {
    if (!request.picture.empty()) {
        TRY_ASSIGN(const PixelSize size, parse_pixel_size(request.picture));
        return track::PictureSize{static_cast<double>(size.width), static_cast<double>(size.height)};
    }
    if (info.width && info.height) return track::PictureSize{*info.width, *info.height};
    track::PictureSize reach{1, 1};
    for (const MotRow& row : rows) {
        reach.width = std::max(reach.width, row.box.right());
        reach.height = std::max(reach.height, row.box.bottom());
    }
    return reach;
}

struct Tracked {
    std::vector<TrackBox> boxes;  // by frame and track
    std::int64_t tracks = 0;
    std::chrono::nanoseconds time{0};  // of the processor, in the tracker
};

Tracked run_tracker(std::span<const MotRow> rows, track::PictureSize picture, double frame_rate,
                    bool smooth) {
    Tracked tracked;
    track::Tracker tracker({}, picture.width, picture.height);
    const std::int64_t frames = rows.empty() ? 0 : rows.back().frame + 1;
    std::vector<Detection> detections;
    const auto keep = [&](const track::Update& update) {
        const std::vector<TrackBox>& beside = smooth ? update.recovered : update.expected;
        tracked.boxes.insert(tracked.boxes.end(), beside.begin(), beside.end());
        tracked.boxes.insert(tracked.boxes.end(), update.reported.begin(), update.reported.end());
        tracked.tracks += std::ssize(update.ended);
    };
    // Time is taken of many frames at once: asking for it costs as much as tracking a person.
    const auto begin = thread_processor_time();
    for (std::int64_t frame = 0; frame < frames; ++frame) {
        detections.clear();
        while (!rows.empty() && rows.front().frame == frame) {
            detections.push_back({rows.front().box, rows.front().score});
            rows = rows.subspan(1);
        }
        keep(tracker.update(frame, instant_of_frame(frame, frame_rate), detections));
    }
    tracked.tracks += std::ssize(tracker.finish());
    tracked.time = thread_processor_time() - begin;
    std::stable_sort(tracked.boxes.begin(), tracked.boxes.end(), [](const TrackBox& a, const TrackBox& b) {
        return a.frame != b.frame ? a.frame < b.frame : a.track < b.track;
    });
    return tracked;
}

}  // namespace

Result<void> track_detections(const TrackRequest& request) {
    TRY_ASSIGN(const std::vector<MotRow> rows, load_mot(request.detections, MotKind::kDetections));
    TRY_ASSIGN(const SequenceInfo info, load_sequence_info(request.detections));
    TRY_ASSIGN(const track::PictureSize picture, picture_size(request, info, rows));
    double frame_rate = request.frame_rate > 0 ? request.frame_rate : info.frame_rate.value_or(0);
    if (frame_rate <= 0) {
        const FrameRate guessed = guess_frame_rate(rows);
        frame_rate = guessed.value;
        fmt::print(stderr, "vitrina track: {}: {}\n", request.detections.string(), guessed.text);
    }
    const Tracked tracked = run_tracker(rows, picture, frame_rate, request.smooth);
    TRY_ASSIGN(LineFile lines, LineFile::create(request.out));
    TrackFile file(std::move(lines));
    for (const TrackBox& box : tracked.boxes)
        TRY(file.accept(box));
    TRY(file.close());
    const std::int64_t frames = rows.empty() ? 0 : rows.back().frame + 1;
    const double seconds = std::chrono::duration<double>(tracked.time).count();
    fmt::print("{} frames, {} detections, {} tracks, {} boxes; tracker {:.4f} s, {:.0f} frames/s\n", frames,
               rows.size(), tracked.tracks, tracked.boxes.size(), seconds,
               static_cast<double>(frames) / std::max(1e-9, seconds));
    return {};
}

}  // namespace vitrina::app
