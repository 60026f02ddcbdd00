#include "domain/layout_file.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source_dir.h"

namespace vitrina {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

const char* const kGood = R"({
  "version": "march",
  "picture": {"width": 768, "height": 432},
  "zones": [{"name": "Стол", "polygon": [[10, 10], [200.5, 10], [200, 300]]}],
  "lines": [{"name": "door", "from": [700, 400], "to": [700, 20]}]
})";

/// A layout with these zones and lines.
std::string with(const std::string& zones, const std::string& lines = "[]") {
    return fmt::format(R"({{"picture": {{"width": 100, "height": 100}}, "zones": {}, "lines": {}}})", zones,
                       lines);
}

std::string zone(const std::string& polygon, const std::string& name = "\"a\"") {
    return fmt::format(R"({{"name": {}, "polygon": {}}})", name, polygon);
}

const char* const kTriangle = "[[10, 10], [90, 10], [50, 90]]";

TEST(LayoutFile, ReadsALayout) {
    const auto layout = parse_layout(kGood, "shop.json");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->version, "march");
    EXPECT_EQ(layout->width, 768);
    ASSERT_EQ(layout->zones.size(), 1U);
    EXPECT_EQ(layout->zones[0].name, "Стол");
    EXPECT_EQ(layout->zones[0].polygon[1], (Point{200.5, 10}));
    ASSERT_EQ(layout->lines.size(), 1U);
    EXPECT_EQ(layout->lines[0].to, (Point{700, 20}));
}

TEST(LayoutFile, WritesWhatItReads) {
    const auto layout = parse_layout(kGood, "shop.json");
    ASSERT_TRUE(layout);
    const std::string text = to_json(*layout);
    const auto again = parse_layout(text, "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), text);
    EXPECT_EQ(again->zones[0].polygon, layout->zones[0].polygon);
}

TEST(LayoutFile, WithoutAVersionTheContentNamesIt) {
    const auto a = parse_layout(with("[" + zone(kTriangle) + "]"), "a");
    const auto same = parse_layout("\n" + with("[" + zone(kTriangle) + " ]"), "b");
    const auto other = parse_layout(with("[" + zone("[[10, 10], [90, 10], [50, 91]]") + "]"), "c");
    ASSERT_TRUE(a && same && other);
    EXPECT_EQ(a->version.size(), 12U);
    EXPECT_EQ(a->version, same->version);
    EXPECT_NE(a->version, other->version);
}

const char* const kShelves = R"({
  "picture": {"width": 100, "height": 100},
  "shelves": [
    {"name": "A", "polygon": [[10, 10], [90, 10], [50, 90]],
     "sections": [{"name": "top", "polygon": [[10, 10], [90, 10], [50, 40]]},
                  {"name": "bottom", "polygon": [[30, 40], [70, 40], [50, 90]]}]},
    {"name": "B", "polygon": [[0, 0], [9, 0], [9, 9]]}
  ]
})";

TEST(LayoutFile, ShelvesAndTheirSectionsAreReadAndWritten) {
    const auto layout = parse_layout(kShelves, "shop.json");
    ASSERT_TRUE(layout) << layout.error().message;
    ASSERT_EQ(layout->shelves.size(), 2U);
    ASSERT_EQ(layout->shelves[0].sections.size(), 2U);
    EXPECT_EQ(layout->shelves[0].sections[1].name, "bottom");
    EXPECT_TRUE(layout->shelves[1].sections.empty());
    const auto again = parse_layout(to_json(*layout), "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(*layout));
    EXPECT_EQ(again->shelves[0].sections[1].polygon, layout->shelves[0].sections[1].polygon);
}

TEST(LayoutFile, ABadSectionIsNamedWithItsShelf) {
    std::string text = kShelves;
    text.replace(text.find("[50, 40]"), 8, "[150, 40]");
    const auto outside = parse_layout(text, "shop.json");
    ASSERT_FALSE(outside);
    EXPECT_THAT(outside.error().message, HasSubstr(R"(shelves[0] "A".sections[0] "top".polygon[2])"));
    text = kShelves;
    text.replace(text.find("\"bottom\""), 8, "\"top\"");
    const auto twice = parse_layout(text, "shop.json");
    ASSERT_FALSE(twice);
    EXPECT_THAT(twice.error().message, HasSubstr("another of the sections has this name already"));
}

TEST(LayoutFile, WithoutShelvesItIsWrittenAsEver) {
    const auto layout = parse_layout(kGood, "shop.json");
    ASSERT_TRUE(layout);
    EXPECT_EQ(to_json(*layout).find("shelves"), std::string::npos);
}

TEST(LayoutFile, AClosedRingIsNoMistake) {
    const auto layout = parse_layout(with("[" + zone("[[10,10],[90,10],[50,90],[10,10]]") + "]"), "a");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->zones[0].polygon.size(), 3U);
}

