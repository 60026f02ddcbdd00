// What the tills say: receipts in, alone or many at once, and out; and the tills themselves.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/receipt_intake.h"
#include "api/receipt_json.h"
#include "api/routes/fact_table.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBatchMax = 1000;  // receipts at once: a second of the disk

int status_of(ReceiptProblem::Code code) {
    return code == ReceiptProblem::Code::kConflict ? 409 : 422;
}

records::ReceiptFilter read_filter(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    records::ReceiptFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.till = fields.text("till");
    if (const auto kind = fields.text("kind")) {
        if (*kind == to_text(ReceiptKind::kSale) || *kind == to_text(ReceiptKind::kReturn))
            filter.kind = *kind == to_text(ReceiptKind::kSale) ? ReceiptKind::kSale : ReceiptKind::kReturn;
        else
            fields.problem("kind", "is sale or return");
    }
    const std::string sort = fields.text("sort").value_or("-at");
    if (sort != "at" && sort != "-at") fields.problem("sort", "is at or -at");
    filter.descending = sort == "-at";
    return filter;
}

/// With the mark of a decimal point, as all tables here have it.
std::string major_of(std::int64_t minor) {
    return fmt::format("{}.{:02}", minor / 100, minor % 100);
}

std::string csv_row_of(const records::ReceiptRow& row) {
    return csv_line({row.id, row.till, to_text(row.at), std::string(to_text(row.kind)), row.currency,
                     major_of(row.total_minor), row.card, std::to_string(row.line_count)});
}

/// With what is known of its clock.
Result<Json> json_of(const Till& till, const Services& services) {
    TRY_ASSIGN(const auto clock, services.matches.clock(till.id, services.now()));
    Json json = {{"id", till.id}, {"name", till.name}, {"camera", till.camera}, {"zone", till.zone}};
    json["clock"] = nullptr;
    if (clock)
        json["clock"] = {{"day", to_text(clock->day)},
                         {"leaves_s", clock->leaves_s},
                         {"spread_s", clock->spread_s},
                         {"pairs", clock->pairs}};
    return json;
}

/// What of a batch can't even be read has its problem here; the others their place in `receipts`.
struct BatchItem {
    std::string id;
    std::optional<ReceiptProblem> problem;
};

std::string id_in(const nlohmann::json& item) {
    const auto found = item.is_object() ? item.find("id") : item.end();
    return item.is_object() && found != item.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Reply add_receipt(const Request& request, const Services& services) {
    TRY_ASSIGN(const nlohmann::json json, parse_body(request));
    TRY_ASSIGN(Receipt receipt, receipt_of(json));
    const std::string id = receipt.id;
    TRY_ASSIGN(const auto taken,
               take_receipts(services.receipts, services.sealer, {std::move(receipt)}, services.now()));
    if (const auto& problem = taken.front().problem)
        return refuse({status_of(problem->code), std::string(to_text(problem->code)), problem->message});
    return json_response({{"id", id}, {"outcome", taken.front().added ? "added" : "known"}},
                         taken.front().added ? 201 : 200);
}

Reply add_receipts(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json list = fields.raw("receipts");
    TRY(fields.done());
    if (!list.is_array()) return refuse({400, "bad_request", "\"receipts\" must be a list"});
    if (list.size() > kBatchMax)
        return refuse({413, "too_large",
                       fmt::format("{} receipts at once are more than {}; send them in parts", list.size(),
                                   kBatchMax)});
    std::vector<BatchItem> items(list.size());
    std::vector<Receipt> receipts;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < list.size(); ++i) {
        items[i].id = id_in(list[i]);
        auto receipt = receipt_of(list[i]);
        if (receipt) {
            receipts.push_back(std::move(*receipt));
            places.push_back(i);
        } else {
            items[i].problem = ReceiptProblem{ReceiptProblem::Code::kBadField, receipt.error().message};
        }
    }
    TRY_ASSIGN(const auto taken,
               take_receipts(services.receipts, services.sealer, std::move(receipts), services.now()));
    int added = 0;
    int known = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        items[places[i]].problem = taken[i].problem;
        if (!taken[i].problem) ++(taken[i].added ? added : known);
    }
    Json refused = Json::array();
    for (std::size_t i = 0; i < items.size(); ++i)
        if (const auto& problem = items[i].problem)
            refused.push_back({{"index", i},
                               {"id", items[i].id},
                               {"code", to_text(problem->code)},
                               {"message", problem->message}});
    return json_response({{"added", added}, {"known", known}, {"refused", std::move(refused)}});
}

Reply list_receipts(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::ReceiptFilter filter = read_filter(fields, services);
    filter.offset = fields.whole_number("offset", 0, kOffsetMax).value_or(0);
    filter.limit = fields.whole_number("limit", 1, records::kReceiptsAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const records::ReceiptPage page, services.receipts.receipts(filter));
    Json receipts = Json::array();
    for (const records::ReceiptRow& row : page.rows)
        receipts.push_back(to_json(row));
    return json_response({{"receipts", std::move(receipts)}, {"total", page.total}});
}

Reply get_receipt(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const auto receipt, services.receipts.receipt(id));
    if (!receipt) return not_found(fmt::format("receipt \"{}\" is not there", id));
    TRY_ASSIGN(const auto buyer, services.matches.match_of(id));
    Json json = to_json(*receipt);
    json["buyer"] = nullptr;
    if (buyer)
        json["buyer"] = {
            {"visit", buyer->visit}, {"person", buyer->person}, {"probability", buyer->probability}};
    return json_response(json);
}

Reply export_receipts(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::ReceiptFilter filter = read_filter(fields, services);
    TRY(fields.done());
    FactTableForm<records::ReceiptFilter, records::ReceiptRow> form;
    form.head = {"id", "till", "at", "kind", "currency", "total", "card", "lines"};
    form.rows = [&receipts = services.receipts](const auto& wanted) { return receipts.receipt_rows(wanted); };
    form.line = csv_row_of;
    form.instant = &records::ReceiptRow::at;
    return table_response("receipts.csv", std::move(filter), std::move(form));
}

Reply list_tills(const Request&, const Services& services) {
    TRY_ASSIGN(const auto tills, services.receipts.tills());
    Json list = Json::array();
    for (const Till& till : tills) {
        TRY_ASSIGN(Json json, json_of(till, services));
        list.push_back(std::move(json));
    }
    return json_response({{"tills", std::move(list)}});
}

Reply save_till(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    Till till;
    till.id = request.parameter("id");
    till.name = fields.optional_text("name").value_or(till.id);
    till.camera = fields.optional_text("camera").value_or("");
    till.zone = fields.optional_text("zone").value_or("");
    TRY(fields.done());
    if (const auto problem = problem_of(till)) return refuse({422, "unsuitable_till", problem->message});
    TRY(services.receipts.save_till(till));
    TRY_ASSIGN(const Json json, json_of(till, services));
    return json_response(json);
}

Reply remove_till(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const bool was_there, services.receipts.remove_till(id));
    if (!was_there) return not_found(fmt::format("till \"{}\" is not there", id));
    return no_content();
}

}  // namespace vitrina::api
