// Live pictures as an endless answer: a camera's as fragmented MP4 or as JPEG pictures one after the other,
// or those of many cameras in one, as browsers open few connections to a server. See stream.h for threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/stream.h"
#include "video/view.h"

namespace vitrina::api {

/// The boundary between the JPEG pictures.
inline constexpr const char* kMjpegType = "multipart/x-mixed-replace; boundary=vitrina-picture";

[[nodiscard]] std::shared_ptr<Stream> live_mp4(std::shared_ptr<video::View> view);
[[nodiscard]] std::shared_ptr<Stream> live_mjpeg(std::shared_ptr<video::View> view);

/// JPEG pictures a second of each camera in a stream of many.
inline constexpr double kWallRate = 5;

struct WallCamera {
    std::string id;  // each part's X-Camera
    std::shared_ptr<video::View> view;
};

/// A camera that ends, or that too many watch already, gives nothing more; the others go on.
[[nodiscard]] std::shared_ptr<Stream> live_wall(std::vector<WallCamera> cameras);

}  // namespace vitrina::api
