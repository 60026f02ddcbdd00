#include "tfjs_attributes.h"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

namespace mosaic::tfjs {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kListMax = 64;  // no operator has longer lists

const Json& empty_object() {
    static const Json kEmpty = Json::object();
    return kEmpty;
}

// 64-bit integers are text in protobuf's JSON, numbers in some writers'.
std::optional<std::int64_t> read_integer(const Json& json) {
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (!json.is_string()) return std::nullopt;
    const auto& text = json.get_ref<const std::string&>();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> decode_base64(const std::string& text) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string decoded;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char character : text) {
        if (character == '=') break;
        const std::size_t digit = kDigits.find(character);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            decoded += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
        }
    }
    return decoded;
}

}  // namespace

Attributes::Attributes(const Json& node, std::string where)
    : attributes_(&empty_object()), where_(std::move(where)) {
    if (const auto it = node.find("attr"); it != node.end() && it->is_object()) attributes_ = &*it;
}

tl::unexpected<Error> Attributes::wrong(const std::string& what) const {
    return failure(where_ + ": " + what);
}

const Json* Attributes::find(const char* key, const char* kind) const {
    const auto attribute = attributes_->find(key);
    if (attribute == attributes_->end() || !attribute->is_object()) return nullptr;
    const auto value = attribute->find(kind);
    return value == attribute->end() ? nullptr : &*value;
}

Result<bool> Attributes::boolean(const char* key, bool fallback) const {
    const Json* value = find(key, "b");
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) return wrong("attribute " + std::string(key) + " isn't a boolean");
    return value->get<bool>();
}

Result<std::int64_t> Attributes::integer(const char* key, std::int64_t fallback) const {
    const Json* value = find(key, "i");
    if (value == nullptr) return fallback;
    const auto number = read_integer(*value);
    if (!number) return wrong("attribute " + std::string(key) + " isn't an integer");
    return *number;
}

Result<float> Attributes::number(const char* key, float fallback) const {
    const Json* value = find(key, "f");
    if (value == nullptr) return fallback;
    if (!value->is_number()) return wrong("attribute " + std::string(key) + " isn't a number");
    return value->get<float>();
}

Result<std::string> Attributes::text(const char* key, const std::string& fallback) const {
    const Json* value = find(key, "s");
    if (value == nullptr) return fallback;
    auto decoded = value->is_string() ? decode_base64(value->get<std::string>()) : std::nullopt;
    if (!decoded) return wrong("attribute " + std::string(key) + " isn't text");
    return *decoded;
}

Result<std::vector<std::int64_t>> Attributes::integers(const char* key) const {
    std::vector<std::int64_t> numbers;
    const Json* list = find(key, "list");
    if (list == nullptr || !list->is_object() || !list->contains("i")) return numbers;
    const Json& items = (*list)["i"];
    if (!items.is_array() || items.size() > kListMax)
        return wrong("attribute " + std::string(key) + " isn't a list");
    for (const Json& item : items) {
        const auto number = read_integer(item);
        if (!number) return wrong("attribute " + std::string(key) + " isn't a list of integers");
        numbers.push_back(*number);
    }
    return numbers;
}

Result<std::vector<std::string>> Attributes::texts(const char* key) const {
    std::vector<std::string> all;
    const Json* list = find(key, "list");
    if (list == nullptr || !list->is_object() || !list->contains("s")) return all;
    const Json& items = (*list)["s"];
    if (!items.is_array() || items.size() > kListMax)
        return wrong("attribute " + std::string(key) + " isn't a list");
    for (const Json& item : items) {
        auto decoded = item.is_string() ? decode_base64(item.get<std::string>()) : std::nullopt;
        if (!decoded) return wrong("attribute " + std::string(key) + " isn't a list of text");
        all.push_back(*decoded);
    }
    return all;
}

Result<DataType> Attributes::type(const char* key, DataType fallback) const {
    const Json* value = find(key, "type");
    if (value == nullptr) return fallback;
    auto type = read_type(*value);
    if (!type) return wrong("attribute " + std::string(key) + ": " + type.error().message);
    return *type;
}

Result<std::vector<std::int64_t>> Attributes::shape(const char* key) const {
    const Json* value = find(key, "shape");
    if (value == nullptr) return wrong("attribute " + std::string(key) + " is missing");
    auto sizes = read_shape(*value);
    if (!sizes) return wrong("attribute " + std::string(key) + ": " + sizes.error().message);
    return sizes;
}

Result<std::vector<std::int64_t>> read_shape(const Json& shape) {
    if (!shape.is_object()) return failure("a shape isn't an object");
    if (const auto unknown = shape.find("unknownRank"); unknown != shape.end() && *unknown == true) {
        return failure("unknown rank");
    }
    std::vector<std::int64_t> sizes;
    const auto dimensions = shape.find("dim");
    if (dimensions == shape.end()) return sizes;
    if (!dimensions->is_array() || dimensions->size() > Shape::kRankMax)
        return failure("a shape isn't a list");
    for (const Json& dimension : *dimensions) {
        const auto size = dimension.is_object() && dimension.contains("size")
                              ? read_integer(dimension["size"])
                              : std::optional<std::int64_t>();
        if (!size || *size < -1) return failure("a size isn't an integer");
        sizes.push_back(*size);
    }
    return sizes;
}

Result<DataType> read_type(const Json& type) {
    static const std::pair<const char*, DataType> kNames[] = {
        {"DT_FLOAT", DataType::kFloat32}, {"DT_INT32", DataType::kInt32}, {"DT_INT64", DataType::kInt32},
        {"DT_UINT8", DataType::kInt32},   {"DT_INT8", DataType::kInt32},  {"DT_BOOL", DataType::kBool}};
    // Numbers of the enumeration in TensorFlow's types.proto.
    static const std::pair<std::int64_t, DataType> kNumbers[] = {
        {1, DataType::kFloat32}, {3, DataType::kInt32}, {9, DataType::kInt32},
        {4, DataType::kInt32},   {6, DataType::kInt32}, {10, DataType::kBool}};
    if (type.is_string()) {
        for (const auto& [name, known] : kNames) {
            if (type.get_ref<const std::string&>() == name) return known;
        }
        return failure("unsupported type " + type.get<std::string>());
    }
    if (type.is_number_integer()) {
        for (const auto& [number, known] : kNumbers) {
            if (type.get<std::int64_t>() == number) return known;
        }
    }
    return failure("unsupported type");
}

}  // namespace mosaic::tfjs
