#include "notify/transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vitrina::notify {
namespace {

/// Asked before each connection, with the address that the name turned out to have.
curl_socket_t open_socket(void* options, curlsocktype /*purpose*/, curl_sockaddr* address) {
    const auto* const send_options = static_cast<const SendOptions*>(options);
    if (!may_reach(address->addr, send_options->loopback)) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Asked about once a second; anything but 0 ends the transfer.
int is_stopped(void* options, curl_off_t /*total*/, curl_off_t /*come*/, curl_off_t /*to_go*/,
               curl_off_t /*gone*/) {
    const auto* const stop = static_cast<const SendOptions*>(options)->stop;
    return stop != nullptr && stop->load() ? 1 : 0;
}

std::size_t forget(char* /*data*/, std::size_t size, std::size_t count, void* /*nobody*/) {
    return size * count;
}

}  // namespace

std::string shown(const Channel& channel) {
    const std::string address = without_path(channel.address);
    const std::size_t scheme = address.find("://");
    return scheme == std::string::npos ? address : address.substr(scheme + 3);
}

Result<Curl> begin_transfer(const SendOptions& options) {
    static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    Curl curl(kReady ? curl_easy_init() : nullptr);
    if (curl == nullptr) return failed("libcurl can't be used");
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(kSendTimeMax.count()));
    set(curl.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(kConnectTimeMax.count()));
    set(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    set(curl.get(), CURLOPT_PROXY, "");  // of the environment: the rules for addresses would not hold
    set(curl.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(curl.get(), CURLOPT_OPENSOCKETDATA, &options);
    set(curl.get(), CURLOPT_WRITEFUNCTION, forget);
    set(curl.get(), CURLOPT_USERAGENT, "Vitrina");
    set(curl.get(), CURLOPT_NOPROGRESS, 0L);
    set(curl.get(), CURLOPT_XFERINFOFUNCTION, is_stopped);
    set(curl.get(), CURLOPT_XFERINFODATA, &options);
    return curl;
}

Result<void> perform(const Channel& channel, CURL* curl) {
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_COULDNT_CONNECT)
        return failed(
            fmt::format("{}: can't be connected, or is an address that may not be used (docs/alarms.md)",
                        shown(channel)));
    if (code != CURLE_OK) return failed(fmt::format("{}: {}", shown(channel), curl_easy_strerror(code)));
    return {};
}

}  // namespace vitrina::notify
