// The questions about queues: how long they were and are, and how long people waited in them.
#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/fact_store.h"

namespace vitrina::records {
namespace {

/// Camera and queue.
using Place = std::pair<std::string, std::string>;

struct Tally {
    QueueCount count;
    std::vector<std::int64_t> waits_ms;
    // The length since it last changed, for means over time.
    UtcTime since;
    bool known = false;
};

/// Adds a length that held from `from` until `to` to the bins in which it did.
void add_length(QueueCount& count, std::span<const UtcTime> edges, UtcTime from, UtcTime to, int length) {
    from = std::max(from, edges.front());
    to = std::min(to, edges.back());
    while (from < to) {
        const auto bin =
            static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), from) - edges.begin()) - 1;
        const UtcTime end = std::min(to, edges[bin + 1]);
        count.bins[bin].people_ms += length * (end - from).count();
        count.bins[bin].known_ms += (end - from).count();
        count.bins[bin].longest = std::max(count.bins[bin].longest, length);
        from = end;
    }
}

// A length above zero is told again every 10 s; after this long without a word it is unknown.
constexpr std::chrono::seconds kHolds{20};

UtcTime held_until(const Tally& tally, UtcTime next) {
    return tally.count.length > 0 ? std::min<UtcTime>(next, tally.since + kHolds) : next;
}

Tally& tally_at(std::map<Place, Tally>& tallies, Place place, std::size_t bins) {
    Tally& tally = tallies[place];
    tally.count.camera = place.first;
    tally.count.queue = place.second;
    tally.count.bins.resize(bins);
    return tally;
}

void read_lengths(Connection& connection, std::span<const UtcTime> edges, std::map<Place, Tally>& tallies) {
    Query query = connection.query(
        "SELECT camera, place, people, (source_end_us - source_begin_us) / 1000, begin_ms FROM facts "
        "WHERE end_ms >= ?1 AND end_ms < ?2 AND kind = 'queue' AND retracted = 0 ORDER BY end_ms, number");
    query.bind(edges.front(), edges.back());
    Place place;
    int length = 0;
    std::int64_t wait_ms = 0;
    UtcTime at;
    while (query.step()) {
        query.read(place.first, place.second, length, wait_ms, at);
        Tally& tally = tally_at(tallies, place, edges.size() - 1);
        if (tally.known)
            add_length(tally.count, edges, tally.since, held_until(tally, at), tally.count.length);
        tally.known = true;
        tally.since = at;
        tally.count.at = at;
        tally.count.length = length;
        tally.count.wait_ms = wait_ms;
        tally.count.longest = std::max(tally.count.longest, length);
    }
}

void read_waits(Connection& connection, std::span<const UtcTime> edges, People people,
                std::map<Place, Tally>& tallies) {
    Query query = connection.query(fmt::format(
        "SELECT camera, place, direction, end_ms - begin_ms FROM facts WHERE end_ms >= ?1 AND end_ms < ?2 "
        "AND kind = 'wait' AND retracted = 0{}",
        only(people)));
    query.bind(edges.front(), edges.back());
    Place place;
    std::string outcome;
    std::int64_t waited_ms = 0;
    while (query.step()) {
        query.read(place.first, place.second, outcome, waited_ms);
        Tally& tally = tally_at(tallies, place, edges.size() - 1);
        if (outcome == "served") tally.waits_ms.push_back(waited_ms);
        tally.count.abandoned += outcome == "abandoned" ? 1 : 0;
        tally.count.moved += outcome == "moved" ? 1 : 0;
    }
}

QueueCount finished(Tally& tally, std::span<const UtcTime> edges, UtcTime now) {
    if (tally.known)
        add_length(tally.count, edges, tally.since, held_until(tally, std::min(now, edges.back())),
                   tally.count.length);
    std::vector<std::int64_t>& waits = tally.waits_ms;
    tally.count.served = static_cast<std::int64_t>(waits.size());
    if (waits.empty()) return std::move(tally.count);
    std::sort(waits.begin(), waits.end());
    tally.count.wait_ms_median = waits[waits.size() / 2];
    tally.count.wait_ms_p90 = waits[waits.size() * 9 / 10];
    tally.count.wait_ms_longest = waits.back();
    return std::move(tally.count);
}

}  // namespace

Result<std::vector<QueueCount>> FactStore::queues(std::span<const UtcTime> edges, UtcTime now,
                                                  const std::optional<std::string>& camera,
                                                  People people) const {
    const bool ascending =
        std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
    if (edges.size() < 2 || !ascending)
        return failed("queues need at least two instants, each after the other");
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<QueueCount>> {
        std::map<Place, Tally> tallies;
        read_lengths(connection, edges, tallies);
        read_waits(connection, edges, people, tallies);
        std::vector<QueueCount> counts;
        counts.reserve(tallies.size());
        for (auto& [place, tally] : tallies)
            if (!camera || *camera == place.first) counts.push_back(finished(tally, edges, now));
        return counts;
    });
}

}  // namespace vitrina::records
