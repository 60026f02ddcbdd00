// Connections of channels with libcurl: names are looked up, addresses are checked and time is kept in one
// place. For this folder only.
#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

#include "base/result.h"
#include "notify/channel.h"
#include "notify/sender.h"

namespace vitrina::notify {

struct CurlEnd {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;

// NOLINTBEGIN(cppcoreguidelines-pro-type-vararg,hicpp-vararg): libcurl's interface is like that
template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    static_cast<void>(curl_easy_setopt(curl, option, value));
}
// NOLINTEND(cppcoreguidelines-pro-type-vararg,hicpp-vararg)

/// Ready for a transfer that goes nowhere else than it may and ends in time. `options` must outlive it.
[[nodiscard]] Result<Curl> begin_transfer(const SendOptions& options);

/// The transfer, or why there was none, with the channel's host in front.
[[nodiscard]] Result<void> perform(const Channel& channel, CURL* curl);

/// Host and port of a channel's address, for messages.
[[nodiscard]] std::string shown(const Channel& channel);

}  // namespace vitrina::notify
