// One client's connection, plain or TLS, as a coroutine on the network thread: a request, its answer, the
// next request. Only server.cpp includes it, so that Boost is compiled once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "api/accounts/throttle.h"
#include "api/dispatcher.h"
#include "api/network.h"
#include "api/refusals.h"
#include "api/socket_link.h"
#include "api/stream.h"

namespace vitrina::api {

namespace http = boost::beast::http;

template <typename Socket>
class Connection final : public Closable, public std::enable_shared_from_this<Connection<Socket>> {
  public:
    Connection(Network& network, Socket socket, std::string address)
        : network_(network),
          link_(std::make_shared<SocketLink<Socket>>(network.io, std::move(socket))),
          waker_(std::make_shared<Waker>(network.io)),
          address_(std::move(address)),
          guest_of_(network_of(address_)) {
        network_.connections.insert(this);
        ++network_.connection_count;
        on_probation_ = ++network_.guests[guest_of_] > network_.options.limits.guests_max;
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() override {
        waker_->close();
        network_.connections.erase(this);
        --network_.connection_count;
        if (is_guest_) forget_guest();
    }

    asio::awaitable<void> run() {
        const auto self = this->shared_from_this();
        interruptible_ = true;
        const bool ready = co_await link_->shake_hands(network_.options.limits.arrival_max);
        interruptible_ = false;
        if (!ready) co_return;
        while (co_await serve_one()) {
        }
        const bool lingers = lingering_ && !closing_;
        interruptible_ = true;
        co_await link_->close(lingers ? Link::Linger::kYes : Link::Linger::kNo);
    }

    void stop() override {
        closing_ = true;
        if (interruptible_) link_->cut();
        waker_->wake();
    }

  private:
    using Link = SocketLink<Socket>;
    using Parser = http::request_parser<http::string_body>;
    using Steady = std::chrono::steady_clock;

    // Requests.

    void forget_guest() {
        is_guest_ = false;
        const auto found = network_.guests.find(guest_of_);
        if (found != network_.guests.end() && --found->second <= 0) network_.guests.erase(found);
    }

    void welcome(const std::string& key) {
        if (!key.empty()) network_.known_keys.add(key);
        if (is_guest_) forget_guest();
        on_probation_ = false;
    }

    /// What its body may come to.
    static std::size_t body_bytes(const Parser& parser, const Responder::Plan& plan) {
        if (parser.is_done()) return 0;
        return static_cast<std::size_t>(parser.content_length().value_or(plan.body_bytes_max));
    }

    /// Whether another request may follow.
    asio::awaitable<bool> serve_one() {
        const ServerLimits& limits = network_.options.limits;
        if (closing_ || !co_await first_byte()) co_return false;
        const auto began = Steady::now();
        link_->begin_deadline(limits.arrival_max);
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // by the route, once it is known
        ErrorCode error;
        co_await http::async_read_header(link_->socket(), buffer_, parser, into(error));
        if (error) co_return co_await refuse_broken(error, began);

        Request request;
        if (const auto mistake = read_head(parser, request))
            co_return co_await refuse_and_close(request, *mistake, began);
        const Responder::Plan plan = network_.responder.plan(request);
        parser.body_limit(plan.body_bytes_max);
        if (parser.content_length().value_or(0) > plan.body_bytes_max)
            co_return co_await refuse_and_close(request, too_large(plan.body_bytes_max), began);
        const bool in_rate = network_.rate.take(network_.known_keys.payer(plan.key, guest_of_), began);
        if (plan.may_be_refused_early) {
            if (!in_rate) co_return co_await refuse_and_close(request, too_often(), began);
            auto refused = co_await network_.blocking(
                network_.quick, [&] { return network_.responder.refuse_early(request); });
            if (refused && parser.is_done()) {
                link_->end_deadline();
                co_return co_await send(request, std::move(*refused), parser.get().version(),
                                        parser.keep_alive(), began);
            }
            if (refused) co_return co_await send_and_close(request, std::move(*refused), began);
        }
        BodyShare share(network_.body_bytes, body_bytes(parser, plan), limits.bodies_bytes_max);
        if (!share.is_granted()) co_return co_await refuse_and_close(request, too_many_bodies(), began);
        if (!co_await allow_body(parser)) co_return false;
        co_await http::async_read(link_->socket(), buffer_, parser, into(error));
        if (error == http::error::body_limit)
            co_return co_await refuse_and_close(request, too_large(plan.body_bytes_max), began);
        if (error) co_return co_await refuse_broken(error, began);
        link_->end_deadline();
        request.body = std::move(parser.get().body());

        const bool keep_alive = parser.keep_alive();
        if (!in_rate)
            co_return co_await send(request, refusal(too_often()), parser.get().version(), keep_alive, began);
        Response response = co_await answer(request, plan.cost);
        request.body = std::string();  // an answer may take long to send
        share.give_back();
        if (request.who) welcome(plan.key);
        if (on_probation_) co_return co_await refuse_and_close(request, too_many_guests(), began);
        co_return co_await send(request, std::move(response), parser.get().version(), keep_alive, began);
    }

    /// Waits for a request to begin; false when none does.
    asio::awaitable<bool> first_byte() {
        const ServerLimits& limits = network_.options.limits;
        if (buffer_.size() > 0) co_return true;
        link_->begin_deadline(on_probation_ ? limits.probation
                              : served_     ? limits.idle_max
                                            : limits.arrival_max);
        interruptible_ = true;
        ErrorCode error;
        const std::size_t count =
            co_await link_->socket().async_read_some(buffer_.prepare(limits.header_bytes_max), into(error));
        interruptible_ = false;
        buffer_.commit(count);
        served_ = true;
        if (error && link_->expired() && on_probation_)
            co_await refuse_and_close(Request(), too_many_guests(), Steady::now());
        co_return !error;
    }

    /// What is wrong with it, if anything.
    std::optional<HttpError> read_head(const Parser& parser, Request& request) {
        const auto& message = parser.get();
        request.address = address_;
        request.secure = Link::kTls;
        request.method = parse_method(to_view(message.method_string()));
        for (const auto& field : message) {
            std::string name(to_view(field.name_string()));
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            request.headers.emplace(std::move(name), to_view(field.value()));
        }
        const auto parsed = parse_target(to_view(message.target()), request);
        if (!parsed) return HttpError(parsed.error());
        return std::nullopt;
    }

    static std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

    asio::awaitable<bool> allow_body(const Parser& parser) {
        if (parser.is_done() || parser.get()[http::field::expect] != "100-continue") co_return true;
        ErrorCode error;
        co_await asio::async_write(
            link_->socket(), asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), into(error));
        co_return !error;
    }

