#include "api/test_schema.h"

#include <algorithm>
#include <set>

#include "api/instant.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using Problems = std::vector<std::string>;

bool is_of_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    return type == "null" && value.is_null();
}

bool is_of_a_type(const Json& value, const Json& types) {
    if (types.is_string()) return is_of_type(value, types.get<std::string>());
    return std::any_of(types.begin(), types.end(),
                       [&](const Json& type) { return is_of_type(value, type.get<std::string>()); });
}

void check_object(const Json& document, const Json& schema, const Json& value, const std::string& place,
                  Problems& problems) {
    const Json properties = schema.value("properties", Json::object());
    for (const Json& name : schema.value("required", Json::array()))
        if (!value.contains(name.get<std::string>()))
            problems.push_back(place + ": lacks " + name.get<std::string>());
    for (const auto& [name, part] : value.items()) {
        const std::string where = place + "." + name;
        if (properties.contains(name)) {
            const Problems inside = schema_problems(document, properties[name], part, where);
            problems.insert(problems.end(), inside.begin(), inside.end());
        } else if (schema.value("additionalProperties", true) == false) {
            problems.push_back(where + ": is not in the schema");
        }
    }
}

void check_array(const Json& document, const Json& schema, const Json& value, const std::string& place,
                 Problems& problems) {
    if (value.size() < schema.value("minItems", std::size_t{0}))
        problems.push_back(place + ": has too few items");
    if (value.size() > schema.value("maxItems", value.size()))
        problems.push_back(place + ": has too many items");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Problems inside =
            schema_problems(document, schema.at("items"), value[i], place + "[" + std::to_string(i) + "]");
        problems.insert(problems.end(), inside.begin(), inside.end());
    }
}

}  // namespace

Problems schema_problems(const Json& document, const Json& schema, const Json& value,
                         const std::string& place) {
    static const std::set<std::string> kKnown = {
        "$ref",  "type",     "properties", "required", "additionalProperties",
        "items", "minItems", "maxItems",   "minimum",  "maximum",
        "enum",  "format",   "description"};
    if (schema.contains("$ref"))
        return schema_problems(document,
                               document.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1))),
                               value, place);
    Problems problems;
    for (const auto& [keyword, unused] : schema.items())
        if (!kKnown.contains(keyword)) problems.push_back(place + ": the checker doesn't know " + keyword);
    if (value.is_number() && value < schema.value("minimum", value))
        problems.push_back(place + ": is too small");
    if (value.is_number() && value > schema.value("maximum", value))
        problems.push_back(place + ": is too large");
    if (schema.contains("type") && !is_of_a_type(value, schema["type"]))
        return {place + ": is " + value.dump() + ", not " + schema["type"].dump()};
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
        problems.push_back(place + ": is " + value.dump() + ", not one of " + schema["enum"].dump());
    if (schema.value("format", "") == "date-time" && value.is_string() &&
        !parse_instant(value.get<std::string>()))
        problems.push_back(place + ": is no instant: " + value.dump());
    if (value.is_object()) check_object(document, schema, value, place, problems);
    if (value.is_array() && schema.contains("items")) check_array(document, schema, value, place, problems);
    return problems;
}

}  // namespace vitrina::api
