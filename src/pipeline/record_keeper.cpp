#include "pipeline/record_keeper.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/thread_name.h"

namespace vitrina::pipeline {
namespace {

// A disk that was full is asked again this often.
constexpr std::chrono::milliseconds kRetryEvery{1'000};
constexpr std::chrono::hours kForgetEvery{1};
// Paths that a full disk leaves: from the last hours facts are still corrected.
constexpr std::chrono::hours kPathsLeft{24};
// Of each second, on a full disk: whoever fills it may be quick, and facts wait meanwhile.
constexpr std::chrono::milliseconds kForgetForRoomMax{250};
// In one transaction: some milliseconds of work for the disk.
constexpr std::size_t kFactsAtOnce = 1'000;

}  // namespace

RecordKeeper::RecordKeeper(records::FactStore& facts, records::ShopStore& shop, records::PathStore& paths,
                           Snapshots& snapshots, Options options)
    : facts_(facts),
      shop_(shop),
      paths_(paths),
      snapshots_(snapshots),
      options_(std::move(options)),
      retention_(options_.retention) {
    const Clock::time_point now = Clock::now();
    next_checkpoint_ = now + kCheckpointEvery;
    next_heat_ = now + kHeatEvery;
    next_forget_ = now + kForgetEvery;
    thread_ = std::thread([this] { run(); });
}

RecordKeeper::~RecordKeeper() {
    stop();
}

void RecordKeeper::put(std::vector<LiveEvent> events) {
    refuse_impossible(events);
    if (events.empty()) return;
    const MutexLock lock(mutex_);
    const std::size_t room = kFactsWaitingMax - std::min(kFactsWaitingMax, waiting_.size());
    const std::size_t kept = std::min(room, events.size());
    std::move(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept),
              std::back_inserter(waiting_));
    dropped_ += static_cast<std::int64_t>(events.size() - kept);
    changed_.notify_one();
}

void RecordKeeper::refuse_impossible(std::vector<LiveEvent>& events) {
    std::erase_if(events, [&](const LiveEvent& event) {
        const auto possible = records::FactStore::check(event);
        if (possible) return false;
        ++refused_;
        if (options_.log) options_.log(possible.error().message);
        return true;
    });
}

void RecordKeeper::stop() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void RecordKeeper::set_retention(const Retention& retention) {
    const MutexLock lock(mutex_);
    retention_ = retention;
}

FactBacklog RecordKeeper::backlog() const {
    const MutexLock lock(mutex_);
    return {
        static_cast<std::int64_t>(waiting_.size()),     dropped_, refused_, paths_dropped_, paths_forgotten_,
        stuck_.empty() ? trouble_.value_or("") : stuck_};
}

void RecordKeeper::run() {
    name_thread("records");
    bool stopping = false;
    while (!stopping) {
        {
            const MutexLock lock(mutex_);
            const auto next = std::min({next_checkpoint_, next_heat_, next_forget_});
            if (trouble_)
                changed_.wait_until(mutex_, std::min(next, Clock::now() + kRetryEvery));
            else if (waiting_.empty() && !stopping_)
                changed_.wait_until(mutex_, next);
            stopping = stopping_;
        }
        pulse_.beat();
        const auto now = stopping ? Clock::time_point::max() : Clock::now();
        const bool checks = now >= next_checkpoint_;
        // Asked for before the facts are written: a visit that is open in neither of two of them has closed
        // between them, and its fact must be on the disk before its open visit goes from there.
        const auto open = checks ? snapshots_.open_visits() : std::vector<Snapshots::OpenVisits>();
        const bool all_written = write_facts();
        if (checks) {
            next_checkpoint_ = Clock::now() + kCheckpointEvery;
            if (all_written) checkpoint(open);
            if (wants_room_ && !stopping) forget_for_room();
        }
        if (now >= next_heat_) {
            write_paths();
            write_heat();
        }
        if (now >= next_forget_ && !stopping) forget_old();
    }
}

bool RecordKeeper::write_facts() {
    while (true) {
        std::vector<LiveEvent> batch;
        {
            const MutexLock lock(mutex_);
            const std::size_t count = std::min(waiting_.size(), kFactsAtOnce);
            batch.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        }
        if (batch.empty()) return true;
        write_paths();
        const auto written = facts_.append(batch);
        complain(written ? Result<void>() : tl::unexpected(written.error()));
        {
            const MutexLock lock(mutex_);
            stuck_ = written ? std::string() : written.error().message;
            if (!written) return false;
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
        }
        if (options_.written) options_.written();
    }
}

void RecordKeeper::checkpoint(const std::vector<Snapshots::OpenVisits>& all) {
    std::vector<Snapshots::OpenVisits> changed;
    std::copy_if(all.begin(), all.end(), std::back_inserter(changed), [&](const auto& open) {
        return !open.visits.empty() || with_open_visits_.contains(open.camera);
    });
    if (changed.empty()) return;  // an idle disk may sleep
    const auto written = facts_.checkpoint(changed);
    complain(written);
    if (!written) return;
    for (const Snapshots::OpenVisits& open : changed) {
        if (open.visits.empty())
            with_open_visits_.erase(open.camera);
        else
            with_open_visits_.insert(open.camera);
    }
}

void RecordKeeper::write_paths() {
    paths_waiting_.add(snapshots_.take_paths());
    if (paths_waiting_.is_empty()) return;
    const auto written = paths_.put(paths_waiting_);
    complain(written);
    if (written)
        paths_waiting_ = {};
    else
        bound_paths();
}

void RecordKeeper::bound_paths() {
    std::vector<records::PathPiece>& pieces = paths_waiting_.pieces;
    std::set<std::tuple<std::string, PersonId, std::int64_t>> newer;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
        if (!newer.emplace(piece->camera, piece->person, piece->points.front().tick).second)
            piece->points.clear();
    std::erase_if(pieces, [](const records::PathPiece& piece) { return piece.points.empty(); });
    if (pieces.size() <= kPathsWaitingMax) return;
    const std::size_t dropped = pieces.size() - kPathsWaitingMax;
    pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(dropped));
    paths_dropped_ += static_cast<std::int64_t>(dropped);
}

