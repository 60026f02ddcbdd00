// OpenCV computes on the thread that calls it: the pipeline has a thread for each core already, and OpenCV's
// own pool beside them would only take turns with them.
#pragma once

namespace vitrina::perceive {

/// Before OpenCV's first call; repeated, it costs nothing. Any thread.
void keep_opencv_on_this_thread();

}  // namespace vitrina::perceive
