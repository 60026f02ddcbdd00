#include "domain/drawing_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "domain/layout_file.h"
#include "domain/text.h"

namespace vitrina {
namespace {

constexpr std::array<std::pair<std::string_view, ZoneKind>, 6> kZoneKinds = {
    {{"area", ZoneKind::kArea},
     {"department", ZoneKind::kDepartment},
     {"queue", ZoneKind::kQueue},
     {"service", ZoneKind::kService},
     {"cashier", ZoneKind::kCashier},
     {"staff", ZoneKind::kStaff}}};

constexpr std::size_t kValueShownMax = 40;

/// Ends the parser from inside its callback; caught in parse_json().
struct Refused {
    std::string what;
};

/// Watches the parser: nesting that only an attack has, and keys that stand twice, of which JSON libraries
/// silently keep one.
class Watch {
  public:
    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
            if (static_cast<std::size_t>(depth) >= kLayoutDepthMax)
                throw Refused{fmt::format("nested deeper than {} levels", kLayoutDepthMax)};
        }
        if (event == Json::parse_event_t::object_start) keys_.emplace_back();
        if (event == Json::parse_event_t::object_end) keys_.pop_back();
        if (event == Json::parse_event_t::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys_.back().insert(key).second)
                throw Refused{fmt::format("the key {} stands twice in one object", json_quoted(key))};
        }
        return true;
    }

  private:
    std::vector<std::set<std::string>> keys_;
};

/// Finds where the parser stops: what it throws for a number that no double holds names no place.
class StoppingPlace final : public nlohmann::json_sax<Json> {
  public:
    /// From 1: the first byte of the token.
    [[nodiscard]] std::size_t byte() const { return byte_; }

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& /*value*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return true; }
    bool start_object(std::size_t /*elements*/) override { return true; }
    bool key(string_t& /*value*/) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t /*elements*/) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t last_byte, const std::string& token,
                     const Json::exception& /*error*/) override {
        byte_ = last_byte - std::min(last_byte, token.size()) + 1;
        return false;
    }

  private:
    std::size_t byte_ = 0;
};

std::string line_and_column(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return fmt::format("line {}, column {}", line, column);
}

/// The library's message without its own prefix and without what it read last, which may be anything.
std::string reason_of(const Json::exception& error) {
    std::string reason = error.what();
    if (const auto end = reason.find("; last read"); end != std::string::npos) reason.resize(end);
    for (const std::string_view prefix : {"] ", ": ", " - "}) {
        const auto at = reason.find(prefix);
        if (at != std::string::npos && at + prefix.size() < reason.size())
            reason.erase(0, at + prefix.size());
    }
    return decode_utf8(reason) ? reason : "not JSON";
}

/// `zones[1] "till"`: the name helps who looks at a drawing, the number who looks at the file.
std::string place_of(const Json& item, const std::string& path) {
    if (!item.is_object() || !item.contains("name") || !item["name"].is_string()) return path;
    const auto& text = item["name"].get_ref<const std::string&>();
    const auto points = decode_utf8(text);
    if (!points || points->empty() || points->size() > kNameLengthMax) return path;
    return path + " " + json_quoted(text);
}

double area(const Polygon& polygon) {
    double twice = 0;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++)
        twice += polygon[j].x * polygon[i].y - polygon[i].x * polygon[j].y;
    return std::abs(twice) / 2;
}

/// What breaks a line, a table or the order in which a name is read.
bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
           (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

std::optional<std::string> why_bad_name(const std::string& text) {
    const auto points = decode_utf8(text);
    if (!points) return "is not UTF-8";
    if (points->empty()) return "is empty";
    if (points->size() > kNameLengthMax) return fmt::format("is longer than {} characters", kNameLengthMax);
    if (std::any_of(points->begin(), points->end(), is_control)) return "has a control character in it";
    if (points->front() == U' ' || points->back() == U' ') return "begins or ends with a space";
    return std::nullopt;
}

}  // namespace

void Problems::add(const std::string& where, const std::string& what) {
    if (shown_.size() < kProblemsShownMax) shown_.push_back(where.empty() ? what : where + ": " + what);
    ++count_;
}

std::string Problems::text() const {
    if (count_ == 1) return shown_.front();
    std::string result = fmt::format("{} problems", count_);
    for (const std::string& line : shown_)
        result += "\n  " + line;
    if (count_ > shown_.size()) result += fmt::format("\n  and {} more", count_ - shown_.size());
    return result;
}