struct Bad {
    const char* name;
    std::string json;
    const char* message;
};

void PrintTo(const Bad& bad, std::ostream* out) {  // NOLINT(readability-identifier-naming): GoogleTest's name
    *out << bad.name;
}

class BadLayoutTest : public testing::TestWithParam<Bad> {};

TEST_P(BadLayoutTest, IsRefusedWithWhereAndWhat) {
    const auto layout = parse_layout(GetParam().json, "shop.json");
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(layout.error().message, StartsWith("shop.json: "));
    EXPECT_THAT(layout.error().message, HasSubstr(GetParam().message));
}

std::string many(const std::string& item, std::size_t count) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i)
        list += (i == 0 ? "" : ", ") + item;
    return list + "]";
}

std::vector<Bad> bad_layouts() {
    return {
        {"empty", "", "is empty"},
        {"blank", " \n\t", "is empty"},
        {"garbage", "hello", "line 1, column 1: is not JSON"},
        {"cut_off", "{\n  \"picture\": {\"wid", "line 2, column"},
        {"comma", "{\n\"picture\": {},\n}", "line 3, column 1: is not JSON"},
        {"trailing", std::string(kGood) + "x", "line 6"},
        {"not_an_object", "[1]", "must be an object with the keys"},
        {"null", "null", "must be an object"},
        {"deep", many(std::string(1000, '[') + std::string(1000, ']'), 1), "nested deeper than 8"},
        {"huge", std::string((1U << 20U) + 1, ' '), "larger than 1048576 bytes"},
        {"key_twice", R"({"picture": {"width": 1, "width": 2}})", "the key \"width\" stands twice"},
        {"unknown_key", R"({"picture": {"width": 9, "height": 9}, "zone": []})",
         "unknown key \"zone\"; known are lines, picture, shelves, version, zones"},
        {"no_picture", R"({"zones": []})", "the key \"picture\" is missing"},
        {"nothing", with("[]"), "has neither zones nor lines"},
        {"picture_type", R"({"picture": [768, 432]})",
         "picture: must be an object with the keys height, width"},
        {"width_type", R"({"picture": {"width": "768", "height": 432}})",
         "picture.width: must be a number, not \"768\""},
        {"width_zero", R"({"picture": {"width": 0, "height": 432}})",
         "picture.width: must be a whole number"},
        {"width_broken", R"({"picture": {"width": 1.5, "height": 432}})",
         "picture.width: must be a whole number"},
        {"width_large", R"({"picture": {"width": 16385, "height": 432}})", "from 1 to 16384"},
        {"nan", with("[" + zone("[[NaN, 10], [90, 10], [50, 90]]") + "]"), "is not JSON"},
        {"overflow", with("[" + zone("[[1e999, 10], [90, 10], [50, 90]]") + "]"), "1e999"},
        {"overflow_in_line_2", "{\n\"picture\": {\"width\": 1e400, \"height\": 9}}",
         "line 2, column 22: number overflow parsing '1e400'"},
        {"far", with("[" + zone("[[1e308, 10], [90, 10], [50, 90]]") + "]"),
         "zones[0] \"a\".polygon[0]: [1e+308,10] is outside the picture of 100 x 100"},
        {"negative", with("[" + zone("[[-1, 10], [90, 10], [50, 90]]") + "]"), "is outside the picture"},
        {"beyond", with("[" + zone("[[10, 10], [90, 10], [50, 100.5]]") + "]"),
         "polygon[2]: [50,100.5] is outside"},
        {"zones_type", with("{}"), "zones: must be a list"},
        {"zone_type", with("[5]"),
         "zones[0]: must be an object with the keys kind, name, polygon, till, not 5"},
        {"zone_key", with(R"([{"name": "a", "points": []}])"), "zones[0] \"a\": unknown key \"points\""},
        {"polygon_type", with("[" + zone("5") + "]"), "zones[0] \"a\".polygon: must be a list of corners"},
        {"corner_type", with("[" + zone("[1, 2, 3]") + "]"), "polygon[0]: must be a corner [x, y], not 1"},
        {"corner_three", with("[" + zone("[[1, 2, 3], [1, 2], [3, 4]]") + "]"),
         "polygon[0]: must be a corner"},
        {"corner_text", with("[" + zone(R"([["1", 2], [1, 2], [3, 4]])") + "]"),
         "must be a number, not \"1\""},
        {"two_points", with("[" + zone("[[10, 10], [90, 10]]") + "]"),
         "zones[0] \"a\": polygon needs at least three"},
        {"no_points", with("[" + zone("[]") + "]"), "needs at least three"},
        {"one_point_thrice", with("[" + zone("[[10,10],[10,10],[10,10]]") + "]"), "needs at least three"},
        {"crossing", with("[" + zone("[[10,10],[90,90],[90,10],[10,90]]") + "]"),
         "zones[0] \"a\": polygon crosses itself"},
        {"flat", with("[" + zone("[[10,10],[50,50],[90,90]]") + "]"), "no area"},
        {"thin", with("[" + zone("[[10,10],[50,10],[50,10.01]]") + "]"), "no area"},
        {"spike", with("[" + zone("[[10,10],[90,10],[90,90],[90,50],[10,50]]") + "]"),
         "zones[0] \"a\": polygon "},
        {"corner_twice", with("[" + zone("[[10,10],[90,10],[50,50],[90,90],[10,90],[50,50]]") + "]"),
         "names a corner twice"},
        {"many_corners", with("[" + zone(many("[1, 1]", 257)) + "]"),
         "257 corners are too many; at most 256"},
        {"many_zones", with(many(zone(kTriangle), 65)), "zones: 65 are too many; at most 64"},
        {"same_name", with("[" + zone(kTriangle) + "," + zone(kTriangle) + "]"),
         "zones[1] \"a\": another of the zones has this name already"},
        {"name_type", with("[" + zone(kTriangle, "7") + "]"), "zones[0].name: must be text, not 7"},
        {"name_empty", with("[" + zone(kTriangle, "\"\"") + "]"), "zones[0].name: is empty"},
        {"name_blank", with("[" + zone(kTriangle, "\" a\"") + "]"), "begins or ends with a space"},
        {"name_control", with("[" + zone(kTriangle, "\"a\\nb\"") + "]"), "control character"},
        {"name_turns_text", with("[" + zone(kTriangle, "\"a\\u202eb\"") + "]"), "control character"},
        {"name_long", with("[" + zone(kTriangle, "\"" + std::string(65, 'x') + "\"") + "]"),
         "longer than 64"},
        {"name_not_utf8", with("[" + zone(kTriangle, "\"a\xFF\"") + "]"), "line 1, column"},
        {"version_type", R"({"version": 3, "picture": {"width": 9, "height": 9}})",
         "version: must be text, not 3"},
        {"line_zero", with("[]", R"([{"name": "door", "from": [5, 5], "to": [5, 5]}])"),
         "lines[0] \"door\": begins where it ends"},
        {"line_outside", with("[]", R"([{"name": "door", "from": [5, 5], "to": [5, 105]}])"),
         "lines[0] \"door\".to: [5,105] is outside"},
        {"line_key", with("[]", R"([{"name": "door", "from": [5, 5]}])"),
         "lines[0] \"door\": the key \"to\" is missing"},
        {"line_name_twice",
         with("[]", R"([{"name":"d","from":[5,5],"to":[5,9]},{"name":"d","from":[6,5],"to":[6,9]}])"),
         "lines[1] \"d\": another of the lines"},
    };
}

