// Random texts that prove who somebody is, and the hashes that are kept of them. Any thread. Private to this
// folder.
#pragma once

#include <string>
#include <string_view>

namespace vitrina::api {

/// 256 random bits as 43 characters of A-Z a-z 0-9 - _: for cookies, headers and tokens.
[[nodiscard]] std::string make_key();

/// BLAKE2b-256 as hexadecimal digits. What is hashed has so many random bits that it needs neither salt nor
/// cost.
[[nodiscard]] std::string hash_of_key(std::string_view key);

/// Random groups to be typed by people, "K7QF-2MXA-9TRD" for 3: Crockford's base32, without the letters that
/// look like digits; 20 bits a group.
[[nodiscard]] std::string make_typed_secret(int groups);

/// As it was meant: without dashes and blanks, in capitals, digits where letters look like them.
[[nodiscard]] std::string typed_secret_as_meant(std::string_view typed);

}  // namespace vitrina::api
