#include "video/trouble.h"

#include <cerrno>

#include "video/ffmpeg_log.h"

extern "C" {
#include <libavutil/error.h>
}

namespace vitrina::video {

std::string_view to_text(TroubleCode code) {
    switch (code) {
        case TroubleCode::kNone:
            return "";
        case TroubleCode::kWrongCredentials:
            return "wrong_credentials";
        case TroubleCode::kForbidden:
            return "forbidden";
        case TroubleCode::kWrongPath:
            return "wrong_path";
        case TroubleCode::kConnectionRefused:
            return "connection_refused";
        case TroubleCode::kUnreachable:
            return "unreachable";
        case TroubleCode::kUnknownHost:
            return "unknown_host";
        case TroubleCode::kNoAnswer:
            return "no_answer";
        case TroubleCode::kConnectionLost:
            return "connection_lost";
        case TroubleCode::kNoPicture:
            return "no_picture";
        case TroubleCode::kNotDecodable:
            return "not_decodable";
        case TroubleCode::kNotVideo:
            return "not_video";
        case TroubleCode::kNoFile:
            return "no_file";
        case TroubleCode::kOtherShape:
            return "other_shape";
        case TroubleCode::kPasswordLost:
            return "password_lost";
        case TroubleCode::kOther:
            return "other";
    }
    return "other";
}

TroubleCode trouble_of_ffmpeg(int code) {
    switch (code) {
        case AVERROR_HTTP_UNAUTHORIZED:
            return TroubleCode::kWrongCredentials;
        case AVERROR_HTTP_FORBIDDEN:
            return TroubleCode::kForbidden;
        case AVERROR_HTTP_NOT_FOUND:
            return TroubleCode::kWrongPath;
        case AVERROR(ECONNREFUSED):
            return TroubleCode::kConnectionRefused;
        case AVERROR(EHOSTUNREACH):
        case AVERROR(ENETUNREACH):
        case AVERROR(EHOSTDOWN):
            return TroubleCode::kUnreachable;
        case AVERROR(ETIMEDOUT):
            return TroubleCode::kNoAnswer;
        case AVERROR(ECONNRESET):
        case AVERROR(EPIPE):
            return TroubleCode::kConnectionLost;
        case AVERROR_INVALIDDATA:
            return TroubleCode::kNotVideo;
        default:
            // It has no code of its own: FFmpeg returns EIO and tells its log.
            return ffmpeg_log_line("Failed to resolve hostname").empty() ? TroubleCode::kOther
                                                                         : TroubleCode::kUnknownHost;
    }
}

}  // namespace vitrina::video
