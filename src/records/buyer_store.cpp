#include "records/buyer_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/match_store.h"
#include "records/receipt_lines.h"

namespace vitrina::records {
namespace {

constexpr std::chrono::hours kShoppingMax{4};  // before he pays; who is longer in the shop works there

bool is_sale(const std::string& kind) {
    return kind == to_text(ReceiptKind::kSale);
}

/// The receipts of a card without lines, the newest first, and their numbers.
std::vector<CustomerReceipt> receipts_of(Connection& connection, const std::string& card, std::int64_t limit,
                                         std::vector<std::int64_t>& numbers) {
    Query query = connection.query(
        "SELECT number, id, till, at_ms, kind, currency, total_minor, person, probability FROM receipts "
        "LEFT JOIN receipt_matches ON receipt = number AND probability >= ? WHERE card = ? AND card <> '' "
        "ORDER BY at_ms DESC, number DESC LIMIT ?");
    query.bind(kMatchProbabilityMin, card, limit);
    std::vector<CustomerReceipt> receipts;
    while (query.step()) {
        CustomerReceipt& one = receipts.emplace_back();
        std::string kind;
        std::optional<double> probability;
        query.read(numbers.emplace_back(), one.receipt.id, one.receipt.till, one.receipt.at, kind,
                   one.receipt.currency, one.receipt.total_minor, one.person, probability);
        one.receipt.kind = is_sale(kind) ? ReceiptKind::kSale : ReceiptKind::kReturn;
        one.receipt.card = card;
        one.probability = probability.value_or(0);
    }
    return receipts;
}

/// What was seen of somebody before he paid.
std::vector<CustomerReceipt::Stay> stays_of(Connection& connection, const char* kind, PersonId person,
                                            UtcTime paid) {
    // The kind stands in the text, or no index is used.
    Query query = connection.query(
        fmt::format("SELECT place, begin_ms, end_ms FROM facts WHERE kind = '{}' AND retracted = 0 AND "
                    "begin_ms >= ? AND begin_ms <= ? AND person = ? ORDER BY begin_ms, number",
                    kind));
    query.bind(paid - kShoppingMax, paid + kShoppingMax, person);
    std::vector<CustomerReceipt::Stay> stays;
    while (query.step()) {
        CustomerReceipt::Stay& stay = stays.emplace_back();
        query.read(stay.place, stay.begin, stay.end);
    }
    return stays;
}

}  // namespace

BuyerStore::BuyerStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
BuyerStore::~BuyerStore() = default;

Result<std::vector<CardReceipt>> BuyerStore::receipts(UtcTime from, UtcTime to, NameTable& cards) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<CardReceipt>> {
        // From the index alone.
        Query query = connection.query(
            "SELECT card, at_ms, kind, total_minor FROM receipts WHERE card <> '' AND at_ms >= ? AND "
            "at_ms < ? ORDER BY card, at_ms");
        query.bind(from, to);
        std::vector<CardReceipt> receipts;
        std::string card;
        std::string kind;
        while (query.step()) {
            CardReceipt& one = receipts.emplace_back();
            query.read(card, one.at, kind, one.total_minor);
            one.card = cards.number_of(card);
            one.is_sale = is_sale(kind);
            if (!one.is_sale) one.total_minor = -one.total_minor;
        }
        return receipts;
    });
}

Result<std::vector<CardLine>> BuyerStore::lines(UtcTime from, UtcTime to, NameTable& cards,
                                                NameTable& goods) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<CardLine>> {
        Query query = connection.query(
            "SELECT card, receipts.number, at_ms, kind, sku, amount_minor FROM receipts JOIN receipt_lines "
            "ON receipt = receipts.number WHERE card <> '' AND at_ms >= ? AND at_ms < ? "
            "ORDER BY card, at_ms, receipts.number");
        query.bind(from, to);
        std::vector<CardLine> lines;
        std::string card;
        std::string kind;
        std::string sku;
        while (query.step()) {
            CardLine& line = lines.emplace_back();
            query.read(card, line.receipt, line.at, kind, sku, line.amount_minor);
            line.card = cards.number_of(card);
            line.goods = goods.number_of(sku);
            line.is_sale = is_sale(kind);
            if (!line.is_sale) line.amount_minor = -line.amount_minor;
        }
        return lines;
    });
}

Result<std::unordered_map<std::string, std::string>> BuyerStore::names(
    std::span<const std::string> skus) const {
    using Names = std::unordered_map<std::string, std::string>;
    return database_->impl().read([&](Connection& connection) -> Result<Names> {
        Names names;
        for (const std::string& sku : skus) {
            Query query = connection.query(
                "SELECT name FROM receipt_lines WHERE sku = ? ORDER BY receipt DESC LIMIT 1");
            std::string name;
            if (query.bind(sku).step()) query.read(name);
            if (!name.empty()) names.emplace(sku, std::move(name));
        }
        return names;
    });
}

Result<std::optional<UtcTime>> BuyerStore::first_receipt() const {
    return database_->impl().read([](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT MIN(at_ms) FROM receipts WHERE card <> ''");
        std::optional<UtcTime> first;
        if (query.step()) query.read(first);
        return first;
    });
}

Result<std::string> BuyerStore::currency(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::string> {
        Query query = connection.query(
            "SELECT currency FROM (SELECT currency FROM receipts WHERE at_ms >= ? AND at_ms < ? "
            "ORDER BY at_ms DESC LIMIT 1000) GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1");
        std::string currency;
        if (query.bind(from, to).step()) query.read(currency);
        return currency;
    });
}

