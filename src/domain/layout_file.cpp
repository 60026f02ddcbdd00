#include "domain/layout_file.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/drawing_reader.h"
#include "domain/text.h"

namespace vitrina {
namespace {

constexpr std::size_t kVersionBytes = 6;  // 12 hex digits: states of one shop's layout are few

class LayoutReader : public DrawingReader {
  public:
    Layout layout(const Json& root) {
        Layout result;
        if (!check_keys(root, "", {"picture"}, {"version", "zones", "lines", "shelves"})) return result;
        read_picture(root, result);
        if (root.contains("version")) result.version = name(root["version"], "version");
        const Canvas canvas{result.width, result.height, "picture", kZoneAreaMin, kLineLengthMin};
        read_zones_and_lines(root, canvas, result.zones, result.lines);
        read_shelves(root, canvas, result.shelves);
        if (problems_.none() && result.zones.empty() && result.lines.empty() && result.shelves.empty())
            problems_.add(
                "",
                "has neither zones nor lines nor shelves; without a layout the whole picture is one zone");
        return result;
    }

  private:
    void read_shelves(const Json& root, const Canvas& canvas, std::vector<Shelf>& shelves) {
        read_list(root, "shelves", kShelvesMax, [&](const Json& value, const std::string& where) {
            Shelf shelf;
            if (check_keys(value, where, {"name", "polygon"}, {"sections"})) {
                shelf.name = name(value["name"], where + ".name");
                shelf.polygon = polygon(value["polygon"], where, canvas);
                read_sections(value, where, canvas, shelf.sections);
            }
            shelves.push_back(std::move(shelf));
        });
    }

    void read_sections(const Json& shelf, const std::string& shelf_where, const Canvas& canvas,
                       std::vector<Zone>& sections) {
        read_list(
            shelf, "sections", kSectionsMax,
            [&](const Json& value, const std::string& where) {
                Zone section;
                if (check_keys(value, where, {"name", "polygon"})) {
                    section.name = name(value["name"], where + ".name");
                    section.polygon = polygon(value["polygon"], where, canvas);
                }
                sections.push_back(std::move(section));
            },
            shelf_where + ".");
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
};

std::string to_json(const Shelf& shelf) {
    const auto write = [](const Zone& section) { return to_json(section); };
    if (shelf.sections.empty())
        return fmt::format(R"({{"name": {}, "polygon": {}}})", json_quoted(shelf.name),
                           to_json(shelf.polygon));
    return fmt::format("{{\"name\": {}, \"polygon\": {}, {}}}", json_quoted(shelf.name),
                       to_json(shelf.polygon), list_json("sections", shelf.sections, write));
}

// A layout without shelves is written as it was before there were any: its version is a hash of it.
std::string shelves_json(const std::vector<Shelf>& shelves) {
    if (shelves.empty()) return {};
    return ",\n" + list_json("shelves", shelves, [](const Shelf& shelf) { return to_json(shelf); });
}

}  // namespace

Result<Layout> parse_layout(std::string_view json, const std::string& name) {
    TRY_ASSIGN(const Json root, parse_json(json, name));
    LayoutReader reader;
    Layout layout = reader.layout(root);
    if (!reader.problems().none()) return misconfigured(name + ": " + reader.problems().text());
    if (layout.version.empty()) layout.version = hex_digest(to_json(layout), kVersionBytes);
    return layout;
}

Result<Layout> load_layout(const std::filesystem::path& path) {
    const std::string name = path.string();
    TRY_ASSIGN(const std::string text, read_layout_text(name));
    return parse_layout(text, name);
}

std::string to_json(const Layout& layout) {
    const auto write = [](const auto& item) { return to_json(item); };
    return fmt::format(
        "{{\n{}  \"picture\": {{\"width\": {}, \"height\": {}}},\n{},\n{}{}\n}}\n",
        layout.version.empty() ? "" : fmt::format("  \"version\": {},\n", json_quoted(layout.version)),
        layout.width, layout.height, list_json("zones", layout.zones, write),
        list_json("lines", layout.lines, write), shelves_json(layout.shelves));
}

}  // namespace vitrina