    asio::awaitable<Response> answer(Request& request, Cost cost) {
        const auto work = [this, &request] { return network_.responder.answer(request); };
        if (cost == Cost::kQuick) co_return co_await network_.blocking(network_.quick, work);
        const bool is_report = cost == Cost::kReport;
        int& requests = is_report ? network_.report_requests : network_.slow_requests;
        if (requests >= network_.options.limits.slow_requests_max)
            co_return refusal(
                {503, "busy", "too much to do at this moment; try again", std::chrono::seconds(2)});
        ++requests;
        Response response = co_await network_.blocking(is_report ? network_.reports : network_.slow, work);
        --requests;
        co_return response;
    }

    // Refusals of the server's own.

    asio::awaitable<bool> refuse_broken(ErrorCode error, Steady::time_point began) {
        const auto why = why_broken(error, link_->expired());
        if (!why) co_return false;  // the client went away
        co_return co_await refuse_and_close(Request(), *why, began);
    }

    asio::awaitable<bool> refuse_and_close(const Request& request, const HttpError& error,
                                           Steady::time_point began) {
        co_return co_await send_and_close(request, refusal(error), began);
    }
    asio::awaitable<bool> send_and_close(const Request& request, Response response,
                                         Steady::time_point began) {
        lingering_ = true;
        co_return co_await send(request, std::move(response), 11, false, began);
    }

    // Answers.

    /// Whether another request may follow.
    asio::awaitable<bool> send(const Request& request, Response response, unsigned version, bool keep_alive,
                               Steady::time_point began) {
        const bool has_body = request.method != Method::kHead;
        keep_alive = keep_alive && !closing_;
        if (response.stream && has_body) {
            if (auto refused = response.stream->start([waker = waker_] { waker->wake(); }))
                response = refusal(*refused, response.route);
        }
        if (response.stream && has_body)
            co_return co_await send_stream(request, response, version, keep_alive, began);
        std::string head = head_text(response, keep_alive);
        if (response.stream && response.stream->length())
            head += fmt::format("Content-Length: {}\r\n", *response.stream->length());
        else if (!response.stream && response.status != 204 && response.status != 304)
            head += fmt::format("Content-Length: {}\r\n", response.body.size());
        head += "\r\n";
        if (!has_body) response.body.clear();
        const bool sent = co_await write(head, response.body);
        report(request, response, began);
        co_return sent&& keep_alive && !closing_;
    }

    void report(const Request& request, const Response& response, Steady::time_point began) {
        if (!network_.options.report) return;
        network_.options.report({request.method, request.shown_path(), response.route, response.status,
                                 std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began),
                                 address_});
    }

    /// Each piece within the time for stalled readers.
    asio::awaitable<bool> write(const std::string& head, const std::string& body) {
        std::string_view before = head;
        std::string_view rest = body;
        bool sent = true;
        do {
            const std::string_view piece = rest.substr(0, kBatchBytes);
            rest.remove_prefix(piece.size());
            const std::vector<asio::const_buffer> buffers = {asio::buffer(before), asio::buffer(piece)};
            sent = co_await link_->write(buffers, network_.options.limits.stall_max);
            before = {};
        } while (sent && !rest.empty());
        co_return sent;
    }