Result<std::vector<CustomerReceipt>> BuyerStore::history(const std::string& card, std::int64_t limit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<CustomerReceipt>> {
        std::vector<std::int64_t> numbers;
        std::vector<CustomerReceipt> receipts = receipts_of(connection, card, limit, numbers);
        for (std::size_t i = 0; i < receipts.size(); ++i) {
            CustomerReceipt& one = receipts[i];
            one.receipt.lines = lines_of(connection, numbers[i]);
            if (!one.person) continue;
            one.stays = stays_of(connection, "visit", *one.person, one.receipt.at);
            one.touches = stays_of(connection, "touch", *one.person, one.receipt.at);
        }
        return receipts;
    });
}

Result<bool> BuyerStore::forget(const std::string& card) {
    if (card.empty()) return false;
    auto done = database_->impl().write([&](Connection& connection) -> Result<bool> {
        // As the gallery erases: what is deleted or made shorter is overwritten with zeros.
        connection.execute("PRAGMA secure_delete = ON");
        std::int64_t known = 0;
        for (const char* const table : {"campaign_audience", "web_events"}) {
            connection
                .query(fmt::format("DELETE FROM {} WHERE customer = ?1 OR customer IN "
                                   "(SELECT name FROM card_names WHERE card = ?1)",
                                   table))
                .bind(card)
                .run();
            known += connection.changes();
        }
        connection.query("DELETE FROM card_names WHERE card = ?").bind(card).run();
        connection.query("UPDATE receipts SET card = '' WHERE card = ?").bind(card).run();
        known += connection.changes();
        connection.execute("PRAGMA secure_delete = OFF");
        return known > 0;
    });
    // Where others read the log, it is emptied when they have gone.
    if (done && *done) static_cast<void>(database_->impl().empty_log());
    return done;
}

Result<std::vector<ShelfTouched>> BuyerStore::touched(UtcTime from, UtcTime to, const People& people) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<ShelfTouched>> {
        // Each person once at each shelf, then whether he bought anything, and anything of it.
        Query query = connection.query(fmt::format(
            "SELECT place, COUNT(*), "
            "SUM(EXISTS (SELECT 1 FROM receipt_matches AS matched JOIN receipts ON receipts.number = "
            "matched.receipt WHERE matched.person = there.person AND matched.probability >= ?3 AND "
            "receipts.kind = 'sale')), "
            "SUM(EXISTS (SELECT 1 FROM receipt_matches AS matched JOIN receipts ON receipts.number = "
            "matched.receipt JOIN receipt_lines ON receipt_lines.receipt = receipts.number JOIN planogram "
            "ON planogram.sku = receipt_lines.sku WHERE matched.person = there.person AND "
            "matched.probability >= ?3 AND receipts.kind = 'sale' AND planogram.shelf = there.place)), "
            "(SELECT COUNT(*) FROM planogram WHERE planogram.shelf = place) "
            "FROM (SELECT DISTINCT place, person FROM facts WHERE kind = 'touch' AND retracted = 0 AND "
            "begin_ms >= ?1 AND begin_ms < ?2{}) AS there GROUP BY place ORDER BY COUNT(*) DESC, place",
            only(people)));
        query.bind(from, to, kMatchProbabilityMin);
        std::vector<ShelfTouched> shelves;
        while (query.step()) {
            ShelfTouched& shelf = shelves.emplace_back();
            query.read(shelf.shelf, shelf.people, shelf.buyers, shelf.bought_there, shelf.goods);
        }
        return shelves;
    });
}

Result<std::vector<GoodsPlace>> BuyerStore::planogram() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<GoodsPlace>> {
        Query query = connection.query(
            "SELECT sku, shelf, section, name, price_minor FROM planogram ORDER BY shelf, section, sku");
        std::vector<GoodsPlace> places;
        while (query.step()) {
            GoodsPlace& place = places.emplace_back();
            query.read(place.sku, place.shelf, place.section, place.name, place.price_minor);
        }
        return places;
    });
}

Result<std::vector<ShelfLine>> BuyerStore::shelf_lines(UtcTime from, UtcTime to, const People& people) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<ShelfLine>> {
        Query query = connection.query(fmt::format(
            "SELECT receipts.number, at_ms, kind, COALESCE(planogram.shelf, ''), quantity_thousandths, "
            "amount_minor FROM receipts JOIN receipt_lines ON receipt_lines.receipt = receipts.number "
            "LEFT JOIN planogram ON planogram.sku = receipt_lines.sku WHERE at_ms >= ? AND at_ms < ?{} "
            "ORDER BY receipts.number, line",
            of_buyers(people)));
        query.bind(from, to);
        std::vector<ShelfLine> lines;
        std::string kind;
        while (query.step()) {
            ShelfLine& line = lines.emplace_back();
            query.read(line.receipt, line.at, kind, line.shelf, line.quantity_thousandths, line.amount_minor);
            line.is_sale = is_sale(kind);
            if (line.is_sale) continue;
            line.quantity_thousandths = -line.quantity_thousandths;
            line.amount_minor = -line.amount_minor;
        }
        return lines;
    });
}

Result<void> BuyerStore::set_planogram(std::span<const GoodsPlace> places) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection.query("DELETE FROM planogram").run();
        for (const GoodsPlace& place : places)
            connection
                .query(
                    "INSERT OR REPLACE INTO planogram (sku, shelf, section, name, price_minor) "
                    "VALUES (?, ?, ?, ?, ?)")
                .bind(place.sku, place.shelf, place.section, place.name, place.price_minor)
                .run();
        return {};
    });
}

}  // namespace vitrina::records
