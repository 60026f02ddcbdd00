// Delivers what lies in the outbox: a thread for each channel, so that a dead receiver holds nobody else up.
// What was not taken is tried again, later and later, through restarts, for three days. A receiver may get a
// message twice (when it took it and the answer was lost), never not at all; its id is then the same.
//
// Any thread may call anything.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "notify/channel.h"
#include "notify/sender.h"
#include "privacy/sealer.h"
#include "records/alarm_store.h"

namespace vitrina::notify {

inline constexpr std::chrono::hours kTriedFor{72};
static_assert(kTriedFor > std::chrono::hours(60));  // a weekend without the Internet

/// How long is waited after so many failures: 1, 2, 4 s ... to 10 min.
[[nodiscard]] std::chrono::milliseconds pause_after(std::int64_t failures);

/// As the records have it, and back; the secret is sealed for this channel's kind and address, so that it
/// can't be sent elsewhere. Opening fails where the key is another, or a field was changed.
[[nodiscard]] Result<Channel> channel_of(const records::ChannelRecord& record, const privacy::Sealer& sealer);
[[nodiscard]] records::ChannelRecord record_of(const Channel& channel, const privacy::Sealer& sealer);

class Delivery {
  public:
    struct Options {
        Loopback loopback = Loopback::kRefused;
        std::function<UtcTime()> now;
        std::function<void(const std::string& line)> log;  // may be empty
        /// send() but in tests.
        std::function<Result<void>(const Channel&, const Message&, const SendOptions&)> send;
    };

    /// Borrows both.
    Delivery(records::AlarmStore& store, const privacy::Sealer& sealer, Options options);
    /// Ends the threads; one that is sending is waited for, kSendTimeMax at most.
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Reads the channels anew. To be called at the start and when one has changed.
    [[nodiscard]] Result<void> reload();
    /// There is something new in the outbox.
    void poke();

  private:
    class Worker;

    records::AlarmStore& store_;
    const privacy::Sealer& sealer_;
    const Options options_;
    Mutex mutex_;
    std::map<std::int64_t, std::shared_ptr<Worker>> workers_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::notify
