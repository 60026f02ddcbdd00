// A camera's pictures for people's eyes: H.264 as it came, in fragments of MP4 that browsers play without
// re-encoding, or JPEG pictures where the codec is another one or the browser asks for it. Nothing is muxed
// or encoded while nobody watches.
//
// Threads: any thread may call anything. Viewers are served from bounded queues of their own; one that reads
// too slowly loses pieces up to the next key frame (or pictures), and never holds anybody up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/frame.h"

namespace vitrina::video {

enum class ViewForm : std::uint8_t { kMp4, kJpeg };

/// What a viewer of this much falls behind loses pieces: two seconds of a 4 Mbit/s stream, or 30 pictures.
inline constexpr std::size_t kViewerBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kViewersMax = 64;  // of one camera
/// JPEG pictures a second for viewers.
inline constexpr double kJpegRate = 10;

/// A piece to send on as it is. MP4: the first piece is the initialisation segment, then one fragment for
/// each picture, whose presentation times are LiveFrame's times (so that boxes can be drawn in step); the
/// first fragment begins with a key frame. JPEG: one picture.
struct ViewPiece {
    std::shared_ptr<const std::vector<std::uint8_t>> bytes;
    SourceTime time;  // of the picture
    bool key = false;
};

class Viewer {
  public:
    Viewer() = default;
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;
    virtual ~Viewer() = default;
    /// The next piece if there is one. Doesn't wait.
    [[nodiscard]] virtual std::optional<ViewPiece> next() = 0;
    /// No more pieces will come: the camera's pictures are of another form now (codec, size), or it is gone.
    /// Watch again. A new connection with pictures of the same form goes on, after a gap in time.
    [[nodiscard]] virtual bool ended() const = 0;
    [[nodiscard]] virtual std::int64_t lost() const = 0;
    /// RFC 6381, for MediaSource: "video/mp4; codecs=\"avc1.64001f\"". Empty until the first piece, and for
    /// JPEG.
    [[nodiscard]] virtual std::string media_type() const = 0;
};

class View {
  public:
    View() = default;
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    virtual ~View() = default;

    /// Whether MP4 can be had: the camera sends H.264, upright. Nothing before the first connection.
    [[nodiscard]] virtual std::optional<bool> has_mp4() const = 0;
    /// A new viewer; `wake` is called from the camera's thread, or the one that stops it, when pieces are
    /// there or it ended, and must return soon; it may ask for pieces, but not destroy the viewer. Before the
    /// first connection viewers wait for it, and those of MP4 end should it turn out to be another codec.
    /// Nothing when there are kViewersMax already, when kMp4 is asked of another codec, or after the camera
    /// was stopped.
    [[nodiscard]] virtual std::unique_ptr<Viewer> watch(ViewForm form, std::function<void()> wake) = 0;
};

/// A picture as JPEG, quality 1 (worst) to 100.
[[nodiscard]] std::vector<std::uint8_t> to_jpeg(const Picture& picture, int quality = 80);

}  // namespace vitrina::video