Result<Json> parse_json(std::string_view text, const std::string& name) {
    if (text.size() > kLayoutBytesMax)
        return misconfigured(
            fmt::format("{}: larger than {} bytes; a layout is a few thousand", name, kLayoutBytesMax));
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return misconfigured(name + ": is empty");
    try {
        Watch watch;
        return Json::parse(text, [&watch](int depth, Json::parse_event_t event, const Json& parsed) {
            return watch(depth, event, parsed);
        });
    } catch (const Refused& refused) {
        return misconfigured(fmt::format("{}: {}", name, refused.what));
    } catch (const Json::parse_error& error) {
        return misconfigured(fmt::format("{}: {}: is not JSON: {}", name, line_and_column(text, error.byte),
                                         reason_of(error)));
    } catch (const Json::exception& error) {
        StoppingPlace place;
        static_cast<void>(Json::sax_parse(text, &place));
        return misconfigured(
            fmt::format("{}: {}: {}", name, line_and_column(text, place.byte()), reason_of(error)));
    }
}

Result<std::string> read_layout_text(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return misconfigured(path + ": no such file");
    if (std::filesystem::is_directory(status))
        return misconfigured(path + ": is a directory, not a layout file");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return misconfigured(
            fmt::format("{}: can't be opened: {}", path, std::generic_category().message(errno)));
    // One byte above the limit, no more: the file may be a device that never ends.
    std::string text(kLayoutBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return misconfigured(path + ": can't be read");
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::string shown(const Json& value) {
    const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= kValueShownMax ? text : text.substr(0, kValueShownMax) + "...";
}

bool DrawingReader::check_keys(const Json& value, const std::string& where,
                               const std::set<std::string>& required, const std::set<std::string>& optional) {
    std::set<std::string> known = required;
    known.insert(optional.begin(), optional.end());
    const std::string right = fmt::format("{}", fmt::join(known, ", "));
    if (!value.is_object()) {
        problems_.add(where, fmt::format("must be an object with the keys {}, not {}", right, shown(value)));
        return false;
    }
    bool complete = true;
    for (const auto& [key, unused] : value.items())
        if (!known.contains(key))
            problems_.add(where, fmt::format("unknown key {}; known are {}", shown(Json(key)), right));
    for (const std::string& key : required) {
        if (value.contains(key)) continue;
        problems_.add(where, fmt::format("the key \"{}\" is missing", key));
        complete = false;
    }
    return complete;
}

void DrawingReader::read_list(const Json& root, const std::string& key, std::size_t count_max,
                              const ReadItem& read, const std::string& prefix) {
    if (!root.contains(key)) return;
    const Json& list = root[key];
    if (!list.is_array()) return problems_.add(prefix + key, "must be a list, not " + shown(list));
    if (list.size() > count_max)
        return problems_.add(prefix + key,
                             fmt::format("{} are too many; at most {}", list.size(), count_max));
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string where = place_of(list[i], fmt::format("{}{}[{}]", prefix, key, i));
        read(list[i], where);
        if (!list[i].is_object() || !list[i].contains("name") || !list[i]["name"].is_string()) continue;
        if (!names.insert(list[i]["name"].get<std::string>()).second)
            problems_.add(where, fmt::format("another of the {} has this name already", key));
    }
}

void DrawingReader::read_zones_and_lines(const Json& root, const Canvas& canvas, std::vector<Zone>& zones,
                                         std::vector<Line>& lines) {
    read_list(root, "zones", kZonesMax, [&](const Json& value, const std::string& where) {
        Zone zone;
        if (check_keys(value, where, {"name", "polygon"}, {"kind", "till"})) {
            zone.name = name(value["name"], where + ".name");
            zone.polygon = polygon(value["polygon"], where, canvas);
            read_kind(value, where, zone);
        }
        zones.push_back(std::move(zone));
    });
    read_list(root, "lines", kLinesMax, [&](const Json& value, const std::string& where) {
        Line line;
        if (check_keys(value, where, {"name", "from", "to"})) {
            line.name = name(value["name"], where + ".name");
            if (const auto both = ends(value, where, canvas)) std::tie(line.from, line.to) = *both;
        }
        lines.push_back(std::move(line));
    });
}

void DrawingReader::read_kind(const Json& value, const std::string& where, Zone& zone) {
    if (value.contains("kind")) {
        const Json& kind = value["kind"];
        const auto known = std::find_if(kZoneKinds.begin(), kZoneKinds.end(),
                                        [&](const auto& entry) { return kind == entry.first; });
        if (known == kZoneKinds.end())
            problems_.add(where + ".kind",
                          "must be area, department, queue, service, cashier or staff, not " + shown(kind));
        else
            zone.kind = known->second;
    }
    const bool at_till =
        zone.kind == ZoneKind::kQueue || zone.kind == ZoneKind::kService || zone.kind == ZoneKind::kCashier;
    if (value.contains("till")) zone.till = name(value["till"], where + ".till");
    if (at_till && !value.contains("till"))
        problems_.add(where, "the key \"till\" is missing: a zone of this kind belongs to a till");
    if (!at_till && value.contains("till"))
        problems_.add(where + ".till", "only a queue, service or cashier zone belongs to a till");
}

Polygon DrawingReader::polygon(const Json& value, const std::string& where, const Canvas& canvas) {
    Polygon polygon;
    if (!value.is_array()) {
        problems_.add(where + ".polygon", "must be a list of corners [x, y], not " + shown(value));
        return polygon;
    }
    if (value.size() > kCornersMax) {
        problems_.add(where + ".polygon",
                      fmt::format("{} corners are too many; at most {}", value.size(), kCornersMax));
        return polygon;
    }
    polygon.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto corner = point(value[i], fmt::format("{}.polygon[{}]", where, i), canvas);
        if (!corner) return polygon;
        polygon.push_back(*corner);
    }
    // The file of a drawing program may close the ring; that is no mistake.
    if (polygon.size() > 3 && polygon.front() == polygon.back()) polygon.pop_back();
    if (const auto reason = why_invalid(polygon))
        problems_.add(where, "polygon " + *reason);
    else if (area(polygon) < canvas.area_min)
        problems_.add(where, "polygon has no area");
    return polygon;
}

