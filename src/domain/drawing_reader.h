// Reads what people draw, zones and lines on a picture or on the floor plan, out of JSON, and collects
// everything that is wrong with it. Private to this folder: layout_file.cpp and plan_file.cpp build on it.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/layout.h"

namespace vitrina {

using Json = nlohmann::json;

/// Where something is wrong and what: `zones[1] "till": crosses itself`.
class Problems {
  public:
    void add(const std::string& where, const std::string& what);
    [[nodiscard]] bool none() const { return count_ == 0; }
    /// The only one, or all of them, one a line.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<std::string> shown_;
    std::size_t count_ = 0;
};

/// JSON within the limits of layout_file.h. "NAME: WHERE: WHAT" when it is not.
[[nodiscard]] Result<Json> parse_json(std::string_view text, const std::string& name);

/// The whole text of a file of at most kLayoutBytesMax + 1 bytes.
[[nodiscard]] Result<std::string> read_layout_text(const std::string& path);

/// A value as it stands in the file, short enough for a message.
[[nodiscard]] std::string shown(const Json& value);

/// What is drawn on: its size, what it is called, and the least that can be drawn on it.
struct Canvas {
    double width = 0;
    double height = 0;
    std::string name;  // "picture", "plan"
    double area_min = 0;
    double length_min = 0;
};

class DrawingReader {
  public:
    [[nodiscard]] const Problems& problems() const { return problems_; }

  protected:
    /// An object with all of `required` and nothing but these and `optional`.
    [[nodiscard]] bool check_keys(const Json& value, const std::string& where,
                                  const std::set<std::string>& required,
                                  const std::set<std::string>& optional = {});
    /// Each item of the list under `key`, if there is one; names must be unique. `prefix`: where `root` is.
    using ReadItem = std::function<void(const Json& item, const std::string& where)>;
    void read_list(const Json& root, const std::string& key, std::size_t count_max, const ReadItem& read,
                   const std::string& prefix = {});
    void read_zones_and_lines(const Json& root, const Canvas& canvas, std::vector<Zone>& zones,
                              std::vector<Line>& lines);

    void read_kind(const Json& value, const std::string& where, Zone& zone);
    [[nodiscard]] Polygon polygon(const Json& value, const std::string& where, const Canvas& canvas);
    /// "from" and "to" of an object that has both.
    [[nodiscard]] std::optional<std::pair<Point, Point>> ends(const Json& value, const std::string& where,
                                                              const Canvas& canvas);
    [[nodiscard]] std::optional<double> number(const Json& value, const std::string& where);
    [[nodiscard]] std::optional<double> number_within(const Json& value, const std::string& where,
                                                      double least, double most);
    [[nodiscard]] std::optional<Point> point(const Json& value, const std::string& where,
                                             const Canvas& canvas);
    [[nodiscard]] std::string name(const Json& value, const std::string& where);

    Problems problems_;
};

// What is written, piece by piece.
[[nodiscard]] std::string to_json(Point point);
[[nodiscard]] std::string to_json(const Polygon& polygon);
[[nodiscard]] std::string to_json(const Zone& zone);
[[nodiscard]] std::string to_json(const Line& line);

template <typename Item, typename Write>
std::string list_json(const char* key, const std::vector<Item>& items, Write write) {
    std::string result;
    for (const Item& item : items)
        result += (result.empty() ? "\n    " : ",\n    ") + write(item);
    return "  \"" + std::string(key) + "\": [" + result + (result.empty() ? "" : "\n  ") + "]";
}

}  // namespace vitrina
