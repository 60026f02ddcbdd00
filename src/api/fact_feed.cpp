#include "api/fact_feed.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/thread_name.h"

namespace vitrina::api {
namespace {

/// Sent at once, so that a listener knows that he is heard, and where: who is cut off before the first fact
/// comes back to this place. Browsers come back after so long.
std::string hello(std::int64_t after) {
    return fmt::format("retry: 2000\nid: {0}\nevent: hello\ndata: {{\"last\":{0}}}\n\n", after);
}

}  // namespace

/// One listener's place in the log.
class FactFeed::Listener final : public Stream {
  public:
    Listener(FactFeed& feed, std::int64_t after, FactsTold told) : feed_(feed), after_(after), told_(told) {}
    ~Listener() override { feed_.leave(this); }

    std::optional<HttpError> start(std::function<void()> wake) override {
        feed_.wake_at_news(this, std::move(wake));
        return std::nullopt;
    }
    bool blocks() const override { return greeted_ && !feed_.has(after_); }
    Chunk heartbeat() const override { return Chunk::of(":\n\n"); }

    Batch next() override {
        if (!std::exchange(greeted_, true)) return {{Chunk::of(hello(after_))}};
        if (auto batch = feed_.take(after_, told_)) return std::move(*batch);
        return from_records();
    }

  private:
    Batch from_records() {
        const auto last = feed_.facts_.last_sequence();
        const auto first = feed_.facts_.first_sequence();
        const auto entries = feed_.facts_.after(after_, kFactsAtOnce);
        Batch batch;
        batch.broken = !last || !first || !entries;  // the listener comes back and asks again
        if (batch.broken) return batch;
        const std::int64_t kept_from = *first == 0 ? *last + 1 : *first;
        // After the last: his facts are of records that are here no more.
        if (after_ + 1 < kept_from || after_ > *last) {
            batch.chunks.push_back(
                Chunk::of(fmt::format("event: gap\ndata: {{\"first\":{}}}\n\n", kept_from)));
            after_ = kept_from - 1;
            return batch;
        }
        for (const records::LoggedEvent& entry : *entries) {
            batch.chunks.push_back(Chunk::of(to_sse(entry, told_)));
            after_ = entry.sequence;
        }
        return batch;
    }

    FactFeed& feed_;
    std::int64_t after_;
    FactsTold told_;
    bool greeted_ = false;
};

FactFeed::FactFeed(const records::FactStore& facts, std::int64_t last)
    : facts_(facts), last_(last), before_kept_(last) {}

Result<std::unique_ptr<FactFeed>> FactFeed::create(const records::FactStore& facts, pipeline::Shop& shop) {
    TRY_ASSIGN(const std::int64_t last, facts.last_sequence());
    std::unique_ptr<FactFeed> feed(new FactFeed(facts, last));
    feed->subscription_ = shop.on_facts([raw = feed.get()] { raw->tell_news(); });
    feed->tell_news();  // what came between the two lines above
    feed->thread_ = std::thread([raw = feed.get()] {
        name_thread("facts");
        raw->run();
    });
    return feed;
}

FactFeed::~FactFeed() {
    subscription_.reset();
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    news_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::shared_ptr<Stream> FactFeed::listen(std::int64_t after, FactsTold told) {
    return std::make_shared<Listener>(*this, after, told);
}

std::int64_t FactFeed::last() const {
    const MutexLock lock(mutex_);
    return last_;
}

std::size_t FactFeed::listeners() const {
    const MutexLock lock(mutex_);
    return listeners_.size();
}

void FactFeed::tell_news() {
    const MutexLock lock(mutex_);
    has_news_ = true;
    news_.notify_all();
}

bool FactFeed::wait_for_news() {
    const MutexLock lock(mutex_);
    while (!has_news_ && !stopping_)
        news_.wait(mutex_);
    has_news_ = false;
    return !stopping_;
}

void FactFeed::run() {
    while (wait_for_news())
        while (read_some()) {
        }
}

bool FactFeed::read_some() {
    const auto entries = facts_.after(last(), kFactsAtOnce);
    if (!entries || entries->empty()) return false;  // what failed is read again at the next news
    std::vector<Kept> news;
    for (const records::LoggedEvent& entry : *entries) {
        Kept& kept = news.emplace_back();
        kept.sequence = entry.sequence;
        kept.text = std::make_shared<const std::string>(to_sse(entry));
        kept.plain = tells_of_staff(entry.event.event.fact)
                         ? std::make_shared<const std::string>(to_sse(entry, FactsTold::kWithoutStaff))
                         : kept.text;
    }
    const MutexLock lock(mutex_);
    last_ = news.back().sequence;
    std::move(news.begin(), news.end(), std::back_inserter(kept_));
    while (kept_.size() > kFactsKept) {
        before_kept_ = kept_.front().sequence;
        kept_.pop_front();
    }
    for (const auto& [listener, wake] : listeners_)
        wake();
    return !stopping_;
}

bool FactFeed::has(std::int64_t after) const {
    const MutexLock lock(mutex_);
    return has_kept(after);
}

bool FactFeed::has_kept(std::int64_t after) const {
    return after >= before_kept_ && after <= last_;
}

std::optional<Batch> FactFeed::take(std::int64_t& after, FactsTold told) const {
    const MutexLock lock(mutex_);
    if (!has_kept(after)) return std::nullopt;
    auto next =
        std::upper_bound(kept_.begin(), kept_.end(), after,
                         [](std::int64_t sequence, const Kept& kept) { return sequence < kept.sequence; });
    Batch batch;
    for (std::size_t bytes = 0; next != kept_.end() && bytes < kBatchBytes; ++next) {
        const auto& text = told == FactsTold::kAll ? next->text : next->plain;
        batch.chunks.push_back(Chunk::of(text));
        bytes += text->size();
        after = next->sequence;
    }
    return batch;
}

void FactFeed::wake_at_news(const Listener* listener, std::function<void()> wake) {
    const MutexLock lock(mutex_);
    listeners_.emplace(listener, std::move(wake));
}

void FactFeed::leave(const Listener* listener) {
    const MutexLock lock(mutex_);
    listeners_.erase(listener);
}

}  // namespace vitrina::api
