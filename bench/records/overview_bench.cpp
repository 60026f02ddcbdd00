// How long the questions of an overview take over a year of one shop: makes the facts and receipts of so many
// visits in a database of its own, once, and asks.
//
//     overview_bench FOLDER [VISITS [FILE.json]]
//
// Each question is asked twenty times, over the year and its last parts, so that no answer is remembered;
// what is printed is the median and the 95th percentile.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "records/buyer_store.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/match_store.h"
#include "records/receipt_store.h"

namespace {

using namespace vitrina;  // NOLINT(google-build-using-namespace): a program of this file alone

constexpr int kVisitsUsual = 365'000;
constexpr int kDays = 365;
constexpr int kAtOnce = 500;  // visits
constexpr int kAsked = 20;
const UtcTime kBegin = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);
const std::array<const char*, 4> kZones = {"bread", "fruit", "milk", "drinks"};

template <typename Value>
Value must(Result<Value> result) {
    if (result) return std::move(*result);
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
}

LiveEvent event(const std::string& id, Fact fact, UtcTime begin, UtcTime end) {
    LiveEvent live;
    live.event.id = id;
    live.event.shop = "bench";
    live.event.camera = "plan";
    live.event.layout = "bench.1";
    live.event.confidence = 0.9;
    live.event.fact = std::move(fact);
    live.begin = begin;
    live.end = end;
    return live;
}

SourceTime on_source(UtcTime at) {
    return SourceTime(at.time_since_epoch());
}

/// Comes in, is in two departments, buys four times of ten, with a card one time of three, and goes.
class Year {
  public:
    Year(const std::shared_ptr<records::Database>& database, int visits)
        : facts_(database), receipts_(database), visits_(visits) {}

    void make() {
        static_cast<void>(receipts_.save_till({"1", "Till 1", "plan", "till"}));
        for (int visit = 0; visit < visits_; ++visit) {
            add(visit);
            if ((visit + 1) % kAtOnce == 0 || visit + 1 == visits_) write();
            if ((visit + 1) % (visits_ / 10 + 1) == 0) fmt::print(stderr, "{} visits made\n", visit + 1);
        }
    }

  private:
    void add(int number) {
        const double day = static_cast<double>(number) * kDays / visits_;
        const double hour = 9 + 11 * (day - static_cast<double>(static_cast<int>(day)));
        const UtcTime in = kBegin + std::chrono::hours(24 * static_cast<int>(day)) +
                           std::chrono::milliseconds(static_cast<std::int64_t>(hour * 3'600'000));
        const UtcTime out = in + std::chrono::seconds(200 + static_cast<int>(random_() % 1200));
        const PersonId person = number + 1;
        const std::string id = fmt::format("{:x}", number);
        events_.push_back(event(id + "i", Crossing{person, "door", Direction::kIn, on_source(in)}, in, in));
        for (int i = 0; i < 2; ++i) {
            const UtcTime begin = in + std::chrono::seconds(20 + 80 * i);
            const UtcTime end = begin + std::chrono::seconds(10 + static_cast<int>(random_() % 60));
            events_.push_back(
                event(fmt::format("{}v{}", id, i),
                      Visit{person, kZones.at((random_() + static_cast<unsigned>(i)) % kZones.size()),
                            on_source(begin), on_source(end)},
                      begin, end));
        }
        events_.push_back(
            event(id + "o", Crossing{person, "door", Direction::kOut, on_source(out)}, out, out));
        if (random_() % 10 >= 4) return;
        Receipt& receipt = bought_.emplace_back();
        receipt.id = id;
        receipt.till = "1";
        receipt.at = out;
        receipt.currency = "RUB";
        if (random_() % 3 == 0) receipt.card = fmt::format("card {}", random_() % 5000);
        for (unsigned i = 0; i < 3; ++i) {
            receipt.lines.push_back({fmt::format("{}", 1000 + random_() % 500), "goods", 1000, 5000, 5000});
            receipt.total_minor += 5000;
        }
    }
    void write() {
        must(facts_.append(std::exchange(events_, {})));
        must(receipts_.add(std::exchange(bought_, {}), kBegin));
    }

    records::FactStore facts_;
    records::ReceiptStore receipts_;
    int visits_;
    std::mt19937 random_{1};
    std::vector<LiveEvent> events_;
    std::vector<Receipt> bought_;
};

/// How long each question took, for whoever compares.
std::string& results() {
    static std::string text;
    return text;
}

void ask(const char* what, const std::function<void(UtcTime from, UtcTime to)>& question) {
    std::vector<double> times_ms;
    times_ms.reserve(kAsked);
    for (int i = 0; i < kAsked; ++i) {
        const UtcTime to = kBegin + std::chrono::days(kDays) - std::chrono::minutes(i);
        const auto began = std::chrono::steady_clock::now();
        question(kBegin + std::chrono::minutes(i), to);
        times_ms.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
    }
    std::sort(times_ms.begin(), times_ms.end());
    fmt::print("{:<46} median {:8.1f} ms, 95 % {:8.1f} ms\n", what, times_ms[kAsked / 2],
               times_ms[kAsked * 95 / 100]);
    results() +=
        fmt::format(R"({}"{}": {{"median_ms": {:.3f}, "p95_ms": {:.3f}}})", results().empty() ? "" : ", ",
                    what, times_ms[kAsked / 2], times_ms[kAsked * 95 / 100]);
}

std::vector<UtcTime> days_of(UtcTime from, UtcTime to) {
    std::vector<UtcTime> edges;
    for (UtcTime at = from; at < to; at += std::chrono::days(1))
        edges.push_back(at);
    edges.push_back(to);
    return edges;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "overview_bench FOLDER [VISITS [FILE.json]]\n");
        return 2;
    }
    int visits = kVisitsUsual;
    if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), visits);
    const std::filesystem::path file = std::filesystem::path(argv[1]) / fmt::format("year-{}.db", visits);
    const bool is_there = std::filesystem::exists(file);
    records::DatabaseOptions options;
    options.reserve_bytes = 0;
    const auto database = must(records::Database::open(file, options));
    if (!is_there) Year(database, visits).make();
    const records::FactStore facts(database);
    const records::MatchStore matches(database);
    const records::BuyerStore buyers(database);
    fmt::print("{} visits in a year, {} MiB\n", visits, std::filesystem::file_size(file) >> 20U);
    ask("entries, visits and dwell of the year", [&](UtcTime from, UtcTime to) {
        const std::array<UtcTime, 2> year = {from, to};
        must(facts.counts(year, std::nullopt));
    });
    ask("the same by day",
        [&](UtcTime from, UtcTime to) { must(facts.counts(days_of(from, to), std::nullopt)); });
    ask("sales and conversion of the year", [&](UtcTime from, UtcTime to) {
        const std::array<UtcTime, 2> year = {from, to};
        must(matches.sales(year));
    });
    ask("the same by day", [&](UtcTime from, UtcTime to) { must(matches.sales(days_of(from, to))); });
    ask("all receipts with a card", [&](UtcTime from, UtcTime to) {
        records::NameTable cards;
        must(buyers.receipts(from, to, cards));
    });
    if (argc > 3) std::ofstream(argv[3]) << fmt::format("{{\"visits\": {}, {}}}\n", visits, results());
    return 0;
}
