// What customers bought, by their loyalty cards; where it was seen, what they did before they paid; where
// goods lie. See database.h for threads and errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/receipt.h"
#include "domain/sighting.h"
#include "records/database.h"
#include "records/people_filter.h"

namespace vitrina::records {

/// Numbers for names, from 0 in the order in which they came.
class NameTable {
  public:
    std::size_t number_of(const std::string& name) {
        const auto [found, is_new] = numbers_.try_emplace(name, names_.size());
        if (is_new) names_.push_back(name);
        return found->second;
    }
    [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
        const auto found = numbers_.find(name);
        return found == numbers_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] const std::string& name(std::size_t number) const { return names_.at(number); }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

  private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> names_;
};

struct CardReceipt {
    std::size_t card = 0;  // its number
    UtcTime at;
    std::int64_t total_minor = 0;  // less than 0 for a return
    bool is_sale = true;
};

/// One kind of goods on such a receipt.
struct CardLine {
    std::size_t card = 0;
    std::size_t goods = 0;     // number of its SKU
    std::int64_t receipt = 0;  // its number
    UtcTime at;
    std::int64_t amount_minor = 0;  // less than 0 for a return
    bool is_sale = true;
};

/// A receipt of a customer, and what was seen of who it was matched to.
struct CustomerReceipt {
    Receipt receipt;
    std::optional<PersonId> person;  // with kMatchProbabilityMin at least
    double probability = 0;
    struct Stay {
        std::string place;
        UtcTime begin;
        UtcTime end;
    };
    std::vector<Stay> stays;    // in zones, until the till
    std::vector<Stay> touches;  // of shelves
};

/// A shelf, and those whose hands were in it.
struct ShelfTouched {
    std::string shelf;
    std::int64_t people = 0;
    std::int64_t buyers = 0;        // of them: bought anything
    std::int64_t bought_there = 0;  // bought what lies there
    std::int64_t goods = 0;         // that are known to lie there; 0: bought_there says nothing
};

struct GoodsPlace {
    std::string sku;
    std::string shelf;
    std::string section;                      // of the shelf; empty: anywhere on it
    std::string name;                         // empty: it was not said, receipts may
    std::optional<std::int64_t> price_minor;  // nothing: it was not said
};

/// A line of a receipt, by where its goods lie.
struct ShelfLine {
    std::int64_t receipt = 0;  // its number
    UtcTime at;
    std::string shelf;                      // empty: nobody said where they lie
    std::int64_t quantity_thousandths = 0;  // here and below less than 0 for a return
    std::int64_t amount_minor = 0;
    bool is_sale = true;
};

class BuyerStore {
  public:
    explicit BuyerStore(std::shared_ptr<Database> database);
    ~BuyerStore();

    /// Receipts with a card whose instant is in [from, to), by card and time. Cards are given numbers.
    [[nodiscard]] Result<std::vector<CardReceipt>> receipts(UtcTime from, UtcTime to, NameTable& cards) const;
    /// Their lines, by SKU.
    [[nodiscard]] Result<std::vector<CardLine>> lines(UtcTime from, UtcTime to, NameTable& cards,
                                                      NameTable& goods) const;
    /// What goods are called, as the last receipt says; for SKUs that are known.
    [[nodiscard]] Result<std::unordered_map<std::string, std::string>> names(
        std::span<const std::string> skus) const;
    /// The instant of the first receipt that has a card; nothing where there is none.
    [[nodiscard]] Result<std::optional<UtcTime>> first_receipt() const;
    /// What most receipts of the span are in; empty where they don't say.
    [[nodiscard]] Result<std::string> currency(UtcTime from, UtcTime to) const;

    /// The newest first, `limit` at most.
    [[nodiscard]] Result<std::vector<CustomerReceipt>> history(const std::string& card,
                                                               std::int64_t limit) const;
    /// Takes the customer's name off everything: receipts stay, and are nobody's. Whether he was known.
    [[nodiscard]] Result<bool> forget(const std::string& card);

    /// By people of that sex and age; staff are not counted.
    [[nodiscard]] Result<std::vector<ShelfTouched>> touched(UtcTime from, UtcTime to,
                                                            const People& people = People::kCustomers) const;
    [[nodiscard]] Result<std::vector<GoodsPlace>> planogram() const;
    /// What was sold in [from, to), by receipts; as MatchStore::baskets() of everybody, or of whom `people`
    /// are.
    [[nodiscard]] Result<std::vector<ShelfLine>> shelf_lines(UtcTime from, UtcTime to,
                                                             const People& people = {}) const;
    /// Replaces it. Of a SKU that stands there twice the last place holds.
    [[nodiscard]] Result<void> set_planogram(std::span<const GoodsPlace> places);

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
