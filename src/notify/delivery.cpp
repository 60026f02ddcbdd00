#include "notify/delivery.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/thread_name.h"

namespace vitrina::notify {
namespace {

constexpr std::chrono::milliseconds kFirstPause{1'000};
constexpr std::chrono::milliseconds kLongestPause{600'000};
// The outbox is looked at this often even if nobody pokes: the computer's clock may have been set.
constexpr std::chrono::seconds kLookEvery{30};

std::string context_of(const records::ChannelRecord& channel) {
    return fmt::format("channel:{}:{}", channel.kind, channel.address);
}

}  // namespace

std::chrono::milliseconds pause_after(std::int64_t failures) {
    const auto doublings = std::clamp<std::int64_t>(failures - 1, 0, 20);
    return std::min(kLongestPause, kFirstPause * (std::int64_t{1} << doublings));
}

Result<Channel> channel_of(const records::ChannelRecord& record, const privacy::Sealer& sealer) {
    Channel channel;
    channel.id = record.id;
    channel.name = record.name;
    channel.enabled = record.enabled;
    channel.address = record.address;
    channel.user = record.user;
    channel.from = record.sender;
    channel.to = record.recipient;
    channel.demand_tls = record.demand_tls;
    channel.language = parse_language(record.language).value_or(Language::kEnglish);
    const auto kind = parse_channel_kind(record.kind);
    if (!kind) return failed(fmt::format("channel {} has the unknown kind \"{}\"", record.id, record.kind));
    channel.kind = *kind;
    if (record.sealed_secret.empty()) return channel;
    TRY_ASSIGN(channel.secret, sealer.open_sealed(record.sealed_secret, context_of(record)));
    return channel;
}

records::ChannelRecord record_of(const Channel& channel, const privacy::Sealer& sealer) {
    records::ChannelRecord record;
    record.id = channel.id;
    record.name = channel.name;
    record.kind = to_text(channel.kind);
    record.enabled = channel.enabled;
    record.address = channel.address;
    record.user = channel.user;
    record.sender = channel.from;
    record.recipient = channel.to;
    record.demand_tls = channel.demand_tls;
    record.language = to_text(channel.language);
    if (!channel.secret.empty()) record.sealed_secret = sealer.seal(channel.secret, context_of(record));
    return record;
}

/// One channel's thread. It keeps itself alive until it has ended.
class Delivery::Worker {
  public:
    Worker(records::AlarmStore& store, const Options& options, Channel channel)
        : store_(store), options_(options), channel_(std::move(channel)) {
        thread_ = std::thread([this] {
            name_thread("notify");
            run();
        });
    }
    ~Worker() {
        stop();
        if (thread_.joinable()) thread_.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// What is being sent is cut off.
    void stop() {
        ended_ = true;
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    void poke() {
        const MutexLock lock(mutex_);
        poked_ = true;
        changed_.notify_all();
    }
    [[nodiscard]] const Channel& channel() const { return channel_; }

  private:
    void run() {
        std::chrono::milliseconds pause{0};
        while (wait(pause))
            pause = deliver_some();
    }

    bool wait(std::chrono::milliseconds pause) {
        const auto end = std::chrono::steady_clock::now() + pause;
        const MutexLock lock(mutex_);
        while (!stopping_ && !poked_ && std::chrono::steady_clock::now() < end)
            changed_.wait_until(mutex_, end);
        poked_ = false;
        return !stopping_;
    }

    /// One message at most. How long nothing else is due.
    std::chrono::milliseconds deliver_some() {
        const UtcTime now = options_.now();
        const auto due = store_.due(channel_.id, now);
        if (!due) return kLookEvery;
        if (*due) {
            deliver(**due, now);
            return std::chrono::milliseconds(0);
        }
        const auto next = store_.next_due(channel_.id);
        if (!next || !*next) return kLookEvery;
        return std::clamp<std::chrono::milliseconds>(**next - now, std::chrono::milliseconds(1), kLookEvery);
    }

    void deliver(const records::Outgoing& outgoing, UtcTime now) {
        Message message{outgoing.key, outgoing.subject, outgoing.text, outgoing.json};
        if (outgoing.file)
            message.attachment = Attachment{outgoing.file->name,
                                            outgoing.file->type,
                                            {outgoing.file->bytes.begin(), outgoing.file->bytes.end()}};
        const auto sent = options_.send(channel_, message, {options_.loopback, now, &ended_});
        if (!sent && ended_) return;  // cut off: it stays due as it was
        const UtcTime after = options_.now();
        Result<void> noted;
        if (sent) {
            noted = store_.sent(outgoing.id, after);
            tell("delivers again");
        } else {
            const UtcTime next = after + pause_after(outgoing.attempts + 1);
            const bool goes_on = next - outgoing.created < kTriedFor;
            noted = store_.not_sent(outgoing.id, sent.error().message, after,
                                    goes_on ? std::optional(next) : std::nullopt);
            tell(sent.error().message + (goes_on ? "" : "; a message is given up"));
        }
        // What can't be noted would be sent again at once, and again.
        if (!noted && wait(kFirstPause)) tell(noted.error().message);
    }

    /// Each trouble once, and its end.
    void tell(const std::string& what) {
        const bool well = what == "delivers again";
        if (well ? trouble_.empty() : trouble_ == what) return;
        trouble_ = well ? "" : what;
        if (options_.log) options_.log(fmt::format("channel \"{}\": {}", channel_.name, what));
    }

    records::AlarmStore& store_;
    const Options& options_;
    const Channel channel_;
    std::string trouble_;
    Mutex mutex_;
    Condition changed_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool poked_ GUARDED_BY(mutex_) = false;
    std::atomic<bool> ended_ = false;
    std::thread thread_;  // last: it uses the others
};

Delivery::Delivery(records::AlarmStore& store, const privacy::Sealer& sealer, Options options)
    : store_(store), sealer_(sealer), options_(std::move(options)) {}

Delivery::~Delivery() {
    const MutexLock lock(mutex_);
    for (const auto& [id, worker] : workers_)
        worker->stop();  // all of them, before one is waited for
    workers_.clear();
}

Result<void> Delivery::reload() {
    std::vector<std::shared_ptr<Worker>> leaving;  // waited for without the lock
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const auto records, store_.channels());
    std::map<std::int64_t, std::shared_ptr<Worker>> workers;
    for (const records::ChannelRecord& record : records) {
        if (!record.enabled) continue;
        auto channel = channel_of(record, sealer_);
        if (!channel) {
            if (options_.log)
                options_.log(fmt::format("channel \"{}\": {}", record.name, channel.error().message));
            continue;
        }
        const auto known = workers_.find(record.id);
        if (known != workers_.end() && known->second->channel() == *channel)
            workers.insert(*known);
        else
            workers.emplace(record.id, std::make_shared<Worker>(store_, options_, std::move(*channel)));
    }
    std::swap(workers, workers_);
    for (const auto& [id, worker] : workers)
        if (!workers_.contains(id) || workers_.at(id) != worker) {
            worker->stop();
            leaving.push_back(worker);
        }
    return {};
}

void Delivery::poke() {
    const MutexLock lock(mutex_);
    for (const auto& [id, worker] : workers_)
        worker->poke();
}

}  // namespace vitrina::notify
