#include "pipeline/smooth_tracks.h"

namespace vitrina::pipeline {

Result<void> SmoothTracks::advance(SourceTime now) {
    while (!waiting_.empty() && waiting_.begin()->second.time + horizon_ < now) {
        // Taken out first: a sink that fails may have kept it.
        const auto next = waiting_.extract(waiting_.begin());
        TRY(sink_.accept(next.mapped()));
    }
    return {};
}

Result<void> SmoothTracks::finish() {
    return advance(SourceTime::max());
}

}  // namespace vitrina::pipeline
