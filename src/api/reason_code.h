// Why a camera gives no picture, as a code for programs and translations. What went wrong is known by the
// words of FFmpeg and of this program only, and outages are recorded with them. Pure function; any thread.
#pragma once

#include <string_view>

namespace vitrina::api {

/// One of: "" (no reason), wrong_credentials, forbidden, wrong_path, connection_refused, unreachable,
/// unknown_host, no_answer, connection_lost, no_picture, not_decodable, not_video, no_file, not_running;
/// "other" for what isn't known.
[[nodiscard]] std::string_view reason_code(std::string_view reason);

}  // namespace vitrina::api
