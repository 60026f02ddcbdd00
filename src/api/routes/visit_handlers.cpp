// Visits, as pages of a table and as one CSV file.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "api/stream.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using Order = records::VisitFilter::Order;

constexpr std::int64_t kRowsAtOnce = 500;  // of the CSV file: about kBatchBytes
constexpr double kDwellMax_s = 1e9;
constexpr std::int64_t kOffsetMax = 1'000'000'000;

constexpr std::array<std::pair<std::string_view, Order>, 8> kOrders = {{{"begin", Order::kBegin},
                                                                        {"end", Order::kEnd},
                                                                        {"dwell", Order::kDwell},
                                                                        {"dwell_s", Order::kDwell},
                                                                        {"zone", Order::kZone},
                                                                        {"camera", Order::kCamera},
                                                                        {"person", Order::kPerson},
                                                                        {"confidence", Order::kConfidence}}};

double dwell_s(const records::VisitRow& visit) {
    return static_cast<double>((visit.end - visit.begin).count()) / 1000;
}

void read_order(QueryFields& fields, records::VisitFilter& filter) {
    const std::string sort = fields.text("sort").value_or("-begin");
    filter.descending = sort.starts_with('-');
    const std::string_view name = std::string_view(sort).substr(filter.descending ? 1 : 0);
    const auto* const found =
        std::find_if(kOrders.begin(), kOrders.end(), [&](const auto& order) { return order.first == name; });
    if (found != kOrders.end())
        filter.order = found->second;
    else
        fields.problem("sort",
                       "is begin, end, dwell, zone, camera, person or confidence, or one with - before");
}

records::VisitFilter read_filter(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    records::VisitFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.camera = fields.text("camera");
    filter.zone = fields.text("zone");
    filter.person = fields.whole_number("person", 0, std::numeric_limits<std::int64_t>::max());
    filter.dwell_ms_min =
        static_cast<std::int64_t>(fields.number("min_dwell_s", 0, kDwellMax_s).value_or(0) * 1000);
    read_order(fields, filter);
    return filter;
}

Json json_of(const records::VisitRow& visit) {
    return {{"id", visit.id},
            {"rev", visit.revision},
            {"camera", visit.camera},
            {"zone", visit.zone},
            {"person", visit.person},
            {"begin", to_text(visit.begin)},
            {"end", to_text(visit.end)},
            {"dwell_s", dwell_s(visit)},
            {"confidence", visit.confidence},
            {"layout", visit.layout}};
}

std::string csv_row_of(const records::VisitRow& visit) {
    return csv_line({visit.id, std::to_string(visit.revision), visit.camera, visit.zone,
                     std::to_string(visit.person), to_text(visit.begin), to_text(visit.end),
                     fmt::format("{:.3f}", dwell_s(visit)), fmt::format("{:.3f}", visit.confidence),
                     visit.layout});
}

/// All visits of a filter in the order of their begin, some rows at a time, so that no query stays open for
/// a slow reader. Each look goes on where the one before ended: at the begin of its last visit, without
/// those that were given already.
class VisitTable final : public Stream {
  public:
    VisitTable(records::VisitFilter filter, const records::FactStore& facts)
        : filter_(std::move(filter)), facts_(facts) {
        filter_.limit = kRowsAtOnce;
    }

    std::optional<HttpError> start(std::function<void()> /*wake*/) override { return std::nullopt; }
    bool blocks() const override { return true; }
    bool is_endless() const override { return false; }

    Batch next() override {
        std::string text;
        if (!begun_) {
            text = kUtf8Mark + csv_line({"id", "rev", "camera", "zone", "person", "begin", "end", "dwell_s",
                                         "confidence", "layout"});
            begun_ = true;
        }
        const auto rows = facts_.visit_rows(filter_);
        Batch batch;
        batch.broken = !rows;
        if (batch.broken) return batch;
        for (const records::VisitRow& visit : *rows)
            add(visit, text);
        batch.end = static_cast<std::int64_t>(rows->size()) < filter_.limit;
        go_on();
        batch.chunks.push_back(Chunk::of(std::move(text)));
        return batch;
    }

  private:
    void add(const records::VisitRow& visit, std::string& text) {
        if (visit.begin == last_ && !given_.insert(visit.id).second) return;
        if (visit.begin != last_) {
            last_ = visit.begin;
            given_ = {visit.id};
        }
        text += csv_row_of(visit);
    }

    void go_on() {
        if (!last_) return;
        // A crowd that began at one instant is more than one look gives: then what was given is passed over.
        const bool stays =
            filter_.descending ? filter_.to == *last_ + std::chrono::milliseconds(1) : filter_.from == *last_;
        filter_.offset = stays ? filter_.offset + filter_.limit : 0;
        (filter_.descending ? filter_.to : filter_.from) =
            filter_.descending ? *last_ + std::chrono::milliseconds(1) : *last_;
    }

    records::VisitFilter filter_;
    const records::FactStore& facts_;
    std::optional<UtcTime> last_;  // the begin of the last visit that was given
    std::set<std::string> given_;  // visits with that begin
    bool begun_ = false;
};

}  // namespace

Reply list_visits(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::VisitFilter filter = read_filter(fields, services);
    filter.offset = fields.whole_number("offset", 0, kOffsetMax).value_or(0);
    filter.limit = fields.whole_number("limit", 1, records::kVisitsAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const records::VisitPage page, services.facts.visits(filter));
    Json visits = Json::array();
    for (const records::VisitRow& visit : page.rows)
        visits.push_back(json_of(visit));
    return json_response({{"visits", std::move(visits)}, {"total", page.total}});
}

Reply export_visits(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::VisitFilter filter = read_filter(fields, services);
    TRY(fields.done());
    if (filter.order != Order::kBegin) {
        filter.order = Order::kBegin;
        filter.descending = false;
    }
    Response response;
    response.type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"visits.csv\"");
    response.stream = std::make_shared<VisitTable>(std::move(filter), services.facts);
    return response;
}

}  // namespace vitrina::api
