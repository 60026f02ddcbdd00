// Where pictures come from, and how to say so without telling anybody's password. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::video {

/// How the pictures of an RTSP address travel: inside of its connection, or as datagrams beside it.
enum class RtspTransport : std::uint8_t { kTcp, kUdp };

enum class AddressKind : std::uint8_t { kFile, kHttp, kRtsp };

struct Address {
    AddressKind kind = AddressKind::kFile;
    std::string text;   // as given
    std::string shown;  // credentials hidden: for messages
};

/// A path of a file, or rtsp://, rtsps://, http://, https://. Fails (kConfiguration) for no text and for
/// another scheme.
[[nodiscard]] Result<Address> parse_address(const std::string& text);

/// `text` with the user, the password and the query of every URL in it hidden, and what follows "password="
/// in its path: cameras take passwords in all of them.
[[nodiscard]] std::string redacted(std::string_view text);

}  // namespace vitrina::video
