#include "domain/layout_file.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "domain/digest.h"
#include "domain/text.h"

namespace vitrina {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kVersionBytes = 6;  // 12 hex digits: states of one shop's layout are few
constexpr std::size_t kValueShownMax = 40;

/// Where something is wrong and what: `zones[1] "till": crosses itself`.
class Problems {
  public:
    void add(const std::string& where, const std::string& what) {
        if (shown_.size() < kProblemsShownMax) shown_.push_back(where.empty() ? what : where + ": " + what);
        ++count_;
    }

    [[nodiscard]] bool none() const { return count_ == 0; }

    [[nodiscard]] std::string text() const {
        if (count_ == 1) return shown_.front();
        std::string result = fmt::format("{} problems", count_);
        for (const std::string& line : shown_)
            result += "\n  " + line;
        if (count_ > shown_.size()) result += fmt::format("\n  and {} more", count_ - shown_.size());
        return result;
    }

  private:
    std::vector<std::string> shown_;
    std::size_t count_ = 0;
};

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
        return misconfigured(fmt::format("{}: {}", name, reason_of(error)));
    }
}

/// A value as it stands in the file, short enough for a message.
std::string shown(const Json& value) {
    const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= kValueShownMax ? text : text.substr(0, kValueShownMax) + "...";
}

class Reader {
  public:
    Layout layout(const Json& root) {
        Layout result;
        if (!check_keys(root, "", {"picture"}, {"version", "zones", "lines"})) return result;
        read_picture(root, result);
        if (root.contains("version")) result.version = name(root["version"], "version");
        read_list(root, "zones", kZonesMax, [&](const Json& zone, const std::string& where) {
            result.zones.push_back(read_zone(zone, where, result));
        });
        read_list(root, "lines", kLinesMax, [&](const Json& line, const std::string& where) {
            result.lines.push_back(read_line(line, where, result));
        });
        if (problems_.none() && result.zones.empty() && result.lines.empty())
            problems_.add("", "has neither zones nor lines; without a layout the whole picture is one zone");
        return result;
    }

    [[nodiscard]] const Problems& problems() const { return problems_; }

  private:
    /// An object with all of `required` and nothing but these and `optional`.
    bool check_keys(const Json& value, const std::string& where, const std::set<std::string>& required,
                    const std::set<std::string>& optional = {}) {
        std::set<std::string> known = required;
        known.insert(optional.begin(), optional.end());
        const std::string right = fmt::format("{}", fmt::join(known, ", "));
        if (!value.is_object()) {
            problems_.add(where,
                          fmt::format("must be an object with the keys {}, not {}", right, shown(value)));
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

    void read_picture(const Json& root, Layout& result) {
        const Json& picture = root["picture"];
        if (!check_keys(picture, "picture", {"width", "height"})) return;
        const auto side = [&](const char* key) {
            const std::string where = std::string("picture.") + key;
            const std::optional<double> value = number(picture[key], where);
            if (!value) return 0.0;
            if (*value >= 1 && *value <= kPictureSideMax && *value == std::floor(*value)) return *value;
            problems_.add(where, fmt::format("must be a whole number of pixels from 1 to {}, not {}",
                                             kPictureSideMax, shown(picture[key])));
            return 0.0;
        };
        result.width = side("width");
        result.height = side("height");
    }

    template <typename Read>
    void read_list(const Json& root, const std::string& key, std::size_t count_max, Read read) {
        if (!root.contains(key)) return;
        const Json& list = root[key];
        if (!list.is_array()) return problems_.add(key, "must be a list, not " + shown(list));
        if (list.size() > count_max)
            return problems_.add(key, fmt::format("{} are too many; at most {}", list.size(), count_max));
        std::set<std::string> names;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string where = place_of(list[i], fmt::format("{}[{}]", key, i));
            read(list[i], where);
            if (!list[i].is_object() || !list[i].contains("name") || !list[i]["name"].is_string()) continue;
            if (!names.insert(list[i]["name"].get<std::string>()).second)
                problems_.add(where, fmt::format("another of the {} has this name already", key));
        }
    }

    /// `zones[1] "till"`: the name helps who looks at a drawing, the number who looks at the file.
    static std::string place_of(const Json& item, const std::string& path) {
        if (!item.is_object() || !item.contains("name") || !item["name"].is_string()) return path;
        const auto& text = item["name"].get_ref<const std::string&>();
        const auto points = decode_utf8(text);
        if (!points || points->empty() || points->size() > kNameLengthMax) return path;
        return path + " " + json_quoted(text);
    }

    Zone read_zone(const Json& value, const std::string& where, const Layout& layout) {
        Zone zone;
        if (!check_keys(value, where, {"name", "polygon"})) return zone;
        zone.name = name(value["name"], where + ".name");
        const Json& polygon = value["polygon"];
        if (!polygon.is_array()) {
            problems_.add(where + ".polygon", "must be a list of corners [x, y], not " + shown(polygon));
            return zone;
        }
        if (polygon.size() > kCornersMax) {
            problems_.add(where + ".polygon",
                          fmt::format("{} corners are too many; at most {}", polygon.size(), kCornersMax));
            return zone;
        }
        for (std::size_t i = 0; i < polygon.size(); ++i) {
            const auto corner = point(polygon[i], fmt::format("{}.polygon[{}]", where, i), layout);
            if (!corner) return zone;
            zone.polygon.push_back(*corner);
        }
        // The file of a drawing program may close the ring; that is no mistake.
        if (zone.polygon.size() > 3 && zone.polygon.front() == zone.polygon.back()) zone.polygon.pop_back();
        if (const auto reason = why_invalid(zone.polygon))
            problems_.add(where, "polygon " + *reason);
        else if (area(zone.polygon) < kZoneAreaMin)
            problems_.add(where, "polygon has no area");
        return zone;
    }

    static double area(const Polygon& polygon) {
        double twice = 0;
        for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++)
            twice += polygon[j].x * polygon[i].y - polygon[i].x * polygon[j].y;
        return std::abs(twice) / 2;
    }

