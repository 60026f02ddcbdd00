#include "video/input.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "video/ffmpeg_log.h"

namespace vitrina::video {
namespace {

/// Formats whose content is the names of other files and addresses, and one that draws any text as a picture.
constexpr std::array<std::string_view, 9> kNotFollowed = {
    "concat", "dash", "hls", "imf", "rtsp", "sdp", "tty", "webm_dash_manifest", "rtp"};

/// No protocol has this name: whatever a demuxer wants to open on its own is refused.
constexpr const char* kNoProtocol = "none";
constexpr const char* kHttpProtocols = "http,https,tcp,tls";
constexpr const char* kRtspProtocols = "rtsp,rtp,tcp,tls";
constexpr const char* kRtspOverUdpProtocols = "rtsp,rtp,tcp,tls,udp";

/// The first guess of a format may need this much; FFmpeg's own default.
constexpr unsigned kProbeBytes = 1 << 20;

std::string not_recognised(int code) {
    if (!ffmpeg_log_line("moov atom not found").empty())
        return "its index is missing (moov atom): the file is cut, or its recording never ended";
    return fmt::format("is not a video that can be read ({})", why_ffmpeg_failed(code));
}

/// What came was no video, unless it stopped coming.
TroubleCode trouble_of_reading(int code) {
    const TroubleCode known = trouble_of_ffmpeg(code);
    return known == TroubleCode::kOther ? TroubleCode::kNotVideo : known;
}

/// FFmpeg's answer to a redirection to what is neither http nor https.
bool leads_elsewhere(int code, AddressKind kind) {
    return kind == AddressKind::kHttp && code == AVERROR(EINVAL);
}

TroubleCode trouble_of_reaching(int code, AddressKind kind) {
    return leads_elsewhere(code, kind) ? TroubleCode::kNotVideo : trouble_of_ffmpeg(code);
}

std::string why_not_reached(int code, AddressKind kind) {
    if (kind == AddressKind::kRtsp && code == AVERROR_INVALIDDATA) return "answers, but does not speak RTSP";
    if (leads_elsewhere(code, kind)) return "leads to an address that is not opened";
    switch (code) {
        case AVERROR_HTTP_UNAUTHORIZED:
            return "the user or the password is wrong or missing (401 Unauthorized)";
        case AVERROR_HTTP_FORBIDDEN:
            return "this user may not see it (403 Forbidden)";
        case AVERROR_HTTP_NOT_FOUND:
            return "there is nothing at this path (404 Not Found)";
        default:
            return why_ffmpeg_failed(code);
    }
}

/// The same options for the decoder of each stream that is known by now.
class StreamOptions {
  public:
    explicit StreamOptions(const AVFormatContext& format) : dictionaries_(format.nb_streams, nullptr) {}
    ~StreamOptions() {
        for (AVDictionary*& dictionary : dictionaries_)
            av_dict_free(&dictionary);
    }
    StreamOptions(const StreamOptions&) = delete;
    StreamOptions& operator=(const StreamOptions&) = delete;

    void set(const char* key, std::int64_t value) {
        for (AVDictionary*& dictionary : dictionaries_)
            av_dict_set_int(&dictionary, key, value, 0);
    }
    AVDictionary** get() { return dictionaries_.empty() ? nullptr : dictionaries_.data(); }