INSTANTIATE_TEST_SUITE_P(All, BadLayoutTest, testing::ValuesIn(bad_layouts()),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST(LayoutFile, SaysAllThatIsWrongUpToALimit) {
    const auto two = parse_layout(with("[" + zone("[]") + "," + zone("[]", "\"b\"") + "]"), "f");
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().message,
              "f: 2 problems\n  zones[0] \"a\": polygon needs at least three different corners"
              "\n  zones[1] \"b\": polygon needs at least three different corners");
    const auto many_wrong = parse_layout(with(many("5", 20)), "f");
    ASSERT_FALSE(many_wrong);
    EXPECT_THAT(many_wrong.error().message, HasSubstr("and 12 more"));
}

TEST(LayoutFile, NamesTheFileThatCantBeRead) {
    for (const fs::path& path : {fs::path("/nonexistent/layout.json"), fs::temp_directory_path()}) {
        const auto layout = load_layout(path);
        ASSERT_FALSE(layout);
        EXPECT_EQ(layout.error().kind, ErrorKind::kConfiguration);
        EXPECT_THAT(layout.error().message, StartsWith(path.string()));
    }
    EXPECT_THAT(load_layout("/dev/zero").error().message, HasSubstr("larger than"));
}

TEST(LayoutFile, EveryExampleIsGood) {
    int found = 0;
    for (const auto& entry : fs::directory_iterator(VITRINA_SOURCE_DIR "/examples")) {
        if (entry.path().extension() != ".json") continue;
        ++found;
        const auto layout = load_layout(entry.path());
        EXPECT_TRUE(layout) << layout.error().message;
    }
    EXPECT_GT(found, 0);
}

