#include "pipeline/smooth_tracks.h"

namespace vitrina::pipeline {

Result<void> SmoothTracks::advance(SourceTime now) {
    while (!waiting_.empty() && waiting_.begin()->second.time + horizon_ < now) {
        TRY(sink_.accept(waiting_.begin()->second));
        waiting_.erase(waiting_.begin());
    }
    return {};
}

Result<void> SmoothTracks::finish() {
    return advance(SourceTime::max());
}

}  // namespace vitrina::pipeline
