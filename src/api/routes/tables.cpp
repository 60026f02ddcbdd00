#include "api/routes/tables.h"

#include <utility>

#include <fmt/format.h>

#include "api/csv.h"

namespace vitrina::api {

std::string cell_of(const nlohmann::ordered_json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) return fmt::format("{:g}", value.get<double>());
    return value.is_null() ? "" : value.dump();
}

std::string table_of(const nlohmann::ordered_json& rows, const std::vector<std::string>& head) {
    std::string text = kUtf8Mark + csv_line(head);
    for (const nlohmann::ordered_json& row : rows) {
        std::vector<std::string> cells;
        cells.reserve(head.size());
        for (const std::string& name : head)
            cells.push_back(row.contains(name) ? cell_of(row[name]) : "");
        text += csv_line(cells);
    }
    return text;
}

Response csv_response(const std::string& name, std::string text) {
    Response response;
    response.type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
    response.body = std::move(text);
    return response;
}

}  // namespace vitrina::api
