// Why a source gives no pictures: a code for programs and translations, given where it is known what went
// wrong, beside the words for people. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace vitrina::video {

enum class TroubleCode : std::uint8_t {
    kNone,
    kWrongCredentials,
    kForbidden,
    kWrongPath,
    kConnectionRefused,
    kUnreachable,
    kUnknownHost,
    kNoAnswer,
    kConnectionLost,
    kNoPicture,
    kNotDecodable,
    kNotVideo,
    kNoFile,
    kOtherShape,    // pictures come, of another shape than the zones were drawn on
    kPasswordLost,  // what it is reached with can't be read any more
    kOther,
};

/// "" of kNone, "wrong_credentials", "forbidden" ...: the enumerator's name in snake case.
[[nodiscard]] std::string_view to_text(TroubleCode code);

/// By FFmpeg's error code, and its log where that alone says it; kOther where neither does.
[[nodiscard]] TroubleCode trouble_of_ffmpeg(int code);

struct Trouble {
    TroubleCode code = TroubleCode::kNone;
    std::string words;  // for people, credentials hidden
};

template <typename T>
using Reached = tl::expected<T, Trouble>;

}  // namespace vitrina::video
