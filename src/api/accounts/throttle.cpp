#include "api/accounts/throttle.h"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>

#include "base/result.h"

namespace vitrina::api {
namespace {

using std::chrono::seconds;

/// Before the next attempt after so many.
seconds wait_after(int attempts) {
    if (attempts < kFreeAttempts) return seconds(0);
    constexpr int kDoublingsMax = 10;  // beyond kWaitMax by then
    return std::min(kWaitMin * (1 << std::min(attempts - kFreeAttempts, kDoublingsMax)), kWaitMax);
}

}  // namespace

Throttle::Attempt::Attempt(Throttle& throttle, const std::string& account, const std::string& address,
                           UtcTime now)
    : throttle_(throttle), begun_(throttle.begin(account, network_of(address), now)) {}

Throttle::Attempt::~Attempt() {
    throttle_.take_back(begun_.counters);
}

std::optional<seconds> Throttle::Attempt::wait() const {
    if (begun_.wait == seconds(0)) return std::nullopt;
    return begun_.wait;
}

Throttle::Throttle() : accounts_(kCounters), addresses_(kCounters), known_places_(kKnownPlaces) {
    static_assert(std::tuple_size_v<decltype(key_)> == crypto_shorthash_KEYBYTES);
    VITRINA_ASSERT(sodium_init() >= 0);
    randombytes_buf(key_.data(), key_.size());
}

Throttle::Attempt::Begun Throttle::begin(const std::string& account, const std::string& network,
                                         UtcTime now) {
    const MutexLock lock(mutex_);
    std::vector<Counter*> counted = counters(account, network);
    seconds wait(0);
    for (Counter* counter : counted) {
        counter->last = std::min(counter->last, now);  // the clock was set back: begins anew
        if (now - counter->last >= kForgottenAfter) counter->attempts = 0;
        const auto left = wait_after(counter->attempts) - (now - counter->last);
        wait = std::max(wait, std::chrono::ceil<seconds>(left));
    }
    if (wait > seconds(0)) return {wait, {}};
    for (Counter* counter : counted) {
        counter->last = now;
        ++counter->attempts;
    }
    return {seconds(0), std::move(counted)};
}

void Throttle::take_back(const std::vector<Counter*>& counters) {
    const MutexLock lock(mutex_);
    for (Counter* counter : counters)
        counter->attempts = std::max(0, counter->attempts - 1);
}

void Throttle::remember(const std::string& account, const std::string& address) {
    const std::uint64_t known = place(account, network_of(address));
    const MutexLock lock(mutex_);
    known_places_[known % known_places_.size()] = known;
}

std::uint64_t Throttle::keyed_hash(const std::string& text) const {
    std::uint64_t hash = 0;
    static_assert(sizeof hash == crypto_shorthash_BYTES);
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key_.data());
    return hash;
}

std::uint64_t Throttle::place(const std::string& account, const std::string& network) const {
    return keyed_hash(account + '\0' + network);
}

std::vector<Throttle::Counter*> Throttle::counters(const std::string& account, const std::string& network) {
    std::vector<Counter*> counted = {&addresses_[keyed_hash(network) % addresses_.size()]};
    const std::uint64_t here = place(account, network);
    const bool known = known_places_[here % known_places_.size()] == here;
    if (!account.empty() && !known) counted.push_back(&accounts_[keyed_hash(account) % accounts_.size()]);
    return counted;
}

std::string network_of(std::string_view address) {
    std::string text(address);
    in6_addr v6{};
    if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
    const auto* bytes = reinterpret_cast<const unsigned char*>(&v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        std::array<char, INET_ADDRSTRLEN> v4{};
        inet_ntop(AF_INET, bytes + 12, v4.data(), v4.size());
        return v4.data();
    }
    constexpr std::size_t kNetworkBytes = 8;
    std::fill(v6.s6_addr + kNetworkBytes, v6.s6_addr + sizeof v6.s6_addr, std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> network{};
    inet_ntop(AF_INET6, &v6, network.data(), network.size());
    return network.data();
}

}  // namespace vitrina::api
