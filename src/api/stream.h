// An answer that is made piece by piece, perhaps without end: events, live pictures, long tables, files.
//
// Threads: the server calls one at a time, from its network thread, or from a worker where blocks() says that
// the next piece takes long. `wake` may be called by any thread at any time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http.h"

namespace vitrina::api {

/// What next() gives at once, about: more would only wait in memory for a slow reader.
inline constexpr std::size_t kBatchBytes = std::size_t{64} << 10;

/// Bytes that many readers may share.
struct Chunk {
    std::shared_ptr<const void> owner;
    std::string_view bytes;

    static Chunk of(std::string text) {
        const auto shared = std::make_shared<const std::string>(std::move(text));
        return {shared, *shared};
    }
    static Chunk of(const std::shared_ptr<const std::string>& text) { return {text, *text}; }
};

struct Batch {
    std::vector<Chunk> chunks;  // none: nothing to send until `wake`
    bool end = false;           // nothing will come after these
    bool broken = false;        // it can't go on: the connection is cut, so that nobody takes it for whole
};

class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// Called once, before all others. What it gives is answered instead of the stream. After the stream's
    /// end `wake` is not called any more.
    [[nodiscard]] virtual std::optional<HttpError> start(std::function<void()> wake) = 0;
    /// What can be sent now.
    [[nodiscard]] virtual Batch next() = 0;
    /// Whether next() would read a disk. Asked each time.
    [[nodiscard]] virtual bool blocks() const { return false; }
    /// Whether it goes on until the reader leaves. The other kind is a long answer.
    [[nodiscard]] virtual bool is_endless() const { return true; }
    /// What shows a reader that the connection lives, when nothing else was sent for a while.
    [[nodiscard]] virtual Chunk heartbeat() const { return {}; }
    /// The Content-Type where it is known only with the first piece; empty: what the response says.
    [[nodiscard]] virtual std::string type() const { return {}; }
    /// How long it is in all, where that is known.
    [[nodiscard]] virtual std::optional<std::size_t> length() const { return std::nullopt; }
};

}  // namespace vitrina::api
