#include "api/alarm_feed.h"

#include <optional>

#include <fmt/format.h>

#include "api/instant.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

std::string quoted(const std::optional<UtcTime>& instant) {
    return instant ? "\"" + to_text(*instant) + "\"" : "null";
}

std::string json_of(const std::vector<records::AlarmNote>& notes) {
    std::string list;
    for (const records::AlarmNote& note : notes)
        list += fmt::format(R"({}{{"at":"{}","who":{},"text":{}}})", list.empty() ? "" : ",",
                            to_text(note.at), json_quoted(note.who), json_quoted(note.text));
    return "[" + list + "]";
}

/// Which till should open, and when.
std::string advice_of(const records::AlarmRecord& alarm) {
    if (alarm.open_till.empty() || !alarm.open_at) return "null";
    return fmt::format(R"({{"till":{},"open_at":"{}"}})", json_quoted(alarm.open_till),
                       to_text(*alarm.open_at));
}

}  // namespace

std::string to_json(const records::AlarmRecord& alarm) {
    return fmt::format(
        R"({{"id":{},"rule":{},"rule_name":{},"severity":"{}","measure":"{}","camera":{},"place":{},"value":{},)"
        R"("limit":{},"text":{},"raised":"{}","ended":{},"acknowledged":{},"acknowledged_by":{},"note":{},)"
        R"("escalated":{},"advice":{},"match":{},"notes":{}}})",
        alarm.id, alarm.rule, json_quoted(alarm.rule_name), alarm.severity, alarm.measure,
        json_quoted(alarm.camera), json_quoted(alarm.place), alarm.value, alarm.limit,
        json_quoted(alarm.text), to_text(alarm.raised), quoted(alarm.ended), quoted(alarm.acknowledged),
        json_quoted(alarm.acknowledged_by), json_quoted(alarm.note), quoted(alarm.escalated),
        advice_of(alarm), alarm.watch_match.empty() ? "null" : json_quoted(alarm.watch_match),
        json_of(alarm.notes));
}

class AlarmFeed::Listener final : public Stream {
  public:
    explicit Listener(AlarmFeed& feed) : feed_(feed) {}
    ~Listener() override {
        const MutexLock lock(feed_.mutex_);
        feed_.listeners_.erase(this);
    }

    std::optional<HttpError> start(std::function<void()> wake) override {
        const MutexLock lock(feed_.mutex_);
        given_ = feed_.number_;
        feed_.listeners_.emplace(this, std::move(wake));
        return std::nullopt;
    }
    Chunk heartbeat() const override { return Chunk::of(":\n\n"); }

    Batch next() override {
        // Sent at once: who hears it reads the list, and nothing is lost in between.
        if (!std::exchange(greeted_, true))
            return {{Chunk::of(std::string("retry: 2000\nevent: hello\ndata: {}\n\n"))}};
        Batch batch;
        const MutexLock lock(feed_.mutex_);
        const std::int64_t before_kept = feed_.number_ - static_cast<std::int64_t>(feed_.kept_.size());
        if (given_ < before_kept)
            batch.chunks.push_back(
                Chunk::of(fmt::format("event: gap\ndata: {{\"missed\":{}}}\n\n", before_kept - given_)));
        for (const auto& [number, text] : feed_.kept_)
            if (number > given_) batch.chunks.push_back(Chunk::of(text));
        given_ = feed_.number_;
        return batch;
    }

  private:
    AlarmFeed& feed_;
    std::int64_t given_ = 0;
    bool greeted_ = false;
};

AlarmFeed::AlarmFeed(const records::AlarmStore& store, pipeline::AlarmWatch& watch) : store_(store) {
    subscription_ = watch.on_change([this](std::int64_t alarm) { tell(alarm); });
}

AlarmFeed::~AlarmFeed() {
    subscription_.reset();
}

std::shared_ptr<Stream> AlarmFeed::listen() {
    return std::make_shared<Listener>(*this);
}

void AlarmFeed::tell(std::int64_t alarm) {
    const auto record = store_.alarm(alarm);
    if (!record || !*record) return;
    auto text =
        std::make_shared<const std::string>(fmt::format("event: alarm\ndata: {}\n\n", to_json(**record)));
    const MutexLock lock(mutex_);
    kept_.emplace_back(++number_, std::move(text));
    if (kept_.size() > kAlarmsKept) kept_.pop_front();
    for (const auto& [listener, wake] : listeners_)
        wake();
}

}  // namespace vitrina::api
