#include "pipeline/camera_closer.h"

#include <utility>

#include "base/thread_name.h"

namespace vitrina::pipeline {

CameraCloser::CameraCloser() : thread_([this] { run(); }) {}

CameraCloser::~CameraCloser() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

std::shared_ptr<video::LiveCamera> CameraCloser::in_care_of(const std::shared_ptr<CameraCloser>& closer,
                                                            std::unique_ptr<video::LiveCamera> camera) {
    return {camera.release(),
            [closer](video::LiveCamera* last) { closer->take(std::unique_ptr<video::LiveCamera>(last)); }};
}

void CameraCloser::take(std::unique_ptr<video::LiveCamera> camera) {
    camera->stop();  // at once, so that those that wait here end side by side
    const MutexLock lock(mutex_);
    waiting_.push_back(std::move(camera));
    changed_.notify_all();
}

void CameraCloser::run() {
    name_thread("closer");
    bool stopping = false;
    while (!stopping) {
        std::vector<std::unique_ptr<video::LiveCamera>> taken;
        const MutexLock lock(mutex_);
        while (waiting_.empty() && !stopping_)
            changed_.wait(mutex_);
        taken.swap(waiting_);
        stopping = stopping_;
    }  // here they end, after the mutex is free
}

}  // namespace vitrina::pipeline
