#include "api/csv.h"

namespace vitrina::api {
namespace {

bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_formula(std::string_view text) {
    constexpr std::string_view kBegins = "=+-@\t\r";
    return !text.empty() && kBegins.find(text.front()) != std::string_view::npos && !is_number(text);
}

std::string csv_quoted(std::string_view text) {
    const std::string guarded = (is_formula(text) ? "'" : "") + std::string(text);
    if (guarded.find_first_of(",\"\r\n;") == std::string::npos) return guarded;
    std::string result = "\"";
    for (const char c : guarded) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
    std::string line;
    for (const std::string& field : fields) {
        if (&field != fields.data()) line += ',';
        line += csv_quoted(field);
    }
    return line + "\r\n";
}

}  // namespace vitrina::api
