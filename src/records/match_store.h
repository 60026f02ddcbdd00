// Whose receipt is whose, at rest: what is to be matched anew, what was found, and the figures that follow
// from it. See database.h for threads and errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/people_filter.h"

namespace vitrina::records {

/// An hour of a till in which something is new: receipts, or people who stood there.
struct DueHour {
    std::string till;
    UtcTime hour;
};

struct MatchInput {
    struct Printed {
        std::int64_t number = 0;
        UtcTime at;
    };
    struct Stay {
        std::string visit;
        PersonId person = 0;
        UtcTime begin;
        UtcTime end;
    };
    std::vector<Printed> receipts;
    std::vector<Stay> stays;  // that end in the time asked for; none where no camera sees the till
    std::int64_t mark = 0;    // what is newer is still due
};

struct MatchRecord {
    std::int64_t receipt = 0;  // its number
    std::string visit;
    PersonId person = 0;
    double probability = 0;
};

/// As checkout::TillClock, of one day.
struct ClockRecord {
    std::string till;
    UtcTime day;
    double leaves_s = 0;
    double spread_s = 0;
    std::int64_t pairs = 0;
};

/// What was sold between two instants.
struct SalesCount {
    UtcTime from;
    UtcTime to;
    std::int64_t entries = 0;  // crossings in, of all lines; here and below not of those known to be staff
    std::int64_t people = 0;   // different ones who were seen
    std::int64_t sales = 0;    // receipts
    std::int64_t returns = 0;
    std::int64_t matched = 0;      // sales whose buyer is known
    std::int64_t sales_minor = 0;  // sum of them
    std::int64_t returns_minor = 0;
    std::int64_t lines = 0;  // of sales
};

/// A zone in a span: of those who were there, how many bought anything.
struct ZoneBuyers {
    std::string camera;
    std::string zone;
    std::int64_t people = 0;
    std::int64_t buyers = 0;
    std::int64_t sales_minor = 0;  // theirs
};

/// People of a sex and an age, and how many of them bought.
struct TraitsBuyers {
    Sex sex = Sex::kUnknown;
    int age = 0;  // years
    std::int64_t people = 0;
    std::int64_t buyers = 0;
};

struct GoodsCount {
    std::string sku;
    std::string name;
    std::int64_t receipts = 0;
    std::int64_t quantity_thousandths = 0;  // sold, less what came back
    std::int64_t amount_minor = 0;
};

/// Two goods that were bought together.
struct GoodsPair {
    std::string first;
    std::string second;
    std::int64_t receipts = 0;
    double lift = 0;  // how many times as often as if they had nothing to do with each other
};

struct Baskets {
    std::int64_t sales = 0;
    std::vector<GoodsCount> goods;  // by amount
    std::vector<GoodsPair> pairs;   // of the goods above, by receipts
};

class MatchStore {
  public:
    explicit MatchStore(std::shared_ptr<Database> database);
    ~MatchStore();

    /// What is to be matched anew, the oldest first, `limit` at most.
    [[nodiscard]] Result<std::vector<DueHour>> due(std::int64_t limit);
    [[nodiscard]] Result<MatchInput> input(const std::string& till, UtcTime from, UtcTime to) const;
    /// Replaces what was found for the till's receipts of [from, to), and takes what was read up to `mark`
    /// off what is due. The clock of `from`'s day, where one was learnt.
    [[nodiscard]] Result<void> save(const std::string& till, UtcTime from, UtcTime to, std::int64_t mark,
                                    std::span<const MatchRecord> matches,
                                    const std::optional<ClockRecord>& clock);

    /// The newest of the till that is of a day before `before`.
    [[nodiscard]] Result<std::optional<ClockRecord>> clock(const std::string& till, UtcTime before) const;
    [[nodiscard]] Result<std::optional<MatchRecord>> match_of(const std::string& receipt_id) const;

    /// Between each two neighbouring instants of `edges` (ascending, two at least). Whom the `joined` cameras
    /// saw counts once, on the floor plan, where that counted anybody by then.
    [[nodiscard]] Result<std::vector<SalesCount>> sales(std::span<const UtcTime> edges,
                                                        std::span<const std::string> joined = {}) const;
    /// Those of sales() alone.
    [[nodiscard]] Result<std::int64_t> sale_count(UtcTime from, UtcTime to) const;
    /// By camera and zone. A visit counts by its begin; people of different cameras are different.
    [[nodiscard]] Result<std::vector<ZoneBuyers>> buyers(UtcTime from, UtcTime to) const;
    /// Customers with a visit that begins in [from, to) in a picture in which a till is, as far as sex and
    /// age are known of them; by these.
    [[nodiscard]] Result<std::vector<TraitsBuyers>> buyers_by_traits(UtcTime from, UtcTime to) const;
    /// What those spent whose receipts of [from, to) are known to be theirs.
    [[nodiscard]] Result<std::unordered_map<PersonId, std::int64_t>> spent(UtcTime from, UtcTime to) const;
    /// Stays at tills in the camera's picture that reach into [from, to) and were paid for, by their begins.
    [[nodiscard]] Result<std::vector<FactSpan>> payers(const std::string& camera, UtcTime from,
                                                       UtcTime to) const;
    /// Of everybody, or, where `people` are of a sex or an age, of whom is known to be so.
    [[nodiscard]] Result<Baskets> baskets(UtcTime from, UtcTime to, std::int64_t goods_max,
                                          const People& people = {}) const;

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