std::optional<std::pair<Point, Point>> DrawingReader::ends(const Json& value, const std::string& where,
                                                           const Canvas& canvas) {
    const auto from = point(value["from"], where + ".from", canvas);
    const auto to = point(value["to"], where + ".to", canvas);
    if (!from || !to) return std::nullopt;
    if (std::hypot(to->x - from->x, to->y - from->y) < canvas.length_min)
        problems_.add(where, "begins where it ends");
    return std::pair(*from, *to);
}

std::optional<double> DrawingReader::number(const Json& value, const std::string& where) {
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    problems_.add(where, "must be a number, not " + shown(value));
    return std::nullopt;
}

std::optional<double> DrawingReader::number_within(const Json& value, const std::string& where, double least,
                                                   double most) {
    const auto result = number(value, where);
    if (!result || (*result >= least && *result <= most)) return result;
    problems_.add(where, fmt::format("must be from {} to {}, not {}", least, most, shown(value)));
    return std::nullopt;
}

std::optional<Point> DrawingReader::point(const Json& value, const std::string& where, const Canvas& canvas) {
    if (!value.is_array() || value.size() != 2) {
        problems_.add(where, "must be a corner [x, y], not " + shown(value));
        return std::nullopt;
    }
    const auto x = number(value[0], where);
    const auto y = number(value[1], where);
    if (!x || !y) return std::nullopt;
    if (canvas.width <= 0 || canvas.height <= 0) return std::nullopt;  // already a problem
    if (*x >= 0 && *x <= canvas.width && *y >= 0 && *y <= canvas.height) return Point{*x, *y};
    problems_.add(where, fmt::format("{} is outside the {} of {} x {}", shown(value), canvas.name,
                                     canvas.width, canvas.height));
    return std::nullopt;
}

std::string DrawingReader::name(const Json& value, const std::string& where) {
    if (!value.is_string()) {
        problems_.add(where, "must be text, not " + shown(value));
        return {};
    }
    auto text = value.get<std::string>();
    if (const auto reason = why_bad_name(text)) problems_.add(where, *reason);
    return text;
}

std::string to_json(Point point) {
    return fmt::format("[{}, {}]", point.x, point.y);
}

std::string to_json(const Polygon& polygon) {
    std::string corners;
    for (const Point& corner : polygon)
        corners += (corners.empty() ? "" : ", ") + to_json(corner);
    return "[" + corners + "]";
}

std::string_view to_text(ZoneKind kind) {
    const auto* const known =
        std::find_if(kZoneKinds.begin(), kZoneKinds.end(), [&](const auto& it) { return it.second == kind; });
    return known == kZoneKinds.end() ? std::string_view() : known->first;
}

std::string to_json(const Zone& zone) {
    std::string more;
    if (zone.kind != ZoneKind::kArea) more = fmt::format(R"(, "kind": "{}")", to_text(zone.kind));
    if (!zone.till.empty()) more += R"(, "till": )" + json_quoted(zone.till);
    return fmt::format(R"({{"name": {}, "polygon": {}{}}})", json_quoted(zone.name), to_json(zone.polygon),
                       more);
}

std::string to_json(const Line& line) {
    return fmt::format(R"({{"name": {}, "from": {}, "to": {}}})", json_quoted(line.name), to_json(line.from),
                       to_json(line.to));
}

}  // namespace vitrina
