// A camera's live pictures as an endless answer: fragmented MP4, or JPEG pictures one after the other. See
// stream.h for threads.
#pragma once

#include <memory>

#include "api/stream.h"
#include "video/view.h"

namespace vitrina::api {

/// The boundary between the JPEG pictures.
inline constexpr const char* kMjpegType = "multipart/x-mixed-replace; boundary=vitrina-picture";

[[nodiscard]] std::shared_ptr<Stream> live_mp4(std::shared_ptr<video::View> view);
[[nodiscard]] std::shared_ptr<Stream> live_mjpeg(std::shared_ptr<video::View> view);

}  // namespace vitrina::api
