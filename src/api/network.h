// What connections share: the network thread's context, the workers, and how many come from where. Only
// server.cpp includes it, so that Boost is compiled once. All but blocking()'s work runs on the network
// thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/asio.hpp>

#include "api/rate_limit.h"
#include "api/responder.h"
#include "api/server.h"
#include "base/mutex.h"

namespace vitrina::api {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

/// What the network needs of a connection to end it.
class Closable {
  public:
    virtual ~Closable() = default;
    /// Ends it, at once when it waits or streams, else after the answer in hand.
    virtual void stop() = 0;
};

/// Keys of sessions and tokens with which somebody was let in lately: who has one is counted by it, not by
/// an address that he may share with the whole shop. One that is forgotten costs him a turn of the address's.
class KnownKeys {
  public:
    void add(const std::string& key) {
        if (known_.size() >= kMax) known_.clear();
        known_.insert(hash_(key));
    }
    /// By what the rate of a request is counted.
    [[nodiscard]] std::string payer(const std::string& key, const std::string& address) const {
        const std::size_t number = hash_(key);
        return key.empty() || !known_.contains(number) ? address : "key " + std::to_string(number);
    }

  private:
    static constexpr std::size_t kMax = 4096;  // as many as addresses are remembered
    std::hash<std::string> hash_;
    std::unordered_set<std::size_t> known_;
};

/// A part of what all bodies together may take, given back when it goes.
class BodyShare {
  public:
    BodyShare(std::size_t& taken, std::size_t bytes, std::size_t bytes_max)
        : taken_(taken), bytes_(taken + bytes <= bytes_max ? bytes : 0), is_granted_(bytes_ == bytes) {
        taken_ += bytes_;
    }
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;
    ~BodyShare() { give_back(); }

    [[nodiscard]] bool is_granted() const { return is_granted_; }
    void give_back() { taken_ -= std::exchange(bytes_, 0); }

  private:
    std::size_t& taken_;
    std::size_t bytes_;
    const bool is_granted_;
};

class Network {
  public:
    Network(const Responder& all_responder, const ServerOptions& all_options)
        : responder(all_responder), options(all_options), rate(all_options.limits.rate) {}

    const Responder& responder;
    const ServerOptions options;
    asio::thread_pool quick{2};
    asio::thread_pool slow{2};
    asio::thread_pool reports{1};
    RateLimit rate;
    bool stopping = false;
    int slow_requests = 0;       // waiting or working
    int report_requests = 0;     // the same
    std::size_t body_bytes = 0;  // of requests that arrive or are answered
    KnownKeys known_keys;
    std::set<Closable*> connections;
    std::unordered_map<std::string, int> guests;  // connections by network of those not signed in
    std::atomic<int> connection_count = 0;
    asio::io_context io{1};  // last, so first to go: with it go connections, which use all the above

    /// Does `work` on a worker, and goes on with its result on the network thread.
    template <typename Work>
    asio::awaitable<std::invoke_result_t<Work>> blocking(asio::thread_pool& pool, Work work) {
        std::optional<std::invoke_result_t<Work>> result;
        asio::steady_timer done(io, asio::steady_timer::time_point::max());
        // The frame of this coroutine lives until `done`, or until the workers have been joined.
        asio::post(pool, [&] {
            result.emplace(work());
            asio::post(io, [&done] { done.cancel(); });
        });
        ErrorCode cancelled;
        co_await done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        co_return std::move(*result);
    }
};

/// Wakes a coroutine of the network thread from any thread, cheaply when it was woken already, and harmlessly
/// when it has ended. Whoever may call wake() keeps the Waker alive, perhaps longer than the network.
class Waker : public std::enable_shared_from_this<Waker> {
  public:
    explicit Waker(asio::io_context& io) : timer_(std::in_place, io), io_(&io) {}

    /// Any thread.
    void wake() {
        if (posted_.exchange(true)) return;
        const MutexLock lock(mutex_);
        if (io_ == nullptr) return;
        asio::post(*io_, [self = shared_from_this()] {
            self->posted_ = false;
            self->woken_ = true;
            if (self->timer_) self->timer_->cancel();
        });
    }

    /// No wake() does anything any more, and nothing of the network is used. The network thread, after
    /// wait().
    void close() {
        timer_.reset();
        const MutexLock lock(mutex_);
        io_ = nullptr;
    }

    /// Until wake(), or for so long; whether it was woken. One coroutine.
    asio::awaitable<bool> wait(std::chrono::milliseconds longest) {
        if (!woken_) {
            timer_->expires_after(longest);
            ErrorCode cancelled;
            co_await timer_->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        co_return std::exchange(woken_, false);
    }

  private:
    std::optional<asio::steady_timer> timer_;  // gone when closed
    bool woken_ = false;
    std::atomic<bool> posted_ = false;
    Mutex mutex_;
    asio::io_context* io_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::api
