// Calibrations as JSON: {"format": "mosaic-calibration", "version": 1, "ranges": {name: [low, high]},
// "kept": {node: why}, "reached_db": 27.3}, the last "infinity" where nothing differed, and absent where it
// isn't known.
#include <cmath>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include "files.h"
#include "mosaic/calibration.h"

namespace mosaic {

namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{64} << 20;
constexpr int kVersion = 1;
constexpr int kDepthMax = 8;
constexpr const char* kInfinity = "infinity";  // JSON has no such number

Result<Calibration::Range> parse_range(const Json& json) {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number())
        return failure("a range must be two numbers");
    const Calibration::Range range{json[0].get<float>(), json[1].get<float>()};
    if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.low > range.high)
        return failure("a range must be two finite numbers, the lower one first");
    return range;
}

Result<Calibration> parse(const Json& json) {
    const auto is_object = [&](const char* key) { return json.contains(key) && json[key].is_object(); };
    if (!json.is_object() || json.value("format", "") != "mosaic-calibration")
        return failure("not a calibration of mosaic");
    if (json.value("version", 0) != kVersion) return failure("calibration of another version");
    if (!is_object("ranges") || !is_object("kept")) return failure("ranges or kept are missing");
    Calibration made;
    for (const auto& [name, range] : json["ranges"].items()) {
        auto parsed = parse_range(range);
        if (!parsed) return failure("value " + name + ": " + parsed.error().message);
        made.ranges[name] = *parsed;
    }
    for (const auto& [name, why] : json["kept"].items()) {
        if (!why.is_string()) return failure("kept layer " + name + ": the reason must be a text");
        made.kept[name] = why.get<std::string>();
    }
    if (!json.contains("reached_db")) return made;
    const Json& reached = json["reached_db"];
    if (reached.is_string() && reached.get<std::string>() == kInfinity) {
        made.reached_db = std::numeric_limits<double>::infinity();
    } else if (reached.is_number()) {
        made.reached_db = reached.get<double>();
    } else {
        return failure("reached_db must be a number");
    }
    return made;
}

}  // namespace

Result<Calibration> Calibration::load(const std::filesystem::path& path) {
    std::vector<std::byte> bytes;
    MOSAIC_TRY(append_file(path, kFileBytesMax, bytes));
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    try {
        // Deep nesting would use up the stack.
        const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDepthMax; };
        auto parsed = parse(Json::parse(text, text + bytes.size(), shallow));
        if (!parsed) return failure(path.string() + ": " + parsed.error().message);
        return parsed;
    } catch (const std::exception& exception) {
        return failure(path.string() + ": " + exception.what());
    }
}

Result<void> Calibration::save(const std::filesystem::path& path) const {
    try {
        Json json = {{"format", "mosaic-calibration"},
                     {"version", kVersion},
                     {"ranges", Json::object()},
                     {"kept", Json::object()}};
        for (const auto& [name, range] : ranges)
            json["ranges"][name] = {range.low, range.high};
        for (const auto& [name, why] : kept)
            json["kept"][name] = why;
        if (reached_db && std::isfinite(*reached_db)) {
            json["reached_db"] = *reached_db;
        } else if (reached_db && *reached_db > 0) {
            json["reached_db"] = kInfinity;
        }
        // Names come from model files: what isn't UTF-8 in them must not stop the work.
        const std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
        std::ofstream file(path, std::ios::binary);
        file << text << '\n';
        file.close();
        if (!file) return failure(path.string() + ": can't be written");
        return {};
    } catch (const std::exception& exception) {
        return failure(path.string() + ": " + exception.what());
    }
}

}  // namespace mosaic
