// Figures as CSV files: what the pages' answers have, one line for each row. A table is another form of the
// same answer, so whatever may be asked of that may be asked of the file.
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/routes/handlers.h"
#include "api/routes/tables.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using Handler = Reply (*)(const Request&, const Services&);

/// How an answer becomes a table.
struct TableForm {
    std::string_view name;  // for table=; the first is that without it
    std::vector<std::string> head;
    std::function<Json(const Json& answer)> rows;
};

/// Those of a list of the answer.
std::function<Json(const Json&)> list(const char* name) {
    return [name](const Json& answer) { return answer[name]; };
}

/// The rows of `inner` lists in an `outer` list, with what `outer` says of them.
std::function<Json(const Json&)> nested(const char* outer, const char* inner,
                                        std::vector<std::string> of_outer) {
    return [=](const Json& answer) {
        Json rows = Json::array();
        for (const Json& whole : answer[outer])
            for (const Json& part : whole[inner]) {
                Json row = part;
                for (const std::string& name : of_outer)
                    row[name] = whole[name];
                rows.push_back(std::move(row));
            }
        return rows;
    };
}

/// The share and its interval as columns.
std::function<Json(const Json&)> with_conversion(std::function<Json(const Json&)> rows) {
    return [rows = std::move(rows)](const Json& answer) {
        Json list = rows(answer);
        for (Json& row : list) {
            const Json share = row["conversion"];
            for (const char* const name : {"share", "low", "high"})
                row[std::string("conversion_") + name] = share.is_null() ? Json() : share[name];
        }
        return list;
    };
}

Json mix_rows(const Json& answer) {
    Json rows = Json::array();
    const auto add = [&](const char* what, const Json& part) {
        Json row = {{"group", what}};
        row.update(part);
        rows.push_back(std::move(row));
    };
    if (!answer["women"].is_null()) add("women", answer["women"]);
    for (const Json& age : answer["ages"])
        add("age", age);
    for (Json& row : rows)
        row["of"] = row["group"] == "women" ? answer["of_sex"] : answer["people"];
    return rows;
}

/// What `handler` answers to everything of the request but table=, as the table that is asked for.
Reply table_from(const Request& request, const Services& services, Handler handler, const char* file,
                 const std::vector<TableForm>& forms) {
    const TableForm* form = &forms.front();
    const std::string* const wanted = forms.size() > 1 ? request.find_query("table") : nullptr;
    if (wanted != nullptr && !wanted->empty()) {
        form = nullptr;
        std::string known;
        for (const TableForm& one : forms) {
            if (one.name == *wanted) form = &one;
            known += fmt::format("{}{}", known.empty() ? "" : ", ", one.name);
        }
        if (form == nullptr)
            return refuse({400, "bad_request", fmt::format("table=: is one of these: {}", known)});
    }
    Request asked = request;
    if (forms.size() > 1) asked.read_fields.emplace_back("table");
    auto reply = handler(asked, services);
    if (!reply) return reply;
    const Json answer = Json::parse(reply->body);
    const std::string name =
        forms.size() == 1 ? fmt::format("{}.csv", file) : fmt::format("{}-{}.csv", file, form->name);
    return csv_response(name, table_of(form->rows(answer), form->head));
}

}  // namespace

Reply export_counts(const Request& request, const Services& services) {
    return table_from(
        request, services, get_counts, "counts",
        {{"zones",
          {"from", "to", "camera", "zone", "visits", "people", "dwell_median_s", "dwell_mean_s"},
          nested("buckets", "zones", {"from", "to"})},
         {"lines",
          {"from", "to", "camera", "line", "in", "out"},
          nested("buckets", "lines", {"from", "to"})}});
}

Reply export_queues(const Request& request, const Services& services) {
    return table_from(request, services, list_queues, "queues",
                      {{"queues",
                        {"camera", "queue", "length", "wait_s", "at", "longest", "served", "abandoned",
                         "moved", "wait_median_s", "wait_p90_s", "wait_longest_s"},
                        list("queues")},
                       {"bins",
                        {"camera", "queue", "from", "length_mean", "longest"},
                        nested("queues", "bins", {"camera", "queue"})}});
}

Reply export_conversion(const Request& request, const Services& services) {
    return table_from(request, services, get_conversion, "conversion",
                      {{"buckets",
                        {"from", "to", "visitors", "sales", "returns", "matched", "sales_minor",
                         "returns_minor", "lines", "conversion_share", "conversion_low", "conversion_high"},
                        with_conversion(list("buckets"))},
                       {"departments",
                        {"camera", "zone", "people", "buyers", "sales_minor", "conversion_share",
                         "conversion_low", "conversion_high"},
                        with_conversion(list("departments"))},
                       {"groups",
                        {"sex", "age_from", "age_to", "people", "buyers", "conversion_share",
                         "conversion_low", "conversion_high"},
                        with_conversion(list("groups"))}});
}

Reply export_goods(const Request& request, const Services& services) {
    return table_from(request, services, get_goods, "goods",
                      {{"goods", {"sku", "name", "receipts", "quantity", "amount_minor"}, list("goods")},
                       {"pairs", {"first", "second", "receipts", "lift"}, list("pairs")}});
}

Reply export_alarms(const Request& request, const Services& services) {
    return table_from(
        request, services, list_alarms, "alarms",
        {{"alarms",
          {"id", "raised", "ended", "rule", "rule_name", "severity", "measure", "camera", "place", "value",
           "limit", "text", "acknowledged", "acknowledged_by", "note", "escalated"},
          list("alarms")}});
}

Reply export_visitor_mix(const Request& request, const Services& services) {
    return table_from(request, services, get_visitor_mix, "visitors-mix",
                      {{"mix", {"group", "from", "to", "raw", "share", "low", "high", "of"}, mix_rows}});
}

}  // namespace vitrina::api
