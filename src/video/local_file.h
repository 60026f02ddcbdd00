// A regular file as FFmpeg reads it. FFmpeg never sees the path: it can neither take it for one of its own
// addresses ("concat:a|b", "%03d.png") nor derive other files from it. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

extern "C" {
#include <libavformat/avio.h>
}

namespace vitrina::video {

class LocalFile {
  public:
    /// Errors say why it can't be read: missing, a directory, empty, no permission ...
    [[nodiscard]] static Result<std::unique_ptr<LocalFile>> open(const std::string& path);

    ~LocalFile();
    LocalFile(const LocalFile&) = delete;
    LocalFile& operator=(const LocalFile&) = delete;

    /// Owned by this object.
    [[nodiscard]] AVIOContext* io() const { return io_; }

  private:
    explicit LocalFile(int descriptor) : descriptor_(descriptor) {}

    static int read(void* self, std::uint8_t* buffer, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);

    const int descriptor_;
    AVIOContext* io_ = nullptr;
};

}  // namespace vitrina::video
