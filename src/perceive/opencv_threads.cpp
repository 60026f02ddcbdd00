#include "perceive/opencv_threads.h"

#include <opencv2/core.hpp>

namespace vitrina::perceive {

void keep_opencv_on_this_thread() {
    static const bool kDone = [] {
        cv::setNumThreads(1);
        return true;
    }();
    static_cast<void>(kDone);
}

}  // namespace vitrina::perceive
