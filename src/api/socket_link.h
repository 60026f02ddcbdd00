// A client's socket, plain or TLS, with a deadline for whatever it waits for. Runs on the network thread.
// Only server.cpp includes it, so that Boost is compiled once.
#pragma once

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/ssl.hpp>

#include "api/network.h"

namespace vitrina::api {

using Tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<Tcp::socket>;

/// How long what a refused client still sends is read and thrown away: closing at once would make its
/// computer drop the answer unread.
inline constexpr std::chrono::milliseconds kLingerMax{2'000};
inline constexpr std::chrono::milliseconds kTlsCloseMax{500};
/// After a deadline has passed, what still waits is cancelled again so often: an operation that began at the
/// same moment is not hit by the first.
inline constexpr std::chrono::milliseconds kCancelAgain{100};
/// What the computer keeps on its way to the reader of a stream; more would be seconds of old pictures.
inline constexpr int kStreamSendBuffer = 128 << 10;
inline constexpr std::size_t kReadBufferBytes = std::size_t{64} << 10;

/// The completion of an operation that tells its error in `error`.
[[nodiscard]] inline auto into(ErrorCode& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

template <typename Socket>
class SocketLink : public std::enable_shared_from_this<SocketLink<Socket>> {
  public:
    static constexpr bool kTls = std::is_same_v<Socket, TlsStream>;

    SocketLink(asio::io_context& io, Socket socket) : socket_(std::move(socket)), deadline_(io) {}

    [[nodiscard]] Socket& socket() { return socket_; }
    [[nodiscard]] Tcp::socket& tcp() {
        if constexpr (kTls)
            return socket_.next_layer();
        else
            return socket_;
    }
    [[nodiscard]] bool is_open() { return tcp().is_open(); }

    /// Cancels what the socket waits for after so long; expired() tells.
    void begin_deadline(std::chrono::milliseconds longest) {
        expired_ = false;
        await_deadline(longest, ++deadline_number_);
    }
    void end_deadline() {
        ++deadline_number_;
        deadline_.cancel();
    }
    [[nodiscard]] bool expired() const { return expired_; }

    /// Ends everything, without a word to the client.
    void cut() {
        ErrorCode ignored;
        tcp().close(ignored);
    }

    void expect_stream() {
        ErrorCode ignored;
        tcp().set_option(asio::socket_base::send_buffer_size(kStreamSendBuffer), ignored);
    }

    asio::awaitable<bool> shake_hands(std::chrono::milliseconds longest) {
        ErrorCode error;
        if constexpr (kTls) {
            begin_deadline(longest);
            co_await socket_.async_handshake(asio::ssl::stream_base::server, into(error));
            end_deadline();
        }
        co_return !error;
    }

    /// Whether all of it was sent in time.
    asio::awaitable<bool> write(const std::vector<asio::const_buffer>& buffers,
                                std::chrono::milliseconds longest) {
        begin_deadline(longest);
        ErrorCode error;
        co_await asio::async_write(socket_, buffers, into(error));
        end_deadline();
        co_return !error;
    }

    enum class Linger : std::uint8_t { kNo, kYes };

    /// Says the end, and lets the client read it.
    asio::awaitable<void> close(Linger linger) {
        if (!is_open()) co_return;
        ErrorCode error;
        if constexpr (kTls) {
            begin_deadline(kTlsCloseMax);
            co_await socket_.async_shutdown(into(error));
        }
        tcp().shutdown(Tcp::socket::shutdown_send, error);
        if (linger == Linger::kYes) co_await discard();
        end_deadline();
        cut();
    }

  private:
    void await_deadline(std::chrono::milliseconds longest, int number) {
        deadline_.expires_after(longest);
        deadline_.async_wait([self = this->shared_from_this(), number](ErrorCode cancelled) {
            if (cancelled || number != self->deadline_number_) return;
            self->expired_ = true;
            ErrorCode ignored;
            self->tcp().cancel(ignored);
            self->await_deadline(kCancelAgain, number);
        });
    }

    asio::awaitable<void> discard() {
        begin_deadline(kLingerMax);
        std::vector<char> bytes(kReadBufferBytes);
        ErrorCode error;
        while (!error && !expired_)
            co_await tcp().async_read_some(asio::buffer(bytes), into(error));
    }

    Socket socket_;
    asio::steady_timer deadline_;
    int deadline_number_ = 0;
    bool expired_ = false;
};

}  // namespace vitrina::api