TEST(LayoutFile, AZoneSaysWhatItIsFor) {
    const auto layout = parse_layout(R"({"picture": {"width": 100, "height": 100}, "zones": [
        {"name": "q", "kind": "queue", "till": "till-1", "polygon": [[0, 0], [9, 0], [9, 9]]},
        {"name": "d", "kind": "department", "polygon": [[0, 0], [9, 0], [9, 9]]},
        {"name": "a", "polygon": [[0, 0], [9, 0], [9, 9]]}]})",
                                     "shop.json");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->zones[0].kind, ZoneKind::kQueue);
    EXPECT_EQ(layout->zones[0].till, "till-1");
    EXPECT_EQ(layout->zones[1].kind, ZoneKind::kDepartment);
    EXPECT_EQ(layout->zones[2].kind, ZoneKind::kArea);
    const auto again = parse_layout(to_json(*layout), "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->zones[0].kind, ZoneKind::kQueue);
    EXPECT_EQ(again->zones[0].till, "till-1");
}

TEST(LayoutFile, AQueueBelongsToATillAndNothingElseDoes) {
    const auto refused = [](const std::string& zone) {
        const auto layout = parse_layout(
            R"({"picture": {"width": 100, "height": 100}, "zones": [{"name": "q", "polygon": [[0, 0], [9, 0], [9, 9]], )" +
                zone + "}]}",
            "shop.json");
        return layout ? std::string() : layout.error().message;
    };
    EXPECT_NE(refused(R"("kind": "queue")").find("\"till\" is missing"), std::string::npos);
    EXPECT_NE(refused(R"("till": "till-1")").find("zones[0] \"q\".till"), std::string::npos);
    EXPECT_NE(refused(R"("kind": "bar")").find("must be area, department"), std::string::npos);
    EXPECT_NE(refused(R"("kind": 3)").find("must be area, department"), std::string::npos);
}

}  // namespace
}  // namespace vitrina
