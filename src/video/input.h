// An address opened as FFmpeg's demuxer, with everything else that FFmpeg would open kept shut. Private to
// this folder. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "video/address.h"
#include "video/completeness.h"
#include "video/deadline.h"
#include "video/ffmpeg_handles.h"
#include "video/local_file.h"
#include "video/trouble.h"

namespace vitrina::video {

struct InputOptions {
    std::int64_t max_pixels = 0;
    RtspTransport transport = RtspTransport::kTcp;
    /// Of RTSP: don't wait for pictures before the input counts as open; its description tells the codec.
    bool open_at_once = false;
};

class Input {
  public:
    /// Opens the address and finds its pictures. `deadline` runs already, and outlives the input. Errors say
    /// why, without the address, and `trouble` becomes their code.
    [[nodiscard]] static Result<std::unique_ptr<Input>> open(const Address& address,
                                                             const InputOptions& options, Deadline& deadline,
                                                             TroubleCode& trouble);

    ~Input();
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    [[nodiscard]] AVFormatContext& format() const { return *format_; }
    [[nodiscard]] AVStream& pictures() const { return *pictures_; }
    [[nodiscard]] const Promise& promise() const { return promise_; }

  private:
    Input(const InputOptions& options, Deadline& deadline) : options_(options), deadline_(deadline) {}

    [[nodiscard]] tl::unexpected<Error> because(TroubleCode code, std::string words);
    [[nodiscard]] Result<void> open_bytes(const Address& address);
    [[nodiscard]] Result<const AVInputFormat*> recognise();
    [[nodiscard]] Result<void> open_format(const Address& address);
    [[nodiscard]] Result<void> find_pictures();
    [[nodiscard]] Result<void> look_at_pictures();

    static int refuse_second_file(AVFormatContext* format, AVIOContext** io, const char* url, int flags,
                                  AVDictionary** options);

    const InputOptions options_;
    Deadline& deadline_;
    TroubleCode trouble_ = TroubleCode::kOther;  // of an error that says no other
    bool second_file_refused_ = false;
    std::unique_ptr<LocalFile> file_;
    AVIOContext* network_ = nullptr;
    AVIOContext* bytes_ = nullptr;  // of file_ or network_; RTSP has none
    FormatContext format_;
    AVStream* pictures_ = nullptr;  // of format_
    Promise promise_;
};

/// "picture of 16384x16384 ...": the message for sizes above the limit.
[[nodiscard]] std::string too_large_message(int width, int height, std::int64_t max_pixels);

}  // namespace vitrina::video