void RecordKeeper::write_heat() {
    if (lives_) complain(shop_.alive(utc_now()));
    next_heat_ = Clock::now() + kHeatEvery;
    const UtcTime hour = std::chrono::floor<std::chrono::hours>(utc_now());
    for (const Snapshots::Heat& heat : snapshots_.take_heat())
        if (!heat.cells.empty()) complain(shop_.add_heat(heat.camera, hour, heat.form, heat.cells));
}

void RecordKeeper::forget_old() {
    const UtcTime now = utc_now();
    records::ForgetBefore before;
    UtcTime paths_before;
    {
        const MutexLock lock(mutex_);
        paths_before = now - retention_.paths;
        before = {now - retention_.facts, now - retention_.heat, now - retention_.log};
    }
    const auto removed = facts_.forget_before(before);
    complain(removed ? Result<void>() : tl::unexpected(removed.error()));
    const auto paths_removed = paths_.forget_before(paths_before);
    complain(paths_removed ? Result<void>() : tl::unexpected(paths_removed.error()));
    const bool has_more = (removed && *removed > 0) || (paths_removed && *paths_removed > 0);
    if (!has_more) next_forget_ = Clock::now() + kForgetEvery;
}

void RecordKeeper::forget_for_room() {
    const Clock::time_point until = Clock::now() + kForgetForRoomMax;
    while (Clock::now() < until) {
        const auto removed = paths_.make_room(records::kRoomForFacts, utc_now() - kPathsLeft);
        if (!removed) return complain(tl::unexpected(removed.error()));
        if (*removed == 0) return;
        paths_forgotten_ += *removed;
    }
}

void RecordKeeper::complain(const Result<void>& result) {
    pulse_.beat();
    std::optional<std::string> message;
    if (!result) message = result.error().message;
    {
        const MutexLock lock(mutex_);
        if (message == trouble_) return;
        trouble_ = message;
    }
    if (options_.log) options_.log(message ? *message : std::string("records: writing again"));
}

}  // namespace vitrina::pipeline