  private:
    std::vector<AVDictionary*> dictionaries_;
};

/// FFmpeg says the size of a picture that it refused only in its log.
std::optional<std::string> refused_size(std::int64_t max_pixels) {
    const std::string line = ffmpeg_log_line("Picture size");
    int width = 0;
    int height = 0;
    const std::size_t begin = line.find("Picture size");
    if (begin == std::string::npos) return std::nullopt;
    // NOLINTNEXTLINE(cert-err34-c): a line of a known form, checked by its count
    if (std::sscanf(line.c_str() + begin, "Picture size %9dx%9d", &width, &height) != 2) return std::nullopt;
    if (std::int64_t{width} * height <= max_pixels) return std::nullopt;
    return too_large_message(width, height, max_pixels);
}

}  // namespace

std::string too_large_message(int width, int height, std::int64_t max_pixels) {
    constexpr double kMega = 1e6;
    return fmt::format("pictures of {}x{} are larger than the limit of {:.1f} million pixels", width, height,
                       static_cast<double>(max_pixels) / kMega);
}

namespace {

/// The sizes that headers tell, so that nothing of them is decoded.
Result<void> check_sizes(const AVFormatContext& format, std::int64_t max_pixels) {
    for (unsigned i = 0; i < format.nb_streams; ++i) {
        const AVCodecParameters& parameters = *format.streams[i]->codecpar;
        if (std::int64_t{parameters.width} * parameters.height > max_pixels)
            return failed(too_large_message(parameters.width, parameters.height, max_pixels));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Input>> Input::open(const Address& address, const InputOptions& options,
                                           Deadline& deadline, TroubleCode& trouble) {
    std::unique_ptr<Input> input(new Input(options, deadline));
    auto opened = input->open_bytes(address);
    if (opened) opened = input->open_format(address);
    if (opened) opened = input->find_pictures();
    trouble = opened ? TroubleCode::kNone : input->trouble_;
    if (!opened) return tl::unexpected(std::move(opened).error());
    return input;
}

tl::unexpected<Error> Input::because(TroubleCode code, std::string words) {
    trouble_ = code;
    return failed(std::move(words));
}

Input::~Input() {
    format_.reset();
    avio_closep(&network_);
}

Result<void> Input::open_bytes(const Address& address) {
    switch (address.kind) {
        case AddressKind::kFile: {
            auto file = LocalFile::open(address.text);
            if (!file) return because(TroubleCode::kNoFile, std::move(file).error().message);
            file_ = *std::move(file);
            bytes_ = file_->io();
            return {};
        }
        case AddressKind::kHttp: {
            Dictionary options;
            options.set("protocol_whitelist", kHttpProtocols);
            const AVIOInterruptCB patience = deadline_.callback();
            const int code =
                avio_open2(&network_, address.text.c_str(), AVIO_FLAG_READ, &patience, options.get());
            if (code < 0)
                return because(trouble_of_reaching(code, address.kind), why_not_reached(code, address.kind));
            bytes_ = network_;
            return {};
        }
        case AddressKind::kRtsp:
            return {};
    }
    return {};
}

/// By the content alone: a name would let a file choose its own reader.
Result<const AVInputFormat*> Input::recognise() {
    if (bytes_ == nullptr) return av_find_input_format("rtsp");
    const AVInputFormat* recognised = nullptr;
    const int code = av_probe_input_buffer2(bytes_, &recognised, "", nullptr, 0, kProbeBytes);
    if (code < 0) return because(trouble_of_reading(code), not_recognised(code));
    if (std::find(kNotFollowed.begin(), kNotFollowed.end(), recognised->name) != kNotFollowed.end())
        return because(TroubleCode::kNotVideo,
                       fmt::format("is a playlist or text ({}), not a video; playlists are not followed",
                                   recognised->name));
    return recognised;
}

Result<void> Input::open_format(const Address& address) {
    TRY_ASSIGN(const AVInputFormat* const recognised, recognise());
    AVFormatContext* format = avformat_alloc_context();
    if (format == nullptr) return failed("no memory to open it");
    format->interrupt_callback = deadline_.callback();
    Dictionary options;
    const char* url = "";
    if (bytes_ != nullptr) {
        format->pb = bytes_;
        format->flags |= AVFMT_FLAG_CUSTOM_IO;
        format->io_open = &Input::refuse_second_file;
        format->opaque = this;
        options.set("protocol_whitelist", kNoProtocol);
    } else {
        url = address.text.c_str();
        const bool udp = options_.transport == RtspTransport::kUdp;
        options.set("protocol_whitelist", udp ? kRtspOverUdpProtocols : kRtspProtocols);
        options.set("rtsp_transport", udp ? "udp" : "tcp");
        options.set("allowed_media_types", "video");
    }
    // On failure FFmpeg frees the context.
    const int code = avformat_open_input(&format, url, recognised, options.get());
    if (code < 0) {
        if (second_file_refused_)
            return because(TroubleCode::kNotVideo,
                           "refers to another file or address, which is not followed");
        return bytes_ == nullptr ? because(trouble_of_ffmpeg(code), why_not_reached(code, address.kind))
                                 : because(trouble_of_reading(code), not_recognised(code));
    }
    format_.reset(format);
    promise_ = Promise(*format);
    return {};
}

/// Reads on until the sizes and rates of the pictures are known.
Result<void> Input::look_at_pictures() {
    StreamOptions options(*format_);
    options.set("max_pixels", options_.max_pixels);
    options.set("threads", 1);
    const int code = avformat_find_stream_info(format_.get(), options.get());
    if (code < 0) return because(trouble_of_reading(code), not_recognised(code));
    return check_sizes(*format_, options_.max_pixels);
}

Result<void> Input::find_pictures() {
    TRY(check_sizes(*format_, options_.max_pixels));
    const bool described = options_.open_at_once && bytes_ == nullptr;
    if (!described) TRY(look_at_pictures());

    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    // The cover of a record is a "video stream" too.
    const bool has_pictures =
        index >= 0 && (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
    const bool has_sound = av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0) >= 0;
    if (!has_pictures)
        return because(TroubleCode::kNotVideo,
                       has_sound ? "has no pictures, only sound" : "has no pictures in it");
    pictures_ = format_->streams[index];
    if (pictures_->codecpar->width == 0)
        if (auto too_large = refused_size(options_.max_pixels)) return failed(*std::move(too_large));
    for (unsigned i = 0; i < format_->nb_streams; ++i)
        if (format_->streams[i] != pictures_) format_->streams[i]->discard = AVDISCARD_ALL;
    return {};
}

int Input::refuse_second_file(AVFormatContext* format, AVIOContext** /*io*/, const char* /*url*/,
                              int /*flags*/, AVDictionary** /*options*/) {
    static_cast<Input*>(format->opaque)->second_file_refused_ = true;
    return AVERROR(EACCES);
}

}  // namespace vitrina::video
