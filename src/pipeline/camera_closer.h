// Ends cameras that nobody needs any more, on a thread of its own: whoever lets go of a camera last, a thread
// that serves connections among them, doesn't wait for its connection to say good-bye.
//
// Threads: any thread may call anything.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "video/live_camera.h"

namespace vitrina::pipeline {

class CameraCloser {
  public:
    CameraCloser();
    /// Waits until all are ended: video::kStopTimeMax at most, however many they are.
    ~CameraCloser();
    CameraCloser(const CameraCloser&) = delete;
    CameraCloser& operator=(const CameraCloser&) = delete;

    /// The camera, to be ended by the closer when the last holder lets go of it. The closer lives until then.
    [[nodiscard]] static std::shared_ptr<video::LiveCamera> in_care_of(
        const std::shared_ptr<CameraCloser>& closer, std::unique_ptr<video::LiveCamera> camera);

  private:
    void take(std::unique_ptr<video::LiveCamera> camera);
    void run();

    Mutex mutex_;
    Condition changed_;
    std::vector<std::unique_ptr<video::LiveCamera>> waiting_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