    /// Live streams end with the connection, which is watched for the reader's leaving; a file or a table is
    /// an answer like others.
    asio::awaitable<bool> send_stream(const Request& request, Response& response, unsigned version,
                                      bool keep_alive, Steady::time_point began) {
        Stream& stream = *response.stream;
        const bool is_live = stream.is_endless();
        const bool in_chunks = !stream.length() && version >= 11;
        keep_alive = keep_alive && !is_live && (in_chunks || stream.length());
        if (is_live) {
            link_->expect_stream();
            asio::co_spawn(network_.io, watch(), asio::detached);
        }
        interruptible_ = true;
        const bool whole = co_await send_pieces(request, response, in_chunks, keep_alive, began);
        interruptible_ = false;
        waker_->close();
        waker_ = std::make_shared<Waker>(network_.io);
        response.stream.reset();
        if (is_live) link_->cut();  // ends the watch
        co_return whole&& keep_alive && !closing_;
    }

    asio::awaitable<Batch> next_of(Stream& stream) {
        if (!stream.blocks()) co_return stream.next();
        co_return co_await network_.blocking(network_.quick, [&stream] { return stream.next(); });
    }

    /// Whether the stream came to its end.
    asio::awaitable<bool> send_pieces(const Request& request, Response& response, bool in_chunks,
                                      bool keep_alive, Steady::time_point began) {
        const ServerLimits& limits = network_.options.limits;
        Stream& stream = *response.stream;
        bool head_sent = false;
        Steady::time_point sent = Steady::now();
        Steady::time_point checked = sent;
        while (link_->is_open() && !closing_) {
            if (response.still_allowed && Steady::now() - checked >= limits.permission_check) {
                checked = Steady::now();
                if (!co_await network_.blocking(network_.quick, response.still_allowed)) co_return false;
            }
            Batch batch = co_await next_of(stream);
            if (batch.broken) co_return false;
            if (batch.chunks.empty() && !batch.end) {
                const auto left = limits.heartbeat - (Steady::now() - sent);
                const auto step = std::min<Steady::duration>(left, limits.permission_check);
                if (co_await waker_->wait(std::max(std::chrono::milliseconds(1),
                                                   std::chrono::ceil<std::chrono::milliseconds>(step))))
                    continue;
                if (Steady::now() - sent < limits.heartbeat) continue;
                sent = Steady::now();
                if (!head_sent) {
                    batch.end = true;  // a camera that gives no picture
                } else {
                    batch.chunks.push_back(stream.heartbeat());
                }
            }
            if (!head_sent && batch.chunks.empty()) {
                response.stream.reset();
                const HttpError nothing{503, "no_picture", "the camera gives no picture now",
                                        std::chrono::seconds(2)};
                co_return co_await send(request, refusal(nothing, response.route), 11, false, began);
            }
            std::string head;
            if (!head_sent) {
                if (const std::string type = stream.type(); !type.empty()) response.type = type;
                head = head_text(response, keep_alive);
                if (stream.length())
                    head += fmt::format("Content-Length: {}\r\n", *stream.length());
                else if (in_chunks)
                    head += "Transfer-Encoding: chunked\r\n";
                head += "\r\n";
            }
            if (!co_await write_batch(head, batch, in_chunks)) co_return false;
            if (!std::exchange(head_sent, true)) report(request, response, began);
            sent = Steady::now();
            if (batch.end) co_return true;
        }
        co_return false;
    }

    asio::awaitable<bool> write_batch(const std::string& head, const Batch& batch, bool in_chunks) {
        std::size_t size = 0;
        for (const Chunk& chunk : batch.chunks)
            size += chunk.bytes.size();
        const std::string begin = in_chunks && size > 0 ? fmt::format("{:x}\r\n", size) : "";
        const std::string_view end = !in_chunks              ? std::string_view("")
                                     : batch.end && size > 0 ? "\r\n0\r\n\r\n"
                                     : batch.end             ? "0\r\n\r\n"
                                     : size > 0              ? "\r\n"
                                                             : "";
        std::vector<asio::const_buffer> buffers = {asio::buffer(head), asio::buffer(begin)};
        for (const Chunk& chunk : batch.chunks)
            buffers.push_back(asio::buffer(chunk.bytes));
        buffers.push_back(asio::buffer(end));
        co_return co_await link_->write(buffers, network_.options.limits.stall_max);
    }

    /// Sees the reader of a stream leave, however little is sent to him.
    asio::awaitable<void> watch() {
        const auto self = this->shared_from_this();
        char bytes[512];  // what he says meanwhile is not for us
        ErrorCode error;
        while (!error)
            co_await link_->socket().async_read_some(asio::buffer(bytes), into(error));
        link_->cut();
        waker_->wake();
    }

    Network& network_;
    const std::shared_ptr<Link> link_;
    std::shared_ptr<Waker> waker_;  // of the stream that is being sent
    boost::beast::flat_buffer buffer_{kReadBufferBytes};
    const std::string address_;
    const std::string guest_of_;
    bool is_guest_ = true;
    bool on_probation_ = false;   // one too many of its address, until it signs in
    bool served_ = false;         // not the first request any more
    bool interruptible_ = false;  // waits for a request, or streams
    bool closing_ = false;
    bool lingering_ = false;
};

}  // namespace vitrina::api