    Line read_line(const Json& value, const std::string& where, const Layout& layout) {
        Line line;
        if (!check_keys(value, where, {"name", "from", "to"})) return line;
        line.name = name(value["name"], where + ".name");
        const auto from = point(value["from"], where + ".from", layout);
        const auto to = point(value["to"], where + ".to", layout);
        if (!from || !to) return line;
        line.from = *from;
        line.to = *to;
        if (std::hypot(to->x - from->x, to->y - from->y) < kLineLengthMin)
            problems_.add(where, "begins where it ends");
        return line;
    }

    std::optional<double> number(const Json& value, const std::string& where) {
        if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
        problems_.add(where, "must be a number, not " + shown(value));
        return std::nullopt;
    }

    std::optional<Point> point(const Json& value, const std::string& where, const Layout& layout) {
        if (!value.is_array() || value.size() != 2) {
            problems_.add(where, "must be a corner [x, y], not " + shown(value));
            return std::nullopt;
        }
        const auto x = number(value[0], where);
        const auto y = number(value[1], where);
        if (!x || !y) return std::nullopt;
        if (layout.width <= 0 || layout.height <= 0) return std::nullopt;  // already a problem
        if (*x >= 0 && *x <= layout.width && *y >= 0 && *y <= layout.height) return Point{*x, *y};
        problems_.add(where, fmt::format("{} is outside the picture of {} x {}", shown(value), layout.width,
                                         layout.height));
        return std::nullopt;
    }

    std::string name(const Json& value, const std::string& where) {
        if (!value.is_string()) {
            problems_.add(where, "must be text, not " + shown(value));
            return {};
        }
        auto text = value.get<std::string>();
        if (const auto reason = why_bad_name(text)) problems_.add(where, *reason);
        return text;
    }

    static std::optional<std::string> why_bad_name(const std::string& text) {
        const auto points = decode_utf8(text);
        if (!points) return "is not UTF-8";
        if (points->empty()) return "is empty";
        if (points->size() > kNameLengthMax)
            return fmt::format("is longer than {} characters", kNameLengthMax);
        if (std::any_of(points->begin(), points->end(), is_control)) return "has a control character in it";
        if (points->front() == U' ' || points->back() == U' ') return "begins or ends with a space";
        return std::nullopt;
    }

    /// What breaks a line, a table or the order in which a name is read.
    static bool is_control(char32_t point) {
        return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
               (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    }

    Problems problems_;
};

std::string to_json(Point point) {
    return fmt::format("[{}, {}]", point.x, point.y);
}

std::string to_json(const Zone& zone) {
    std::string corners;
    for (const Point& corner : zone.polygon)
        corners += (corners.empty() ? "" : ", ") + to_json(corner);
    return fmt::format(R"({{"name": {}, "polygon": [{}]}})", json_quoted(zone.name), corners);
}

std::string to_json(const Line& line) {
    return fmt::format(R"({{"name": {}, "from": {}, "to": {}}})", json_quoted(line.name), to_json(line.from),
                       to_json(line.to));
}

template <typename Item>
std::string list_json(const char* key, const std::vector<Item>& items) {
    std::string result;
    for (const Item& item : items)
        result += (result.empty() ? "\n    " : ",\n    ") + to_json(item);
    return fmt::format("  \"{}\": [{}{}]", key, result, result.empty() ? "" : "\n  ");
}

}  // namespace

Result<Layout> parse_layout(std::string_view json, const std::string& name) {
    TRY_ASSIGN(const Json root, parse_json(json, name));
    Reader reader;
    Layout layout = reader.layout(root);
    if (!reader.problems().none()) return misconfigured(name + ": " + reader.problems().text());
    if (layout.version.empty()) layout.version = hex_digest(to_json(layout), kVersionBytes);
    return layout;
}

Result<Layout> load_layout(const std::filesystem::path& path) {
    const std::string name = path.string();
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return misconfigured(name + ": no such file");
    if (std::filesystem::is_directory(status))
        return misconfigured(name + ": is a directory, not a layout file");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return misconfigured(
            fmt::format("{}: can't be opened: {}", name, std::generic_category().message(errno)));
    // One byte above the limit, no more: the file may be a device that never ends.
    std::string text(kLayoutBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return misconfigured(name + ": can't be read");
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse_layout(text, name);
}

std::string to_json(const Layout& layout) {
    return fmt::format(
        "{{\n{}  \"picture\": {{\"width\": {}, \"height\": {}}},\n{},\n{}\n}}\n",
        layout.version.empty() ? "" : fmt::format("  \"version\": {},\n", json_quoted(layout.version)),
        layout.width, layout.height, list_json("zones", layout.zones), list_json("lines", layout.lines));
}

}  // namespace vitrina
