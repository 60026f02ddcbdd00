// The questions about queues: how long they were and are, and how long people waited in them.
#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/spans.h"
#include "domain/plan.h"
#include "records/database_impl.h"
#include "records/fact_store.h"

namespace vitrina::records {
namespace {

/// Camera and queue.
using Place = std::pair<std::string, std::string>;

/// Spans in which nobody looked, each after the one before.
using Dark = UtcSpans;

struct Tally {
    QueueCount count;
    std::vector<std::int64_t> waits_ms;
    // The length since it last changed, for means over time.
    UtcTime since;
    bool known = false;
    Dark dark;
};

/// When it was dark for both. Of joined ones.
Dark common(const Dark& some, const Dark& others) {
    Dark result;
    for (const auto& [begin, end] : some)
        for (const auto& [other_begin, other_end] : others)
            if (begin < other_end && other_begin < end)
                result.emplace_back(std::max(begin, other_begin), std::min(end, other_end));
    return result;
}

/// Outages that reach into the span, by camera; "" is this program.
class Outages {
  public:
    Outages(Connection& connection, std::span<const UtcTime> edges) {
        // One that goes on is dark at the last moment too.
        Query query = connection.query(
            "SELECT camera, begin_ms, ifnull(end_ms, ?3) FROM outages WHERE begin_ms < ?1 AND "
            "(end_ms IS NULL OR end_ms > ?2)");
        query.bind(edges.back(), edges.front(), UtcTime::max());
        std::string camera;
        UtcTime begin;
        UtcTime end;
        while (query.step()) {
            query.read(camera, begin, end);
            spans_[camera].emplace_back(begin, end);
        }
        for (auto& [name, spans] : spans_)
            spans = joined_spans(std::move(spans));
    }

    /// When nothing was seen of the queues of this camera, or of the plan.
    [[nodiscard]] Dark of(const std::string& camera, const std::vector<std::string>& plan_cameras) const {
        Dark dark = camera == kPlanCamera ? of_all(plan_cameras) : of_one(camera);
        const Dark program = of_one("");
        dark.insert(dark.end(), program.begin(), program.end());
        return joined_spans(std::move(dark));
    }

  private:
    [[nodiscard]] Dark of_one(const std::string& camera) const {
        const auto found = spans_.find(camera);
        return found == spans_.end() ? Dark() : found->second;
    }
    [[nodiscard]] Dark of_all(const std::vector<std::string>& cameras) const {
        if (cameras.empty()) return {};
        Dark dark = of_one(cameras.front());
        for (const std::string& camera : cameras)
            dark = common(dark, of_one(camera));
        return dark;
    }

    std::map<std::string, Dark> spans_;
};

/// Adds a length that held from `from` until `to` to the bins in which it did.
void add_span(QueueCount& count, std::span<const UtcTime> edges, UtcTime from, UtcTime to, int length) {
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

/// The same of what was seen of it.
void add_length(Tally& tally, std::span<const UtcTime> edges, UtcTime to) {
    UtcTime from = tally.since;
    for (const auto& [begin, end] : tally.dark) {
        if (end <= from) continue;
        if (begin >= to) break;
        if (from < begin) add_span(tally.count, edges, from, begin, tally.count.length);
        from = end;
    }
    if (from < to) add_span(tally.count, edges, from, to, tally.count.length);
}

// A length above zero is told again every 10 s; after this long without a word it is unknown.
constexpr std::chrono::seconds kHolds{20};

UtcTime held_until(const Tally& tally, UtcTime next) {
    return tally.count.length > 0 ? std::min<UtcTime>(next, tally.since + kHolds) : next;
}

Tally& tally_at(std::map<Place, Tally>& tallies, const Place& place, std::size_t bins) {
    Tally& tally = tallies[place];
    tally.count.camera = place.first;
    tally.count.queue = place.second;
    tally.count.bins.resize(bins);
    return tally;
}

/// How long it was when the span began, from what was told of it last.
void read_begin(Connection& connection, UtcTime front, Tally& tally) {
    Query query = connection.query(
        "SELECT people, (source_end_us - source_begin_us) / 1000, end_ms FROM facts WHERE camera = ? AND "
        "place = ? AND kind = 'queue' AND retracted = 0 AND end_ms < ? ORDER BY end_ms DESC, number DESC "
        "LIMIT "
        "1");
    if (!query.bind(tally.count.camera, tally.count.queue, front).step()) return;
    int length = 0;
    std::int64_t wait_ms = 0;
    UtcTime at;
    query.read(length, wait_ms, at);
    if (length > 0 && at + kHolds <= front) return;  // nobody knows how long it was meanwhile
    tally.known = true;
    tally.since = at;
    tally.count.length = length;
    tally.count.at = at;
    tally.count.wait_ms = wait_ms;
    tally.count.longest = length;
}

/// The tallies of all queues that are drawn or were heard of in the span, as it begins.
std::map<Place, Tally> begun(Connection& connection, std::span<const UtcTime> edges,
                             const QueuePlaces& places) {
    std::set<Place> names = places.drawn;
    Query query = connection.query(
        "SELECT DISTINCT camera, place FROM facts WHERE end_ms >= ?1 AND end_ms < ?2 AND kind = 'queue' AND "
        "retracted = 0");
    query.bind(edges.front(), edges.back());
    Place place;
    while (query.step()) {
        query.read(place.first, place.second);
        names.insert(place);
    }
    const Outages outages(connection, edges);
    std::map<Place, Tally> tallies;
    for (const Place& name : names) {
        Tally& tally = tally_at(tallies, name, edges.size() - 1);
        tally.dark = outages.of(name.first, places.plan_cameras);
        read_begin(connection, edges.front(), tally);
    }
    return tallies;
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
        if (tally.known) add_length(tally, edges, held_until(tally, at));
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
    if (tally.known) {
        add_length(tally, edges, held_until(tally, std::min(now, edges.back())));
        const bool is_dark = std::any_of(tally.dark.begin(), tally.dark.end(), [&](const auto& span) {
            return span.first <= now && now < span.second;
        });
        if (now <= edges.back() && !is_dark && held_until(tally, UtcTime::max()) > now)
            tally.count.now = tally.count.length;
    }
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
                                                  const std::optional<std::string>& camera, People people,
                                                  const QueuePlaces& places) const {
    const bool ascending =
        std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
    if (edges.size() < 2 || !ascending)
        return failed("queues need at least two instants, each after the other");
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<QueueCount>> {
        std::map<Place, Tally> tallies = begun(connection, edges, places);
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
