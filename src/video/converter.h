// Decoded pictures of any pixel format to RGB. Matrix and range are those that the stream tells; where it
// doesn't, BT.709 from 1280 pixels of width or 577 lines on, BT.601 below, as players do. Alpha is dropped.
// One thread.
#pragma once

#include "base/result.h"
#include "domain/frame.h"
#include "video/ffmpeg_handles.h"

namespace vitrina::video {

/// How the numbers of a decoded picture mean colours.
struct Colours {
    AVPixelFormat format = AV_PIX_FMT_NONE;  // without the deprecated "J"
    int matrix = 0;                          // SWS_CS_...
    bool full_range = false;
    friend bool operator==(const Colours&, const Colours&) = default;
};

[[nodiscard]] Colours colours_of(const AVFrame& frame);

class Converter {
  public:
    /// The picture in RGB, in its own size. Errors: a pixel format that can't be converted, no memory.
    [[nodiscard]] Result<Picture> convert(const AVFrame& frame);

  private:
    /// All that a scaler depends on.
    struct Form {
        int width = 0;
        int height = 0;
        Colours colours;
        friend bool operator==(const Form&, const Form&) = default;
    };

    [[nodiscard]] static Result<ScalerHandle> scaler_for(const Form& form);

    Form form_;
    ScalerHandle scaler_;
};

}  // namespace vitrina::video
