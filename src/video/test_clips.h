// Clips for tests, made with the ffmpeg command in a folder that goes with its object. For tests only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"
#include "video/source.h"

namespace vitrina::video {

using Bytes = std::vector<std::uint8_t>;

class ClipFolder {
  public:
    ClipFolder();
    ~ClipFolder();
    ClipFolder(const ClipFolder&) = delete;
    ClipFolder& operator=(const ClipFolder&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

    /// Runs `ffmpeg ARGUMENTS FILE` and returns the path of the file. The test fails when ffmpeg does.
    [[nodiscard]] std::string make(const std::string& name, const std::vector<std::string>& arguments) const;

    /// 25 frames a second of a moving test picture in H.264 with B-frames, then `arguments`.
    [[nodiscard]] std::string make_h264(const std::string& name, int frames,
                                        const std::string& size = "320x240",
                                        const std::vector<std::string>& arguments = {}) const;

    [[nodiscard]] std::string write(const std::string& name, const Bytes& bytes) const;
    [[nodiscard]] std::string write_text(const std::string& name, const std::string& text) const;

    /// The first `share` (0..1) of a file under another name.
    [[nodiscard]] std::string cut(const std::string& path, const std::string& name, double share) const;

  private:
    std::filesystem::path folder_;
};

[[nodiscard]] Bytes bytes_of(const std::string& path);

/// All that a source gives, and what it reports at the end. Pictures only on demand: they are large.
struct Watched {
    std::vector<Frame> frames;
    SourceInfo info;
    SourceReport report;

    [[nodiscard]] std::vector<double> seconds() const;
};

enum class Pictures : std::uint8_t { kKeep, kDrop };

/// Opens, reads to the end, and checks what holds for every source: indices, growing times, sizes of buffers.
[[nodiscard]] Result<Watched> watch(const std::string& address, const SourceOptions& options = {},
                                    Pictures pictures = Pictures::kDrop);

/// The message of the error that opening the address gives; empty, and a failed test, when it opens.
[[nodiscard]] std::string error_of(const std::string& address, const SourceOptions& options = {});

}  // namespace vitrina::video
